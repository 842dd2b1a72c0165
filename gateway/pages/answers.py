"""The answer of a case while it is made: written part by part, seen on paper, signed, published."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from gateway import swaps
from gateway.badges import badges_for
from gateway.clients import Clients
from gateway.pages.case_forms import Typed, day_or_words, days_on, key, moment, number, text, typed, version
from gateway.pages.case_names import names_of
from gateway.pages.case_prompts import told
from gateway.pages.case_refusals import Attempt, home_of, refused, see
from gateway.problems import add_sentences
from gateway.rendering import page
from gateway.swaps import PTAG, Swap, asks_part
from services.shared.errors import Refusal

router = APIRouter()
Answer = dict[str, Any]
ROW_FIELDS = ("what", "who", "by_when", "method")
WRITTEN = ("background", "considerations", "limits")

add_sentences(
    {
        "answer_not_found": "There is no answer yet, or it is not yours to see.",
        "answer_already_started": "The answer has been started already.",
        "answer_already_published": "The answer has been published. It can't be changed.",
        "answer_not_published": "The answer has not been published yet.",
        "statement_not_possible": "A statement is given only on a line of a county's 14 § group.",
        "answer_incomplete": "Parts of the answer are still empty.",
        "block_changed": "Somebody saved this part while you were writing.",
        "recommendation_changed": "Somebody changed this recommendation while you were writing.",
        "too_many_recommendations": "An answer has at most twelve recommendations.",
        "recommendation_not_found": "Somebody has removed this recommendation.",
        "unknown_recommendation": "Choose one from the list.",
        "deadline_in_past": "The deadline must lie ahead.",
        "signatures_not_asked": "Signatures have not been asked for yet.",
        "signatures_open": "Somebody has not signed yet, and there is still time to.",
        "already_signed": "You have signed already.",
        "opinion_needs_text": "Write the remark or the reason.",
        "nobody_to_sign": "The team has no members who could sign.",
    },
    fields={
        "opinion_needs_text": "Write the remark or the reason.",
        "unknown_recommendation": "Choose one from the list.",
        "deadline_in_past": "The deadline must lie ahead.",
        "deadline_too_far": "The deadline may be at most %(limit)s days ahead.",
    },
)


@router.post("/cases/{code}/answer")
async def start_answer(request: Request, code: str) -> Response:
    form = await request.form()
    try:
        await _answers(request).start_answer(code, key=key(form))
    except Refusal as refusal:
        if refusal.code != "answer_already_started":
            return await refused(request, refusal, Attempt(code, form, back=f"/cases/{code}"))
    return see(f"/cases/{code}/answer/edit?part=considerations#considerations")


@router.get("/cases/{code}/answer/edit")
async def edit_answer(request: Request, code: str, part: str = "") -> Response:
    clients: Clients = request.state.clients
    try:
        answer = await clients.consultation.answers.read_answer(code)
    except Refusal as refusal:
        if refusal.code == "answer_not_found":
            return see(f"/cases/{code}#answer")
        raise
    known = request.headers.get(PTAG) == _tag(answer)
    if swaps.polls(request.headers) and (known or answer["state"] == "published"):
        return Response(status_code=304)
    if answer["state"] == "published":
        return see(f"/cases/{code}/answer")
    return await _edit_page(request, code, answer, Typed(), opened=part)


@router.get("/cases/{code}/answer/preview")
async def preview_answer(request: Request, code: str) -> Response:
    """As it will be on paper, before it leaves."""
    answer = await _answers(request).read_answer(code)
    if answer["state"] == "published":
        return see(f"/cases/{code}/answer")
    return await _edit_page(request, code, answer, Typed(), on_paper=True)


@router.post("/cases/{code}/answer/blocks/{block}")
async def save_block(request: Request, code: str, block: str) -> Response:
    form = await request.form()
    answers = _answers(request)
    try:
        await answers.save_block(code, block, text(form, "text"), expected=version(form))
    except Refusal as refusal:
        answer = await answers.read_answer(code)
        if refusal.status == 422:
            shown = Typed({**typed(form), "block": block})
            return await _edit_page(request, code, answer, shown, opened=block, refusal=refusal)
        now = answer["blocks"].get(block, {})
        attempt = Attempt(
            code,
            form,
            back=f"/cases/{code}/answer/edit#{block}",
            field="text",
            theirs=now.get("text", ""),
            version=now.get("version"),
            by=now.get("written_by"),
            at=now.get("written_at"),
        )
        return await refused(request, refusal, attempt)
    return await _after(request, code, "save_block", opened=_next_part(block))


@router.post("/cases/{code}/answer/recommendations")
async def add_recommendation(request: Request, code: str) -> Response:
    form = await request.form()
    try:
        await _answers(request).add_recommendation(code, _row(form, "new"), key=key(form))
    except Refusal as refusal:
        return await _row_refused(request, code, "new", form, refusal)
    return await _after(request, code, "add_recommendation", opened="recommendations")


@router.post("/cases/{code}/answer/recommendations/{row}")
async def change_recommendation(request: Request, code: str, row: str) -> Response:
    """Saves, removes or moves one row, by the button that was pressed."""
    form = await request.form()
    answers, expected, go = _answers(request), version(form), text(form, "go")
    try:
        if go == "remove":
            await answers.remove_recommendation(code, row, expected=expected)
        else:
            body = _row(form, row)
            if go == "up":
                body["order"] = max((number(form, "order") or 1) - 1, 1)
            await answers.change_recommendation(code, row, body, expected=expected)
    except Refusal as refusal:
        return await _row_refused(request, code, row, form, refusal)
    said = {"remove": "remove_recommendation", "up": "move_recommendation"}.get(go, "change_recommendation")
    return await _after(request, code, said, opened="recommendations")


@router.post("/cases/{code}/answer/ask-signatures")
async def ask_signatures(request: Request, code: str) -> Response:
    form = await request.form()
    due = moment(form, "due_day", "due_time")
    try:
        await _answers(request).ask_signatures(code, due, expected=version(form), key=key(form))
    except Refusal as refusal:
        return await _box_refused(request, code, form, refusal, {"due": "due_day", "": "due_day"})
    return await _after(request, code, "ask_signatures")


@router.post("/cases/{code}/answer/signature")
async def sign_answer(request: Request, code: str) -> Response:
    form = await request.form()
    body: dict[str, Any] = {"text": text(form, "text"), "recommendation": text(form, "recommendation") or None}
    body |= {"opinion": text(form, "opinion")} if text(form, "opinion") else {}
    try:
        await _answers(request).sign_answer(code, body, expected=version(form), key=key(form))
    except Refusal as refusal:
        return await _box_refused(request, code, form, refusal, {"": "text"})
    return await _after(request, code, "sign_answer")


@router.post("/cases/{code}/publish")
async def publish_answer(request: Request, code: str) -> Response:
    form = await request.form()
    try:
        await _answers(request).publish_answer(code, expected=version(form), key=key(form))
    except Refusal as refusal:
        return await _box_refused(request, code, form, refusal, {})
    return see(f"/cases/{code}/answer")


def _answers(request: Request) -> Any:
    return request.state.clients.consultation.answers


async def _after(request: Request, code: str, said: str, *, opened: str = "") -> Response:
    """The page goes on where it was, or at the part that comes next; loading it again shows the same."""
    address = f"/cases/{code}/answer/edit" + (f"?part={opened}" if opened else "")
    if not asks_part(request):
        return see(f"{address}#{opened}" if opened else address)
    answer = await _answers(request).read_answer(code)
    request.state.badges = await badges_for(request.state.clients, request.state.me)
    shown = await _edit_page(request, code, answer, Typed(), opened=opened, said=said)
    shown.headers["HX-Replace-Url"] = address
    return shown


def _row(form: FormData, row: str) -> dict[str, Any]:
    """The fields of a row carry its id, so that each has an id of its own on the page."""
    body: dict[str, Any] = {field: text(form, f"{field}-{row}") for field in ROW_FIELDS}
    return {**body, "by_when": day_or_words(form, f"by_when-{row}"), "method": body["method"] or None}


def _rows_of(code: str) -> str:
    return f"/cases/{code}/answer/edit?part=recommendations#recommendations"


def _next_part(block: str) -> str:
    """After a part is saved the next unfinished one opens, in reading order."""
    order = ("background", "considerations", "recommendations", "limits")
    at = order.index(block) + 1 if block in order else 0
    return order[at] if at < len(order) else ""


async def _row_refused(request: Request, code: str, row: str, form: FormData, refusal: Refusal) -> Response:
    answer = await _answers(request).read_answer(code)
    if refusal.status == 422:
        shown = Typed({**_row(form, row), "row": row})
        return await _edit_page(request, code, answer, shown, opened="recommendations", refusal=refusal, suffix=row)
    now: dict[str, Any] = next((one for one in answer["recommendations"] if one["id"] == row), {})
    attempt = Attempt(
        code,
        form,
        back=_rows_of(code),
        field=f"what-{row}",
        theirs=now.get("what", ""),
        version=now.get("version"),
    )
    return await refused(request, refusal, attempt)


async def _box_refused(
    request: Request, code: str, form: FormData, refusal: Refusal, fields: dict[str, str]
) -> Response:
    if refusal.status == 422:
        answer = await _answers(request).read_answer(code)
        return await _edit_page(request, code, answer, typed(form), refusal=refusal, fields=fields)
    return await refused(request, refusal, Attempt(code, form, back=f"/cases/{code}/answer/edit", field="text"))


async def _edit_page(
    request: Request,
    code: str,
    answer: Answer,
    shown: Typed,
    *,
    opened: str = "",
    on_paper: bool = False,
    refusal: Refusal | None = None,
    suffix: str = "",
    fields: dict[str, str] | None = None,
    said: str = "",
) -> Response:
    """Part by part; while it is signed, or when asked so, as the paper it becomes."""
    case = await request.state.clients.consultation.cases.read_case(code)
    acts = {one["act"] for one in answer["allowed"]}
    found = told(refusal, request.state.language) if refusal else {}
    errors = {_named(name, suffix, fields or {}): said for name, said in found.items()}
    shown_part = opened or _first_empty(answer)
    again = "" if on_paper else f"/cases/{code}/answer/edit"
    on_paper = on_paper or (answer["state"] == "signing" and not opened)
    return page(
        request,
        "answers/preview.html" if on_paper else "answers/edit.html",
        block=Swap("work", ("head",), said, quiet=not said and not refusal),
        tag=_tag(answer),
        again=again,
        status=422 if refusal else 200,
        case=case,
        answer=answer,
        acts=acts,
        may_write="save_answer" in acts,
        opened=shown_part,
        saved=_last_written(answer),
        v=shown,
        errors=errors,
        clock=_promised(case),
        in_two_days=days_on(request.app.state.clock.now(), 2),
        names=await names_of(request),
        home=home_of(request),
    )


def _named(name: str, suffix: str, fields: dict[str, str]) -> str:
    if suffix:
        return f"{name}-{suffix}" if name in ROW_FIELDS else name
    return fields.get(name, name)


def _promised(case: dict[str, Any]) -> dict[str, Any] | None:
    clocks = (clock for clock in case["clocks"] if clock["name"] == "answer" and clock["state"] != "done")
    return next(clocks, None)


def _tag(answer: Answer) -> str:
    """The same as long as nobody has written, removed or signed anything."""
    signed = [one["state"] for one in answer["signatures"]]
    return "-".join(map(str, (answer["version"], answer["case_version"], *signed)))


def _last_written(answer: Answer) -> dict[str, Any] | None:
    """The part somebody saved last: who and when."""
    written = [block for block in answer["blocks"].values() if block["written_at"]]
    return max(written, key=lambda block: str(block["written_at"]), default=None)


def _first_empty(answer: Answer) -> str:
    """Where writing goes on."""
    return next((block for block in WRITTEN if not answer["blocks"][block]["text"]), "recommendations")
