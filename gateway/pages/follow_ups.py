"""What the asker does with the answer: the reply row by row, the goals, the follow-up months later."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from gateway.clients import Clients
from gateway.pages import case_choices
from gateway.pages.case_forms import Typed, filled, key, number, text, typed, version
from gateway.pages.case_prompts import prompt, told
from gateway.pages.case_refusals import Attempt, home_of, refused, see
from gateway.problems import add_sentences
from gateway.rendering import page, translate
from gateway.swaps import Swap, moved
from services.shared.errors import Refusal

router = APIRouter()
Row = dict[str, Any]
PROMISES = ("will_do", "partly", "not")
RESULTS = ("done", "partly", "not", "not_possible")
CHANGES = ("yes", "partly", "no")
WITHOUT_ADVICE = ("same", "lighter", "heavier", "waited", "asked_elsewhere", "cannot_say")
LEVELS = ("-2", "-1", "0", "1", "2")
MOST_GOALS = 3

add_sentences(
    {
        "rows_missing": "Answer each recommendation.",
        "reply_incomplete": "Answer each recommendation.",
        "follow_up_incomplete": "Answer each recommendation and each goal.",
        "goals_locked": "The goals can't be changed any more.",
    }
)


@router.get("/cases/{code}/reply")
async def prepare_reply(request: Request, code: str) -> Response:
    case = await request.state.clients.consultation.cases.read_case(code)
    if "reply" not in {one["act"] for one in case["allowed"]}:
        return see(f"/cases/{code}/answer")
    return await _reply_page(request, case, Typed())


@router.post("/cases/{code}/reply")
async def reply_to_answer(request: Request, code: str) -> Response:
    form = await request.form()
    clients: Clients = request.state.clients
    answer = await clients.consultation.answers.read_answer(code)
    body: dict[str, Any] = {
        **filled(form, ("plan_changed", "without_advice", "text")),
        "usefulness": number(form, "usefulness"),
        "rows": _rows(form, answer, "reply"),
    }
    try:
        await clients.consultation.follow_ups.reply_to_answer(code, body, expected=version(form), key=key(form))
    except Refusal as refusal:
        if refusal.status == 422:
            case = await clients.consultation.cases.read_case(code)
            return await _reply_page(request, case, typed(form), errors=told(refusal, request.state.language))
        return await refused(request, refusal, Attempt(code, form, back=f"/cases/{code}/reply", acts=("reply",)))
    return moved(request, f"/cases/{code}", "reply")


@router.get("/cases/{code}/goals")
async def list_goals(request: Request, code: str) -> Response:
    return await _goals_page(request, code, None)


@router.post("/cases/{code}/goals")
async def set_goals(request: Request, code: str) -> Response:
    form = await request.form()
    goals = [goal for at in range(MOST_GOALS) if (goal := _goal(form, at))["title"] or any(goal["levels"].values())]
    follow_ups = request.state.clients.consultation.follow_ups
    if not goals and not (await follow_ups.list_goals(code))["items"]:
        # nothing was written and nothing taken away: the button must not look as if it had saved
        errors = {"goals.0.title": prompt("goals.0.title", request.state.language)}
        return await _goals_page(request, code, goals, errors=errors)
    try:
        await follow_ups.set_goals(code, goals, expected=version(form))
    except Refusal as refusal:
        if refusal.status == 422:
            return await _goals_page(request, code, goals, errors=told(refusal, request.state.language))
        return await refused(request, refusal, Attempt(code, form, back=f"/cases/{code}/goals", acts=("set_goals",)))
    return moved(request, f"/cases/{code}", "set_goals")


@router.get("/cases/{code}/follow-up")
async def prepare_follow_up(request: Request, code: str) -> Response:
    case = await request.state.clients.consultation.cases.read_case(code)
    if "follow_up" not in {one["act"] for one in case["allowed"]}:
        return see(f"/cases/{code}")
    return await _follow_up_page(request, case, Typed())


@router.post("/cases/{code}/follow-up")
async def follow_up_case(request: Request, code: str) -> Response:
    form = await request.form()
    clients: Clients = request.state.clients
    answer = await clients.consultation.answers.read_answer(code)
    goals = (await clients.consultation.follow_ups.list_goals(code))["items"]
    levels = [{"goal": goal["id"], "level": _level(form, f"goals.{at}.level")} for at, goal in enumerate(goals)]
    body: dict[str, Any] = {
        **filled(form, ("wanted_change", "text")),
        "rows": _rows(form, answer, "result"),
        "goals": levels,
    }
    try:
        await clients.consultation.follow_ups.follow_up_case(code, body, expected=version(form), key=key(form))
    except Refusal as refusal:
        if refusal.status == 422:
            case = await clients.consultation.cases.read_case(code)
            return await _follow_up_page(request, case, typed(form), errors=told(refusal, request.state.language))
        return await refused(
            request, refusal, Attempt(code, form, back=f"/cases/{code}/follow-up", acts=("follow_up",))
        )
    return moved(request, f"/cases/{code}", "follow_up")


def _rows(form: FormData, answer: Row, said: str) -> list[Row]:
    """A row for each recommendation, in the answer's order; one without an answer lacks it, and the service says so."""
    rows = []
    for at, recommendation in enumerate(answer["recommendations"]):
        chosen = text(form, f"rows.{at}.{said}")
        why = text(form, f"rows.{at}.why")
        rows.append({"recommendation": recommendation["id"], **({said: chosen} if chosen else {}), "why": why})
    return rows


