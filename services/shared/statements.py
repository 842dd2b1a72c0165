"""Statements of the busiest operations: compiled once, and run on the driver's own connection.

SQLAlchemy builds and compiles a query, and makes objects of its rows, each time anew: several times what the database
takes to answer. A `Prepared` statement is written with the same tables and columns and does that once.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from psycopg import AsyncRawCursor
from sqlalchemy import Date, DateTime, Insert, LargeBinary, Select, Uuid, func, literal_column, select
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

from services.shared.database import ReadSession, WriteSession
from services.shared.writes import send, send_together

# With the server's own marks for values the driver need not take each statement apart to find where they go
_DIALECT = PGDialectAsync_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
Row = Any
"""A named tuple with the columns of the statement."""


class Prepared:
    """Give it a statement with `bindparam("name")` wherever a value comes in; an insert takes `columns`.

    It runs in the session's transaction, after what the session's objects still hold back.
    """

    def __init__(self, statement: ClauseElement, *, columns: Sequence[str] | None = None) -> None:
        keys = list(columns) if columns else None
        compiled = cast(SQLCompiler, statement.compile(dialect=_DIALECT, column_keys=keys))
        self.sql = str(compiled)
        self._is_insert = isinstance(statement, Insert)
        self._order = tuple(compiled.positiontup or ())
        assert "POSTCOMPILE" not in self.sql, "a list of values makes another statement each time: compare with any_"
        self._adapt: dict[str, Callable[[Any], Any]] = {}
        self._fixed: dict[str, Any] = {}
        for bound, name in compiled.bind_names.items():
            if adapt := bound.type.dialect_impl(_DIALECT).bind_processor(_DIALECT):
                self._adapt[name] = adapt
            if not bound.required:  # a value that stands in the statement itself
                self._fixed[name] = bound.effective_value

    def filled(self, values: Mapping[str, Any]) -> list[Any]:
        """The values as the driver takes them."""
        given = {**self._fixed, **values}
        for name, adapt in self._adapt.items():
            if given[name] is not None:
                given[name] = adapt(given[name])
        return [given[name] for name in self._order]

    async def _ran(self, session: ReadSession, values: Mapping[str, Any]) -> AsyncRawCursor[Any]:
        if session.in_transaction():
            await session.flush()
        return await send(session.driver, self.sql, self.filled(values))

    async def rows(self, session: ReadSession, **values: Any) -> list[Row]:
        return await (await self._ran(session, values)).fetchall()

    async def row(self, session: ReadSession, **values: Any) -> Row:
        """The first row, or None."""
        return await (await self._ran(session, values)).fetchone()

    async def run(self, session: WriteSession, **values: Any) -> int:
        """For what answers no rows; how many it concerned."""
        if not self._is_insert or not session.held:
            return (await self._ran(session, values)).rowcount
        if session.in_transaction():
            await session.flush()
        return await send_together(session.driver, [*session.let_go(), (self.sql, self.filled(values))])

    async def hold(self, session: WriteSession, **values: Any) -> None:
        """An insert that the transaction itself doesn't read: it travels with a later one, or goes before the end."""
        assert self._is_insert
        if any(statement == self.sql for statement, _ in session.held):  # the rows of a table keep their order
            await session.write_held()
        session.held.append((self.sql, self.filled(values)))


class Together:
    """Several lists in one question: `Together(clocks=select(…), log=select(…))`, each with its own order.

    The database makes JSON of them, and here it becomes rows again with the types of their columns.
    """

    def __init__(self, **parts: Select[Any]) -> None:
        self._parts = {name: _Part(name, part) for name, part in parts.items()}
        self._asked = Prepared(select(*(part.as_one_column() for part in self._parts.values())))

    async def lists(self, session: ReadSession, **values: Any) -> dict[str, list[Row]]:
        found = await self._asked.row(session, **values)
        return {name: part.rows(json) for (name, part), json in zip(self._parts.items(), found, strict=True)}


class _Part:
    def __init__(self, name: str, query: Select[Any]) -> None:
        self._name = name
        self._query = query.subquery(name)
        columns = self._query.columns
        self._row: Any = namedtuple(name, columns.keys())  # type: ignore[misc]
        readers = [_reader(column.type) for column in columns]
        self._readers = [(place, read) for place, read in enumerate(readers) if read is not None]

    def as_one_column(self) -> Any:
        values = func.json_agg(func.json_build_array(*self._query.columns))
        return select(func.coalesce(values, literal_column("'[]'"))).scalar_subquery().label(self._name)

    def rows(self, json: list[list[Any]]) -> list[Row]:
        for values in json:
            for place, read in self._readers:
                if values[place] is not None:
                    values[place] = read(values[place])
        return [self._row._make(values) for values in json]


def _reader(kind: Any) -> Callable[[str], Any] | None:
    """What turns JSON's text into the type, None where JSON has the type itself."""
    match kind:
        case Uuid():
            return UUID
        case DateTime():
            return datetime.fromisoformat
        case Date():
            return date.fromisoformat
        case LargeBinary():
            return _bytes
        case _:
            return None


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))
