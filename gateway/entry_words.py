"""An entry's history in words: fields, acts and their values. Each kind adds its own with `add_entry_words`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from gateway import dates, words
from gateway.language import Language
from gateway.pages.case_choices import in_words
from gateway.pages.case_names import Names
from gateway.rendering import translate

FIELDS = {
    "name": "Name",
    "slug": "Short name in addresses",
    "type": "Type",
    "parent": "Part of",
    "area": "Area",
    "areas": "Areas",
    "yta": "Collaborative area",
    "ytas": "Collaborative areas",
    "languages": "Languages",
    "contact": "Contact",
    "email": "E-mail",
    "phone": "Phone",
    "web": "Web",
    "address": "Address",
    "title": "Title",
    "profession": "Profession",
    "employer": "Employer",
    "organisation": "Organisation",
    "themes": "Themes",
    "theme": "Theme",
    "disciplines": "Fields",
    "concept": "Theme",
    "competences": "Competence",
    "level": "Level",
    "evidence": "Evidence",
    "assured_on": "Assured",
    "review_due": "Due for review",
    "age_groups": "Age groups",
    "role": "Role",
    "active": "In use",
    "description": "Description",
    "reason": "Reason",
    "valid_from": "From",
    "valid_to": "Until",
}
ACTS: dict[str, str] = {}
words.WORDS["entry_field"] = FIELDS
words.WORDS["entry_act"] = ACTS

SCHEMES = {
    "type": "organisation_types",
    "languages": "languages",
    "area": "areas",
    "areas": "areas",
    "yta": "ytas",
    "ytas": "ytas",
    "themes": "themes",
    "theme": "themes",
    "disciplines": "disciplines",
    "profession": "professions",
    "age_groups": "age_groups",
}
"""The vocabulary whose codes a field holds; a field `concept` beside a `scheme` names its own."""
CODES = {"role": "role", "level": "level"}
"""The table of `words.WORDS` that says a field's codes."""
ORGANISATIONS = {"parent", "employer", "organisation"}
"""Fields that hold an organisation's id, or several."""
ONE_LINE = {"concept", "away_from"}
"""A record with one of these is told in one line: there are several of its kind."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def add_entry_words(
    *,
    fields: Mapping[str, str] | None = None,
    acts: Mapping[str, str] | None = None,
    schemes: Mapping[str, str] | None = None,
    codes: Mapping[str, str] | None = None,
    organisations: set[str] | None = None,
) -> None:
    """A kind's own, in English originals; called when its page module is loaded."""
    FIELDS.update(fields or {})
    ACTS.update(acts or {})
    SCHEMES.update(schemes or {})
    CODES.update(codes or {})
    ORGANISATIONS.update(organisations or ())


@dataclass(frozen=True)
class FieldTold:
    """One field of a change; each value as lines, none where it was empty."""

    label: str
    before: list[str]
    after: list[str]


@dataclass(frozen=True)
class ChangeTold:
    at: str
    by: str
    act: str
    reason: str
    new: bool
    """Whether the entry was made by it: then nothing was before."""
    fields: list[FieldTold]


@dataclass(frozen=True)
class Teller:
    """Says values in one language; `organisations` are the names of those that the values refer to."""

    names: Names
    language: Language
    organisations: Mapping[str, Any] = field(default_factory=dict)

    def change(self, change: Mapping[str, Any]) -> ChangeTold:
        fields = [
            FieldTold(
                self._label(one["field"]),
                self.lines(one["field"], one["before"]),
                self.lines(one["field"], one["after"]),
            )
            for one in change["fields"]
        ]
        new = change["version"] == 1 and not any(one.before for one in fields)
        act = translate(self.language, words.word("entry_act", change["act"]))
        return ChangeTold(change["at"], change["by"], act, change.get("reason") or "", new, fields)

    def lines(self, name: str, value: Any) -> list[str]:
        """A value as people read it: nothing, a line, or one for each of several."""
        if value is None or value in ("", [], {}):
            return []
        if isinstance(value, list):
            if all(isinstance(one, str) for one in value):
                return [", ".join(self._single(name, one) for one in value)]
            return [line for one in value for line in self.lines(name, one)]
        if isinstance(value, Mapping):
            return self._record(value)
        return [self._single(name, value)]

    def _label(self, name: str) -> str:
        return translate(self.language, words.word("entry_field", name))

    def _record(self, value: Mapping[str, Any]) -> list[str]:
        if value and set(value) <= {"fi", "sv", "en"}:
            return [f"{code}: {', '.join(self.lines('', text))}" for code, text in value.items() if text]
        scheme = str(value.get("scheme") or "themes")
        told = []
        for name, inner in sorted(value.items(), key=lambda one: _place(one[0])):
            if name in ("scheme", "position", "id"):
                continue
            lines = [self._named(scheme, inner)] if name == "concept" else self.lines(name, inner)
            told += [f"{self._label(name)}: {'; '.join(lines)}"] if lines else []
        return ["; ".join(told)] if ONE_LINE & set(value) else told

    def _single(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return translate(self.language, "Yes" if value else "No")
        if name in CODES and str(value) in words.WORDS[CODES[name]]:
            return translate(self.language, words.word(CODES[name], value))
        if name in SCHEMES:
            return self._named(SCHEMES[name], str(value))
        if isinstance(value, int | float):
            return dates.number(value, self.language, _decimals(value))
        if name in ORGANISATIONS and str(value) in self.organisations:
            return in_words(self.organisations[str(value)], self.language)
        return self._dated(str(value))

    def _named(self, scheme: str, code: str) -> str:
        return in_words(self.names.of(scheme, code), self.language)

    def _dated(self, text: str) -> str:
        try:
            if _DAY.fullmatch(text):
                return dates.day(date.fromisoformat(text), self.language)
            if _INSTANT.match(text):
                return dates.when(text, self.language)
        except ValueError:
            pass
        return text


def _decimals(value: float) -> int:
    """As many as the number has, at most two."""
    return next(digits for digits in (0, 1, 2) if digits == 2 or round(value, digits) == value)


def _place(name: str) -> int:
    """Where a field is told among others: the database keeps no order of them."""
    return list(FIELDS).index(name) if name in FIELDS else len(FIELDS)


def organisations_in(changes: list[dict[str, Any]]) -> set[str]:
    """The ids of organisations that these changes refer to."""
    found: set[str] = set()
    for change in changes:
        for one in change["fields"]:
            for value in (one["before"], one["after"]):
                found |= set(_ids(one["field"], value))
    return found


def _ids(name: str, value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [id for inner, one in value.items() for id in _ids(inner, one)]
    if isinstance(value, list):
        return [id for one in value for id in _ids(name, one)]
    return [value] if name in ORGANISATIONS and isinstance(value, str) and _is_id(value) else []


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
