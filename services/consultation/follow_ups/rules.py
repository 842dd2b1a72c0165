"""Goal attainment scaling and the rules of the loop after an answer. Knows neither the web nor SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import TypeVar

EXPECTED_CORRELATION = 0.3
"""Kiresuk and Sherman's constant: how much the goals of one person are expected to move together."""

LEVELS = (-2, -1, 0, 1, 2)
MOST_GOALS = 5
MOST_WEIGHT = 5

Kind = TypeVar("Kind", bound=StrEnum)


class Promise(StrEnum):
    """What the asker means to do about one recommendation."""

    will_do = "will_do"
    partly = "partly"
    will_not = "not"


class Result(StrEnum):
    """What became of one recommendation by the follow-up."""

    done = "done"
    partly = "partly"
    not_done = "not"
    not_possible = "not_possible"


class Change(StrEnum):
    """Whether the plan changed (reply), or whether the change that was wanted came (follow-up)."""

    yes = "yes"
    partly = "partly"
    no = "no"


class WithoutAdvice(StrEnum):
    """What the asker would have done without this advice: the comparison that says what the advice was worth."""

    same = "same"
    lighter = "lighter"
    heavier = "heavier"
    waited = "waited"
    asked_elsewhere = "asked_elsewhere"
    cannot_say = "cannot_say"


@dataclass(frozen=True)
class Attainment:
    """One goal's weight (1 or more) and the level it stands at (-2 to +2)."""

    weight: int
    level: int


def gas_score(attainments: Sequence[Attainment]) -> float | None:
    """The T score of goal attainment scaling: 50 when every goal stands at the expected level, None without goals.

    T = 50 + 10 * sum(w*x) / sqrt((1 - rho) * sum(w^2) + rho * (sum w)^2), Kiresuk & Sherman 1968, rho = 0.3.
    """
    if not attainments:
        return None
    weighted = sum(one.weight * one.level for one in attainments)
    squares = sum(one.weight**2 for one in attainments)
    total = sum(one.weight for one in attainments)
    spread = (1 - EXPECTED_CORRELATION) * squares + EXPECTED_CORRELATION * total**2
    return 50 + 10 * weighted / sqrt(spread)


def gas_change(before: Sequence[Attainment], after: Sequence[Attainment]) -> float | None:
    """Change of T from the start to the follow-up, in T points; None without goals.

    The difference of the two scores as they are shown, to two decimals, so that it adds up on paper.
    """
    first, last = gas_score(before), gas_score(after)
    return None if first is None or last is None else round(round(last, 2) - round(first, 2), 2)


def counts(kinds: type[Kind], answers: Sequence[Kind]) -> dict[str, int]:
    """How many answers there are of each kind, zeros included: a fact that is not there is not a zero."""
    return {kind.value: sum(answer == kind for answer in answers) for kind in kinds}
