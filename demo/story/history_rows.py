"""Rows as they will stand in the tables, and the way into the database that is quick enough for many: COPY.

Row-level security lets nobody copy rows in, so the owner of the tables does it, and lifts the security from itself
for just that transaction: nobody else ever sees the tables without it. Lifting waits for everybody who is using a
table, so where services run already it is a superuser who writes: there is nothing to lift for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from pydantic_core import to_json

from services.consultation.models import metadata
from services.shared.database import access_log_table, event_table

Row = tuple[Any, ...]

TABLES = (
    "cases",
    "case_access",
    "case_clocks",
    "case_additions",
    "consents",
    "case_log",
    "invitations",
    "competence_gaps",
    "messages",
    "team_notes",
    "meetings",
    "meeting_participants",
    "work_minutes",
    "answers",
    "answer_blocks",
    "recommendations",
    "signatures",
    "replies",
    "reply_rows",
    "goal_sets",
    "goals",
    "follow_ups",
    "follow_up_rows",
    "goal_results",
)
"""In an order in which nothing is named before it is there."""

_KNOWN = {**metadata.tables, "event": event_table, "access_log": access_log_table}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    name: tuple(column.name for column in _KNOWN[name].columns if column.identity is None)
    for name in (*TABLES, "event", "access_log")
}


class Ids:
    """Identifiers ordered by the time they tell of, as the services' own are, from a fixed seed."""

    def __init__(self, random: Random) -> None:
        self._bits = random.getrandbits
        self._last = self._number = 0

    def at(self, moment: datetime) -> UUID:
        return UUID(int=self._at(moment))

    def text_at(self, moment: datetime) -> str:
        """The same as PostgreSQL reads it, for rows that nothing else names."""
        return f"{self._at(moment):032x}"

    def _at(self, moment: datetime) -> int:
        milliseconds = int(moment.timestamp() * 1000)
        self._number = self._number + 1 if milliseconds == self._last else 0
        self._last = milliseconds
        return (milliseconds << 16 | 0x7000 | self._number) << 64 | 0b10 << 62 | self._bits(62)


@dataclass
class Rows:
    """By table; events and access-log rows come from many cases and are put in order of time before they go in."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def add(self, table: str, row: Row) -> None:
        self.tables[table].append(row)

    def take(self, table: str, values: Mapping[str, Any]) -> None:
        """A row told by its columns' names; those left out are null."""
        self.tables[table].append(tuple(values.get(name) for name in COLUMNS[table]))

    def mark(self) -> dict[str, int]:
        return {name: len(rows) for name, rows in self.tables.items()}

    def back_to(self, mark: Mapping[str, int]) -> None:
        """Forgets what was added since."""
        for name, length in mark.items():
            del self.tables[name][length:]

    def count(self) -> int:
        return sum(len(rows) for rows in self.tables.values())


def as_json(value: Any) -> str:
    return to_json(value).decode()


class Writer:
    """One transaction of the owner of the consultation's tables, or of a superuser."""

    def __init__(self, connection: psycopg.AsyncConnection) -> None:
        self._connection = connection

    async def lift_security(self) -> None:
        await self._for_all_tables("alter table {} no force row level security")

    async def restore_security(self) -> None:
        await self._for_all_tables("alter table {} force row level security")

    async def _for_all_tables(self, statement: str) -> None:
        found = await self._connection.execute(
            "select relname from pg_class where relrowsecurity and relname = any(%s)"
            " and not (select rolsuper from pg_roles where rolname = current_user)",
            [[*TABLES, "answer_numbers"]],
        )
        for (name,) in await found.fetchall():
            await self._connection.execute(sql.SQL(statement).format(sql.Identifier(name)))

    async def put(self, rows: Rows) -> None:
        for table in (*TABLES, "access_log"):
            await copy_rows(self._connection, table, COLUMNS[table], rows.tables[table])
        await self._put_events(rows.tables["event"])

    async def _put_events(self, rows: Sequence[Row]) -> None:
        """In the order of their time, numbered as the feed would number them, under the journal's lock."""
        if not rows:
            return
        found = await self._connection.execute("select last from journal for update")
        row = await found.fetchone()
        assert row is not None
        place, when = COLUMNS["event"].index("position"), COLUMNS["event"].index("at")
        ordered = sorted(rows, key=lambda one: one[when])
        numbered = ((*one[:place], row[0] + at, *one[place + 1 :]) for at, one in enumerate(ordered, start=1))
        await copy_rows(self._connection, "event", COLUMNS["event"], numbered)
        await self._connection.execute("update journal set last = last + %s", [len(ordered)])


async def copy_rows(
    connection: psycopg.AsyncConnection, table: str, columns: Sequence[str], rows: Iterable[Row]
) -> None:
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row(row)
