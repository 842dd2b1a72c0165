"""Feedback on accessibility: the form that is open to everyone, its receipt, and the administrators' list."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from gateway import words
from gateway.addresses import path_of
from gateway.feedback import AIDS, FeedbackBox, NewFeedback, clock_of
from gateway.pages.case_forms import Typed, key, text, texts, typed
from gateway.problems import add_sentences, messages, sentence_of
from gateway.rendering import page
from services.shared.errors import Forbidden, Refusal

router = APIRouter()
Number = Annotated[int, Path(le=2**31 - 1)]

words.WORDS["aid"] = {
    "screen_reader": "Screen reader",
    "keyboard": "Keyboard",
    "magnifier": "Magnifier",
    "voice": "Voice control",
    "phone": "Phone",
}
words.CLOCKS["feedback"] = "Answer to the feedback"
add_sentences(
    {
        "too_much_feedback": "Much feedback has come just now. Your text is kept below: send it again in ten minutes.",
        "feedback_answered": "Somebody has answered this already.",
    },
    fields={"not_an_email": "Write the address as name@example.org, or leave it empty."},
)


@router.get("/feedback/new")
async def feedback_form(request: Request) -> Response:
    came_from = path_of(request.query_params.get("page") or request.headers.get("referer"))
    return _form_page(request, Typed(page="" if came_from == "/feedback/new" else came_from))


@router.post("/feedback")
async def send_feedback(request: Request) -> Response:
    form = await request.form()
    try:
        receipt = await box_of(request).send(_new(request, form))
    except Refusal as refusal:
        if refusal.status not in (422, 429):
            raise
        errors = messages(refusal, request.state.language)
        return _form_page(request, typed(form), texts(form, "aids"), errors, refusal.status)
    return RedirectResponse(f"/feedback/receipts/{receipt}", status_code=303)


def _new(request: Request, form: FormData) -> NewFeedback:
    return NewFeedback(
        text=text(form, "text"),
        page=text(form, "page"),
        aids=texts(form, "aids"),
        email=text(form, "email"),
        language=request.state.language,
        form_key=key(form) or str(uuid4()),
    )


def _form_page(
    request: Request,
    filled: Typed,
    aids: list[str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    template = "feedback/form.html"
    return page(request, template, status=status, typed=filled, aids=AIDS, used=aids or [], errors=errors or {})


@router.get("/feedback/receipts/{receipt}")
async def feedback_receipt(request: Request, receipt: UUID) -> Response:
    return page(request, "feedback/receipt.html", receipt=await box_of(request).receipt(receipt))


@router.get("/feedback")
async def list_feedback(request: Request) -> Response:
    _for_administrators(request)
    answered = request.query_params.get("view") == "answered"
    rows = await box_of(request).listed(answered=answered)
    return page(request, "feedback/list.html", answered=answered, rows=[_shown(request, row) for row in rows])


@router.get("/feedback/{number}")
async def read_feedback(request: Request, number: Number) -> Response:
    _for_administrators(request)
    return await _one_page(request, number, "")


@router.post("/feedback/{number}/answer")
async def answer_feedback(request: Request, number: Number) -> Response:
    _for_administrators(request)
    answer = text(await request.form(), "answer")
    try:
        await box_of(request).answer(number, answer, by=request.state.me.name)
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        errors = messages(refusal, request.state.language)
        if refusal.status == 409:
            errors = {"": sentence_of(refusal.code, request.state.language)}
        return await _one_page(request, number, answer, errors, refusal.status)
    return RedirectResponse(f"/feedback/{number}", status_code=303)


async def _one_page(
    request: Request, number: int, answer: str, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    found = _shown(request, await box_of(request).read(number))
    return page(
        request, "feedback/detail.html", status=status, feedback=found, typed={"answer": answer}, errors=errors or {}
    )


def _shown(request: Request, row: Any) -> dict[str, Any]:
    return {**row, "clock": clock_of(row, request.app.state.clock.now())}


async def waiting_for(request: Request) -> list[dict[str, Any]]:
    """What waits for this person of the feedback, as the services list theirs: nothing but for administrators."""
    if request.state.me is None or not request.state.me.has("admin"):
        return []
    rows = await box_of(request).listed(answered=False)
    return [
        {
            "kind": "feedback",
            "subject": str(row["number"]),
            "title": _first_words(row["text"]),
            "due": row["due"].isoformat(),
            "since": row["at"].isoformat(),
            "turn": True,
        }
        for row in rows
    ]


def _first_words(written: str, most: int = 80) -> str:
    line = " ".join(written.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + " …"


def box_of(request: Request) -> FeedbackBox:
    box: FeedbackBox = request.app.state.feedback
    return box


def _for_administrators(request: Request) -> None:
    if not request.state.me.has("admin"):
        raise Forbidden("feedback is for administrators")