def _goal(form: FormData, at: int) -> Row:
    prefix = f"goals.{at}"
    return {
        "title": text(form, f"{prefix}.title"),
        "weight": number(form, f"{prefix}.weight") or 1,
        "levels": {level: text(form, f"{prefix}.levels.{level}") for level in LEVELS},
        "baseline": _level(form, f"{prefix}.baseline"),
    }


def _level(form: FormData, field: str) -> int | None:
    value = text(form, field)
    return int(value) if value in LEVELS else None


async def _reply_page(request: Request, case: Row, shown: Typed, *, errors: dict[str, str] | None = None) -> Response:
    answer = await request.state.clients.consultation.answers.read_answer(case["code"])
    return page(
        request,
        "follow_ups/reply.html",
        block=Swap("work"),
        status=422 if errors else 200,
        case=case,
        answer=answer,
        dissented={one["recommendation"] for one in answer["signatures"] if one["state"] == "dissent"},
        home=home_of(request),
        clock=_clock(case, "reply"),
        promises=case_choices.codes(request, "promise", PROMISES),
        changes=case_choices.codes(request, "change", CHANGES),
        without_advice=case_choices.codes(request, "without_advice", WITHOUT_ADVICE),
        v=shown,
        errors=errors or {},
    )


async def _goals_page(
    request: Request, code: str, goals: list[Row] | None, *, errors: dict[str, str] | None = None
) -> Response:
    clients: Clients = request.state.clients
    case = await clients.consultation.cases.read_case(code)
    known = await clients.consultation.follow_ups.list_goals(code)
    empty = {"title": "", "weight": 1, "levels": dict.fromkeys(LEVELS, ""), "baseline": ""}
    shown = known["items"] if goals is None else goals
    level_words = ("much less than expected", "less than expected", "what is expected", "better than expected")
    levels = [("", translate(request.state.language, "Choose"))]
    levels += [
        (level, f"{_sign(level)}, {translate(request.state.language, said)}")
        for level, said in zip(LEVELS, (*level_words, "much better than expected"), strict=True)
    ]
    return page(
        request,
        "follow_ups/goals.html",
        block=Swap("work"),
        status=422 if errors else 200,
        case=case,
        goals=known,
        typed=[*shown, *[empty] * MOST_GOALS][:MOST_GOALS],
        levels=levels,
        weights=[(weight, str(weight)) for weight in (1, 2, 3, 4, 5)],
        home=home_of(request),
        errors=errors or {},
    )


def _sign(level: str) -> str:
    return f"+{level}" if level in ("1", "2") else level.replace("-", "\N{MINUS SIGN}")


async def _follow_up_page(
    request: Request, case: Row, shown: Typed, *, errors: dict[str, str] | None = None
) -> Response:
    clients: Clients = request.state.clients
    answer = await clients.consultation.answers.read_answer(case["code"])
    goals = await clients.consultation.follow_ups.list_goals(case["code"])
    return page(
        request,
        "follow_ups/follow_up.html",
        block=Swap("work"),
        status=422 if errors else 200,
        case=case,
        answer=answer,
        goals=goals["items"],
        home=home_of(request),
        clock=_clock(case, "follow_up"),
        results=case_choices.codes(request, "result", RESULTS),
        changes=case_choices.codes(request, "change", CHANGES),
        v=shown,
        errors=errors or {},
    )


def _clock(case: Row, name: str) -> Row | None:
    return next((clock for clock in case["clocks"] if clock["name"] == name and clock["state"] != "done"), None)
