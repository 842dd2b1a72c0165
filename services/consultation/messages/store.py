"""Rows of the thread, and the only place where their texts are sealed and opened."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, tuple_

from services.consultation.messages.tables import Message
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.encryption import SealingKey
from services.shared.errors import NotFound
from services.shared.statements import Prepared

PLACE = "messages.text"
_ADD = Prepared(insert(Message), columns=Message.__table__.columns.keys())


async def add_message(session: WriteSession, case_id: UUID, key: SealingKey, *, text: str, relation: str) -> Message:
    values = {
        "id": new_id(),
        "case_id": case_id,
        "at": session.clock.now(),
        "person_id": UUID(session.caller.person),
        "name": session.caller.name,
        "relation": relation,
        "text_sealed": key.seal(text, PLACE),
    }
    await _ADD.hold(session, **values)
    return Message(**values)


async def messages_after(
    session: ReadSession, case_id: UUID, *, limit: int, after: tuple[datetime, UUID] | None
) -> list[Message]:
    """Oldest first, one more than `limit` where there are more."""
    query = select(Message).where(Message.case_id == case_id).order_by(Message.at, Message.id).limit(limit + 1)
    if after is not None:
        query = query.where(tuple_(Message.at, Message.id) > after)
    return list(await session.scalars(query))


async def find_message(session: ReadSession, message_id: UUID) -> Message:
    row = await session.get(Message, message_id)
    if row is None:
        raise NotFound()
    return row


def text_of(row: Message, key: SealingKey) -> str:
    return key.open(row.text_sealed, PLACE)
