"""Telling people that something happened, in the transaction in which it happened, and their seeing it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.consultation.notifications import store
from services.consultation.notifications.rules import APART, FORGOTTEN_AFTER, KEPT, Told, told_of
from services.consultation.notifications.schemas import Marked, NotificationPage, NotificationView
from services.consultation.notifications.store import Shown
from services.shared.database import ReadSession, WriteSession
from services.shared.paging import decode_cursor, encode_cursor


async def notify(
    session: WriteSession,
    case_id: UUID,
    kind: str,
    *,
    people: Mapping[UUID, UUID | None] | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Tells whom the table says; of `data` only codes, times and counts go along.

    `people` are those whom the act names, each with the invitation or meeting it is about.

    At most one statement, and none where nobody is to be told.
    """
    facts, named = data or {}, people or {}
    roles = [told.value for told in told_of(kind, facts.get("clock"))]
    if not roles or (roles == [Told.NAMED] and not named):
        return
    kept = {name: _plain(facts[name]) for name in KEPT if facts.get(name) is not None}
    await store.tell_of_case(session, case_id, kind, roles=roles, people=named, apart=kind in APART, data=kept)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


async def list_notifications(session: ReadSession, *, limit: int, after: str | None) -> NotificationPage:
    """Raises BadCursor."""
    place: tuple[datetime, UUID] | None = None
    if after is not None:
        at, last = decode_cursor(after, [datetime, UUID])
        place = (at, last)
    rows = await store.page_of(session, UUID(session.caller.person), limit=limit, after=place)
    more = rows[limit - 1].row if len(rows) > limit else None
    return NotificationPage(
        items=[_view(one) for one in rows[:limit]], next=encode_cursor([more.at, more.id]) if more else None
    )


def _view(shown: Shown) -> NotificationView:
    row = shown.row
    names = ("id", "kind", "subject", "data", "times", "at", "seen_at")
    return NotificationView(
        **{name: getattr(row, name) for name in names},
        case=row.case_id,
        code=row.case_code,
        # an invitation is the invited person's own page, whether they see the case or not
        can_be_opened=shown.can_be_opened or row.kind == "invitation.sent",
    )


async def mark_notifications_seen(session: WriteSession, until: datetime | None) -> Marked:
    return Marked(marked=await store.mark_seen(session, UUID(session.caller.person), until=until))


async def see_case(session: WriteSession, case_id: UUID) -> None:
    """Whoever has looked at the case has seen what there was to tell of it. A system's look is not the person's."""
    caller = session.caller
    if caller.kind == "person" and caller.via is None:
        await store.mark_seen(session, UUID(caller.person), case_id=case_id)


async def forget_seen(session: WriteSession) -> None:
    await store.forget_seen(session, session.clock.now() - FORGOTTEN_AFTER)


async def settle_past(session: WriteSession, *, seen_before: datetime) -> None:
    """After a past was brought in: none of it is mailed, and what is older than the moment has been seen."""
    await store.settle(session, seen_before=seen_before)
