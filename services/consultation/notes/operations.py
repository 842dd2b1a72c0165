"""Notes of the team and the coordinator. Whoever asks is told that there is nothing here."""

from datetime import datetime
from uuid import UUID

from services.consultation.access import may_read_team_notes, writes_as
from services.consultation.cases.acts import note
from services.consultation.cases.operations import open_case, take_case
from services.consultation.cases.store import OpenCase
from services.consultation.notes import store
from services.consultation.notes.schemas import NewTeamNote, TeamNotePage, TeamNoteView
from services.consultation.notes.tables import TeamNote
from services.consultation.notifications.operations import notify
from services.shared.database import WriteSession
from services.shared.errors import NotFound
from services.shared.paging import decode_cursor, encode_cursor


async def list_team_notes(session: WriteSession, case_id: UUID | str, *, limit: int, after: str | None) -> TeamNotePage:
    case = await _opened(session, case_id)
    place: tuple[datetime, UUID] | None = None
    if after is not None:
        at, last = decode_cursor(after, [datetime, UUID])
        place = (at, last)
    rows = await store.notes_after(session, case.id, limit=limit, after=place)
    more = rows[limit - 1] if len(rows) > limit else None
    return TeamNotePage(
        items=[view_of(case, row) for row in rows[:limit]],
        next=encode_cursor([more.at, more.id]) if more else None,
    )


async def write_team_note(session: WriteSession, case_id: UUID | str, body: NewTeamNote) -> TeamNoteView:
    """Only while the case is open. Raises NotYourAct, ActNotPossible."""
    case = await take_case(session, case_id)
    if not may_read_team_notes(case.relations):
        raise NotFound()
    await note(session, case, "write_team_note", part="team notes", team_only=True)
    await notify(session, case.id, "team_note.written")
    row = await store.add_note(session, case.id, case.key, text=body.text, relation=writes_as(case.relations))
    return view_of(case, row)


async def reread_note(session: WriteSession, case_id: UUID | str, note_id: str) -> TeamNoteView:
    """What an earlier request with the same Idempotency-Key wrote."""
    case = await _opened(session, case_id)
    return view_of(case, await store.find_note(session, UUID(note_id)))


async def _opened(session: WriteSession, case_id: UUID | str) -> OpenCase:
    case = await open_case(session, case_id, part="team notes")
    if not may_read_team_notes(case.relations):
        raise NotFound()
    return case


def view_of(case: OpenCase, row: TeamNote) -> TeamNoteView:
    return TeamNoteView(
        id=row.id,
        at=row.at,
        person=row.person_id,
        name=row.name,
        relation=row.relation,
        text=store.text_of(row, case.key),
    )
