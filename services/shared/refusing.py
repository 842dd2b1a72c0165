"""Every no as RFC 9457, whoever said it: a named refusal, a validator, the database, or the router."""

import re

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from services.shared.access_log import log_access
from services.shared.errors import FieldProblem, Invalid, Refusal
from services.shared.identity import Caller
from services.shared.logging import log
from services.shared.personal_codes import holds_code

_LOGGED = {403, 404}
# The log only grows: what somebody typed into an address must not come to stand there for good
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,80}")


def answer_refusals(app: FastAPI) -> None:
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(DataError, _not_storable)
    app.add_exception_handler(psycopg.DataError, _not_storable)  # of a `Prepared` statement
    app.add_exception_handler(HTTPException, _plain_http)


async def _refused(request: Request, refused: Exception) -> JSONResponse:
    assert isinstance(refused, Refusal)
    caller: Caller | None = getattr(request.state, "caller", None)
    if refused.status in _LOGGED and caller is not None and caller.kind != "anonymous":
        await _log_refusal(request, caller, refused)
    problem = refused.problem(request.state.request_id)
    return JSONResponse(
        problem.model_dump(mode="json"),
        status_code=refused.status,
        media_type="application/problem+json",
        headers=refused.headers,
    )


async def _log_refusal(request: Request, caller: Caller, refused: Refusal) -> None:
    """In a transaction of its own: the refused one was rolled back, with whatever it had logged."""
    named = (str(value) for value in request.path_params.values())
    tried = ",".join(value for value in named if _IDENTIFIER.fullmatch(value) and not holds_code(value))
    async with request.app.state.database.write(caller, request_id=request.state.request_id) as session:
        await log_access(session, act=request.state.operation or "", subject=tried, outcome=refused.code)


async def _not_valid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = [
        FieldProblem(
            path=".".join(str(step) for step in problem["loc"] if step not in ("body", "query", "path", "header")),
            code=str(problem["type"]),
            **{k: v for k, v in problem.get("ctx", {}).items() if isinstance(v, int | float | str)},
        )
        for problem in error.errors()
    ]
    return await _refused(request, Invalid(fields=fields))


async def _not_storable(request: Request, error: Exception) -> JSONResponse:
    """A number or text that passed every check but has no place in its column: the caller's to mend, ours to know."""
    log.warning("not_storable", error=type(error).__name__)
    return await _refused(request, Invalid("a value is out of its range"))


async def _plain_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    known = {400: "bad_request", 404: "not_found", 405: "method_not_allowed"}
    refused = Refusal()
    refused.status = error.status_code  # type: ignore[misc]
    refused.code = known.get(error.status_code, "refused")  # type: ignore[misc]
    refused.headers = dict(error.headers or {})
    return await _refused(request, refused)
