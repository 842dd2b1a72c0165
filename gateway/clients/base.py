"""How the gateway asks a service for a person: one short-lived token for that service, versions, keys, queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from services.shared.http import Client, Response
from services.shared.identity import Caller, Tokens

Body = Mapping[str, Any]
Params = str | int | bool | None | list[str]


def segment(value: object) -> str:
    """One piece of a path: a slash or a question mark in it stays a character."""
    return quote(str(value), safe="")


@dataclass(frozen=True)
class ServiceClient:
    """One service, asked for one caller. Without a caller only what is public answers.

    Raises RemoteRefusal where the service says no and ServiceUnavailable where it does not answer.
    """

    name: str
    client: Client
    tokens: Tokens
    caller: Caller | None
    patience: float = 10.0
    """Seconds until it is said that the service does not answer."""

    async def get(self, path: str, **params: Params) -> Any:
        return (await self._ask("GET", path, params=params)).json()

    async def download(self, path: str, **params: Params) -> bytes:
        return (await self._ask("GET", path, params=params)).content

    async def post(self, path: str, body: Body, *, expected: int | None = None, key: str | None = None) -> Any:
        return _content(await self._ask("POST", path, body=body, expected=expected, key=key))

    async def send_file(self, path: str, content: bytes, kind: str, *, key: str | None = None) -> Any:
        """A file as it is, of a media type."""
        return _content(await self._ask("POST", path, content=content, kind=kind, key=key))

    async def put(self, path: str, body: Any, *, expected: int | None = None, key: str | None = None) -> Any:
        return _content(await self._ask("PUT", path, body=body, expected=expected, key=key))

    async def patch(self, path: str, body: Body, *, expected: int | None = None, key: str | None = None) -> Any:
        return _content(await self._ask("PATCH", path, body=body, expected=expected, key=key))

    async def delete(self, path: str, *, expected: int | None = None) -> None:
        await self._ask("DELETE", path, expected=expected)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Params] | None = None,
        body: Any = None,
        content: bytes | None = None,
        kind: str = "",
        expected: int | None = None,
        key: str | None = None,
    ) -> Response:
        headers = {"If-Match": f'"{expected}"'} if expected is not None else {}
        if content is not None:
            headers["Content-Type"] = kind
        if key:
            headers["Idempotency-Key"] = key
        return await self.client.request(
            method,
            f"/v1{path}",
            token=self.tokens.for_caller(self.caller, self.name) if self.caller else None,
            json=body,
            content=content,
            params={name: value for name, value in (params or {}).items() if value not in (None, "", [])},
            headers=headers,
            timeout=self.patience,
        )


def _content(answer: Response) -> Any:
    return answer.json() if answer.content else None
