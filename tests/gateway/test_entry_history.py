"""The history of an entry, in words: never a bare code where there is a name for it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.entry_words import Teller, organisations_in
from gateway.pages.case_names import Names

ORGANISATION = "5b0d5f3e-7f3c-4a5e-9a55-0f6b7d1c2e3f"
NAMES = Names({"areas": {"12": {"fi": "Etelä-Savo", "sv": "Södra Savolax", "en": None}}}, {})


def told(field: str, value: Any, *, language: Any = "fi") -> list[str]:
    teller = Teller(NAMES, language, {ORGANISATION: {"fi": "Pohjois-Savon hyvinvointialue", "sv": "Norra Savolax"}})
    return teller.lines(field, value)


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("areas", ["12", "77"], ["Etelä-Savo, 77"]),
        ("parent", ORGANISATION, ["Pohjois-Savon hyvinvointialue"]),
        ("active", True, ["Kyllä"]),
        ("active", False, ["Ei"]),
        ("valid_from", "2026-11-24", ["ti 24.11.2026"]),
        ("valid_from", "2026-99-99", ["2026-99-99"]),
        ("title", None, []),
        ("areas", [], []),
        ("capacity", 1500, ["1\N{NO-BREAK SPACE}500"]),
        ("name", {"fi": "Silta", "sv": "Bron", "en": None}, ["fi: Silta", "sv: Bron"]),
        ("contact", {"email": "a@b.example", "phone": None}, ["Sähköposti: a@b.example"]),
        ("level", 3, ["Vahva"]),
    ],
)
def test_a_value_is_told_as_people_read_it(field: str, value: Any, shown: list[str]) -> None:
    assert told(field, value) == shown


def test_the_reader_s_language_decides() -> None:
    assert told("areas", ["12"], language="sv") == ["Södra Savolax"]


def test_only_organisations_of_the_changes_are_looked_up() -> None:
    changes = [{"fields": [{"field": "parent", "before": None, "after": ORGANISATION}]}]
    assert organisations_in(changes) == {ORGANISATION}
    assert organisations_in([{"fields": [{"field": "title", "before": None, "after": ORGANISATION}]}]) == set()
