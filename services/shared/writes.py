"""Several inserts in one statement: a round trip for each takes longer than the writing."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import AsyncRawCursor
from psycopg.rows import namedtuple_row

_MARK = re.compile(r"\$(\d+)")

Write = tuple[str, Sequence[Any]]
"""A statement with the server's own marks for its values ($1, $2…), and the values."""


async def send(driver: psycopg.AsyncConnection[Any], statement: str, values: Sequence[Any]) -> AsyncRawCursor[Any]:
    return await AsyncRawCursor(driver, row_factory=namedtuple_row).execute(statement, values)


async def send_together(driver: psycopg.AsyncConnection[Any], writes: Sequence[Write]) -> int:
    """Inserts that neither read nor need each other. Returns how many rows the last of them concerned."""
    statement = together(tuple(statement for statement, _ in writes))
    return (await send(driver, statement, [value for _, values in writes for value in values])).rowcount


@lru_cache(maxsize=1000)
def together(statements: tuple[str, ...]) -> str:
    """The last one, with those before it in its `with`."""
    numbered, before = list[str](), 0
    for statement in statements:
        numbered.append(_numbered_after(before, statement))
        before += len({*_MARK.findall(statement)})
    *carried, last = numbered
    named = ", ".join(f"carried_{place} as ({statement})" for place, statement in enumerate(carried))
    return f"with {named} {last}" if carried else last


def _numbered_after(before: int, statement: str) -> str:
    return _MARK.sub(lambda mark: f"${int(mark[1]) + before}", statement)
