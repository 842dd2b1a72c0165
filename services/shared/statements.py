"""Statements of the busiest operations: compiled once, and run on the driver's own connection.

SQLAlchemy builds and compiles a query, and makes objects of its rows, each time anew: several times what the database
takes to answer. A `Prepared` statement is written with the same tables and columns and does that once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from psycopg import AsyncCursor
from psycopg.rows import namedtuple_row
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

from services.shared.database import ReadSession, WriteSession

_DIALECT = PGDialectAsync_psycopg()  # type: ignore[no-untyped-call]
Row = Any
"""A named tuple with the columns of the statement."""


class Prepared:
    """Give it a statement with `bindparam("name")` wherever a value comes in; an insert takes `columns`.

    It runs in the session's transaction, but doesn't flush: what ORM objects hold back isn't there yet for it.
    """

    def __init__(self, statement: ClauseElement, *, columns: Sequence[str] | None = None) -> None:
        keys = list(columns) if columns else None
        compiled = cast(SQLCompiler, statement.compile(dialect=_DIALECT, column_keys=keys))
        self.sql = str(compiled)
        self._adapt: dict[str, Callable[[Any], Any]] = {}
        self._fixed: dict[str, Any] = {}
        for bound, name in compiled.bind_names.items():
            if adapt := bound.type.dialect_impl(_DIALECT).bind_processor(_DIALECT):
                self._adapt[name] = adapt
            if not bound.required:  # a value that stands in the statement itself
                self._fixed[name] = bound.effective_value

    def filled(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as the driver takes them."""
        given = {**self._fixed, **values}
        for name, adapt in self._adapt.items():
            if given[name] is not None:
                given[name] = adapt(given[name])
        return given

    async def rows(self, session: ReadSession, **values: Any) -> list[Row]:
        async with AsyncCursor(session.driver, row_factory=namedtuple_row) as cursor:
            await cursor.execute(self.sql, self.filled(values))
            return await cursor.fetchall()

    async def row(self, session: ReadSession, **values: Any) -> Row:
        """The first row, or None."""
        async with AsyncCursor(session.driver, row_factory=namedtuple_row) as cursor:
            await cursor.execute(self.sql, self.filled(values))
            return await cursor.fetchone()

    async def run(self, session: WriteSession, **values: Any) -> int:
        """For what answers no rows; how many it concerned."""
        async with AsyncCursor(session.driver) as cursor:
            await cursor.execute(self.sql, self.filled(values))
            return cursor.rowcount
