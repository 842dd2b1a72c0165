"""What keeps the experts' entries true: adding, assuring, reviewing, leaving and coming back, and what was changed."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from gateway import words
from gateway.clients.registry.experts import Experts
from gateway.entry_words import add_entry_words
from gateway.pages.case_choices import named, with_none
from gateway.pages.case_forms import days_on, key, text, texts, version
from gateway.pages.case_names import names_of
from gateway.pages.entry_history import history_page
from gateway.pages.experts import employers
from gateway.problems import add_sentences, messages
from gateway.rendering import page, translate
from services.shared.errors import Forbidden
from services.shared.http import RemoteRefusal

router = APIRouter()
NEW = ("name", "title", "profession", "employer", "area", "email", "phone", "capacity_month")
TWO_YEARS = 730

add_sentences(
    {
        "expert_inactive": "This expert has left the network already.",
        "expert_active": "This expert is in the network already.",
        "nothing_to_check": "The entry holds no register number.",
    },
    fields={"not_claimed": "The expert has taken this competence away."},
)
words.WORDS["lack"] = {
    "competence": "No competence written down",
    "assurance": "Nothing assured yet",
    "consent": "No consent to be listed",
}
add_entry_words(
    fields={
        "capacity_month": "Consultations a month",
        "absences": "Absences",
        "away_from": "Away from",
        "away_to": "Away until",
        "conflicts": "Conflicts of interest",
        "person": "Person",
        "assured_by": "Assured by",
        "registration": "Register number",
        "register": "Register",
        "number": "Number",
        "checked_by_name": "Checked by",
        "checked_on": "Checked",
        "shown": "Shown to everybody signed in",
        "consent_listed": "Consent to be listed",
        "bio": "In your own words",
    },
    acts={
        "create_expert": "The expert was added",
        "change_expert": "The expert's details were changed",
        "assure_competences": "Competences were assured",
        "check_registration": "The register number was checked",
        "deactivate_expert": "The expert left the network",
        "reactivate_expert": "The expert came back to the network",
    },
    codes={"shown": "expert_field", "register": "register"},
)


@router.get("/me/expert")
async def read_own_expert(request: Request) -> Response:
    try:
        own = await request.state.clients.registry.experts.read_own_expert()
    except RemoteRefusal as refusal:
        if refusal.status != 404:
            raise
        return page(request, "experts/none.html")
    return RedirectResponse(f"/experts/{own['id']}", status_code=303)


@router.get("/experts/reviews")
async def list_due_competences(request: Request) -> Response:
    experts: Experts = request.state.clients.registry.experts
    area = request.query_params.get("area", "")
    due, lacking, former, names = await asyncio.gather(
        experts.list_due_competences(area=area),
        experts.list_lacking_experts(area=area),
        experts.list_former_experts(area=area),
        names_of(request),
    )
    return page(
        request,
        "experts/reviews.html",
        names=names,
        due=due["items"],
        lacking=lacking["items"],
        former=former["items"],
        today=days_on(request.app.state.clock.now(), 0),
        area=area,
        areas=with_none(request, _own_areas(request, names), "All"),
    )


def _own_areas(request: Request, names: Any) -> list[tuple[str, str]]:
    """The counties of the collaborative areas that the reader coordinates."""
    ytas = {one.yta for one in request.state.me.memberships if one.role == "coordinator"}
    here = {code for yta in ytas if yta for code in names.members.get(yta, [])}
    return [(code, name) for code, name in named(request, names, "areas") if code in here]


@router.get("/experts/new")
async def create_expert_form(request: Request) -> Response:
    if not request.state.me.has("coordinator", "organisation_editor", "admin"):
        raise Forbidden("experts are added by those who keep a part of the registry")
    return await _new_page(request, {"capacity_month": "1", "languages": ["fi"], "areas": []})


@router.post("/experts/new")
async def create_expert(request: Request) -> Response:
    form = await request.form()
    experts: Experts = request.state.clients.registry.experts
    name, employer = text(form, "name"), text(form, "employer")
    typed: dict[str, Any] = {field: text(form, field) for field in NEW}
    typed |= {field: texts(form, field) for field in ("areas", "languages")}
    wanted = {field: value for field, value in typed.items() if value or field in ("name", "title", "profession")}
    try:
        if name and text(form, "sure") != "yes":
            similar = await experts.list_similar_experts(name[:100], employer or None)
            if similar["items"]:
                return await _new_page(request, typed, similar=similar["items"])
        made = await experts.create_expert({"areas": [], "languages": [], **wanted}, key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return await _new_page(request, typed, messages(refusal, request.state.language), refusal.status)
    return RedirectResponse(f"/experts/{made['id']}", status_code=303)


async def _new_page(
    request: Request,
    typed: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
    similar: list[dict[str, Any]] | None = None,
) -> Response:
    names = await names_of(request)
    return page(
        request,
        "experts/new.html",
        status=status,
        typed={**dict.fromkeys(NEW, ""), **typed},
        errors=errors or {},
        similar=similar or [],
        professions=with_none(request, named(request, names, "professions")),
        employers=await _own_employers(request),
        areas=named(request, names, "areas"),
        languages=named(request, names, "languages"),
    )


async def _own_employers(request: Request) -> list[tuple[str, str]]:
    """An editor adds people of their own organisations; a coordinator may choose any."""
    me = request.state.me
    if me.has("coordinator", "admin"):
        return await employers(request)
    edited = {
        one.organisation: one.organisation_name or "" for one in me.memberships if one.role == "organisation_editor"
    }
    return with_none(request, [(id, name) for id, name in edited.items() if id])


@router.get("/experts/{expert}/assure")
async def assure_competences_form(request: Request, expert: str) -> Response:
    found = await request.state.clients.registry.experts.read_expert(expert)
    return await _assure_page(request, found, {"review_due": days_on(request.app.state.clock.now(), TWO_YEARS)})


@router.post("/experts/{expert}/assure")
async def assure_competences(request: Request, expert: str) -> Response:
    form = await request.form()
    experts: Experts = request.state.clients.registry.experts
    typed = {"competences": texts(form, "competences"), "review_due": text(form, "review_due")}
    chosen = [{"scheme": one.partition("/")[0], "concept": one.partition("/")[2]} for one in typed["competences"]]
    body = {"competences": chosen, "review_due": typed["review_due"] or None}
    try:
        await experts.assure_competences(expert, body, expected=version(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 412, 422):
            raise
        errors = messages(refusal, request.state.language)
        found = await experts.read_expert(expert)
        return await _assure_page(request, found, typed, _gathered(errors), refusal.status)
    return RedirectResponse(f"/experts/{expert}", status_code=303)


def _gathered(errors: dict[str, str]) -> dict[str, str]:
    """What is said of one of the competences stands above all of them."""
    return {path.partition(".")[0]: sentence for path, sentence in errors.items()}


async def _assure_page(
    request: Request,
    found: dict[str, Any],
    typed: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "experts/assure.html",
        status=status,
        expert=found,
        names=await names_of(request),
        typed={"competences": [], **typed},
        today=days_on(request.app.state.clock.now(), 0),
        errors=errors or {},
    )


@router.post("/experts/{expert}/check-registration")
async def check_registration(request: Request, expert: str) -> Response:
    form = await request.form()
    await request.state.clients.registry.experts.check_registration(expert, expected=version(form))
    return RedirectResponse(f"/experts/{expert}", status_code=303)


@router.get("/experts/{expert}/deactivate")
async def deactivate_expert_form(request: Request, expert: str) -> Response:
    return await _standing_page(request, expert)


@router.post("/experts/{expert}/deactivate")
async def deactivate_expert(request: Request, expert: str) -> Response:
    form = await request.form()
    return await _standing(request, expert, form, request.state.clients.registry.experts.deactivate_expert)


@router.get("/experts/{expert}/reactivate")
async def reactivate_expert_form(request: Request, expert: str) -> Response:
    return await _standing_page(request, expert)


@router.post("/experts/{expert}/reactivate")
async def reactivate_expert(request: Request, expert: str) -> Response:
    form = await request.form()
    return await _standing(request, expert, form, request.state.clients.registry.experts.reactivate_expert)


async def _standing(request: Request, expert: str, form: FormData, act: Any) -> Response:
    reason = text(form, "reason")
    try:
        await act(expert, {"reason": reason}, expected=version(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 412, 422):
            raise
        errors = messages(refusal, request.state.language)
        return await _standing_page(request, expert, reason, errors, refusal.status)
    return RedirectResponse(f"/experts/{expert}", status_code=303)


async def _standing_page(
    request: Request, expert: str, reason: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    found = await request.state.clients.registry.experts.read_expert(expert)
    return page(request, "experts/standing.html", status=status, expert=found, reason=reason, errors=errors or {})


@router.get("/experts/{expert}/history")
async def list_expert_history(request: Request, expert: str) -> Response:
    experts: Experts = request.state.clients.registry.experts
    found = await experts.read_expert(expert)
    history = await experts.list_expert_history(found["id"], after=request.query_params.get("after", ""))
    crumbs = [(translate(request.state.language, "Experts"), "/experts"), (found["name"], f"/experts/{found['id']}")]
    return await history_page(request, history, lead=found["name"], crumbs=crumbs)
