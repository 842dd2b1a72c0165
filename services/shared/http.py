"""The one place that knows which HTTP client is used between processes (decision 0001)."""

import json as jsons
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self
from urllib.parse import urlencode

import aiohttp
import httpx2
import structlog
from yarl import URL

from services.shared.errors import Invalid, Refusal, ServiceUnavailable
from services.shared.settings import Settings

IDLE_SECONDS = 20
"""Less than the other side keeps a connection without a request."""
_UNFIT_IN_TARGET = re.compile(r"[^\x21-\x7e]")
_UNFIT_IN_HEADER = re.compile(r"[^\t\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Response:
    """`headers` by their names in lower case."""

    status_code: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return jsons.loads(self.content)


class NoAnswer(Exception):
    """Nobody is there, or the connection broke, or the answer took too long; the message names which."""


class RemoteRefusal(Refusal):
    """Another service said no; its status and code travel on unchanged."""

    def __init__(self, service: str, status: int, body: dict[str, Any]) -> None:
        self.service = service
        self.status = status  # type: ignore[misc]
        self.code = str(body.get("code", "refused"))  # type: ignore[misc]
        super().__init__(str(body.get("detail", "")))
        self.body = body
        self.data = {k: v for k, v in body.items() if k not in _PROBLEM_MEMBERS}
        self.fields = body.get("fields", [])


_PROBLEM_MEMBERS = frozenset({"type", "title", "status", "code", "detail", "fields", "request_id"})


class Client:
    """Asks one service. Raises ServiceUnavailable where it doesn't answer, RemoteRefusal where it says no."""

    def __init__(self, service: str, carrier: "_Carrier") -> None:
        self.service = service
        self._carrier = carrier

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._carrier.close()

    async def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        json: Any = None,
        content: bytes | None = None,
        params: Any = None,
        headers: dict[str, str] | None = None,
        timeout: float = 10.0,
        refuse: bool = True,
    ) -> Response:
        """`refuse=False` hands back every answer as it is."""
        sent = _same_trace() | (headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if json is not None:
            sent["Content-Type"] = "application/json"
            content = jsons.dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
        target = _with_query(path, params)
        _refuse_unfit(target, sent)
        try:
            answer = await self._carrier.send(method, target, sent, content, timeout)
        except NoAnswer as failed:
            raise ServiceUnavailable(str(failed), service=self.service) from failed
        if refuse and answer.status_code >= 500:
            # a neighbour may be well, and its own neighbour not
            missing = _problem_of(answer).get("service", self.service)
            raise ServiceUnavailable(f"answered {answer.status_code}", service=missing)
        if refuse and answer.status_code >= 400:
            raise RemoteRefusal(self.service, answer.status_code, _problem_of(answer))
        return answer


def _same_trace() -> dict[str, str]:
    """One id from the browser's request through every service's logs."""
    known = structlog.contextvars.get_contextvars().get("request_id")
    return {"traceparent": f"00-{known}-{secrets.token_hex(8)}-01"} if known else {}


def _problem_of(answer: Response) -> dict[str, Any]:
    if "json" not in answer.headers.get("content-type", ""):
        return {}
    body = answer.json()
    return body if isinstance(body, dict) else {}


def _with_query(path: str, params: Mapping[str, Any] | None) -> str:
    if not params:
        return path
    plain = {name: str(value).lower() if isinstance(value, bool) else value for name, value in params.items()}
    return f"{path}{'&' if '?' in path else '?'}{urlencode(plain, doseq=True)}"


def _refuse_unfit(target: str, headers: Mapping[str, str]) -> None:
    """A target is one request and a header one line, whoever wrote what stands in them."""
    if _UNFIT_IN_TARGET.search(target):
        raise Invalid("a target that can't be sent")
    if any(_UNFIT_IN_HEADER.search(text) for header in headers.items() for text in header):
        raise Invalid("a header that can't be sent")


class _Carrier(Protocol):
    async def send(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None, timeout: float
    ) -> Response:
        """Raises NoAnswer."""

    async def close(self) -> None: ...


class _OverNetwork:
    def __init__(self, address: str) -> None:
        self._address = address
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None, timeout: float
    ) -> Response:
        try:
            async with self._opened().request(
                method,
                URL(self._address + target, encoded=True),
                headers=headers,
                data=body,
                timeout=aiohttp.ClientTimeout(total=timeout),
                allow_redirects=False,
                middlewares=() if method == "GET" else (_once,),
            ) as got:
                content = await got.read()
        except TimeoutError:
            raise NoAnswer("timeout") from None
        except aiohttp.ClientError as failed:
            raise NoAnswer(type(failed).__name__) from failed
        # as bytes: whoever sent them may have meant latin-1, and aiohttp reads UTF-8
        names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in got.raw_headers}
        return Response(got.status, names, content)

    def _opened(self) -> aiohttp.ClientSession:
        """Made at the first request, on the loop that asks. It adds no header of its own and keeps no cookie."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
                trust_env=False,
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


async def _once(request: aiohttp.ClientRequest, ask: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """aiohttp sends PUT and DELETE again where a connection broke, and the first may have been done."""
    try:
        return await ask(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as failed:
        raise NoAnswer(type(failed).__name__) from failed


class _OverTransport:
    """Where another application in the same process answers instead of the network."""

    def __init__(self, address: str, transport: httpx2.AsyncBaseTransport) -> None:
        self._client = httpx2.AsyncClient(base_url=address, transport=transport, trust_env=False)

    async def send(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None, timeout: float
    ) -> Response:
        try:
            got = await self._client.request(method, target, content=body, headers=headers, timeout=timeout)
        except httpx2.TransportError as failed:
            raise NoAnswer(type(failed).__name__) from failed
        return Response(got.status_code, {name.lower(): value for name, value in got.headers.items()}, got.content)

    async def close(self) -> None:
        await self._client.aclose()


def client_for(settings: Settings, service: str, *, base_url: str | None = None) -> Client:
    """A client with its own connections: keep it for the life of the process and close it at the end.

    `base_url` names somebody who is not one of our own processes.
    """
    address = (base_url or settings.address_of(service)).rstrip("/")
    transport = settings.transports.get(address)
    return Client(service, _OverTransport(address, transport) if transport else _OverNetwork(address))
