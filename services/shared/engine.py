"""Connections to a database: a pool of SQLAlchemy's, and the driver's own connection under each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

_PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan"


def engine_for(dsn: str, *, size: int = 10) -> AsyncEngine:
    """`dsn` is a plain postgresql:// address. Parameters never reach a log: they may hold a case's text.

    Statements are planned once for a connection: planning what row-level security adds takes longer than running it.
    A statement stands alone unless a transaction was begun with a message of our own: see `Database`.
    """
    return create_async_engine(
        dsn.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=size,
        max_overflow=0,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"autocommit": True, "prepare_threshold": 2, "options": _PLANNED_ONCE},
    )


@dataclass(frozen=True)
class Lane:
    """A connection and the driver's own under it, which takes a fraction of the time for a statement."""

    connection: AsyncConnection
    driver: psycopg.AsyncConnection[Any]


@asynccontextmanager
async def lane_on(engine: AsyncEngine) -> AsyncIterator[Lane]:
    """Where the server has gone away the other connections are given up too: the next request gets a new one."""
    async with engine.connect() as connection:
        driver: psycopg.AsyncConnection[Any] | None = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        try:
            yield Lane(connection, driver)
        except psycopg.OperationalError:
            if driver.closed:
                await engine.dispose()
            raise
