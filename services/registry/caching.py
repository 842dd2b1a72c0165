"""What is told without a login holds no people, and may be kept on the way: with a mark by which it is asked anew."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KEPT = "public, max-age=300"
ASKED_ANEW = "public, no-cache"
WHOLE = ("application/json", "text/turtle", "application/ld+json")
"""What is told at once. A list in lines isn't held back to be marked."""


class CachedForAnybody:
    """Answers without a token get an ETag of their content, and 304 to whoever has that content already.

    An entry's own ETag is its version, which says when to refuse a change: it stays, and such an answer comes anew,
    because it may also name other entries that have changed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Headers(scope=scope) if scope["type"] == "http" else Headers({})
        if scope.get("method") not in ("GET", "HEAD") or "authorization" in asked or not _of_registry(scope):
            await self.app(scope, receive, send)
            return
        about_now = b"modified_since=" in scope.get("query_string", b"")
        await self.app(scope, receive, _Marked(send, asked.get("if-none-match", ""), about_now=about_now))


class _Marked:
    """Holds an answer until its content is known."""

    def __init__(self, send: Send, known: str, *, about_now: bool) -> None:
        self._send, self._about_now = send, about_now
        self._known = {one.strip().removeprefix("W/") for one in known.split(",")}
        self._start: Message | None = None
        self._content = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _may_be_kept(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._content += message.get("body", b"")
            if not message.get("more_body"):
                await self._tell(self._start)

    async def _tell(self, start: Message) -> None:
        headers, body = MutableHeaders(scope=start), bytes(self._content)
        headers.setdefault("Cache-Control", ASKED_ANEW if self._about_now else KEPT)
        headers["Vary"] = "Authorization, Accept"
        if "etag" not in headers:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            if headers["ETag"] in self._known:
                start, body = {**start, "status": 304}, b""
                for name in ("content-length", "content-type"):
                    del headers[name]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _of_registry(scope: Scope) -> bool:
    return str(scope["path"]).startswith("/v1/")


def _may_be_kept(start: Message) -> bool:
    kind = MutableHeaders(scope=start).get("content-type", "").partition(";")[0]
    return start["status"] == 200 and kind in WHOLE
