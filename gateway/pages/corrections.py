"""Correcting a published answer: the reason first, then a new edition written and signed like any answer."""

from fastapi import APIRouter, Request, Response

from gateway.pages.case_forms import Typed, key, text, typed
from gateway.pages.case_prompts import told
from gateway.pages.case_refusals import Attempt, home_of, refused, see
from gateway.rendering import page
from gateway.swaps import Swap, moved
from services.shared.errors import Refusal

router = APIRouter()
ALREADY_WRITTEN = "answer_already_started"


@router.get("/cases/{code}/answer/correct")
async def prepare_correction(request: Request, code: str) -> Response:
    answer = await request.state.clients.consultation.answers.read_answer(code)
    if "correct_answer" not in {one["act"] for one in answer["allowed"]}:
        return see(f"/cases/{code}/answer")
    return await _correction_page(request, code, Typed())


@router.post("/cases/{code}/answer/correct")
async def correct_answer(request: Request, code: str) -> Response:
    form = await request.form()
    try:
        await request.state.clients.consultation.answers.correct_answer(code, text(form, "reason"), key=key(form))
    except Refusal as refusal:
        if refusal.status == 422:
            errors = told(refusal, request.state.language)
            return await _correction_page(request, code, typed(form), errors=errors)
        if refusal.code != ALREADY_WRITTEN:
            return await refused(request, refusal, Attempt(code, form, back=f"/cases/{code}/answer", field="reason"))
    return moved(request, f"/cases/{code}/answer/edit", "correct_answer")


async def _correction_page(
    request: Request, code: str, shown: Typed, *, errors: dict[str, str] | None = None
) -> Response:
    consultation = request.state.clients.consultation
    return page(
        request,
        "answers/correct.html",
        block=Swap("work"),
        status=422 if errors else 200,
        case=await consultation.cases.read_case(code),
        answer=await consultation.answers.read_answer(code),
        home=home_of(request),
        v=shown,
        errors=errors or {},
    )
