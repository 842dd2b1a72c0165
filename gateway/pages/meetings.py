"""Meetings: arranging one, its calendar invitation, recording it as held."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from gateway.badges import badges_on
from gateway.pages.case_forms import Typed, filled, key, moment, text, texts, typed, version
from gateway.pages.case_names import names_of
from gateway.pages.case_prompts import told
from gateway.pages.case_refusals import Attempt, home_of, refused, see
from gateway.problems import add_sentences
from gateway.rendering import page, translate
from gateway.swaps import Swap, asks_part, moved
from services.shared.errors import Refusal

router = APIRouter()
Case = dict[str, Any]
CALENDAR = "text/calendar; method=REQUEST; charset=utf-8"
FIELDS = {"starts_at": "starts", "ends_at": "ends"}

add_sentences(
    {
        "not_a_participant": "Only people of this consultation can take part in its meetings.",
        "meeting_held": "The meeting has been recorded already.",
    },
    fields={
        "ends_before_start": "The end is before the beginning.",
        "place_or_link": "Give a place or a remote link.",
        "not_a_participant": "Only people of this consultation can take part in its meetings.",
    },
)


@router.get("/cases/{code}/meetings/new")
async def new_meeting(request: Request, code: str) -> Response:
    case = await _cases(request).read_case(code)
    everyone = [person for person, _ in people_of(request, case)]
    return _new_page(request, case, Typed(participants=everyone))


@router.post("/cases/{code}/meetings/new")
async def propose_meeting(request: Request, code: str) -> Response:
    form = await request.form()
    body = {
        **filled(form, ("place", "remote_link", "agenda")),
        "starts_at": moment(form, "day", "starts"),
        "ends_at": moment(form, "day", "ends"),
        "participants": texts(form, "participants"),
    }
    try:
        meeting = await _meetings(request).propose_meeting(code, body, key=key(form))
    except Refusal as refusal:
        if refusal.status != 422:
            return await refused(request, refusal, Attempt(code, form, back=f"/cases/{code}", field="agenda"))
        shown = Typed({**typed(form), "participants": body["participants"]})
        found = told(refusal, request.state.language)
        # without a day both times are wrong for the same reason, which belongs to the day
        fields = FIELDS if text(form, "day") else dict.fromkeys(FIELDS, "day")
        errors = {fields.get(name, name): said for name, said in found.items()}
        return _new_page(request, await _cases(request).read_case(code), shown, errors=errors)
    return moved(request, f"/meetings/{meeting['id']}", "propose_meeting")


@router.get("/meetings/{meeting}")
async def read_meeting(request: Request, meeting: str) -> Response:
    return await _meeting_page(request, meeting, None)


@router.get("/meetings/{meeting}/calendar")
async def read_calendar(request: Request, meeting: str) -> Response:
    invitation = await _meetings(request).read_calendar(meeting)
    headers = {"Content-Disposition": 'attachment; filename="ot-konsultaatio.ics"', "Cache-Control": "no-store"}
    return Response(invitation, media_type=CALENDAR, headers=headers)


@router.post("/meetings/{meeting}/hold")
async def hold_meeting(request: Request, meeting: str) -> Response:
    form = await request.form()
    body = {**filled(form, ("minutes_text", "decisions")), "attended": texts(form, "attended")}
    try:
        await _meetings(request).hold_meeting(meeting, body, expected=version(form), key=key(form))
    except Refusal as refusal:
        if refusal.status == 422:
            shown = Typed({**typed(form), "attended": body["attended"]})
            return await _meeting_page(request, meeting, shown, errors=told(refusal, request.state.language))
        known = await _meetings(request).read_meeting(meeting)
        attempt = Attempt(known["case_code"], form, back=f"/meetings/{meeting}", field="minutes_text")
        return await refused(request, refusal, attempt)
    if not asks_part(request):
        return see(f"/meetings/{meeting}")
    request.state.badges = await badges_on(request)
    return await _meeting_page(request, meeting, None, said="hold_meeting")


def people_of(request: Request, case: Case) -> list[tuple[str, str]]:
    """Everybody who may take part: the asker, the coordinator, the members of the team."""
    language = request.state.language
    people = {case["asker"]["person"]: f"{case['asker']['name']}, {translate(language, 'asker')}"}
    if case["coordinator"]:
        coordinator = case["coordinator"]
        people[coordinator["person"]] = f"{coordinator['name']}, {translate(language, 'coordinator')}"
    for member in case["team"]:
        if member["state"] == "accepted":
            people[member["person"]] = ", ".join(filter(None, (member["name"], member["title"])))
    return list(people.items())


def _cases(request: Request) -> Any:
    return request.state.clients.consultation.cases


def _meetings(request: Request) -> Any:
    return request.state.clients.consultation.meetings


def _new_page(request: Request, case: Case, shown: Typed, *, errors: dict[str, str] | None = None) -> Response:
    return page(
        request,
        "meetings/new.html",
        block=Swap("work"),
        status=422 if errors else 200,
        case=case,
        home=home_of(request),
        people=people_of(request, case),
        v=shown,
        errors=errors or {},
    )


async def _meeting_page(
    request: Request, meeting: str, shown: Typed | None, *, errors: dict[str, str] | None = None, said: str = ""
) -> Response:
    found = await _meetings(request).read_meeting(meeting)
    case = await _cases(request).read_case(str(found["case_code"]))
    invited = [(one["person"], one["name"]) for one in found["participants"]]
    may_hold = not found["held_at"] and "hold_meeting" in {one["act"] for one in case["allowed"]}
    return page(
        request,
        "meetings/detail.html",
        block=Swap("work", ("head",), said),
        status=422 if errors else 200,
        case=case,
        home=home_of(request),
        meeting=found,
        people=invited,
        may_hold=may_hold,
        may_arrange="propose_meeting" in {one["act"] for one in case["allowed"]},
        names=await names_of(request),
        begun=datetime.fromisoformat(found["starts_at"]) <= request.app.state.clock.now(),
        v=shown or Typed(attended=[]),
        errors=errors or {},
    )
