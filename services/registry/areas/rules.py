"""The tree of areas as of a day, and what may follow what. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

CHANGEABLE = frozenset({"wellbeing_services_county", "city"})
"""Åland and HUS are what they are by acts of their own."""


@dataclass(frozen=True)
class Known:
    """An area as far as a change asks of it."""

    code: str
    kind: str
    yta: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Followed:
    from_code: str
    to_code: str
    effective_on: date


def state_on(valid_from: date | None, valid_to: date | None, day: date) -> str:
    if valid_to is not None and valid_to < day:
        return "ended"
    return "coming" if valid_from is not None and valid_from > day else "in_force"


def heirs_by_area(followed: Iterable[Followed], day: date) -> dict[str, tuple[str, ...]]:
    """By an area that has ended, those that stand for it on the day, also after several changes."""
    next_of: dict[str, list[str]] = {}
    for one in sorted(followed, key=lambda one: (one.from_code, one.to_code)):
        if one.effective_on <= day:
            next_of.setdefault(one.from_code, []).append(one.to_code)

    def last(code: str) -> tuple[str, ...]:
        return tuple(heir for to in next_of[code] for heir in last(to)) if code in next_of else (code,)

    return {code: tuple(dict.fromkeys(last(code))) for code in next_of}


def problems_of(
    kind: str, codes: Sequence[str], into: Sequence[str], effective_on: date, known: Mapping[str, Known], today: date
) -> list[tuple[str, str]]:
    """What stands against a change: (field, code)."""
    problems = [("effective_on", "not_in_the_future")] if effective_on <= today else []
    problems += _number_problems(kind, codes, into)
    problems += [(f"areas.{n}", code) for n, area in enumerate(codes) if (code := _against(known.get(area), today))]
    if not problems and len({known[area].yta for area in codes}) > 1:
        problems.append(("areas", "across_collaborative_areas"))
    taken: Collection[str] = known.keys()
    problems += [(f"into.{n}.code", "code_taken") for n, code in enumerate(into) if code in taken or code in into[:n]]
    return problems


def _number_problems(kind: str, codes: Sequence[str], into: Sequence[str]) -> list[tuple[str, str]]:
    if kind == "merge":
        return [("areas", "two_needed")] * (len({*codes}) < 2) + [("into", "one_needed")] * (len(into) != 1)
    return [("areas", "one_needed")] * (len(codes) != 1) + [("into", "two_needed")] * (len(into) < 2)


def _against(area: Known | None, today: date) -> str | None:
    if area is None:
        return "unknown_area"
    if area.kind not in CHANGEABLE or area.yta is None:
        return "not_a_county"
    if state_on(area.valid_from, area.valid_to, today) != "in_force":
        return "not_in_force"
    return "changes_already" if area.valid_to is not None else None
