"""The statements that are sent to the databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg


@contextmanager
def counted() -> Iterator[list[str]]:
    """What is asked of the databases inside the block; commits are not counted."""
    asked: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def heard(self: Any, query: Any, *rest: Any, **named: Any) -> Any:
        asked.append(str(query))
        return await execute(self, query, *rest, **named)

    psycopg.AsyncCursor.execute = heard  # type: ignore[method-assign]
    try:
        yield asked
    finally:
        psycopg.AsyncCursor.execute = execute  # type: ignore[method-assign]


@contextmanager
def planned() -> Iterator[list[tuple[str, str]]]:
    """Each statement that is asked of the databases inside the block, with how the database goes about it."""
    plans: list[tuple[str, str]] = []
    execute = psycopg.AsyncCursor.execute

    async def heard(self: Any, query: Any, params: Any = None, **named: Any) -> Any:
        if str(query).lstrip().lower().startswith(("select", "insert", "update", "delete", "with")):
            # a statement with the server's own marks is planned once, for whatever values; another for these
            raw = isinstance(self, psycopg.AsyncRawCursor)
            asked = psycopg.AsyncCursor(self.connection)
            explained = f"explain {'(generic_plan)' * raw} {query}"
            await execute(asked, explained, None if raw else params, prepare=False)
            plans.append((str(query), "\n".join(str(row[0]) for row in await asked.fetchall())))
        return await execute(self, query, params, **named)

    psycopg.AsyncCursor.execute = heard  # type: ignore[method-assign]
    try:
        yield plans
    finally:
        psycopg.AsyncCursor.execute = execute  # type: ignore[method-assign]
