"""The same request sent twice does one thing. The key's row holds no body: a replay reads the result again."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from fastapi import Request, Response
from sqlalchemy import delete, insert, select, text

from services.shared.database import WriteSession, idempotency_key_table
from services.shared.errors import Conflict, Invalid

MAX_KEY = 200
KEPT_FOR = timedelta(days=7)


class RequestInProgress(Conflict):
    """The first request with this key has not ended yet."""

    code = "request_in_progress"


class IdempotencyKeyReused(Invalid):
    """The key was used for another request."""

    code = "idempotency_key_reused"


class HasId(Protocol):
    @property
    def id(self) -> Any: ...


R = TypeVar("R", bound=HasId)


class Once:
    """Runs an act once per caller and `Idempotency-Key`; without a key it simply runs it."""

    def __init__(self, request: Request, response: Response, session: WriteSession, body: bytes) -> None:
        self._key = request.headers.get("Idempotency-Key", "")
        if len(self._key) > MAX_KEY:
            raise Invalid("Idempotency-Key is too long")
        self._hash = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).digest()
        self._response = response
        self._session = session

    async def run(self, act: Callable[[], Awaitable[R]], again: Callable[[Any], Awaitable[R]]) -> R:
        """`again` is given the first result's id as text. Raises RequestInProgress, IdempotencyKeyReused."""
        if not self._key:
            return await act()
        person = self._session.caller.person or self._session.caller.id
        await self._lock(person)
        if earlier := await self._earlier(person):
            if earlier.hash != self._hash:
                raise IdempotencyKeyReused()
            self._response.headers["Idempotent-Replayed"] = "true"
            return await again(earlier.result)
        result = await act()
        await self._session.execute(
            insert(idempotency_key_table).values(
                person=person,
                key=self._key,
                hash=self._hash,
                status=self._response.status_code or 200,
                result=str(result.id),
                at=self._session.clock.now(),
            )
        )
        return result

    async def _lock(self, person: str) -> None:
        free = await self._session.scalar(
            text("select pg_try_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"{person}\n{self._key}"}
        )
        if not free:
            raise RequestInProgress()

    async def _earlier(self, person: str) -> Any:
        table = idempotency_key_table.c
        query = select(table.hash, table.result).where(table.person == person, table.key == self._key)
        return (await self._session.execute(query)).one_or_none()


async def forget_old_keys(session: WriteSession) -> None:
    """A key protects against a repeated request, not against next week's."""
    table = idempotency_key_table
    await session.execute(delete(table).where(table.c.at < session.clock.now() - KEPT_FOR))
