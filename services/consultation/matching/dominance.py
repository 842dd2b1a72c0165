"""Leaves out candidates who can't make a team better than somebody already kept.

A person with at least `max_people` others who are as good in every respect is never needed: whatever team names that
person, one of those others is not in it and can take the place. So the best score is the same with and without them.
"""

from bisect import bisect_right
from collections import defaultdict

from services.consultation.matching.problem import BEST_LEVEL, ELSEWHERE, Candidate, Problem


def without_dominated(problem: Problem) -> tuple[Candidate, ...]:
    """The candidates worth asking the solver about, sorted by id so that the answer never depends on their order."""
    kinds: dict[int, list[Candidate]] = defaultdict(list)
    for one in sorted(problem.candidates, key=lambda one: (one.load, one.expert)):
        alike = kinds[goods(problem, one)]
        if len(alike) < problem.max_people:
            alike.append(one)
    loads = {kind: [one.load for one in members] for kind, members in kinds.items()}
    kept: list[Candidate] = []
    for kind, members in kinds.items():
        better = [loads[other] for other in kinds if other != kind and other & kind == kind]
        for place, one in enumerate(members):
            if place + sum(bisect_right(others, one.load) for others in better) < problem.max_people:
                kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.expert))


def goods(problem: Problem, one: Candidate) -> int:
    """All that is good about a person except the load as a set of bits: more bits are never worse."""
    bits = [slug in one.covers for slug in dict.fromkeys((*problem.required, *problem.useful))]
    bits += [one.levels.get(theme, 0) >= level for theme in problem.themes for level in range(1, BEST_LEVEL + 1)]
    bits += [language in one.speaks for language in (problem.working_language, *problem.client_languages)]
    bits += [not one.colleague]
    bits += [one.distance <= distance for distance in range(ELSEWHERE)]
    return sum(1 << place for place, bit in enumerate(bits) if bit)
