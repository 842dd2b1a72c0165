"""CSV that a spreadsheet of this country opens rightly, and that `reading.py` reads back as it was."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO

from services.registry.imports.formulas import guarded

MARK = "\ufeff"
"""By which spreadsheets know UTF-8."""


def written_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Line by line, so that a long list needs no memory; the first holds the headings."""
    yield MARK + _line(columns)
    for row in rows:
        yield _line([guarded(row[name]) for name in columns])


def _line(cells: Sequence[str]) -> str:
    out = StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(cells)
    return out.getvalue()
