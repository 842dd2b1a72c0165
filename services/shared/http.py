"""The one place that knows which HTTP client is used between processes (decision 0001)."""

import json as jsons
import secrets
from collections.abc import Mapping
from typing import Any, Protocol, Self
from urllib.parse import urlencode

import httpx2
import structlog

from services.shared.errors import Invalid, Refusal, ServiceUnavailable
from services.shared.settings import Settings
from services.shared.wire import Answer, NoAnswer, Wire

Response = Answer


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
        try:
            answer = await self._carrier.send(method, _with_query(path, params), sent, content, timeout)
        except NoAnswer as failed:
            raise ServiceUnavailable(str(failed), service=self.service) from failed
        except ValueError as unfit:
            raise Invalid("a header that can't be sent") from unfit
        if refuse and answer.status_code >= 500:
            missing = _problem_of(answer).get(
                "service", self.service
            )  # a neighbour may be well, and its own neighbour not
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


class _Carrier(Protocol):
    async def send(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None, timeout: float
    ) -> Answer: ...

    async def close(self) -> None: ...


class _OverHttpx:
    """For whoever is not one of our own processes, and where a transport answers instead of the network."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client

    async def send(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None, timeout: float
    ) -> Answer:
        try:
            got = await self._client.request(method, target, content=body, headers=headers, timeout=timeout)
        except httpx2.TransportError as failed:
            raise NoAnswer(type(failed).__name__) from failed
        return Answer(got.status_code, {name.lower(): value for name, value in got.headers.items()}, got.content)

    async def close(self) -> None:
        await self._client.aclose()


def client_for(settings: Settings, service: str, *, base_url: str | None = None) -> Client:
    """A client with its own connections: keep it for the life of the process and close it at the end.

    `base_url` names somebody who is not one of our own processes.
    """
    address = (base_url or settings.address_of(service)).rstrip("/")
    transport = settings.transports.get(address)
    if transport is None and base_url is None:
        return Client(service, Wire(address))
    return Client(service, _OverHttpx(httpx2.AsyncClient(base_url=address, transport=transport, trust_env=False)))
