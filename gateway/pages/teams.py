"""The team of a case: the proposal with its reasons, the coordinator's own changes, the invitations."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from gateway.badges import badges_for
from gateway.clients import Clients
from gateway.pages import case_choices, team_words
from gateway.pages.case_choices import in_words
from gateway.pages.case_forms import Typed, key, text, texts, typed, version
from gateway.pages.case_names import Names, names_of
from gateway.pages.case_prompts import told
from gateway.pages.case_refusals import Attempt, home_of, refused, see
from gateway.pages.team_words import with_employers
from gateway.problems import add_sentences
from gateway.rendering import page, translate
from gateway.swaps import Swap, asks_part, moved
from services.shared.errors import Refusal, ServiceUnavailable

router = APIRouter()
Case = dict[str, Any]
Member = dict[str, Any]
ROLES = ("chair", "secretary", "member")
LIVE = frozenset({"invited", "accepted"})
MOST_FOUND = 30  # more than one reads through: more words find fewer

add_sentences(
    {
        "expert_unknown": "The registry does not know this expert.",
        "expert_has_conflict": "This expert has a known conflict of interest and is never invited.",
        "already_in_team": "This expert is in the team already, or invited.",
        "chair_required": "A team has exactly one chair. Choose who leads.",
        "override_reason_required": "Somebody outside the proposal is invited: say why.",
        "exception_reason_required": "Somebody is invited without an agreement: say why.",
    },
    fields={
        "expert_unknown": "The registry does not know this expert.",
        "chair_required": "A team has exactly one chair. Choose who leads.",
        "override_reason_required": "Somebody outside the proposal is invited: say why.",
        "exception_reason_required": "Somebody is invited without an agreement: say why.",
    },
)


@router.get("/cases/{code}/team")
async def propose_team(request: Request, code: str, add: str = "", find: str = "") -> Response:
    """Where no team is formed at this stage, as in a case that was returned, the case itself says who was invited."""
    try:
        asked = {name: value for name, value in (("add", add), ("find", find)) if value}
        return await _team_page(request, code, FormData(asked))
    except Refusal as refusal:
        if refusal.code != "act_not_possible":
            raise
        return see(f"/cases/{code}")


@router.post("/cases/{code}/team")
async def invite_team(request: Request, code: str) -> Response:
    form = await request.form()
    if text(form, "go") != "invite":
        return await _team_page(request, code, form)
    experts = [*texts(form, "members"), *filter(None, [text(form, "add")])]
    body: dict[str, Any] = {"members": [{"expert": one, "role": _role(form, one)} for one in dict.fromkeys(experts)]}
    if text(form, "override_reason"):
        body["override_reason"] = text(form, "override_reason")
    if text(form, "exception_reason"):
        body["exception_reason"] = text(form, "exception_reason")
    teams = request.state.clients.consultation.teams
    try:
        await teams.invite_team(code, body, expected=version(form), key=key(form))
    except Refusal as refusal:
        return await _not_invited(request, code, form, refusal)
    return moved(request, f"/cases/{code}", "invite_team")


@router.post("/cases/{code}/team/gaps")
async def record_gap(request: Request, code: str) -> Response:
    form = await request.form()
    gap = {"discipline": text(form, "discipline")}
    await request.state.clients.consultation.teams.record_gap(code, gap, key=key(form))
    return await _after(request, code, "record_gap")


@router.post("/cases/{code}/team/{invitation}/remove")
async def remove_member(request: Request, code: str, invitation: str) -> Response:
    form = await request.form()
    body = {"reason": text(form, f"reason:{invitation}")}
    teams = request.state.clients.consultation.teams
    try:
        await teams.remove_member(invitation, body, expected=version(form), key=key(form))
    except Refusal as refusal:
        if refusal.status == 422:
            said = next(iter(told(refusal, request.state.language).values()))
            return await _team_page(request, code, FormData(), errors={f"reason:{invitation}": said})
        return await refused(request, refusal, Attempt(code, form, back=f"/cases/{code}/team"))
    return await _after(request, code, "remove_member")


async def _after(request: Request, code: str, said: str) -> Response:
    if not asks_part(request):
        return see(f"/cases/{code}/team")
    request.state.badges = await badges_for(request.state.clients, request.state.me)
    return await _team_page(request, code, FormData(), said=said)


async def _not_invited(request: Request, code: str, form: FormData, refusal: Refusal) -> Response:
    """What concerns one field or one person is told on the same page, with the choices kept."""
    fields = {
        "override_reason_required": "override_reason",
        "exception_reason_required": "exception_reason",
    }
    told_here = refusal.code in ("expert_has_conflict", "already_in_team")
    if refusal.status == 422 or told_here:
        found = told(refusal, request.state.language)
        name = fields.get(refusal.code)
        errors = {name: found[""]} if name and "" in found else found
        uncovered = refusal.data["experts"] if refusal.code == "exception_reason_required" else ()
        return await _team_page(request, code, form, errors=errors, uncovered=uncovered)
    return await refused(request, refusal, Attempt(code, form, back=f"/cases/{code}/team", acts=("invite_team",)))


def _role(form: FormData, expert: str) -> str:
    named = text(form, f"role:{expert}")
    return named or (text(form, "add_role") if expert == text(form, "add") else "") or "member"


async def _team_page(
    request: Request,
    code: str,
    form: FormData,
    *,
    errors: dict[str, str] | None = None,
    uncovered: Sequence[str] = (),
    said: str = "",
) -> Response:
    clients: Clients = request.state.clients
    case, names = await asyncio.gather(clients.consultation.cases.read_case(code), names_of(request))
    team = await clients.consultation.teams.list_team(code)
    proposal = await _proposal(clients, code)
    members = await _members(request, names, proposal, form, uncovered) if proposal else []
    chosen = [member for member in members if member["chosen"]]
    heads, matrix = team_words.coverage(request, names, proposal, chosen) if proposal else ([], [])
    running = [clock for clock in case["clocks"] if clock["state"] not in ("done", "paused")]
    others = await _others(request, proposal, members, text(form, "find")) if proposal else []
    return page(
        request,
        "teams/proposal.html",
        block=Swap("work", said=said),
        status=422 if errors else 200,
        case=case,
        team=with_employers(team["members"], names, request.state.language),
        acts={one["act"] for one in case["allowed"]},
        names=names,
        home=home_of(request),
        proposal=proposal,
        members=with_employers(members, names, request.state.language),
        chosen=len(chosen),
        heads=heads,
        matrix=matrix,
        clock=next((clock for clock in running if clock["name"] == "first"), None),
        roles=case_choices.codes(request, "relation", ROLES),
        others=others,
        found=len(others) - 1,
        v=typed(form) if form else Typed(),
        errors=errors or {},
    )


async def _proposal(clients: Clients, code: str) -> dict[str, Any] | None:
    """None while the registry does not answer: the rest of the page is worth showing."""
    try:
        return await clients.consultation.teams.propose_team(code)
    except ServiceUnavailable:
        return None
    except Refusal as refusal:
        if refusal.status == 503:
            return None
        raise


async def _members(
    request: Request, names: Names, proposal: dict[str, Any], form: FormData, uncovered: Sequence[str]
) -> list[Member]:
    """The proposed members and those the coordinator added, each with the role and mark that the form gave.

    `uncovered`: whom the service found no agreement for.
    """
    looked = bool(form.get("go"))
    chosen = set(texts(form, "members"))
    proposed = {member["expert"]: member for member in proposal["members"]}
    added = [one for one in dict.fromkeys([*texts(form, "members"), text(form, "add")]) if one and one not in proposed]
    members = list(proposed.values()) + [await _added(request, expert) for expert in added]
    members = [{**one, "agreement_ok": False} if one["expert"] in uncovered else one for one in members]
    return [
        {
            **member,
            "proposed": member["expert"] in proposed,
            "chosen": not looked or member["expert"] in chosen or member["expert"] == text(form, "add"),
            "role": text(form, f"role:{member['expert']}") or _own_role(form, member),
            "reasons": team_words.reasons(request, names, member),
        }
        for member in members
    ]


def _own_role(form: FormData, member: Member) -> str:
    return text(form, "add_role") if member["expert"] == text(form, "add") else str(member["role"])


async def _added(request: Request, expert: str) -> Member:
    found = await request.state.clients.registry.experts.read_expert(expert)
    return {
        "expert": found["id"],
        "name": found["name"],
        "title": found.get("title"),
        "employer_name": _employer(request, found),
        "covers": found.get("disciplines", []),
        "role": "member",
        "reasons": [],
    }


async def _others(
    request: Request, proposal: dict[str, Any], members: list[Member], sought: str
) -> list[tuple[str, str]]:
    """Those the proposal names as nearly as good; where somebody is sought, those the registry finds."""
    here = {member["expert"] for member in members}
    if sought:
        listed = await request.state.clients.registry.experts.list_experts(q=sought, limit=MOST_FOUND)
        rows = {one["id"]: one for one in listed["items"] if one["id"] not in here}
    else:
        rows = {one["expert"]: one for one in proposal["alternatives"] if one["expert"] not in here}
    none = translate(request.state.language, "Nobody")
    return [("", none), *((expert, _described(one, request)) for expert, one in rows.items())]


def _described(one: dict[str, Any], request: Request) -> str:
    employer = one.get("employer_name") or _employer(request, one)
    return ", ".join(filter(None, (one["name"], one.get("title"), employer)))


def _employer(request: Request, expert: dict[str, Any]) -> str:
    return in_words((expert.get("employer") or {}).get("name") or "", request.state.language)
