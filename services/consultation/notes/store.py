"""Rows of the team's notes, and the only place where their texts are sealed and opened."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from services.consultation.notes.tables import TeamNote
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.encryption import SealingKey
from services.shared.errors import NotFound

PLACE = "team_notes.text"


async def add_note(session: WriteSession, case_id: UUID, key: SealingKey, *, text: str, relation: str) -> TeamNote:
    row = TeamNote(
        id=new_id(),
        case_id=case_id,
        at=session.clock.now(),
        person_id=UUID(session.caller.person),
        name=session.caller.name,
        relation=relation,
        text_sealed=key.seal(text, PLACE),
    )
    session.add(row)
    await session.flush()
    return row


async def notes_after(
    session: ReadSession, case_id: UUID, *, limit: int, after: tuple[datetime, UUID] | None
) -> list[TeamNote]:
    """Oldest first, one more than `limit` where there are more."""
    query = select(TeamNote).where(TeamNote.case_id == case_id).order_by(TeamNote.at, TeamNote.id).limit(limit + 1)
    if after is not None:
        query = query.where(tuple_(TeamNote.at, TeamNote.id) > after)
    return list(await session.scalars(query))


async def find_note(session: ReadSession, note_id: UUID) -> TeamNote:
    row = await session.get(TeamNote, note_id)
    if row is None:
        raise NotFound()
    return row


def text_of(row: TeamNote, key: SealingKey) -> str:
    return key.open(row.text_sealed, PLACE)
