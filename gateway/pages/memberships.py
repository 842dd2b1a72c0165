"""Who may do what: requests to answer, memberships to grant, continue and end. Each with its reason."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway import words
from gateway.clients.registry.members import Members
from gateway.pages.case_choices import in_words, named, with_none
from gateway.pages.case_forms import days_on, filled, text, texts, version
from gateway.pages.case_names import names_of
from gateway.problems import add_sentences, messages
from gateway.rendering import page, translate
from services.shared.http import RemoteRefusal

router = APIRouter()
VIEWS = ("requests", "review", "ending", "current", "ended")
GRANTED_BY_COORDINATORS = ("expert", "professional", "organisation_editor")
GRANTED_BY_EDITORS = ("professional",)
GRANTED_BY_ADMINS = (*GRANTED_BY_COORDINATORS, "coordinator", "national", "auditor", "admin")

add_sentences(
    {
        "own_matter": "Nobody decides on their own rights. Ask another coordinator or an administrator.",
        "request_decided": "Somebody has answered this request already.",
        "membership_ended": "This membership has ended already.",
        "last_admin": "Somebody must be able to grant rights: the last administrator can't be removed.",
        "coordinator_needs_area": "Choose the collaborative area of the coordinator.",
        "unknown_person": "This person is not known.",
    },
    fields={"coordinator_needs_area": "Choose the collaborative area of the coordinator."},
)


@router.get("/memberships")
async def list_memberships(request: Request) -> Response:
    members: Members = request.state.clients.registry.members
    view = request.query_params.get("view", "requests")
    view = view if view in VIEWS else "requests"
    asked = {name: request.query_params.get(name, "") for name in ("q", "role", "after")}
    requests = await members.list_access_requests(state="open", limit=50)
    return await _list_page(request, view, asked, requests, await _held(members, view, asked))


@router.post("/memberships/confirm")
async def confirm_memberships(request: Request) -> Response:
    """Those that were ticked; what could not be confirmed stays on the list, and the page says how many."""
    members: Members = request.state.clients.registry.members
    chosen = texts(await request.form(), "membership")
    if not chosen:
        held = await _held(members, "review", {})
        errors = {"": translate(request.state.language, "Tick at least one membership.")}
        return await _list_page(request, "review", {}, {"items": []}, held, errors=errors, status=422)
    answer = await members.confirm_memberships(chosen)
    return RedirectResponse(f"/memberships?view=review&left={len(answer['left'])}", status_code=303)


async def _list_page(
    request: Request,
    view: str,
    asked: dict[str, str],
    requests: dict[str, Any],
    held: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    left = request.query_params.get("left", "")
    return page(
        request,
        "memberships/list.html",
        status=status,
        errors=errors or {},
        left=int(left) if left.isdecimal() and len(left) < 5 else None,
        today=days_on(request.app.state.clock.now(), 0),
        view=view,
        requests=[one for one in requests["items"] if "grant_access_request" in one["allowed"]],
        memberships=held["items"],
        next=held["next"],
        asked=asked,
        roles=with_none(request, roles_to_grant(request), "All"),
        names=await names_of(request),
    )


async def _held(members: Members, view: str, asked: dict[str, str]) -> dict[str, Any]:
    if view == "requests":
        return {"items": [], "next": None}
    if view == "review":
        found = await members.list_memberships(review="true", limit=200, **asked)
        return {**found, "items": [one for one in found["items"] if "confirm_membership" in one["allowed"]]}
    if view == "ended":
        return await _over(members, asked)
    return await members.list_memberships(state="current", ending="true" if view == "ending" else None, **asked)


async def _over(members: Members, asked: dict[str, str]) -> dict[str, Any]:
    """What ended on its last day, and on the first page what somebody ended before it."""
    ended = await members.list_memberships(state="ended", **asked)
    if asked.get("after"):
        return ended
    revoked = await members.list_memberships(state="revoked", **asked)
    return {"items": [*revoked["items"], *ended["items"]], "next": ended["next"]}


@router.get("/memberships/requests/{request_id}")
async def read_access_request(request: Request, request_id: str) -> Response:
    found = await request.state.clients.registry.members.read_access_request(request_id)
    return await _request_page(request, found, {"role": found["role"], "organisation": found["organisation"]})


@router.post("/memberships/requests/{request_id}/grant")
async def grant_access_request(request: Request, request_id: str) -> Response:
    form = await request.form()
    given = filled(form, ("role", "organisation", "valid_to", "reason"))
    members: Members = request.state.clients.registry.members
    try:
        await members.grant_access_request(request_id, given, expected=version(form), key=text(form, "key"))
    except RemoteRefusal as refusal:
        return await _request_refused(request, refusal, request_id, given)
    return RedirectResponse("/memberships", status_code=303)


@router.post("/memberships/requests/{request_id}/refuse")
async def refuse_access_request(request: Request, request_id: str) -> Response:
    form = await request.form()
    given = filled(form, ("role", "organisation", "valid_to", "reason"))
    members: Members = request.state.clients.registry.members
    reason = {"reason": text(form, "reason")}
    try:
        await members.refuse_access_request(request_id, reason, expected=version(form), key=text(form, "key"))
    except RemoteRefusal as refusal:
        return await _request_refused(request, refusal, request_id, given)
    return RedirectResponse("/memberships", status_code=303)


async def _request_refused(
    request: Request, refusal: RemoteRefusal, request_id: str, typed: dict[str, Any]
) -> Response:
    if refusal.status not in (409, 422):
        raise refusal
    found = await request.state.clients.registry.members.read_access_request(request_id)
    errors = messages(refusal, request.state.language)
    return await _request_page(request, found, typed, errors=errors, status=refusal.status)


async def _request_page(
    request: Request,
    found: dict[str, Any],
    typed: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "memberships/request.html",
        status=status,
        asked=found,
        typed=typed,
        errors=errors or {},
        roles=roles_to_grant(request),
        organisations=await organisations_to_choose(request),
    )


async def organisations_to_choose(request: Request) -> list[tuple[str, str]]:
    listed = await request.state.clients.registry.organisations.list_organisations(limit=200)
    language = request.state.language
    return with_none(request, [(one["id"], in_words(one["name"], language)) for one in listed["items"]])


@router.get("/memberships/{membership}/revoke")
async def revoke_membership_form(request: Request, membership: str) -> Response:
    return await _revoke_page(request, membership)


@router.post("/memberships/{membership}/revoke")
async def revoke_membership(request: Request, membership: str) -> Response:
    form = await request.form()
    members: Members = request.state.clients.registry.members
    reason = {"reason": text(form, "reason")}
    try:
        await members.revoke_membership(membership, reason, expected=version(form), key=text(form, "key"))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 422):
            raise
        errors = messages(refusal, request.state.language)
        return await _revoke_page(request, membership, errors=errors, status=refusal.status)
    return RedirectResponse("/memberships?view=current", status_code=303)


async def _revoke_page(
    request: Request, membership: str, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    held = await request.state.clients.registry.members.read_membership(membership)
    return page(request, "memberships/revoke.html", status=status, held=held, errors=errors or {})


@router.get("/memberships/people/{person}")
async def grant_membership_form(request: Request, person: str) -> Response:
    return await _grant_page(request, person, {"role": "expert"})


@router.post("/memberships/people/{person}")
async def grant_membership(request: Request, person: str) -> Response:
    form = await request.form()
    given = filled(form, ("role", "organisation", "yta", "valid_from", "valid_to", "reason"))
    members: Members = request.state.clients.registry.members
    try:
        await members.grant_membership({**given, "person": person}, key=text(form, "key"))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 422):
            raise
        errors = messages(refusal, request.state.language)
        return await _grant_page(request, person, given, errors=errors, status=refusal.status)
    return RedirectResponse("/memberships?view=current", status_code=303)


async def _grant_page(
    request: Request,
    person: str,
    typed: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    registry = request.state.clients.registry
    names = await names_of(request)
    return page(
        request,
        "memberships/grant.html",
        status=status,
        person=await registry.members.read_person(person),
        held=(await registry.members.list_memberships(person=person, limit=200))["items"],
        names=names,
        typed=typed,
        errors=errors or {},
        roles=roles_to_grant(request),
        organisations=await organisations_to_choose(request),
        ytas=with_none(request, named(request, names, "ytas")),
    )


def roles_to_grant(request: Request) -> list[tuple[str, str]]:
    language = request.state.language
    me = request.state.me
    roles = (
        GRANTED_BY_ADMINS
        if me.has("admin")
        else GRANTED_BY_COORDINATORS
        if me.has("coordinator")
        else GRANTED_BY_EDITORS
    )
    return [(role, translate(language, words.word("role", role)).capitalize()) for role in roles]
