"""Courses of consultations as their events tell them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from services.shared.clock import MovedClock
from tests.support.reports import PLACES, Feed

OWNER = {area: yta for yta, areas in PLACES.items() for area in areas}


def codes(county: str, **changed: Any) -> dict[str, Any]:
    return {
        "yta": OWNER[county],
        "area": county,
        "line": "epailty-vakivalta",
        "themes": ["vakivalta"],
        "age_groups": ["7-9"],
        "language": "fi",
        "urgency": "normal",
        "form": "team",
        **changed,
    }


async def submitted(feed: Feed, area: str, number: int = 1, **changed: Any) -> list[UUID]:
    """So many requests from an area, now."""
    cases = [uuid4() for _ in range(number)]
    for case in cases:
        await feed.tell("case.submitted", case, **codes(area, **changed))
    return cases


async def answered(feed: Feed, clock: MovedClock, area: str, *, after_days: float, dissents: int = 0) -> UUID:
    """One request submitted so long ago and answered now."""
    now = clock.now()
    clock.set(now - timedelta(days=after_days))
    (case,) = await submitted(feed, area)
    clock.set(now)
    await feed.tell("answer.published", case, kind="note", dissents=dissents, recommendations=2, **codes(area))
    return case
