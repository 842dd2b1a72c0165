"""The pages of one consultation: the case itself, each act on it, its consents. Lists are in `case_lists`."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from gateway import words
from gateway.badges import badges_for
from gateway.clients import Clients
from gateway.pages import case_choices
from gateway.pages.case_acts import ACT_FORMS, DECLINES, ActForm
from gateway.pages.case_forms import Typed, days_on, filled, key, text, texts, typed, version
from gateway.pages.case_names import names_of
from gateway.pages.case_parts import ASKING, Parts, parts_of
from gateway.pages.case_prompts import told
from gateway.pages.case_refusals import Attempt, home_of, refused, see
from gateway.pages.team_words import with_employers
from gateway.problems import add_sentences
from gateway.rendering import page, translate
from gateway.swaps import Swap, asks_part, moved
from services.shared.errors import NotFound, Refusal

router = APIRouter()
Case = dict[str, Any]
NEWEST_OF_LOG = 6  # the rest folds
ASKERS_PARTS = ("answer", "meetings", "thread", "situation", "goals", "log")
BESIDE = ("head", "road", "next", "team", "log")
"""What tells of the case wherever one is on its page: any act may change it."""
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
    if act == "accept" and not request.headers.get("HX-Current-URL", "").endswith(request.url.path):
        return await after_act(request, code, Swap("case", said=act))
    return moved(request, known.then.format(code=code), act)


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
    if not asks_part(request):
        return see(f"/cases/{code}/consent")
    request.state.badges = await badges_for(request.state.clients, request.state.me)
    return await _consent_page(request, code, Typed(to_what=[]), said="record_consent")


async def after_act(request: Request, code: str, swap: Swap) -> Response:
    """What an act changed, in place: its block, and beside it everything else that tells of the case.

    Without htmx the page is looked at again.
    """
    if not asks_part(request):
        return see(f"/cases/{code}" + (f"#{swap.block.replace('_', '-')}" if swap.beside else ""))
    clients: Clients = request.state.clients
    request.state.badges, case = await asyncio.gather(
        badges_for(clients, request.state.me), clients.consultation.cases.read_case(code)
    )
    return await show_case(request, case, block=swap)


async def show_case(
    request: Request,
    case: Case,
    *,
    shown: Typed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
    block: Swap | None = None,
) -> Response:
    """The page of one case, for everyone who may see it: what differs comes from the service."""
    parts = await parts_of(request, case)
    names, language = await names_of(request), request.state.language
    return page(
        request,
        "cases/detail.html",
        block=block,
        status=status,
        case={**case, "team": with_employers(case.get("team") or [], names, language)},
        acts={one["act"] for one in case["allowed"]},
        names=names,
        home=home_of(request),
        **_shown_parts(case, parts),
        lost=[translate(language, words.word("case_part", name)) for name in parts.lost],
        parts=_subnav(request, case, parts),
        minutes_for=case_choices.codes(request, "minutes_for", MINUTES_FOR),
        typed=shown or Typed(),
        errors=errors or {},
    )


def _shown_parts(case: Case, parts: Parts) -> dict[str, Any]:
    """What each section of the page holds; None leaves the section out."""
    return {
        "messages": parts.messages,
        "notes": parts.notes,
        "meetings": parts.meetings,
        "goals": parts.goals,
        "answer": parts.answer,
        "outcome": parts.outcome,
        # while there is none, whoever asked is told what happens next instead
        "show_answer": parts.answer is not None or (bool(case["accepted_at"]) and not _asks(case)),
        "asking": _asks(case),
        "log": sorted(case["log"], key=lambda row: str(row["at"]))[::-1],
        "newest": NEWEST_OF_LOG,
    }


def _asks(case: Case) -> bool:
    return bool(set(case["relation"]) & ASKING)


def _subnav(request: Request, case: Case, parts: Parts) -> list[tuple[str, str, bool]]:
    """The sections that are there, in the order they stand in: who asked meets the conversation first."""
    shown, acts = _shown_parts(case, parts), {one["act"] for one in case["allowed"]}
    there = {
        "thread": bool(parts.messages) or (parts.messages is not None and "send_message" in acts),
        "team-notes": bool(parts.notes) or (parts.notes is not None and "write_team_note" in acts),
        "meetings": bool(parts.meetings) or (parts.meetings is not None and "propose_meeting" in acts),
        "goals": parts.goals is not None,
        "answer": shown["show_answer"],
        "log": bool(shown["log"]),
    }
    order = ASKERS_PARTS if _asks(case) else words.WORDS["case_part"]
    language = request.state.language
    return [
        (translate(language, words.word("case_part", id)), id, id == "team-notes")
        for id in order
        if there.get(id, True)
    ]


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


async def _consent_page(
    request: Request, code: str, shown: Typed, *, errors: dict[str, str] | None = None, said: str = ""
) -> Response:
    cases = request.state.clients.consultation.cases
    case = await cases.read_case(code)
    listed = await cases.list_consents(code)
    return page(
        request,
        "cases/consent.html",
        block=Swap("work", ("head",), said),
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
