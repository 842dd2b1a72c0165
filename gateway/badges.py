"""The numbers in the menu: unseen, waiting, queued. A service that is silent costs its number only."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from fastapi import Request

from gateway.clients import Clients
from gateway.pages import feedback
from gateway.visitor import Me
from services.shared.errors import Refusal
from services.shared.logging import log

# A number is not worth waiting for longer than this.
PATIENCE_SECONDS = 1.5
ADDRESS = "/badges"
T = TypeVar("T")


@dataclass(frozen=True)
class Badges:
    """None where it is not known now."""

    unseen: int | None = None
    waiting: int | None = None
    queue: int | None = None
    cases: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """What consultation counted with them, as `count_cases` tells it; empty where it did not answer."""

    @property
    def tag(self) -> str:
        """The same as long as every number is."""
        return "-".join("" if one is None else str(one) for one in (self.unseen, self.waiting, self.queue))


async def badges_on(request: Request) -> Badges:
    """Those of a page: what the gateway itself keeps for administrators counts too."""
    me: Me = request.state.me
    badges = await badges_for(request.state.clients, me)
    own = await _or_none(feedback.waiting_for(request)) if me.has("admin") else None
    if own is None or badges.waiting is None:
        return badges
    return replace(badges, waiting=badges.waiting + len(own))


async def badges_for(clients: Clients, me: Me) -> Badges:
    """One question to consultation; the others are asked of those for whom something may wait there."""
    told, keeping, installation = await asyncio.gather(
        _or_none(clients.consultation.notifications.count_notifications()),
        _or_none(clients.registry.waiting.count_waiting()) if me.has("coordinator", "admin") else _nothing(),
        _or_none(clients.reporting.waiting.count_waiting()) if me.has("admin") else _nothing(),
    )
    counts = told or {}
    waiting = [one for one in (counts.get("waiting"), keeping, installation) if one is not None]
    queue = counts.get("queue") if me.has("coordinator") else None
    return Badges(counts.get("unseen"), sum(waiting) if waiting else None, queue, counts)


async def _nothing() -> int | None:
    return None


async def _or_none(asked: Awaitable[T]) -> T | None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await asked
    except (Refusal, TimeoutError) as silent:
        log.info("badge_left_out", error=type(silent).__name__)
        return None
