"""The same request sent twice does one thing. The key's row holds no body: a replay reads the result again."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from fastapi import Request, Response
from sqlalchemy import Text, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from services.shared.database import WriteSession, idempotency_key_table
from services.shared.errors import Conflict, Invalid
from services.shared.statements import Prepared, Row

MAX_KEY = 200
KEPT_FOR = timedelta(days=7)


_keys = idempotency_key_table.c
_lock = func.pg_try_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=Text), 0)).label("free")
_one = select(_lock).subquery()
_LOCK = Prepared(
    select(_one.c.free, _keys.hash, _keys.result).select_from(
        _one.outerjoin(idempotency_key_table, (_keys.person == bindparam("person")) & (_keys.key == bindparam("key")))
    )
)
_KEEP = Prepared(insert(idempotency_key_table).on_conflict_do_nothing(), columns=_keys.keys())


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
        earlier = await self._locked(person)
        if earlier.hash is not None:
            if earlier.hash != self._hash:
                raise IdempotencyKeyReused()
            self._response.headers["Idempotent-Replayed"] = "true"
            return await again(earlier.result)
        result = await act()
        kept = await _KEEP.run(
            self._session,
            person=person,
            key=self._key,
            hash=self._hash,
            status=self._response.status_code or 200,
            result=str(result.id),
            at=self._session.clock.now(),
        )
        if not kept:  # the first ended between the look and the lock: this one is undone
            raise RequestInProgress()
        return result

    async def _locked(self, person: str) -> Row:
        """The key is this request's alone until it ends; an earlier one's hash and result, if there was one."""
        found = await _LOCK.row(self._session, name=f"{person}\n{self._key}", person=person, key=self._key)
        if not found.free:
            raise RequestInProgress()
        return found


async def forget_old_keys(session: WriteSession) -> None:
    """A key protects against a repeated request, not against next week's."""
    table = idempotency_key_table
    await session.execute(delete(table).where(table.c.at < session.clock.now() - KEPT_FOR))
