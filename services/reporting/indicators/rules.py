"""What an indicator is. The indicators themselves are data: `definitions.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Text = Mapping[str, str]
Level = Literal["country", "yta", "area"]


class Measure(StrEnum):
    """How an indicator's figure is made of its cases."""

    COUNT = "count"  # how many cases
    SHARE = "share"  # how large a part of them meets the numerator; percent
    MEAN = "mean"  # of a number each case has
    MEDIAN = "median"  # of a duration each case has, with the 90th percentile beside it
    DISTRIBUTION = "distribution"  # how the cases, or their rows, divide; percent


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Pick(StrEnum):
    """Which of a case's events speaks for it. A case is counted once, whatever happened twice."""

    FIRST = "first"
    LAST = "last"
    MERGED = "merged"  # the first one's time, the codes of all


@dataclass(frozen=True)
class Population:
    """The cases that indicators count. Indicators of one population share its counts, so they hide the same cells."""

    slug: str
    events: tuple[str, ...]
    pick: Pick = Pick.FIRST
    having: str | None = None  # only cases that have this number


@dataclass(frozen=True)
class Indicator:
    """`parts`: slug → the event types or outcomes of a case that fall into it, or the measure that counts its rows."""

    slug: str
    version: int
    population: Population
    measure: Measure
    name: Text
    numerator: Text
    denominator: Text
    unit: str
    direction: Direction
    by: tuple[str, ...]
    number: str | None = None
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    part_names: Mapping[str, Text] = field(default_factory=dict)
    shown_part: str | None = None
    at_most: float | None = None
    missing: float | None = None  # the number of a case that has none
    rows: bool = False
    scale: float = 1.0
    target: float | None = None
    part_by: str = "outcome"

    def own_by(self, level: Level) -> tuple[str, ...]:
        """How a centre may divide its own cases, at the level of the country, itself or an area of it."""
        inside: Mapping[Level, tuple[str, ...]] = {"country": (), "yta": ("yta",), "area": PLACES}
        return tuple(by for by in self.by if by not in inside[level])

    def published_by(self, level: Level) -> tuple[str, ...]:
        """How others see it divided: what `figures/rules.py` makes tables of."""
        in_parts = self.measure in (Measure.SHARE, Measure.DISTRIBUTION)
        if level == "country":
            return tuple(by for by in self.by if not (in_parts and by == "area"))
        if level == "yta":
            return tuple(by for by in self.by if by in ("half", "outcome") or (by == "area" and not in_parts))
        return tuple(by for by in self.by if by == "half" and not in_parts)


TIMES = ("half", "month")
PLACES = ("yta", "area")
CODES = ("line", "theme", "age_group", "urgency", "language", "client_language", "form")
SEVERAL = frozenset({"theme", "age_group", "client_language", "discipline"})
"""Dimensions of which a case may have several values: their counts do not sum to the total."""
