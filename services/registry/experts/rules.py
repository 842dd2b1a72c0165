"""When an expert can be asked, and what an assurance is worth after a change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

REVIEW_AFTER_DAYS = 730
"""Our choice: no public source says how often a competence should be checked."""


@dataclass(frozen=True)
class Absence:
    """From one day to another, both included; without an end until further notice."""

    start: date | None
    end: date | None

    def covers(self, day: date) -> bool:
        return self.start is not None and self.start <= day and (self.end is None or day <= self.end)

    def is_possible(self) -> bool:
        if self.start is None:
            return self.end is None
        return self.end is None or self.end >= self.start


def overlapping(absences: Sequence[Absence]) -> list[int]:
    """The places of absences that begin before another, earlier one is over."""
    order = sorted(range(len(absences)), key=lambda place: absences[place].start or date.min)
    places, until = [], date.min
    for place in order:
        start, end = absences[place].start or date.min, absences[place].end or date.max
        if start <= until:
            places.append(place)
        until = max(until, end)
    return sorted(places)


def present(absences: Iterable[Absence], today: date) -> Absence:
    """The one that goes on, or else the next; an empty one where nothing is ahead."""
    ahead = [one for one in absences if one.start and (one.end is None or one.end >= today)]
    return min(ahead, key=lambda one: one.start or date.max, default=Absence(None, None))


def is_available(*, active: bool, capacity_month: int, absence: Absence, today: date) -> bool:
    return active and capacity_month > 0 and not absence.covers(today)


@dataclass(frozen=True)
class Claim:
    """A competence as the expert states it."""

    scheme: str
    concept: str
    level: int
    evidence: str

    @property
    def key(self) -> tuple[str, str]:
        return self.scheme, self.concept


def repeated(claims: Iterable[Claim]) -> list[int]:
    """The places of claims about a concept that an earlier one already is about."""
    seen: set[tuple[str, str]] = set()
    places = []
    for place, claim in enumerate(claims):
        if claim.key in seen:
            places.append(place)
        seen.add(claim.key)
    return places


def keeps_assurance(before: Claim, after: Claim) -> bool:
    """What was checked is what was stated then: another level or evidence has not been checked. Less of it has."""
    return before.key == after.key and after.level <= before.level and before.evidence == after.evidence
