"""The question the solver answers, in plain values: who may be asked, what the case needs, how large a team may be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

SAME_COUNTY, SAME_COLLABORATIVE_AREA, ELSEWHERE = 0, 1, 2
BEST_LEVEL = 3
SOLID_LEVEL = 2
"""Covers a theme. Who is stronger still matters only when all else is equal: before distance it would send for
somebody across the country where a neighbour knows the theme well."""


@dataclass(frozen=True)
class Candidate:
    """One person who may be proposed. Everybody here is free of known conflicts, at work and has room."""

    expert: str
    covers: frozenset[str]
    """Needed disciplines this person brings."""
    levels: Mapping[str, int] = field(default_factory=dict)
    """Level 1 to 3 on each theme of the case this person knows."""
    speaks: frozenset[str] = frozenset()
    colleague: bool = False
    """Works for the organisation that asks: no known conflict, but worth avoiding."""
    distance: int = SAME_COUNTY
    load: int = 0
    """Open work after taking this case, in thousandths of the person's capacity."""


@dataclass(frozen=True)
class Problem:
    required: tuple[str, ...]
    useful: tuple[str, ...]
    """In order of wish, the most wished for first."""
    themes: tuple[str, ...]
    working_language: str
    client_languages: tuple[str, ...]
    max_people: int
    candidates: tuple[Candidate, ...]

    @property
    def useful_weights(self) -> dict[str, int]:
        """More useful disciplines always outweigh better ones; among as many, the more wished for win."""
        count = len(self.useful)
        return {slug: count * count + count - place for place, slug in enumerate(self.useful)}


class Score(NamedTuple):
    """What a team costs, each part to be as small as can be, an earlier part before any later one."""

    missing: int
    themes: int
    useful: int
    language: int
    client_languages: int
    conflicts: int
    distance: int
    highest_load: int
    load: int
    people: int
    evidence: int


@dataclass(frozen=True)
class Suggestion:
    team: tuple[Candidate, ...]
    score: Score
    optimal: bool
    """False when the solver gave up before it had proved that no better team exists."""
    compared: int


def score(problem: Problem, team: tuple[Candidate, ...]) -> Score:
    covered = frozenset[str]().union(*(one.covers for one in team))
    spoken = frozenset[str]().union(*(one.speaks for one in team))
    levels = [one.levels.get(theme, 0) for one in team for theme in problem.themes]
    solid = [min(max((one.levels.get(theme, 0) for one in team), default=0), SOLID_LEVEL) for theme in problem.themes]
    return Score(
        missing=sum(slug not in covered for slug in problem.required),
        themes=sum(SOLID_LEVEL - level for level in solid),
        useful=sum(weight for slug, weight in problem.useful_weights.items() if slug not in covered),
        language=sum(problem.working_language not in one.speaks for one in team),
        client_languages=sum(language not in spoken for language in problem.client_languages),
        conflicts=sum(one.colleague for one in team),
        distance=sum(one.distance for one in team),
        highest_load=max((one.load for one in team), default=0),
        load=sum(one.load for one in team),
        people=len(team),
        evidence=BEST_LEVEL * len(problem.themes) * len(team) - sum(levels),
    )
