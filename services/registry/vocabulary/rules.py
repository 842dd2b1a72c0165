"""Which disciplines an expert brings. The mapping is data of the vocabulary; how it is read is here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class CountsFor:
    """Professions that count for a discipline: alone, or with a recorded competence in it."""

    discipline: str
    alone: frozenset[str]
    with_competence: frozenset[str]


def disciplines_of(profession: str, competent_in: Collection[str], table: Iterable[CountsFor]) -> list[str]:
    """`competent_in`: the disciplines among the expert's competences. Sorted, each once.

    Anyone else's competence in a discipline counts only by a coordinator's reason, case by case, so not here.
    """
    return sorted(
        row.discipline
        for row in table
        if profession in row.alone or (profession in row.with_competence and row.discipline in competent_in)
    )
