"""Writing to the conversation, or for the team only: two handlers, as they are two lists."""

from datetime import datetime

from fastapi import APIRouter, Request, Response

from gateway.pages.case_forms import filled, key, number, text, typed
from gateway.pages.case_prompts import told
from gateway.pages.case_refusals import Attempt, refused, see
from gateway.pages.cases import BESIDE, after_act, show_case
from gateway.rendering import page
from gateway.swaps import PTAG, Swap, asks_part
from services.shared.errors import Refusal

router = APIRouter()


@router.get("/cases/{code}/messages")
async def list_messages(request: Request, code: str, since: str = "", mine: bool = False) -> Response:
    """For an open page that asks again and again: the conversation, where its reader was told of something since.

    Looking at a case leaves a mark in its log, so it is not looked at for nothing.
    """
    if not asks_part(request):
        return see(f"/cases/{code}#thread")
    consultation = request.state.clients.consultation
    newest = (await consultation.notifications.list_notifications(limit=1))["items"]
    tag = "-".join(str(newest[0][name]) for name in ("id", "times")) if newest else "none"
    known = request.headers.get(PTAG)
    if known == tag or (known is None and not (newest and _later(newest[0]["at"], since))):
        return Response(status_code=304, headers={PTAG: tag})
    messages = (await consultation.messages.list_messages(code))["items"]
    answer = page(request, "cases/parts/thread.html", messages=messages, mine=mine)
    answer.headers[PTAG] = tag
    return answer


def _later(at: str, since: str) -> bool:
    try:
        return datetime.fromisoformat(at) > datetime.fromisoformat(since)
    except (ValueError, TypeError):
        return True


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
