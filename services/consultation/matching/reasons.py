"""Why each member, what is missing, and who could come instead at what price: codes and numbers, never prose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.consultation.matching.problem import (
    ELSEWHERE,
    SAME_COUNTY,
    Candidate,
    Problem,
    Score,
    score,
)
from services.consultation.matching.rules import PassedOver

MOST_ALTERNATIVES = 2
_WHY_MISSING = ("no_capacity", "away", "asked_before", "conflict")
"""The hopeful ones first: somebody with too much work now may have room next month."""


@dataclass(frozen=True)
class Reason:
    code: str
    data: dict[str, str | int | list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Missing:
    discipline: str
    code: str


@dataclass(frozen=True)
class Alternative:
    instead_of: str
    expert: str
    price: tuple[str, ...]
    """The parts of the score that get worse; none = as good."""


def reasons_for(one: Candidate, problem: Problem, team: Sequence[Candidate]) -> tuple[Reason, ...]:
    reasons = [Reason("discipline", {"disciplines": _in_order(one.covers, (*problem.required, *problem.useful))})]
    others = frozenset[str]().union(*(other.covers for other in team if other is not one))
    if only := _in_order(one.covers - others, problem.required):
        reasons.append(Reason("only_one_with", {"disciplines": only}))
    reasons += [
        Reason("theme", {"theme": theme, "level": one.levels[theme]}) for theme in problem.themes if theme in one.levels
    ]
    reasons += _languages(one, problem)
    reasons.append(Reason(_nearness(one)))
    reasons.append(Reason("load", {"thousandths": one.load}))
    # Nothing is known; whether there is anything is asked in the invitation.
    reasons.append(Reason("same_employer" if one.colleague else "no_known_conflict"))
    return tuple(reasons)


def _languages(one: Candidate, problem: Problem) -> list[Reason]:
    known = _in_order(one.speaks, dict.fromkeys((problem.working_language, *problem.client_languages)))
    reasons = [Reason("languages", {"languages": known})] if known else []
    if problem.working_language not in one.speaks:
        reasons.append(Reason("not_working_language", {"language": problem.working_language}))
    return reasons


def _nearness(one: Candidate) -> str:
    if one.distance == SAME_COUNTY:
        return "same_county"
    return "cross_area" if one.distance == ELSEWHERE else "same_collaborative_area"


def _in_order(values: frozenset[str], order: Iterable[str]) -> list[str]:
    return [value for value in order if value in values]


def missing_from(problem: Problem, team: Sequence[Candidate], passed_over: Sequence[PassedOver]) -> tuple[Missing, ...]:
    """The required disciplines nobody in the team brings, each with the reason."""
    covered = frozenset[str]().union(*(one.covers for one in team))
    return tuple(
        Missing(slug, _why_missing(slug, problem, passed_over)) for slug in problem.required if slug not in covered
    )


def _why_missing(slug: str, problem: Problem, passed_over: Sequence[PassedOver]) -> str:
    if any(slug in one.covers for one in problem.candidates):
        return "team_full"
    codes = {one.code for one in passed_over if slug in one.covers}
    return next((code for code in _WHY_MISSING if code in codes), "nobody")


def alternatives(problem: Problem, team: tuple[Candidate, ...], pool: Sequence[Candidate]) -> tuple[Alternative, ...]:
    """For each member the best who could come instead, and what the team would lose."""
    now, chosen = score(problem, team), {one.expert for one in team}
    found = []
    for member in team:
        rest = tuple(one for one in team if one is not member)
        others = [one for one in pool if one.expert not in chosen and one.covers & member.covers]
        ranked = sorted((score(problem, (*rest, one)), one.expert) for one in others)
        found += [Alternative(member.expert, expert, _price(now, then)) for then, expert in ranked[:MOST_ALTERNATIVES]]
    return tuple(found)


def _price(now: Score, then: Score) -> tuple[str, ...]:
    return tuple(part for part, before, after in zip(Score._fields, now, then, strict=True) if after > before)
