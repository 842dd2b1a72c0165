"""The one place that knows which HTTP client is used between processes (decision 0001)."""

import secrets
from typing import Any, Self

import httpx2
import structlog

from services.shared.errors import Refusal, ServiceUnavailable
from services.shared.settings import Settings

Response = httpx2.Response


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

    def __init__(self, service: str, client: httpx2.AsyncClient) -> None:
        self.service = service
        self._client = client

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._client.aclose()

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
        try:
            answer = await self._client.request(
                method, path, json=json, content=content, params=params, headers=sent, timeout=timeout
            )
        except httpx2.TransportError as failed:
            raise ServiceUnavailable(type(failed).__name__, service=self.service) from failed
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


def client_for(settings: Settings, service: str, *, base_url: str | None = None) -> Client:
    """A client with its own connection pool: keep it for the life of the process and close it at the end."""
    address = (base_url or settings.address_of(service)).rstrip("/")
    return Client(
        service,
        httpx2.AsyncClient(
            base_url=address,
            transport=settings.transports.get(address),
            trust_env=False,
            limits=httpx2.Limits(max_connections=100, max_keepalive_connections=50, keepalive_expiry=30),
        ),
    )
