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
