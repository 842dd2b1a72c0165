"""What each role finds on the first page beside what waits for it. Each part stands alone: a silent one is left out."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from gateway import dates
from gateway.clients import Clients
from gateway.language import Language
from gateway.rendering import translate
from gateway.report_words import span
from gateway.visitor import Me
from services.shared.errors import Refusal
from services.shared.logging import log

# The first reading of a half-year's figures may take longer than a first page should.
PATIENCE_SECONDS = 3.0
SHOWN_EXPERTS = 100
T = TypeVar("T")
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Feed:
    """How far reporting has read a service. `lag`: in words; None where it has not caught up yet."""

    source: str
    lag: str | None
    last_event_at: str | None
    set_aside: int


@dataclass(frozen=True)
class Silence:
    """Areas from which nobody has asked in a period. `areas` is None where the figures are still being made."""

    areas: Sequence[Mapping[str, str | None]] | None
    period: str = ""


@dataclass(frozen=True)
class OwnOrganisation:
    id: str
    name: str
    experts: int


@dataclass(frozen=True)
class Parts:
    """None, or empty, where the role is not the person's or the part didn't answer."""

    feeds: Sequence[Feed] | None = None
    silence: Silence | None = None
    organisations: Sequence[OwnOrganisation] = field(default_factory=tuple)


async def parts_for(clients: Clients, me: Me, language: Language) -> Parts:
    feeds, silence, organisations = await asyncio.gather(
        _or_none(_feeds(clients, language)) if me.has("admin", "national") else _nothing(),
        _silence(clients) if me.has("national") else _nothing(),
        _organisations(clients, me),
    )
    return Parts(feeds, silence, organisations)


async def _feeds(clients: Clients, language: Language) -> list[Feed]:
    intake = await clients.reporting.intake.read_intake()
    return [
        Feed(
            source=one["source"],
            lag=None if one["lag_seconds"] is None else dates.duration(one["lag_seconds"], language),
            last_event_at=one["last_event_at"],
            set_aside=one["set_aside"],
        )
        for one in intake["sources"]
    ]


async def _silence(clients: Clients) -> Silence | None:
    """A zero is no small number: it is shown, and says that nobody could be in it."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            figure = await clients.reporting.figures.read_figure("requests", by="area")
    except TimeoutError:
        return Silence(None)
    except Refusal as refusal:
        log.info("part_left_out", code=refusal.code)
        return None
    silent = [row["name"] for row in figure["rows"] if row["value"] == 0 and row["hidden"] is None]
    return Silence(silent, span(figure["period"]))


async def _organisations(clients: Clients, me: Me) -> list[OwnOrganisation]:
    edited = [one for one in me.memberships if one.role == "organisation_editor" and one.organisation]
    listed = await asyncio.gather(
        *(
            _or_none(clients.registry.experts.list_experts(employer=one.organisation, limit=SHOWN_EXPERTS))
            for one in edited
        )
    )
    return [
        OwnOrganisation(str(one.organisation), one.organisation_name, len(found["items"]))
        for one, found in zip(edited, listed, strict=True)
        if found is not None
    ]


async def _nothing() -> None:
    return None


async def _or_none(asked: Awaitable[T]) -> T | None:
    try:
        return await asked
    except Refusal as refusal:
        log.info("part_left_out", code=refusal.code)
        return None


@dataclass(frozen=True)
class Day:
    """The coordinator's day in the centre, counted from what the service told."""

    queue: int
    late: int
    silent: int
    meetings: int


def day_of(items: Sequence[Item], counts: Mapping[str, Any], today: date) -> Day | None:
    if not counts:
        return None
    return Day(
        queue=counts["queue"],
        late=counts.get("late", 0),
        silent=sum(item["kind"] == "invitation.silent" for item in items),
        meetings=sum(item["kind"] == "meeting" and _is_on(item, today) for item in items),
    )


def _is_on(item: Item, today: date) -> bool:
    at = dates.moment(item["data"]["starts_at"])
    return isinstance(at, datetime) and at.date() == today


def count_of(items: Sequence[Item], kind: str) -> int:
    return sum(item["kind"] == kind for item in items)


def lead_of(count: int, now: datetime, language: Language) -> str:
    """`Tiistai 24.11.2026. Sinua odottaa 3 asiaa.`"""
    today = dates.long_day(now, language)
    if count == 0:
        waits = translate(language, "Nothing waits for you.")
    elif count == 1:
        waits = translate(language, "One thing waits for you.")
    else:
        waits = translate(language, "%(count)s things wait for you.", count=count)
    return f"{today[:1].upper()}{today[1:]}. {waits}"
