"""HTTP/1.1 to our own processes over kept connections: what one hop needs and no more (decision 0001)."""

import asyncio
import json
import re
import ssl
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpResponseParser

MOST_CONNECTIONS = 100
IDLE_SECONDS = 20
"""Less than the other side keeps a connection without a request."""
_UNSAFE = re.compile(r"[\r\n\x00]")
_UNSAFE_IN_TARGET = re.compile(r"[\x00-\x20\x7f]")


class NoAnswer(Exception):
    """Nobody is there, or the connection broke, or the answer took too long; the message names which."""


@dataclass
class Answer:
    """`headers` by their names in lower case."""

    status_code: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    def json(self) -> Any:
        return json.loads(self.content)


class _Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self) -> None:
        self.idle_since = 0.0
        self.reusable = True
        self.heard = False
        self._transport: asyncio.Transport
        self._answered: asyncio.Future[Answer] | None = None

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        self._answer, self._pieces = Answer(), list[bytes]()
        self._parser, self.heard = HttpResponseParser(self), False
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answered

    def close(self) -> None:
        self.reusable = False
        self._transport.close()

    # called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's inherits nothing

    def data_received(self, data: bytes) -> None:
        self.heard = True
        try:
            self._parser.feed_data(data)
        except (HttpParserError, AttributeError) as broken:
            self._fail(type(broken).__name__)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail("closed")

    def _fail(self, why: str) -> None:
        self.close()
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(NoAnswer(why))

    # called by the parser

    def on_header(self, name: bytes, value: bytes) -> None:
        self._answer.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        self.reusable = self.reusable and self._parser.should_keep_alive()
        self._answer.status_code = self._parser.get_status_code()
        self._answer.content = b"".join(self._pieces)
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(self._answer)


class Wire:
    """To one process. Keep it for the life of the process that asks, and close it at the end."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._prefix = parts.hostname or "", parts.path
        self._named = parts.netloc.rpartition("@")[2]
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._idle: list[_Connection] = []
        self._free = asyncio.Semaphore(MOST_CONNECTIONS)

    async def send(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None, timeout: float
    ) -> Answer:
        """Raises NoAnswer; ValueError where the target or a header can't be sent as it is."""
        request = self._request(method, target, headers, body)
        try:
            async with asyncio.timeout(timeout), self._free:
                return await self._sent(request, may_repeat=method == "GET")
        except TimeoutError:
            raise NoAnswer("timeout") from None
        except OSError as failed:
            raise NoAnswer(type(failed).__name__) from failed

    async def _sent(self, request: bytes, *, may_repeat: bool) -> Answer:
        connection = self._kept()
        if connection is None:
            return await self._answer_on(await self._open(), request)
        try:
            return await self._answer_on(connection, request)
        except NoAnswer:
            # the other side may have closed a kept connection in the moment the request was on its way
            if connection.heard or not may_repeat:
                raise
            return await self._answer_on(await self._open(), request)

    async def _answer_on(self, connection: _Connection, request: bytes) -> Answer:
        try:
            answer = await connection.ask(request)
        except BaseException:  # also a request that was cancelled: its answer must not meet the next one
            connection.close()
            raise
        if connection.reusable:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    def _kept(self) -> _Connection | None:
        """The one used last: those that are not needed grow old."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.reusable and now - connection.idle_since < IDLE_SECONDS:
                return connection
            connection.close()
        return None

    async def _open(self) -> _Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, self._host, self._port, ssl=self._tls)
        return connection

    def _request(self, method: str, target: str, headers: dict[str, str], body: bytes | None) -> bytes:
        if _UNSAFE_IN_TARGET.search(target):
            raise ValueError("a space or a line break in the target")
        sent = {"Host": self._named, **headers}
        if body is not None or method not in ("GET", "HEAD", "DELETE"):
            sent["Content-Length"] = str(len(body or b""))
        for name, value in sent.items():
            if _UNSAFE.search(value) or _UNSAFE.search(name):
                raise ValueError("a line break in a header")
        lines = [f"{method} {self._prefix}{target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")

    async def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
