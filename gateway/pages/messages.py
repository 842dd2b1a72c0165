"""Writing to the conversation, or for the team only: two handlers, as they are two lists."""

from fastapi import APIRouter, Request, Response

from gateway.pages.case_forms import filled, key, number, text, typed
from gateway.pages.case_prompts import told
from gateway.pages.case_refusals import Attempt, refused
from gateway.pages.cases import BESIDE, after_act, show_case
from gateway.swaps import Swap
from services.shared.errors import Refusal

router = APIRouter()


@router.post("/cases/{code}/messages")
async def send_message(request: Request, code: str) -> Response:
    form = await request.form()
    try:
        sent = request.state.clients.consultation.messages.send_message
        await sent(code, text(form, "message"), key=key(form))
    except Refusal as refusal:
        return await _refused(request, code, refusal, {"text": "message"}, "thread")
    return await after_act(request, code, Swap("thread", BESIDE, said="send_message"))


@router.post("/cases/{code}/team-notes")
async def write_team_note(request: Request, code: str) -> Response:
    form = await request.form()
    try:
        written = request.state.clients.consultation.messages.write_team_note
        await written(code, text(form, "note"), key=key(form))
    except Refusal as refusal:
        return await _refused(request, code, refusal, {"text": "note"}, "team_notes")
    return await after_act(request, code, Swap("team_notes", BESIDE, said="write_team_note"))


@router.post("/cases/{code}/minutes")
async def record_minutes(request: Request, code: str) -> Response:
    form = await request.form()
    body = {**filled(form, ("for",)), "minutes": number(form, "minutes")}
    try:
        await request.state.clients.consultation.meetings.record_minutes(code, body, key=key(form))
    except Refusal as refusal:
        return await _refused(request, code, refusal, {}, "meetings")
    return await after_act(request, code, Swap("meetings", BESIDE, said="record_minutes"))


async def _refused(request: Request, code: str, refusal: Refusal, fields: dict[str, str], block: str) -> Response:
    """The case's page again with the error at the field and what was typed still in it."""
    form = await request.form()
    if refusal.status != 422:
        return await refused(request, refusal, Attempt(code, form, back=f"/cases/{code}"))
    found = {fields.get(name, name): said for name, said in told(refusal, request.state.language).items()}
    case = await request.state.clients.consultation.cases.read_case(code)
    return await show_case(request, case, shown=typed(form), errors=found, status=422, block=Swap(block, ("head",)))
