"""What happens to every request before and after its route: an id, a bounded and readable body, a log line, a count."""

import json
import re
import time
from typing import Any
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.shared.errors import BodyTooLarge, Invalid, Refusal
from services.shared.logging import frames_of, log

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")
_UNSTORABLE = re.compile(rb"\x00|\\u0000|\\u[dD][89a-fA-F]")


FILES = ("/v1/imports/", "/imports/")
FILE_LIMIT = 16 * 1024 * 1024
"""Where whole files are sent, as against what people type."""


class UnreadableText(Invalid):
    """The text is not valid UTF-8, or holds characters that no database can keep."""

    code = "unreadable_text"


class Metrics:
    """Counts and times by operation: an address would hold codes of cases."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ["operation", "method", "status"]
        self.requests = Counter("ot_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram("ot_request_seconds", "Time to answer", ["operation"], registry=self.registry)


class RequestMiddleware:
    """Outermost. Reads the body whole, at most `body_limit` bytes, so that nothing half-read reaches a route."""

    def __init__(self, app: ASGIApp, *, body_limit: int, metrics: Metrics) -> None:
        self.app = app
        self.body_limit = body_limit
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = _request_id(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = request_id
        answer = {"status": 500, "begun": False}

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.update(status=message["status"], begun=True)
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                body = await self._read(scope, receive)
                await self.app(scope, _replay(body, receive), send_marked)
            except Refusal as refused:
                await _answer(send_marked, refused, request_id)
            except Exception as surprise:
                log.error("surprise", error=type(surprise).__name__, frames=frames_of(surprise))
                if not answer["begun"]:
                    await _answer(send_marked, Surprise(), request_id)
            finally:
                self._note(scope, int(answer["status"]), time.perf_counter() - started)

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        if "\x00" in scope["path"] or b"%00" in scope.get("query_string", b""):
            raise UnreadableText("a null character in the address")
        declared, limit = Headers(scope=scope).get("content-length", "0"), self._limit(scope["path"])
        if declared.isdigit() and int(declared) > limit:
            raise BodyTooLarge(limit=limit)
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            part = message.get("body", b"")
            size += len(part)
            if size > limit:
                raise BodyTooLarge(limit=limit)
            parts.append(part)
            more = message.get("more_body", False)
        body = b"".join(parts)
        if body and "json" in Headers(scope=scope).get("content-type", ""):
            _refuse_unstorable(body)
        return body

    def _limit(self, path: str) -> int:
        return max(self.body_limit, FILE_LIMIT) if path.startswith(FILES) else self.body_limit

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        operation = _operation(scope)
        self.metrics.requests.labels(operation, scope["method"], status).inc()
        self.metrics.seconds.labels(operation).observe(seconds)
        log.info("answered", operation=operation, method=scope["method"], status=status, ms=round(seconds * 1000, 1))


class Surprise(Refusal):
    """Our own fault; the id finds its log line."""

    status = 500
    code = "internal_error"


def _operation(scope: Scope) -> str:
    """What a page or an operation is called; never its path, which holds codes of cases."""
    route = scope.get("route")
    known = getattr(route, "operation_id", None) or getattr(route, "name", None)
    return str(known or getattr(scope.get("endpoint"), "__name__", "none"))


def _request_id(headers: Headers) -> str:
    known = _TRACEPARENT.match(headers.get("traceparent", ""))
    return known.group(1) if known else uuid4().hex


def _refuse_unstorable(body: bytes) -> None:
    try:
        body.decode()
        if _UNSTORABLE.search(body):
            _refuse_in(json.loads(body))
    except UnicodeDecodeError as broken:
        raise UnreadableText("the body is not valid UTF-8") from broken
    except (json.JSONDecodeError, RecursionError):
        return  # the route says what is wrong with it


def _refuse_in(value: Any) -> None:
    match value:
        case str():
            if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
                raise UnreadableText("a character that can't be stored")
        case list():
            for item in value:
                _refuse_in(item)
        case dict():
            for name, item in value.items():
                _refuse_in(name)
                _refuse_in(item)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


async def _answer(send: Send, refused: Refusal, request_id: str) -> None:
    body = refused.problem(request_id).model_dump_json().encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
