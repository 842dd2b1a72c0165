"""One request, one transaction, and a database that knows who is asking.

Every transaction begins with one message that says whether it may write and who the caller is, so that row-level
security holds even where a query forgets its condition.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import uuid_utils
from psycopg.sql import quote
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.clock import Clock
from services.shared.encryption import KeyStore
from services.shared.engine import engine_for, lane_on
from services.shared.identity import Caller
from services.shared.settings import Settings
from services.shared.writes import Write, send_together

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_metadata() -> MetaData:
    return MetaData(naming_convention=NAMING)


def new_id() -> UUID:
    """Ordered by time, made here and not in the database (uuid version 7)."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


shared_metadata = new_metadata()
"""Tables that every service's database has."""

event_table = Table(
    "event",
    shared_metadata,
    Column("id", Uuid, primary_key=True),
    Column("entered", BigInteger, Identity(always=True), nullable=False),
    Column("position", BigInteger, unique=True),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("data", JSONB, nullable=False),
    Index("ix_event_unnumbered", "entered", postgresql_where=text("position is null")),
)

journal_table = Table(
    "journal",
    shared_metadata,
    Column("one", Boolean, primary_key=True, server_default=text("true")),
    Column("last", BigInteger, nullable=False, server_default=text("0")),
    CheckConstraint("one", name="single"),
)

access_log_table = Table(
    "access_log",
    shared_metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("via", Text),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subjects", ARRAY(Uuid)),
    Column("part", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Index(None, "subject", "at"),
    Index(None, "person", "at"),
    Index("ix_access_log_subjects", "subjects", postgresql_using="gin"),
)

idempotency_key_table = Table(
    "idempotency_key",
    shared_metadata,
    Column("person", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("result", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("person", "key"),
    Index(None, "at"),
)


S = TypeVar("S", bound="ReadSession")


@lru_cache(maxsize=1000)
def _beginning(caller: Caller, read_only: bool, duty: str) -> str:
    """Begins a transaction and says whether it may write and who the caller is: in one message to the database."""
    settings = {
        "transaction_read_only": "on" if read_only else "off",
        "ot.person": caller.person,
        "ot.ytas": ",".join(sorted(caller.ytas_as("coordinator"))),
        "ot.organisations": _organisations_through(caller),
        "ot.duty": duty,
    }
    named = ", ".join(f"set_config('{name}', {quote(value)}, true)" for name, value in settings.items())
    return f"begin; select {named}"


def _organisations_through(caller: Caller) -> str:
    """Whose a person is while they act through another system; empty where they act by themselves."""
    if caller.via is None:
        return ""
    return ",".join(sorted({m.organisation for m in caller.memberships if m.organisation})) or str(UUID(int=0))


class ReadSession(AsyncSession):
    """A transaction that can't write: for what holds no case."""

    driver: psycopg.AsyncConnection[Any]
    """The driver's own connection, in the same transaction: for `Prepared` statements, which need no more."""

    @property
    def caller(self) -> Caller:
        return self.info["caller"]  # type: ignore[no-any-return]

    @property
    def clock(self) -> Clock:
        return self.info["clock"]  # type: ignore[no-any-return]

    @property
    def settings(self) -> Settings:
        return self.info["settings"]  # type: ignore[no-any-return]

    @property
    def request_id(self) -> str:
        return str(self.info.get("request_id", ""))

    @property
    def keys(self) -> KeyStore:
        return self.info["keys"]  # type: ignore[no-any-return]


class WriteSession(ReadSession):
    """A transaction that changes something, or that leaves a trace of a look."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held: list[Write] = []
        """Inserts that wait for the next one to travel with: see `Prepared.hold`."""

    def let_go(self) -> list[Write]:
        held, self.held = self.held, []
        return held

    async def write_held(self) -> None:
        if self.in_transaction():
            await self.flush()
        if self.held:
            await send_together(self.driver, self.let_go())


class Database:
    """A process's own database. Yields sessions; commits where the block ends well, rolls back where it doesn't."""

    def __init__(self, settings: Settings, clock: Clock, **info: Any) -> None:
        self.engine = engine_for(settings.database)
        self._info = {"clock": clock, "settings": settings, **info}

    @asynccontextmanager
    async def read(self, caller: Caller, **info: Any) -> AsyncIterator[ReadSession]:
        async with self._session(ReadSession, caller, read_only=True, duty="", **info) as session:
            yield session

    @asynccontextmanager
    async def write(self, caller: Caller, **info: Any) -> AsyncIterator[WriteSession]:
        async with self._session(WriteSession, caller, read_only=False, duty="", **info) as session:
            yield session

    @asynccontextmanager
    async def duty(self, name: str, **info: Any) -> AsyncIterator[WriteSession]:
        """The service's own work (a sweep, a disposal), which must see every row. Never opened for a request."""
        caller = Caller(kind="service", id=self._info["settings"].process, name=name)
        async with self._session(WriteSession, caller, read_only=False, duty=name, **info) as session:
            yield session

    @asynccontextmanager
    async def _session(
        self, kind: type[S], caller: Caller, *, read_only: bool, duty: str, **info: Any
    ) -> AsyncIterator[S]:
        async with lane_on(self.engine) as lane:
            await lane.driver.execute(_beginning(caller, read_only, duty))
            session = kind(lane.connection, expire_on_commit=False, info={**self._info, "caller": caller, **info})
            session.driver = lane.driver
            yield session
            if isinstance(session, WriteSession):
                await session.write_held()
            # a transaction that only prepared statements used is unknown to the session: it has nothing to flush
            await (session.commit() if session.in_transaction() else lane.driver.commit())

    async def close(self) -> None:
        await self.engine.dispose()
