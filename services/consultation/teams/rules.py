"""Rules of teams that need neither the database nor the web."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from services.consultation.clocks import Unit, due_at


class Seat(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RECUSED = "recused"
    REMOVED = "removed"
    LAPSED = "lapsed"


LIVE = (Seat.INVITED, Seat.ACCEPTED)


class Role(StrEnum):
    CHAIR = "chair"
    SECRETARY = "secretary"
    MEMBER = "member"


class DeclineReason(StrEnum):
    WORKLOAD = "workload"
    AWAY = "away"
    NOT_MY_COMPETENCE = "not_my_competence"
    OTHER = "other"


class ConflictKind(StrEnum):
    KNOWS_THE_FAMILY = "knows_the_family"
    HAS_DECIDED_IN_THE_MATTER = "has_decided_in_the_matter"
    EMPLOYER_IS_PARTY = "employer_is_party"
    OTHER = "other"


# How long an invited person has to answer: our own choice.
_ANSWER_WITHIN = {
    "normal": (2, Unit.WORKING_DAYS),
    "soon": (1, Unit.WORKING_DAYS),
    "urgent": (4, Unit.WORKING_HOURS),
}


def answer_due(urgency: str, now: datetime) -> datetime:
    amount, unit = _ANSWER_WITHIN.get(urgency, _ANSWER_WITHIN["normal"])
    return due_at(now, amount, unit)


def suggested_roles(
    experts: Sequence[str], strength: Sequence[tuple[int, int, int]], *, has_chair: bool = False
) -> dict[str, Role]:
    """Whoever brings what the theme asks for first leads; the next of three or more writes.

    Those who join a team that `has_chair`, accepted or invited, are members of it.

    `strength`, most first: nearness to what is required first, disciplines brought, levels on themes.
    """
    ranked = sorted(zip(experts, strength, strict=True), key=lambda one: (*(-part for part in one[1]), one[0]))
    roles = {expert: Role.MEMBER for expert, _ in ranked}
    if has_chair or not ranked:
        return roles
    roles[ranked[0][0]] = Role.CHAIR
    if len(ranked) > 2:
        roles[ranked[1][0]] = Role.SECRETARY
    return roles


def chairs(roles: Iterable[str]) -> int:
    return sum(role == Role.CHAIR for role in roles)
