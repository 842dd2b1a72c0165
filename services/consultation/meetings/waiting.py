"""Meetings among what waits for somebody: those to come, and those whose minutes nobody has written."""

from datetime import timedelta
from uuid import UUID

from services.consultation.access import ASKING
from services.consultation.clocks import ClockState
from services.consultation.meetings.store import planned_with
from services.consultation.meetings.tables import Meeting
from services.consultation.waiting.schemas import WaitingItem
from services.shared.database import ReadSession

# How far ahead a meeting is told of: our own choice.
AHEAD = timedelta(days=14)


async def meetings_awaiting(session: ReadSession, person: UUID) -> list[WaitingItem]:
    now = session.clock.now()
    items = []
    for row, code, relation in await planned_with(session, person):
        if row.ends_at > now and row.starts_at - AHEAD <= now:
            items.append(_item(row, code, "meeting", ClockState.OK).model_copy(update={"turn": False}))
        elif row.ends_at <= now and relation not in ASKING:
            items.append(_item(row, code, "meeting.minutes", ClockState.SOON))
    return items


def _item(row: Meeting, code: str, kind: str, state: ClockState) -> WaitingItem:
    return WaitingItem(
        kind=kind,
        subject=row.id,
        href_kind="meeting",
        code=code,
        title="",
        data={"starts_at": row.starts_at, "ends_at": row.ends_at},
        since=row.proposed_at,
        due=row.starts_at,
        state=state.value,
    )
