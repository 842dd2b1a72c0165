"""The thread between who asks and the team."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.consultation.access import writes_as
from services.consultation.cases.acts import note
from services.consultation.cases.operations import hold_case, open_case
from services.consultation.cases.store import OpenCase
from services.consultation.messages import store
from services.consultation.messages.schemas import MessagePage, MessageView, NewMessage
from services.consultation.messages.tables import Message
from services.shared.database import WriteSession
from services.shared.paging import decode_cursor, encode_cursor


async def list_messages(session: WriteSession, case_id: UUID | str, *, limit: int, after: str | None) -> MessagePage:
    case = await open_case(session, case_id, part="thread")
    place: tuple[datetime, UUID] | None = None
    if after is not None:
        at, last = decode_cursor(after, [datetime, UUID])
        place = (at, last)
    return page_in(case, await store.messages_after(session, case.id, limit=limit, after=place), limit=limit)


def page_in(case: OpenCase, rows: Sequence[Message], *, limit: int) -> MessagePage:
    """Of rows of which there is one more than `limit` where there are more."""
    more = rows[limit - 1] if len(rows) > limit else None
    return MessagePage(
        items=[view_of(case, row) for row in rows[:limit]],
        next=encode_cursor([more.at, more.id]) if more else None,
    )


async def send_message(session: WriteSession, case_id: UUID | str, body: NewMessage) -> MessageView:
    """Only while the case is open. Raises NotYourAct, ActNotPossible."""
    case = await hold_case(session, case_id)
    relation = writes_as(case.relations)
    await note(session, case, "send_message", part="thread", event="message.sent", relation=relation)
    row = await store.add_message(session, case.id, case.key, text=body.text, relation=relation)
    return view_of(case, row)


async def reread_message(session: WriteSession, case_id: UUID | str, message_id: str) -> MessageView:
    """What an earlier request with the same Idempotency-Key wrote."""
    case = await open_case(session, case_id, part="thread")
    return view_of(case, await store.find_message(session, UUID(message_id)))


def view_of(case: OpenCase, row: Message) -> MessageView:
    return MessageView(
        id=row.id,
        at=row.at,
        person=row.person_id,
        name=row.name,
        relation=row.relation,
        text=store.text_of(row, case.key),
    )
