"""Entries as a file: a row is a new entry, or changes the one that has its key.

What becomes of a row is found out by doing it, as if its sender had typed it alone, and undoing it all again. So a file
can do nothing that a page couldn't, is refused for the same reasons, and a row may name an entry of an earlier one.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from pydantic import ValidationError

from services.registry.imports.columns import ALL, Columns, Row
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import Refusal
from services.shared.identity import Caller

MOST_ENTRIES = 2_000
"""Each is carried out by itself, with its history and its event."""
EMPTIED = "-"
"""An empty cell changes nothing: what a spreadsheet left out isn't lost."""
Cells = Mapping[str, str]


@dataclass(frozen=True)
class Kept:
    """An entry as a row of a file."""

    id: UUID
    version: int
    cells: Cells


class Entries(ABC):
    columns: Columns
    most = MOST_ENTRIES
    written = frozenset({"new", "changed"})

    @abstractmethod
    async def kept_by(self, session: ReadSession, caller: Caller) -> list[Kept]:
        """All that the caller may change, by name."""

    @abstractmethod
    async def find(self, session: ReadSession, caller: Caller, cells: Cells) -> Kept | None:
        """The entry with the row's key; None: it would be a new one. Raises NotFound where the key must be known."""

    @abstractmethod
    async def create(self, session: WriteSession, caller: Caller, cells: Cells) -> None: ...

    @abstractmethod
    async def change(self, session: WriteSession, caller: Caller, kept: Kept, cells: Cells, columns: set[str]) -> None:
        """`cells` as they shall be, those that stay too."""

    async def judge(self, session: WriteSession, caller: Caller, rows: Sequence[Row]) -> list[tuple[Row, str]]:
        undone = await session.begin_nested()
        try:
            return [await self._tried(session, caller, row) for row in rows]
        finally:
            await undone.rollback()
            session.let_go()  # what was to travel with a later statement was never done either

    async def write(self, session: WriteSession, caller: Caller, rows: Sequence[Row]) -> None:
        for row in rows:
            await self._carry_out(session, caller, row)

    async def _tried(self, session: WriteSession, caller: Caller, row: Row) -> tuple[Row, str]:
        if row.problems:
            return row, "wrong"
        try:
            async with session.begin_nested():
                return await self._carry_out(session, caller, row)
        except Refusal as refused:
            places = [(one.path, one.code) for one in refused.fields] or [(ALL, refused.code)]
        except ValidationError as invalid:
            places = [(".".join(map(str, one["loc"])), one["type"]) for one in invalid.errors()]
        for path, code in places:
            row = row.with_problem(self._column(path), code)
        return row, "wrong"

    async def _carry_out(self, session: WriteSession, caller: Caller, row: Row) -> tuple[Row, str]:
        kept = await self.find(session, caller, row.values)
        if kept is None:
            await self.create(session, caller, {name: _said(cell) for name, cell in row.values.items()})
            return row, "new"
        wanted = {name: _said(cell) if cell else kept.cells[name] for name, cell in row.values.items()}
        differing = [name for name in self.columns.names if wanted[name] != kept.cells[name]]
        row = replace(row, changes=tuple(differing), version=kept.version)
        if differing:
            await self.change(session, caller, kept, wanted, {*differing})
        return row, "changed" if differing else "same"

    def _column(self, path: str) -> str:
        """`areas.0` stands in `areas`, `name.fi` in `name_fi`, `contact.email` in `email`."""
        first, *rest = path.split(".")
        named = {first, f"{first}_{rest[0]}" if rest else first, rest[0] if rest else first}
        return next((one for one in self.columns.names if one in named), ALL)


def _said(cell: str) -> str:
    return "" if cell == EMPTIED else cell


def several(cell: str) -> list[str]:
    """`12 13`, `12, 13`: how a cell holds more than one."""
    return cell.replace(",", " ").split()
