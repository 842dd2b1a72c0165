"""From the case, the vocabulary and the people found to a problem the solver can answer.

Which disciplines a theme needs is the registry's data. The sizes of a team are our own choice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.consultation.matching.problem import (
    ELSEWHERE,
    SAME_COLLABORATIVE_AREA,
    SAME_COUNTY,
    Candidate,
    Problem,
)
from services.consultation.registry_answers import Concept, ExpertFound

MOST_PEOPLE = {"one_to_one": 1, "written": 2, "team": 4, "network_meeting": 5, "group_14": 6}
"""By the form of the consultation. A team may always be as large as its required disciplines."""


@dataclass(frozen=True)
class Need:
    """What is known of a case when its team is sought: codes only."""

    themes: tuple[str, ...]
    age_groups: tuple[str, ...]
    language: str
    client_languages: tuple[str, ...]
    form: str
    area: str
    yta: str
    asking_organisation: str | None
    taking_part: frozenset[str]
    """Whoever asks and whoever coordinates: they can't be the case's experts."""
    today: date
    asked_before: frozenset[str] = frozenset()
    """People who are in the team, invited to it, or have left it."""
    covered: frozenset[str] = frozenset()
    """Disciplines that people already in the team or invited to it bring."""
    in_team: int = 0
    has_chair: bool = False


@dataclass(frozen=True)
class Wanted:
    required: tuple[str, ...]
    useful: tuple[str, ...]


@dataclass(frozen=True)
class PassedOver:
    """Somebody who has what is needed and can't be proposed."""

    expert: str
    covers: frozenset[str]
    code: str
    """`conflict`, `asked_before`, `away`, `no_capacity`"""


def meant_by(slugs: Iterable[str], concepts: Mapping[str, Concept]) -> tuple[str, ...]:
    """Of each merged concept the one that stands for it now."""
    known = ((slug, concepts.get(slug)) for slug in slugs)
    return tuple(dict.fromkeys((one.replaced_by or slug) if one and one.merged else slug for slug, one in known))


def wanted(need: Need, themes: Mapping[str, Concept], disciplines: Mapping[str, Concept]) -> Wanted:
    """The disciplines that the case's themes name, as far as they concern its age groups."""

    def named(lists: Sequence[Sequence[str]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(slug for many in lists for slug in many if _concerns(disciplines.get(slug), need)))

    known = [themes[slug] for slug in need.themes if slug in themes]
    required = named([theme.required_disciplines for theme in known])
    # Themes take turns, so that the first wish of the second theme comes before the last wish of the first
    wishes = [theme.useful_disciplines for theme in known]
    longest = max((len(wish) for wish in wishes), default=0)
    useful = named([[wish[place] for wish in wishes if place < len(wish)] for place in range(longest)])
    return Wanted(required, tuple(slug for slug in useful if slug not in required))


def _concerns(discipline: Concept | None, need: Need) -> bool:
    """Whether the discipline is meant for the case's age groups: child psychiatry up to 13, adolescent from 14."""
    if discipline is None or not discipline.age_groups or not need.age_groups:
        return True
    return bool(set(discipline.age_groups) & set(need.age_groups))


def covers(expert: ExpertFound, slugs: Sequence[str], disciplines: Mapping[str, Concept]) -> frozenset[str]:
    """Those of the disciplines that the expert counts for, by profession alone or with a recorded competence."""
    return frozenset(slug for slug in slugs if slug in disciplines and _counts(expert, disciplines[slug]))


def _counts(expert: ExpertFound, discipline: Concept) -> bool:
    if expert.profession in discipline.professions:
        return True
    return discipline.slug in expert.disciplines and expert.profession in discipline.professions_with_competence


def has_conflict(expert: ExpertFound, need: Need) -> bool:
    if expert.person in need.taking_part:
        return True
    return any(
        (tie.organisation is not None and tie.organisation == need.asking_organisation)
        or (tie.area is not None and tie.area == need.area)
        or (tie.person is not None and tie.person in need.taking_part)
        for tie in expert.conflicts
    )


def is_away(expert: ExpertFound, today: date) -> bool:
    """An absence without an end goes on until further notice."""
    if expert.away_from is None and expert.away_until is None:
        return False
    return (expert.away_from or today) <= today <= (expert.away_until or today)


def why_not(expert: ExpertFound, need: Need, open_cases: int) -> str | None:
    """The first of the reasons that keep an expert out of every proposal."""
    if has_conflict(expert, need):
        return "conflict"
    if expert.person in need.asked_before:
        return "asked_before"
    if is_away(expert, need.today):
        return "away"
    return "no_capacity" if open_cases >= expert.capacity_month else None


def distance(expert: ExpertFound, need: Need) -> int:
    if expert.area is not None and expert.area == need.area:
        return SAME_COUNTY
    return SAME_COLLABORATIVE_AREA if expert.yta == need.yta else ELSEWHERE


def most_people(form: str, required: int) -> int:
    """A conversation between two stays one; anything else grows with what is required."""
    most = MOST_PEOPLE.get(form, MOST_PEOPLE["team"])
    return most if form == "one_to_one" else max(most, required)


def build_problem(
    need: Need,
    wish: Wanted,
    disciplines: Mapping[str, Concept],
    experts: Sequence[ExpertFound],
    open_cases: Mapping[str, int],
) -> tuple[Problem, tuple[PassedOver, ...]]:
    """The problem and those who have what is needed but can't be asked. `open_cases` is by person."""
    slugs = (*wish.required, *wish.useful)
    candidates, passed_over = [], []
    for expert in experts:
        brings = covers(expert, slugs, disciplines)
        work = open_cases.get(expert.person, 0)
        if reason := why_not(expert, need, work):
            passed_over.append(PassedOver(expert.expert, brings, reason))
        elif brings:
            candidates.append(_candidate(expert, need, brings, work))
    problem = Problem(
        required=tuple(slug for slug in wish.required if slug not in need.covered),
        useful=tuple(slug for slug in wish.useful if slug not in need.covered),
        themes=need.themes,
        working_language=need.language,
        client_languages=need.client_languages,
        max_people=max(most_people(need.form, len(wish.required)) - need.in_team, 0),
        candidates=tuple(candidates),
    )
    return problem, tuple(passed_over)


def _candidate(expert: ExpertFound, need: Need, brings: frozenset[str], open_cases: int) -> Candidate:
    return Candidate(
        expert=expert.expert,
        covers=brings,
        levels={theme.slug: min(theme.level, 3) for theme in expert.themes if theme.slug in need.themes},
        speaks=frozenset(expert.languages),
        colleague=expert.employer is not None and expert.employer == need.asking_organisation,
        distance=distance(expert, need),
        load=(open_cases + 1) * 1000 // expert.capacity_month,
    )
