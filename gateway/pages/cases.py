"""The pages of consultations: one's own, the coordinator's queue, one case, each act on it, its consents."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from gateway import words
from gateway.clients import Clients
from gateway.pages import case_choices, case_rows
from gateway.pages.case_acts import ACT_FORMS, DECLINES, ActForm
from gateway.pages.case_forms import Typed, days_on, filled, key, text, texts, typed, version
from gateway.pages.case_names import names_of
from gateway.pages.case_parts import ASKING, Parts, parts_of
from gateway.pages.case_prompts import told
from gateway.pages.case_refusals import Attempt, home_of, refused, see
from gateway.problems import add_sentences
from gateway.rendering import page, translate
from services.shared.errors import NotFound, Refusal

router = APIRouter()
Case = dict[str, Any]
PAGE_SIZE = 50
MINUTES_FOR = ("meeting", "preparation", "reading", "writing", "travel", "other")

add_sentences(
    {
        "act_not_possible": "This can't be done at this stage.",
        "act_blocked": "This can't be done yet: something is missing.",
        "not_your_act": "This is for others to do.",
        "no_consent": "There is no consent that covers this.",
        "not_same_asker": "Only requests of the same asker can be merged.",
        "request_in_progress": "The same thing is being saved right now. Look at the page in a moment.",
        "idempotency_key_reused": "This form was already used for something else. Open it again.",
    },
    fields={
        "in_the_future": "The day has not come yet.",
        "in_another_centre": "This county belongs to another centre. Transfer the case instead.",
        "unchanged": "Choose another than the present one.",
        "not_open": "That consultation has ended.",
        "not_changed_any_more": "This can't be changed any more.",
    },
)


@router.get("/cases")
async def list_cases(request: Request, scope: str = "", after: str = "") -> Response:
    me = request.state.me
    scope = scope if scope in ("mine", "team") else ("mine" if me.has("professional", "coordinator") else "team")
    cases = request.state.clients.consultation.cases
    listed = await cases.list_cases(scope, after=after or None, limit=PAGE_SIZE)
    return page(
        request,
        "cases/list.html",
        block="rows",
        rows=listed["items"],
        scope=scope,
        counts=await cases.count_cases(),
        may_ask=me.has("professional", "coordinator", "expert"),
        following=_following("/cases", listed, scope=scope),
    )


@router.get("/queue")
async def list_queue(request: Request, state: str = "", area: str = "", line: str = "", after: str = "") -> Response:
    cases = request.state.clients.consultation.cases
    chosen = {"state": state, "area": area, "line": line}
    listed = await cases.list_cases(
        "queue", **{k: v or None for k, v in chosen.items()}, after=after or None, limit=PAGE_SIZE
    )
    names = await names_of(request)
    yta = next((one.yta for one in request.state.me.memberships if one.role == "coordinator"), None)
    every = case_choices.counties(request, names)
    of_area = await case_choices.line_choices(request, yta=yta)
    language = request.state.language
    return page(
        request,
        "cases/queue.html",
        block="rows",
        groups=case_rows.grouped(listed["items"], request.app.state.clock.now()),
        shown=len(listed["items"]),
        counts=await cases.count_cases(),
        names=names,
        centre=names.of("ytas", yta) if yta else "",
        chosen={**chosen, "mine": False, "any": any(chosen.values())},
        areas=case_choices.with_none(request, every, translate(language, "All counties")),
        lines=case_choices.with_none(request, of_area, translate(language, "All lines")),
        following=_following("/queue", listed, **chosen),
    )


@router.get("/cases/{code}")
async def read_case(request: Request, code: str) -> Response:
    case = await request.state.clients.consultation.cases.read_case(code)
    return await show_case(request, case)


@router.get("/cases/{code}/acts/{act}")
async def prepare_act(request: Request, code: str, act: str) -> Response:
    form = _known(act)
    case = await request.state.clients.consultation.cases.read_case(code)
    if act not in {one["act"] for one in case["allowed"]}:
        return see(f"/cases/{case['code']}")
    return await _act_page(request, case, act, form, Typed())


@router.post("/cases/{code}/acts/{act}")
async def perform_act(request: Request, code: str, act: str) -> Response:
    known, form = _known(act), await request.form()
    clients: Clients = request.state.clients
    where = clients.consultation.answers if act == "answer_directly" else clients.consultation.cases
    operation = getattr(where, known.operation)
    try:
        await operation(code, known.read(form), expected=version(form), key=key(form))
    except Refusal as refusal:
        if refusal.status == 422:
            case = await clients.consultation.cases.read_case(code)
            found = told(refusal, request.state.language)
            return await _act_page(request, case, act, known, typed(form), errors=found, status=422)
        attempt = Attempt(code, form, back=f"/cases/{code}", field=known.field, acts=(act,))
        return await refused(request, refusal, attempt)
    return see(known.then.format(code=code))


@router.get("/cases/{code}/consent")
async def list_consents(request: Request, code: str) -> Response:
    return await _consent_page(request, code, Typed(to_what=[]))


@router.post("/cases/{code}/consent")
async def record_consent(request: Request, code: str) -> Response:
    form = await request.form()
    body = filled(form, ("client_reference", "given_by", "given_on")) | {"to_what": texts(form, "to_what")}
    if text(form, "written"):
        body["written"] = text(form, "written") == "yes"
    cases = request.state.clients.consultation.cases
    try:
        await cases.record_consent(code, body, expected=version(form), key=key(form))
    except Refusal as refusal:
        if refusal.status == 422:
            shown = Typed({**typed(form), "to_what": body["to_what"]})
            return await _consent_page(request, code, shown, errors=told(refusal, request.state.language))
        return await refused(
            request, refusal, Attempt(code, form, back=f"/cases/{code}/consent", acts=("record_consent",))
        )
    return see(f"/cases/{code}/consent")


async def show_case(
    request: Request,
    case: Case,
    *,
    shown: Typed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
    block: str | None = None,
) -> Response:
    """The page of one case, for everyone who may see it: what differs comes from the service."""
    parts = await parts_of(request, case)
    acts = {one["act"] for one in case["allowed"]}
    language = request.state.language
    asking = bool(set(case["relation"]) & ASKING)
    show_answer = bool(case["accepted_at"]) or parts.answer is not None
    return page(
        request,
        "cases/detail.html",
        block=block,
        status=status,
        case=case,
        acts=acts,
        names=await names_of(request),
        home=home_of(request),
        messages=parts.messages,
        notes=parts.notes,
        meetings=parts.meetings,
        answer=parts.answer,
        outcome=parts.outcome,
        show_answer=show_answer,
        asking=asking,
        lost=[translate(language, words.word("case_part", name)) for name in parts.lost],
        parts=_subnav(request, parts, show_answer=show_answer),
        minutes_for=case_choices.codes(request, "minutes_for", MINUTES_FOR),
        typed=shown or Typed(),
        errors=errors or {},
    )


def _subnav(request: Request, parts: Parts, *, show_answer: bool) -> list[tuple[str, str, bool]]:
    there = {
        "thread": parts.messages is not None,
        "team-notes": parts.notes is not None,
        "meetings": parts.meetings is not None,
        "answer": show_answer,
    }
    ids = [id for id in words.WORDS["case_part"] if there.get(id, True)]
    language = request.state.language
    return [(translate(language, words.word("case_part", id)), id, id == "team-notes") for id in ids]


def _known(act: str) -> ActForm:
    if act not in ACT_FORMS:
        raise NotFound()
    return ACT_FORMS[act]


async def _act_page(
    request: Request,
    case: Case,
    act: str,
    form: ActForm,
    shown: Typed,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    if act == "withdraw_consent":
        return await _consent_page(request, case["code"], Typed({**shown, "to_what": []}), errors=errors)
    names = await names_of(request)
    lines = await case_choices.line_choices(request, yta=None if act == "transfer" else case["yta"])
    return page(
        request,
        f"cases/acts/{act}.html",
        status=status,
        case=case,
        act=act,
        v=shown,
        errors=errors or {},
        home=home_of(request),
        lines=lines,
        lines_or_none=case_choices.with_none(request, lines, translate(request.state.language, "To no other line")),
        areas=case_choices.counties(request, names),
        ytas=case_choices.named(request, names, "ytas"),
        decline_reasons=case_choices.codes(request, "case_decline", DECLINES),
        in_a_week=days_on(request.app.state.clock.now(), 7),
    )


async def _consent_page(request: Request, code: str, shown: Typed, *, errors: dict[str, str] | None = None) -> Response:
    cases = request.state.clients.consultation.cases
    case = await cases.read_case(code)
    listed = await cases.list_consents(code)
    return page(
        request,
        "cases/consent.html",
        status=422 if errors else 200,
        case=case,
        acts={one["act"] for one in case["allowed"]},
        consents=listed,
        home=home_of(request),
        v=shown,
        errors=errors or {},
        givers=case_choices.codes(request, "consent_giver", ("guardian", "second_guardian", "minor", "representative")),
        aims=case_choices.codes(request, "consent_aim", ("team", "statement", "follow_up", "lesson")),
    )


def _following(path: str, listed: dict[str, Any], **chosen: str) -> str:
    if not listed["next"]:
        return ""
    kept = {name: value for name, value in chosen.items() if value}
    return f"{path}?{urlencode({**kept, 'after': listed['next']})}"
