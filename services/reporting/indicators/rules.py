"""What an indicator is. The indicators themselves are data: `definitions.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Text = Mapping[str, str]


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


TIMES = ("half", "month")
PLACES = ("yta", "area")
CODES = ("line", "theme", "age_group", "urgency", "language", "client_language", "form")
SEVERAL = frozenset({"theme", "age_group", "client_language", "discipline"})
"""Dimensions of which a case may have several values: their counts do not sum to the total."""
