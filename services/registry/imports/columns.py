"""What a file of a kind may hold, and a row of it once it has been read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from services.registry.imports.errors import WrongColumns
from services.shared.personal_codes import holds_code

ALL = "*"
"""In place of a column, for what is wrong with a whole row."""


@dataclass(frozen=True)
class Column:
    """`also` are other headings it goes by, in any case: those of the pages' languages. `most` in characters."""

    name: str
    needed: bool = False
    also: tuple[str, ...] = ()
    most: int = 200

    @property
    def headings(self) -> frozenset[str]:
        return frozenset(heading(one) for one in (self.name, *self.also))


def heading(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


@dataclass(frozen=True)
class Columns:
    """`key`: the columns that together tell one entry from another; two rows with the same are a mistake."""

    all: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.all)

    def known(self, text: str) -> Column | None:
        wanted = heading(text)
        return next((one for one in self.all if wanted in one.headings), None)

    def named_in(self, header: list[str]) -> list[Column | None]:
        """The column of each cell of a header; None under an empty heading. Raises WrongColumns."""
        found = [self.known(cell) for cell in header]
        unknown = [cell for cell, column in zip(header, found, strict=True) if column is None and cell.strip()]
        names = [column.name for column in found if column]
        missing = [one.name for one in self.all if one.needed and one.name not in names]
        twice = sorted({name for name in names if names.count(name) > 1})
        if unknown or missing or twice:
            # a file without headings shows its first entry here
            short = ["…" if holds_code(cell) else cell[:60] for cell in unknown[:20]]
            raise WrongColumns(missing=missing, unknown=short, twice=twice, expected=list(self.names))
        return found


@dataclass(frozen=True)
class CellProblem:
    """`row` is another row of the file that it concerns: the first of two with the same key."""

    column: str
    code: str
    row: int | None = None


@dataclass(frozen=True)
class Row:
    """`number` is as a spreadsheet shows it: the header is row 1. Every column has a value, empty where none is given.

    A cell that must not be kept (a personal identity code) is emptied before anybody else sees it.
    """

    number: int
    values: Mapping[str, str]
    problems: tuple[CellProblem, ...] = field(default=())
    changes: tuple[str, ...] = ()
    """The columns in which it differs from the entry that is there."""
    version: int = 0
    """That entry's; 0 where there is none."""

    def with_problem(self, column: str, code: str, row: int | None = None) -> Self:
        return replace(self, problems=(*self.problems, CellProblem(column, code, row)))


@dataclass(frozen=True)
class Table:
    """`encoding` and `delimiter` as they were recognised, for telling the person how their file was understood."""

    encoding: str
    delimiter: str
    rows: tuple[Row, ...]
