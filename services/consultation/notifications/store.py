"""Rows of notifications: told by one statement, read by their person, mailed by the sweep."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as insert_or_keep

from services.consultation.cases.tables import Case
from services.consultation.notifications.tables import MailDigest, Notification
from services.shared.database import ReadSession, WriteSession
from services.shared.statements import Prepared

_TELL = Prepared(
    text("select tell_of_case(:case, :kind, :moment, :doer, :roles, :people, :subjects, :apart, cast(:data as jsonb))")
)
_UNMAILED = (Notification.mailed_at.is_(None), Notification.seen_at.is_(None), Notification.person_id.is_not(None))


async def tell_of_case(
    session: WriteSession,
    case_id: UUID,
    kind: str,
    *,
    roles: Sequence[str],
    people: Mapping[UUID, UUID | None],
    apart: bool,
    data: Mapping[str, Any],
) -> None:
    """One statement whoever is told. What was changed in the case must have been flushed."""
    doer = session.caller.person
    said = {
        "case": case_id,
        "kind": kind,
        "moment": session.clock.now(),
        "doer": UUID(doer) if doer else None,
        "roles": list(roles),
        "people": list(people),
        "subjects": list(people.values()),
        "apart": apart,
        "data": json.dumps(data),
    }
    await _TELL.run(session, **said)


@dataclass(frozen=True)
class Shown:
    row: Notification
    can_be_opened: bool
    """Whether the case is the reader's to see now."""


async def page_of(
    session: ReadSession, person: UUID, *, limit: int, after: tuple[datetime, UUID] | None
) -> list[Shown]:
    """The newest first, one more than `limit` where there are more."""
    seen = exists().where(Case.id == Notification.case_id)
    query = (
        select(Notification, seen.label("can_be_opened"))
        .where(Notification.person_id == person)
        .order_by(Notification.at.desc(), Notification.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(tuple_(Notification.at, Notification.id) < after)
    return [Shown(row, bool(can)) for row, can in await session.execute(query)]


async def mark_seen(
    session: WriteSession, person: UUID, *, case_id: UUID | None = None, until: datetime | None = None
) -> int:
    """Of one case, or of all up to a moment."""
    query = update(Notification).where(Notification.person_id == person, Notification.seen_at.is_(None))
    if case_id is not None:
        query = query.where(Notification.case_id == case_id)
    if until is not None:
        query = query.where(Notification.at <= until)
    marked = await session.execute(query.values(seen_at=session.clock.now()))
    return int(marked.rowcount)  # type: ignore[attr-defined]


async def forget_seen(session: WriteSession, before: datetime) -> None:
    await session.execute(delete(Notification).where(Notification.seen_at < before))
    await session.execute(delete(MailDigest).where(MailDigest.day < before.date()))


async def settle(session: WriteSession, *, seen_before: datetime) -> None:
    """Nothing so far is mailed any more, and what is older than the moment has been seen."""
    moment = Notification.at
    await session.execute(delete(Notification).where(Notification.of_centre.is_not(None)))
    await session.execute(update(Notification).where(Notification.mailed_at.is_(None)).values(mailed_at=moment))
    old = update(Notification).where(Notification.seen_at.is_(None), Notification.at < seen_before)
    await session.execute(old.values(seen_at=moment))


# to the centre, until it is known who that is


async def to_be_delivered(session: WriteSession, limit: int) -> list[tuple[Notification, str]]:
    """Each with the centre it is for."""
    query = (
        select(Notification, Case.yta)
        .join(Case, Case.id == Notification.case_id)
        .where(Notification.of_centre.is_not(None), Case.yta.is_not(None))
        .order_by(Notification.at)
        .limit(limit)
        .with_for_update(of=Notification, skip_locked=True)
    )
    return [(row, str(yta)) for row, yta in await session.execute(query)]


async def deliver(session: WriteSession, row: Notification, people: Iterable[UUID], ids: Iterable[UUID]) -> None:
    """To each of them once; who was told of it already isn't told again."""
    same = {name: getattr(row, name) for name in ("kind", "case_id", "case_code", "subject", "data", "at")}
    values = [
        {"id": id, "person_id": person, "times": 1, "mail_tries": 0, **same}
        for id, person in zip(ids, sorted({*people}), strict=False)
    ]
    if values:
        await session.execute(insert_or_keep(Notification).values(values).on_conflict_do_nothing())
    await session.execute(delete(Notification).where(Notification.id == row.id))


# mail


@dataclass(frozen=True)
class Nudge:
    """A person for whom something unseen came, and the rows that said so."""

    person: UUID
    rows: list[UUID]
    tries: int


async def claim_unmailed(session: WriteSession, *, people: int, busy_for: timedelta, within: timedelta) -> list[Nudge]:
    """The longest-waiting people's rows, kept from other processes for a while: nothing stays locked while mail is
    being sent, and if the sender dies they come up again."""
    now = session.clock.now()
    due = or_(Notification.mail_after.is_(None), Notification.mail_after <= now)
    chosen = (
        select(Notification.id)
        .where(*_UNMAILED, due, Notification.at > now - within)
        .order_by(Notification.at)
        .limit(people * 10)
        .with_for_update(skip_locked=True)
    )
    query = (
        update(Notification)
        .where(Notification.id.in_(chosen))
        .values(mail_after=now + busy_for, mail_tries=Notification.mail_tries + 1)
        .returning(Notification.id, Notification.person_id, Notification.mail_tries)
        .execution_options(synchronize_session=False)
    )
    found: dict[UUID, Nudge] = {}
    for id, person, tries in await session.execute(query):
        assert person is not None, "only what is addressed to a person is mailed"
        known = found.get(person) or Nudge(person, [], 0)
        found[person] = Nudge(person, [*known.rows, id], max(known.tries, tries))
    return list(found.values())


async def mark_mailed(session: WriteSession, rows: Iterable[UUID]) -> None:
    query = update(Notification).where(Notification.id.in_([*rows]))
    await session.execute(query.values(mailed_at=session.clock.now(), mail_after=None))


async def mail_later(session: WriteSession, rows: Iterable[UUID], after: datetime) -> None:
    await session.execute(update(Notification).where(Notification.id.in_([*rows])).values(mail_after=after))


async def unseen_by_person(session: ReadSession, day: date, *, limit: int) -> dict[UUID, int]:
    """Of people whose digest of the day is not settled: how much is unseen."""
    settled = exists().where(MailDigest.person_id == Notification.person_id, MailDigest.day == day)
    query = (
        select(Notification.person_id, func.count())
        .where(Notification.seen_at.is_(None), Notification.person_id.is_not(None), ~settled)
        .group_by(Notification.person_id)
        .order_by(Notification.person_id)
        .limit(limit)
    )
    return {person: int(count) for person, count in await session.execute(query) if person is not None}


async def settle_digests(session: WriteSession, people: Sequence[UUID], day: date) -> None:
    if people:
        rows = [{"person_id": person, "day": day, "at": session.clock.now()} for person in people]
        await session.execute(insert_or_keep(MailDigest).values(rows).on_conflict_do_nothing())
