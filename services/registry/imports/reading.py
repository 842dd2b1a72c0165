"""CSV as spreadsheets of this country write it, read into rows, each with what is wrong with it; nothing is written.

How a kind is added: declare its columns, read, then say what would become of each row that has no problem yet.

    COLUMNS = Columns((Column("name", also=("nimi", "namn")), Column("email", needed=True)), key=("email",))
    table = read_table(content, COLUMNS)      # raises what stands in errors.py: the file as a whole can't be used
    for row in table.rows:
        row.problems or judge(row.values)     # cells are text: trimmed, composed, within length, without formulas

UTF-8 with and without a mark, UTF-16 with one and Windows-1252 are recognised, and so are `;`, `,` and tabulators.
Headings may be in any order and in any of a column's languages. `writing.py` writes what this reads.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from io import StringIO

from services.registry.imports.columns import ALL, CellProblem, Column, Columns, Row, Table
from services.registry.imports.errors import EmptyFile, MixedEncoding, NotACsv, QuoteNotClosed, TooManyRows
from services.registry.imports.formulas import is_formula, without_guard
from services.shared.personal_codes import holds_code

MOST_ROWS = 50_000
DELIMITERS = (";", ",", "\t")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DIGITS_OF_A_CODE = 9
_LINE_END = re.compile(r"\r\n?|\n")
_NORDIC_IN_UTF8 = re.compile(rb"\xc3[\x84\x85\x96\xa4\xa5\xb6\xa9]")
"""å ä ö é: in Windows-1252 these pairs would be two letters that nobody writes one after the other."""


def read_table(content: bytes, columns: Columns, *, most: int = MOST_ROWS) -> Table:
    """Raises NotACsv, MixedEncoding, QuoteNotClosed, EmptyFile, WrongColumns, TooManyRows."""
    text, encoding = decoded(content)
    delimiter, text = _delimiter_of(text, columns)
    records = _records(text, delimiter)
    found = columns.named_in(next((cells for _, cells in records), []))
    rows: list[Row] = []
    for number, cells in records:
        if len(rows) >= most:
            raise TooManyRows(most=most)
        rows.append(_row(number, cells, found, columns))
    if not rows:
        raise EmptyFile()
    return Table(encoding, delimiter, tuple(_without_repeats(rows, columns.key)))


def decoded(content: bytes) -> tuple[str, str]:
    """The text and what it was written in. Raises NotACsv, MixedEncoding."""
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    try:
        text, encoding = content.decode(marked or "utf-8"), (marked or "utf-8").removesuffix("-sig")
    except UnicodeDecodeError as broken:
        text, encoding = _older(content, broken, marked), "windows-1252"
    if "\x00" in text:
        raise NotACsv()
    return text, encoding


def _older(content: bytes, broken: UnicodeDecodeError, marked: str | None) -> str:
    if marked or _NORDIC_IN_UTF8.search(content):
        raise MixedEncoding(line=content[: broken.start].count(b"\n") + 1)
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as unreadable:
        raise NotACsv() from unreadable


def _delimiter_of(text: str, columns: Columns) -> tuple[str, str]:
    """The one that finds most of the headings; a first line `sep=;`, as some spreadsheets write it, is left out."""
    first, *rest = _LINE_END.split(text.lstrip("\r\n"), maxsplit=1)
    if first.strip().lower() in {f"sep={one}" for one in DELIMITERS}:
        return first.strip()[-1], "".join(rest)
    return max(DELIMITERS, key=lambda one: sum(columns.known(cell) is not None for cell in _cells(first, one))), text


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Those that hold something, with their numbers. Raises QuoteNotClosed, NotACsv."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as broken:
            if "unexpected end" in str(broken) or "expected after" in str(broken) or "field larger" in str(broken):
                raise QuoteNotClosed(row=number) from broken
            raise NotACsv() from broken
        if any(cell.strip() for cell in cells):
            yield number, cells


def _row(number: int, cells: list[str], found: list[Column | None], columns: Columns) -> Row:
    row = Row(number, dict.fromkeys(columns.names, ""))
    if any(cell.strip() for cell in cells[len(found) :]):
        row = row.with_problem(ALL, "too_many_cells")
    values, problems = dict(row.values), list(row.problems)
    for column, cell in zip(found, cells, strict=False):
        if column is not None:
            values[column.name], code = _value(cell, column)
            problems += [CellProblem(column.name, code)] if code else []
    wrong = {problem.column for problem in problems}
    for column in columns.all:
        if column.needed and not values[column.name] and column.name not in wrong:
            problems.append(CellProblem(column.name, "missing"))
    return Row(number, values, tuple(problems))


def _value(cell: str, column: Column) -> tuple[str, str]:
    """The cleaned text, and the code of what is wrong with it or nothing."""
    text = without_guard(" ".join(unicodedata.normalize("NFC", cell).split()))
    if sum(map(str.isdigit, text)) >= _DIGITS_OF_A_CODE and holds_code(text):
        return "", "hetu_found"
    if not text.isprintable() and any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        return "", "control_character"
    if len(text) > column.most:
        return text[: column.most], "too_long"
    return text, "formula" if is_formula(cell) else ""


def _without_repeats(rows: list[Row], key: tuple[str, ...]) -> Iterator[Row]:
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        own = tuple(row.values[name].casefold() for name in key)
        earlier = first.setdefault(own, row.number)
        yield row if earlier == row.number or not any(own) else row.with_problem(ALL, "repeated", earlier)
