"""Notes of the team; routes of their own, so that no thread can hold them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.consultation.notes import operations
from services.consultation.notes.schemas import NewTeamNote, TeamNotePage, TeamNoteView
from services.shared.paging import After
from services.shared.requests import Once, Writing

router = APIRouter(tags=["team notes"])

CaseId = Annotated[str, Path(max_length=40, description="The case's id or code", examples=["OT-I-7K42M"])]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most")]


@router.get("/cases/{case_id}/team-notes", operation_id="list_team_notes", summary="The team's own notes, oldest first")
async def list_team_notes(case_id: CaseId, session: Writing, limit: Limit = 200, after: After = None) -> TeamNotePage:
    return await operations.list_team_notes(session, case_id, limit=limit, after=after)


@router.post(
    "/cases/{case_id}/team-notes", operation_id="write_team_note", status_code=201, summary="Write for the team only"
)
async def write_team_note(case_id: CaseId, body: NewTeamNote, session: Writing, once: Once) -> TeamNoteView:
    async def act() -> TeamNoteView:
        return await operations.write_team_note(session, case_id, body)

    async def again(note: str) -> TeamNoteView:
        return await operations.reread_note(session, case_id, note)

    return await once.run(act, again)
