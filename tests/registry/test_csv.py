"""Files as people's spreadsheets write them: each oddity is read rightly or told row by row."""

from __future__ import annotations

import time
from typing import Any

import pytest

from services.registry.imports.columns import Column, Columns, Table
from services.registry.imports.errors import (
    EmptyFile,
    MixedEncoding,
    NotACsv,
    QuoteNotClosed,
    TooManyRows,
    WrongColumns,
)
from services.registry.imports.reading import MOST_ROWS, read_table
from services.registry.imports.writing import written_table
from services.shared.errors import Refusal

COLUMNS = Columns(
    (
        Column("name", needed=True, also=("nimi", "namn")),
        Column("email", needed=True, also=("sähköposti", "e-post")),
        Column("valid_to", also=("voimassa", "gäller till"), most=10),
    ),
    key=("email",),
)
PLAIN = "nimi;sähköposti;voimassa\r\nÅsa Öberg;asa@kunta.example;2027-12-31\r\n"


def read(text: str | bytes) -> Table:
    return read_table(text if isinstance(text, bytes) else text.encode(), COLUMNS)


def problems(table: Table) -> dict[int, list[tuple[str, str]]]:
    return {row.number: [(one.column, one.code) for one in row.problems] for row in table.rows if row.problems}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_a_spreadsheets_own_way_of_writing_is_recognised(encoding: str, delimiter: str, line_end: str) -> None:
    table = read(PLAIN.replace(";", delimiter).replace("\r\n", line_end).encode(encoding))
    assert dict(table.rows[0].values) == {
        "name": "Åsa Öberg",
        "email": "asa@kunta.example",
        "valid_to": "2027-12-31",
    }
    assert not table.rows[0].problems
    assert table.delimiter == delimiter
    assert table.encoding == {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}.get(encoding, encoding)


def test_headings_stand_in_any_order_language_and_case_and_empty_rows_keep_the_count() -> None:
    table = read("sep=,\nGÄLLER TILL,E-Post,Namn,\n\n,,,\n2027-01-01,a@b.example,  Ann   Sofie ,\n")
    assert [(row.number, row.values["name"]) for row in table.rows] == [(4, "Ann Sofie")]


@pytest.mark.parametrize(
    ("content", "refusal", "told"),
    [
        (b"", WrongColumns, {"missing": ["name", "email"]}),
        (b"nimi;email\n", EmptyFile, {}),
        (b"nimi;puhelin\nA;1\n", WrongColumns, {"missing": ["email"], "unknown": ["puhelin"]}),
        (b"Aino;131052-308T\n", WrongColumns, {"unknown": ["Aino", "…"]}),
        (b"nimi;namn;email\nA;B;c@d.example\n", WrongColumns, {"twice": ["name"]}),
        (b'nimi;email\nA;a@b.example\nB;"b@b.example\nC;c@b.example\n', QuoteNotClosed, {"row": 3}),
        (b"PK\x03\x04\x14\x00\x06\x00workbook", NotACsv, {}),
        (b"nimi;email\n\x81\x8d;a@b.example\n", NotACsv, {}),
        ("nimi;email\nÄiti;a@b.example\n".encode() + b"\xc4iti;c@d.example\n", MixedEncoding, {"line": 3}),
    ],
)
def test_a_file_that_cant_be_used_says_why(content: bytes, refusal: type[Refusal], told: dict[str, Any]) -> None:
    with pytest.raises(refusal) as refused:
        read(content)
    assert told.items() <= refused.value.data.items()


def test_each_row_tells_what_is_wrong_with_it_and_the_others_are_whole() -> None:
    table = read(
        "name;email;valid_to\n"
        "Aino;aino@a.example;2027-01-01\n"
        ";nimeton@a.example;\n"
        '=HYPERLINK("http://x");kaava@a.example;\n'
        "Veli;+cmd|' /C calc'!A0;\n"
        "131052-308T;hetu@a.example;\n"
        "Aino;AINO@a.example;\n"
        "Pitkä;p@a.example;2027-01-01 klo 12\n"
        "Liikaa;l@a.example;2027-01-01;vielä\n"
    )
    assert problems(table) == {
        3: [("name", "missing")],
        4: [("name", "formula")],
        5: [("email", "formula")],
        6: [("name", "hetu_found")],
        7: [("*", "repeated")],
        8: [("valid_to", "too_long")],
        9: [("*", "too_many_cells")],
    }
    assert table.rows[5].problems[0].row == 2
    assert "131052" not in str(table.rows)


def test_what_is_written_is_read_back_as_it_was_and_runs_in_no_spreadsheet() -> None:
    rows = [
        {"name": "=1+1", "email": "+358 40 123 4567", "valid_to": "-3"},
        {"name": 'Lainaus "ja"; puolipiste', "email": "@x", "valid_to": ""},
    ]
    text = "".join(written_table(COLUMNS.names, rows))
    assert "\n=1" not in text
    assert ";@x" not in text
    assert "'+358" not in text
    table = read(text)
    assert [dict(row.values) for row in table.rows] == rows
    assert not problems(table)


def test_fifty_thousand_rows_are_read_and_one_more_is_told() -> None:
    line = "Matti Meikäläinen {0};matti{0}@kunta.example;2027-12-31\n"
    content = "name;email;valid_to\n" + "".join(line.format(n) for n in range(MOST_ROWS))
    began = time.process_time()
    assert len(read(content).rows) == MOST_ROWS
    assert time.process_time() - began < 5
    with pytest.raises(TooManyRows):
        read_table(content.encode(), COLUMNS, most=9)
