"""Many more ended cases, for their weight alone: each repeats one that was told in full, as somebody else's.

An echo has its own key, code, asker and texts that open, and its rows in the tables that every list walks through:
the case, who may read it, its clocks. What hangs further below is left to the cases that were told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from demo.story.history_case import PastCase
from demo.story.history_rows import COLUMNS, Ids, Row, Rows
from demo.story.history_write import Keys

ASKERS = 200_000
_CASES = COLUMNS["cases"]
_AT = {name: place for place, name in enumerate(_CASES)}
_SEALED = tuple(place for name, place in _AT.items() if name.endswith("_sealed"))
_TEXTS = ("subject", "situation", "questions")


@dataclass(frozen=True)
class Voice:
    """One told case as its echoes need it."""

    row: Row
    texts: dict[str, str]
    access: Sequence[Row]
    clocks: Sequence[Row]


def voice_of(case: PastCase) -> Voice | None:
    """None for a case that names another one, or has not ended."""
    row = case.row
    if row["is_open"] or row["state"] == "draft" or row.get("merged_into") or row.get("handed_on_from"):
        return None
    texts = {name: case.key.open(row[f"{name}_sealed"], f"cases.{name}") for name in _TEXTS if row[f"{name}_sealed"]}
    clocks = [{**vars(one), "unit": one.unit.value, "case_id": case.id} for one in case.clocks]
    return Voice(
        tuple(row.get(name) for name in _CASES),
        texts,
        list(case.access.values()),
        [tuple(one.get(name) for name in COLUMNS["case_clocks"]) for one in clocks],
    )


@dataclass
class Echoes:
    voices: Sequence[Voice]
    ids: Ids
    random: Random
    new_code: Callable[[str], str]

    def add(self, count: int, rows: Rows, keys: Keys) -> None:
        for _ in range(count):
            self._add(self.random.choice(self.voices), rows, keys)

    def _add(self, voice: Voice, rows: Rows, keys: Keys) -> None:
        created, yta = voice.row[_AT["created_at"]], voice.row[_AT["yta"]]
        made, asker = self.ids.at(created), UUID(int=0xE << 124 | self.random.randrange(ASKERS))
        key = keys.make(made, created)
        row: list[Any] = list(voice.row)
        for place in _SEALED:
            row[place] = None
        for name, text in voice.texts.items():
            row[_AT[f"{name}_sealed"]] = key.seal(text, f"cases.{name}")
        row[_AT["id"]], row[_AT["code"]], row[_AT["asker"]] = made, self.new_code(yta), asker
        row[_AT["asker_name"]], row[_AT["partner"]] = "Kaiku Pyytäjä", None
        rows.add("cases", tuple(row))
        for one in voice.access:
            if one[2] != "partner":
                rows.add("case_access", (made, asker if one[2] == "asker" else one[1], one[2], one[3], asker, *one[5:]))
        for one in voice.clocks:
            rows.add("case_clocks", (self.ids.text_at(created), made, *one[2:]))


assert COLUMNS["case_clocks"][:2] == ("id", "case_id")
assert COLUMNS["case_access"][:5] == ("case_id", "person_id", "relation", "yta", "asker")
