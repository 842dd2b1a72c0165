"""Refusals and surprises, drawn for people. Inside, each is a problem with a code; a page is made at the edge."""

import json
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.datastructures import FormData, Headers
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import swaps
from gateway.addresses import path_of, safe_next
from gateway.problems import messages_of, sentence_of
from gateway.rendering import page
from gateway.visits import NOT_PAGES, LoginNeeded, stranger
from services.shared.errors import FieldProblem, Invalid, NotFound, Refusal

PROBLEM = "application/problem+json"
HIDDEN_FIELDS = frozenset({"csrf", "key", "version"})


class MethodNotAllowed(Refusal):
    status = 405
    code = "method_not_allowed"


async def refused(request: Request, refusal: Exception) -> Response:
    """The problem as it is; `PagesForPeople` draws it where a person is waiting."""
    assert isinstance(refusal, Refusal)
    if isinstance(refusal, LoginNeeded):
        return to_login(request)
    problem = refusal.problem(request.state.request_id)
    content = problem.model_dump(mode="json")
    return JSONResponse(content, status_code=refusal.status, media_type=PROBLEM, headers=refusal.headers)


async def plain_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code in (404, 405):
        known: Refusal = NotFound() if error.status_code == 404 else MethodNotAllowed()
    else:
        known = Refusal(str(error.detail))
        known.status = error.status_code  # type: ignore[misc]
    known.headers = dict(error.headers or {})
    return await refused(request, known)


async def not_valid(request: Request, error: Exception) -> Response:
    """An address with a part that can't be: to a person it is simply not there."""
    assert isinstance(error, RequestValidationError)
    if not request.url.path.startswith("/api/"):
        return await refused(request, NotFound())
    fields = [FieldProblem(path=str(one["loc"][-1]), code=str(one["type"])) for one in error.errors()]
    return await refused(request, Invalid(fields=fields))


def to_login(request: Request) -> Response:
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET":
        here = path_of(request.headers.get("referer"))
    address = f"/login?next={quote(safe_next(here), safe='/')}"
    if not swaps.asks_part(request):
        return RedirectResponse(address, status_code=303)
    if swaps.polls(request.headers):
        return Response(status_code=204)
    if request.method != "GET":
        return swaps.trouble(sentence_of("login_over", request.state.language), 401)
    return Response(status_code=204, headers={"HX-Redirect": address})


class PagesForPeople:
    """Outermost. Holds back an answer that is a problem and draws it as a page, except for the API's callers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(NOT_PAGES):
            await self.app(scope, receive, send)
            return
        held: dict[str, Any] = {}

        async def send_or_hold(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_problem(message):
                held.update(start=message, body=b"")
            elif held:
                held["body"] += message.get("body", b"")
            else:
                await send(message)

        await self.app(scope, receive, send_or_hold)
        if held:
            answer = drawn(Request(scope), json.loads(held["body"]), Headers(raw=held["start"]["headers"]))
            await answer(scope, receive, send)


def _is_problem(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith(PROBLEM)


def drawn(request: Request, problem: dict[str, Any], headers: Headers) -> Response:
    if not hasattr(request.state, "me"):
        cookies = cookie_parser(request.headers.get("cookie", ""))
        request.scope["state"].update(stranger(request.app.state, request.headers, cookies))
    if swaps.asks_part(request) and problem["status"] >= 500:
        return _beside_the_form(request, problem)
    answer = page(
        request,
        _template(problem["status"]),
        status=problem["status"],
        problem=problem,
        sentence=sentence_of(problem["code"], request.state.language),
        reasons=sorted(set(messages_of(problem, request.state.language).values())),
        typed=_typed(getattr(request.state, "posted", FormData())),
        posted=list(getattr(request.state, "posted", FormData()).multi_items()),
        back=path_of(request.headers.get("referer")),
    )
    answer.headers["X-Request-ID"] = problem.get("request_id", "")
    if "retry-after" in headers:
        answer.headers["Retry-After"] = headers["retry-after"]
    return answer


def _beside_the_form(request: Request, problem: dict[str, Any]) -> Response:
    """What somebody was typing stays as it is; a question that nobody pressed a button for is left unanswered."""
    if swaps.polls(request.headers):
        return Response(status_code=304)
    return swaps.trouble(sentence_of(problem["code"], request.state.language), problem["status"])


def _template(status: int) -> str:
    known = {404: "not_found", 405: "not_found", 403: "refused", 401: "login", 409: "conflict", 412: "conflict"}
    if status in known:
        return f"errors/{known[status]}.html"
    if status == 503:
        return "errors/missing_part.html"
    return "errors/broken.html" if status >= 500 else "errors/not_accepted.html"


def _typed(posted: FormData) -> list[str]:
    """What somebody wrote themselves, so that they can take it with them: longer than a choice or a code."""
    return [
        value
        for name, value in posted.multi_items()
        if isinstance(value, str) and name not in HIDDEN_FIELDS and len(value) > 20 and " " in value
    ]
