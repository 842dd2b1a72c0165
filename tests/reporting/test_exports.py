"""A file leaves the system: it must carry its own notes, hide what the page hides, and be safe to open."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.exports.rules import DANGEROUS, plain
from services.reporting.exports.words import WORDS
from services.reporting.intake.store import keep_labels
from tests.builders.people import a_person
from tests.support.reports import Open, Reports
from tests.support.told_cases import submitted

NATIONAL = a_person("national")


async def read_csv(reports: Reports, **asked: str) -> tuple[str, list[list[str]]]:
    answer = await reports.as_(NATIONAL).get("/v1/figures/requests/table.csv", params=asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="ot-verkko-requests-2026.csv"'
    text = answer.content.decode("utf-8")
    return text, list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


async def test_the_file_says_it_is_utf8_and_holds_the_table_of_the_page(reports: Reports) -> None:
    await submitted(reports.feed, "12", 30)
    await submitted(reports.feed, "10", 12)
    await reports.pull()
    text, rows = await read_csv(reports, by="yta")
    assert text.startswith("\ufeff")
    assert ["Itä-Suomi", "30", "", "30", "", ""] in rows
    assert ["Pohjois-Suomi", "0", "", "0", "", ""] in rows
    assert ["Yhteensä", "42", "", "42", "", ""] in rows


async def test_what_the_page_hides_the_file_hides(reports: Reports) -> None:
    await submitted(reports.feed, "12", 30)
    await submitted(reports.feed, "10", 12)
    await submitted(reports.feed, "20", 2)
    await reports.pull()
    _, rows = await read_csv(reports, by="yta")
    assert ["Pohjois-Suomi", "", "", "", "", "·· (1–4)"] in rows
    assert ["Itä-Suomi", "", "", "", "", "··"] in rows
    assert not any("2" in row[1:] for row in rows)


async def test_example_data_says_so_in_the_first_row_of_the_file(open_reports: Open) -> None:
    reports = await open_reports(demo=True)
    _, rows = await read_csv(reports, by="yta")
    assert rows[0] == ["Esimerkkiaineisto: luvut ovat keksittyjä"]


async def test_real_data_does_not_say_it_is_an_example(reports: Reports) -> None:
    text, _ = await read_csv(reports, by="yta")
    assert "Esimerkki" not in text


@pytest.mark.parametrize(("language", "words"), [("sv", "Nyckeltal"), ("en", "Indicator")])
async def test_the_file_speaks_the_readers_language(reports: Reports, language: str, words: str) -> None:
    text, _ = await read_csv(reports, by="yta", lang=language)
    assert words in text


async def test_a_name_that_looks_like_a_formula_is_only_text(reports: Reports) -> None:
    formula = '=HYPERLINK("http://bad","Avaa")'
    async with reports.app.state.database.duty("test") as session:
        row = {"scheme": "theme", "key": "vakivalta", "parent": None, "rank": 0}
        await keep_labels(session, [{**row, "fi": formula, "sv": formula, "en": formula}])
    await submitted(reports.feed, "12", 7)
    await reports.pull()
    _, rows = await read_csv(reports, by="theme")
    assert f"'{formula}" in [row[0] for row in rows if row]


@given(st.text(max_size=20), st.sampled_from(DANGEROUS))
def test_no_text_begins_as_a_formula(rest: str, start: str) -> None:
    assert plain(start + rest).startswith("'")
    assert plain(" " + start + rest).startswith("'")


def test_an_ordinary_name_stays_as_it_is() -> None:
    assert plain("Vantaa ja Kerava") == "Vantaa ja Kerava"


def test_every_language_has_every_word() -> None:
    assert WORDS["fi"].keys() == WORDS["sv"].keys() == WORDS["en"].keys()
