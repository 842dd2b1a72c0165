"""Whom each happening tells. One table: what isn't in it, and isn't named as quiet, is a mistake that a test finds.

Whoever did the thing is never told of it. A notification holds a kind, the case's code and a moment: no text, no name.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class Told(StrEnum):
    ASKER = "asker"
    PARTNER = "partner"
    COORDINATOR = "coordinator"
    """The one who is named on the case."""
    TEAM = "team"
    CHAIR = "chair"
    LEFT = "left"
    """Those whose seat or invitation this very act ended."""
    NAMED = "named"
    """People whom the act itself names: the invited, a meeting's participants."""
    DEPUTIES = "deputies"
    COORDINATORS = "coordinators"
    """Everybody who coordinates the centre. The registry says who that is, so the sweep delivers these."""


ASKING = (Told.ASKER, Told.PARTNER)
BY_THE_CENTRE = (Told.DEPUTIES, Told.COORDINATORS)
_ALL_OF_A_CASE = (*ASKING, Told.COORDINATOR, Told.TEAM)

TELLS: Mapping[str, tuple[Told, ...]] = {
    "case.submitted": (Told.COORDINATOR,),
    "case.returned": ASKING,
    "case.completed": (Told.COORDINATOR, Told.TEAM),
    "case.accepted": ASKING,
    "case.advised_elsewhere": (*ASKING, Told.TEAM, Told.LEFT),
    "case.urgent_redirected": (*ASKING, Told.TEAM, Told.LEFT),
    "case.declined": ASKING,
    "case.withdrawn": (Told.COORDINATOR, Told.TEAM, Told.LEFT),
    "case.merged": (*ASKING, Told.TEAM, Told.LEFT),
    "case.transferred": (*ASKING, Told.LEFT),
    "case.arrived": (Told.COORDINATOR,),
    "case.reopened": _ALL_OF_A_CASE,
    "case.closed": (*_ALL_OF_A_CASE, Told.LEFT),
    "case.consent_recorded": (Told.COORDINATOR,),
    "case.consent_withdrawn": (Told.COORDINATOR, Told.TEAM),
    "case.team_ready": ASKING,
    "case.replied": (Told.COORDINATOR, Told.TEAM),
    "case.followed_up": (Told.COORDINATOR, Told.TEAM),
    "follow_up.opened": ASKING,
    "invitation.sent": (Told.NAMED,),
    "invitation.removed": (Told.NAMED,),
    "invitation.accepted": (Told.COORDINATOR,),
    "invitation.declined": (Told.COORDINATOR,),
    "invitation.recused": (Told.COORDINATOR, Told.CHAIR),
    "message.sent": _ALL_OF_A_CASE,
    "team_note.written": (Told.COORDINATOR, Told.TEAM),
    "meeting.proposed": (Told.NAMED,),
    "answer.signatures_asked": (Told.TEAM,),
    "answer.signatures_voided": (Told.CHAIR,),
    "answer.dissented": (Told.CHAIR, Told.COORDINATOR),
    "answer.all_signed": (Told.CHAIR, Told.COORDINATOR),
    "answer.published": _ALL_OF_A_CASE,
    "answer.corrected": _ALL_OF_A_CASE,
}

QUIET = frozenset(
    {
        "answer.started",
        "answer.signed",  # the last one tells: `answer.all_signed`
        "answer.correction_started",
        "case.answered_directly",  # `answer.published` tells
        "case.disposed",
        "case.goals_set",
        "competence.gap",
        "meeting.held",
        "minutes.recorded",
    }
)

APART = frozenset(
    {
        "team_note.written",
        "invitation.accepted",
        "invitation.declined",
        "invitation.recused",
        "answer.signatures_asked",
        "answer.signatures_voided",
        "answer.dissented",
        "answer.all_signed",
    }
)
"""The team's own: never told to who asks, whatever else they are to the case."""

# Of a clock: who is awaited while it runs.
_AWAITED: Mapping[str, tuple[Told, ...]] = {
    "receipt": (Told.COORDINATOR,),
    "first": (Told.COORDINATOR,),
    "answer": (Told.COORDINATOR, Told.TEAM),
    "reply": ASKING,
    "follow_up": ASKING,
}
_OF_CLOCKS: Mapping[str, tuple[Told, ...]] = {
    "case.clock_warned": (),
    "case.clock_late": (*ASKING, Told.COORDINATOR, Told.DEPUTIES),
    "case.clock_escalated": (Told.COORDINATORS,),
}
"""Beside those who are awaited, who are told of the first two."""

KEPT = ("clock", "due", "choice", "starts_at", "dissents")
"""What of an event goes along: codes, times and counts."""

FORGOTTEN_AFTER = timedelta(days=90)
"""How long what was seen is kept: our own choice."""


def told_of(kind: str, clock: str | None = None) -> tuple[Told, ...]:
    if kind in _OF_CLOCKS:
        awaited = () if kind == "case.clock_escalated" else _AWAITED[clock or ""]
        return tuple(dict.fromkeys((*awaited, *_OF_CLOCKS[kind])))
    return TELLS.get(kind, ())


def kinds() -> frozenset[str]:
    """Every kind that a notification may have."""
    return frozenset(TELLS) | frozenset(_OF_CLOCKS)
