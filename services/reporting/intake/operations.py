"""Taking events in: exactly once in effect, in order, nothing lost and nothing skipped in silence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.reporting.errors import FeedBroken, IntakeBusy
from services.reporting.intake import store
from services.reporting.intake.rules import (
    ANSWERS,
    AREA_CHANGES,
    SHAPES,
    NotUnderstood,
    fact_of,
    minutes_to_answer,
    successions_of,
)
from services.reporting.intake.schemas import IntakeView, PassedOverView, ReplayView, SetAsideView, SourceView
from services.reporting.settings import Source
from services.shared.database import Database, ReadSession, WriteSession
from services.shared.http import Client
from services.shared.identity import Caller, Tokens
from services.shared.logging import log

BATCH = 1000
SHOWN_SET_ASIDE = 50


@dataclass
class Batch:
    """What a batch of events comes to."""

    facts: list[dict[str, Any]] = field(default_factory=list)
    successions: list[dict[str, Any]] = field(default_factory=list)
    set_aside: list[dict[str, Any]] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Pulled:
    events: int
    set_aside: int
    more: bool


async def pull(database: Database, source: Source, client: Client, tokens: Tokens, *, wait: float = 0) -> Pulled:
    """Ask the feed once and take in what it answers. Facts and cursor are committed together or not at all."""
    async with database.duty("intake") as session:
        after = await store.position_of(session, source.name)
    answer = await client.request(
        "GET",
        "/v1/events",
        token=tokens.for_service(source.service),
        params={"after": after, "limit": BATCH, "wait": wait},
        timeout=wait + 10,
    )
    events = in_order(answer.json(), after)
    async with database.duty("intake") as session:
        batch = await take_in(session, source.name, events, after=after)
    for row in batch.set_aside:
        log.error("event_set_aside", source=source.name, sequence=row["sequence"], problems=row["problems"])
    return Pulled(len(events), len(batch.set_aside), more=len(events) == BATCH)


def in_order(answer: Any, after: int) -> list[Mapping[str, Any]]:
    """The events of an answer. Raises FeedBroken where they have no place or are not in order."""
    if not isinstance(answer, list) or not all(isinstance(event, dict) for event in answer):
        raise FeedBroken("not a batch")
    for event in answer:
        sequence = event.get("sequence")
        if not isinstance(sequence, int) or isinstance(sequence, bool) or sequence <= after:
            raise FeedBroken("not in order")
        after = sequence
    return answer


async def take_in(session: WriteSession, source: str, events: Sequence[Mapping[str, Any]], *, after: int) -> Batch:
    """Facts, set-aside events and the cursor, in this transaction. A batch that another took in first adds nothing."""
    cursor = await store.lock_cursor(session, source)
    if cursor.position != after:
        raise IntakeBusy("the feed has moved on meanwhile", source=source)
    now = session.clock.now()
    batch = sorted_out(events, source, now)
    await _add_durations(session, source, batch.facts)
    await store.add_facts(session, batch.facts)
    await store.add_successions(session, batch.successions)
    await store.set_aside(session, batch.set_aside)
    await store.pass_over(session, source, batch.passed_over)
    if events:
        cursor.position = events[-1]["sequence"]
    if batch.facts:
        cursor.last_event_at = batch.facts[-1]["at"]
    if len(events) < BATCH:
        cursor.caught_up_at = now
    return batch


def sorted_out(events: Sequence[Mapping[str, Any]], source: str, now: datetime) -> Batch:
    batch = Batch()
    for event in events:
        kind = event.get("type")
        shape = SHAPES.get(kind) if isinstance(kind, str) else None
        if shape is None and kind not in AREA_CHANGES:
            batch.passed_over[kind if isinstance(kind, str) else "?"] += 1
            continue
        try:
            if shape is None:
                batch.successions += successions_of(event, source=source)
            else:
                batch.facts.append(fact_of(event, shape, source=source))
        except NotUnderstood as failed:
            aside = {"source": source, "sequence": event["sequence"], "type": kind}
            batch.set_aside.append({**aside, "problems": failed.problems, "at": now})
    return batch


async def _add_durations(session: WriteSession, source: str, facts: list[dict[str, Any]]) -> None:
    """Durations are worked out once, when the event that ends them arrives, from facts that came before it."""
    answered = {fact["case_id"] for fact in facts if fact["type"] in ANSWERS}
    histories: dict[UUID, list[tuple[str, datetime]]] = await store.histories_of(session, source, answered)
    for fact in facts:
        history = histories.get(fact["case_id"])
        if history is None:
            continue
        if fact["type"] in ANSWERS and (minutes := minutes_to_answer(history, fact["at"])) is not None:
            fact["measures"]["minutes_to_answer"] = minutes
        history.append((fact["type"], fact["at"]))


async def replay_source(session: WriteSession, caller: Caller, source: str) -> ReplayView:
    """Forget what came from a source and start its feed over; its own facts give the same figures again."""
    cursor = await store.lock_cursor(session, source)
    await store.forget(session, source)
    cursor.position, cursor.caught_up_at, cursor.last_event_at = 0, None, None
    log.info("replay_asked", source=source, by=caller.id)
    return ReplayView(id=source)


async def replay_asked(source: str) -> ReplayView:
    """The same request once more: it was done the first time."""
    return ReplayView(id=source)


async def read_intake(session: ReadSession) -> IntakeView:
    now = session.clock.now()
    rows = await store.cursors(session)
    return IntakeView(
        sources=[SourceView(**row, lag_seconds=lag_of(row, now)) for row in rows],
        set_aside=[SetAsideView(**row) for row in await store.events_set_aside(session, SHOWN_SET_ASIDE)],
        passed_over=[PassedOverView(**row) for row in await store.kinds_passed_over(session)],
    )


def lag_of(cursor: Mapping[str, Any], now: datetime) -> float | None:
    """Seconds since everything the source had told was taken in; None: not yet once."""
    caught_up = cursor["caught_up_at"]
    return None if caught_up is None else max(0.0, (now - caught_up).total_seconds())
