"""When the example's memberships are confirmed next, and the invitations that wait in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from demo.people import PEOPLE
from demo.story.ids import example_id, organisation_id, person_id
from demo.story.people import STORY_DAY, Held

WALKERS = frozenset(person.subject for person in PEOPLE)
NEVER_SOON = timedelta(days=300)
"""Whoever is played must not be ended by a clock that is moved a season ahead."""
TO_REVIEW = {"katri_miettinen": -4, "sirpa_malinen": 9}
"""Days from the story's last one, where somebody has something to confirm."""


@dataclass(frozen=True)
class Invited:
    email: str
    name: str
    role: str
    organisation: str
    yta: str
    by: str
    reason: str
    days_ago: int
    language: str = "fi"


INVITED = (
    Invited(
        *("paivi.korhonen@mikkeli.example", "Päivi Korhonen", "professional", "opetus_mikkeli", "ita", "sanna"),
        "Koulukuraattori, aloittaa joulukuussa.",
        days_ago=2,
    ),
    Invited(
        *("jonas.lind@mikkeli.example", "Jonas Lind", "organisation_editor", "opetus_mikkeli", "ita", "sanna"),
        "Pitää koulun tiedot ajan tasalla.",
        days_ago=20,
        language="sv",
    ),
)


def review_due(held: Held) -> date:
    if held.person in TO_REVIEW and held.role in ("professional", "expert", "organisation_editor"):
        return STORY_DAY + timedelta(days=TO_REVIEW[held.person])
    return STORY_DAY + NEVER_SOON + timedelta(days=held.since.toordinal() % 60)


def invitation_rows() -> list[dict[str, Any]]:
    return [_row(one) for one in INVITED]


def _row(one: Invited) -> dict[str, Any]:
    """Its letter has gone out; nobody knows the secret of an example's link."""
    at = datetime.combine(STORY_DAY, datetime.min.time(), UTC) + timedelta(hours=7) - timedelta(days=one.days_ago)
    return {
        "id": example_id("membership_invitation", one.email),
        "email": one.email,
        "name": one.name,
        "language": one.language,
        "role": one.role,
        "organisation_id": organisation_id(one.organisation),
        "yta": one.yta,
        "deputy": False,
        "valid_to": None,
        "reason": one.reason,
        "delivery": "mail",
        "expires_at": at + timedelta(days=14),
        "invited_at": at,
        "invited_by": person_id(one.by),
        "mailed_at": at + timedelta(minutes=1),
        "example": True,
        "version": 1,
    }
