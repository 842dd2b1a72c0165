"""Expert groups: the list, one with its members, adding, changing and ending one, and who sits in it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from gateway import words
from gateway.clients.registry.groups import Groups
from gateway.entry_words import add_entry_words
from gateway.pages.case_choices import codes, in_words, named, with_none
from gateway.pages.case_forms import Typed, days_on, key, text, version
from gateway.pages.case_names import names_of
from gateway.pages.entry_history import history_page
from gateway.pages.named_entries import (
    REFUSED,
    Entry,
    choices_of,
    contact_rows,
    entered,
    errors_of,
    keepers,
    limits_of,
    posted,
    rows_of,
    shown,
)
from gateway.problems import add_sentences
from gateway.rendering import page, translate
from services.shared.http import RemoteRefusal

router = APIRouter()
PER_PAGE = 50
MOST_FOUND = 20
TOLD = ("description", "meets")
PLAIN = ("group_type", "rhythm", "next_meeting")
DETAILS = ("description", "themes", "areas", "languages", "rhythm", "meets", "next_meeting")
FILTERS = ("q", "group_type", "theme", "area", "yta", "language", "after")
RHYTHMS = {
    "weekly": "Every week",
    "biweekly": "Every other week",
    "monthly": "Every month",
    "quarterly": "Four times a year",
    "as_needed": "When it is needed",
}
ROLES = {"chair": "Chair", "secretary": "Secretary", "member": "Member of the group"}
words.WORDS["rhythm"] = RHYTHMS
words.WORDS["group_role"] = ROLES

add_sentences(
    {
        "already_in_group": "The expert is in the group on some of these days already.",
        "member_left": "The expert leaves the group sooner.",
    },
    fields={
        "unknown_expert": "Choose one from the list.",
        "already_in_group": "The expert is in the group on some of these days already.",
        "member_left": "The expert leaves the group sooner.",
    },
)
add_entry_words(
    fields={
        "group_type": "Type",
        "rhythm": "How often it meets",
        "meets": "Day and time",
        "next_meeting": "The next meeting",
        "group_member": "In the group",
        "group_role": "Role",
    },
    acts={
        "create_group": "The group was added",
        "change_group": "The group was changed",
        "end_group": "The group was ended",
        "add_group_member": "An expert came to the group",
        "end_group_member": "It was said when an expert leaves the group",
    },
    schemes={"group_type": "group_types"},
    codes={"rhythm": "rhythm", "group_role": "group_role"},
)


@router.get("/groups")
async def list_groups(request: Request) -> Response:
    asked = {name: request.query_params.get(name, "") for name in FILTERS}
    ended = request.query_params.get("ended") == "yes"
    names = await names_of(request)
    found = await request.state.clients.registry.groups.list_groups(
        **asked, ended="true" if ended else "", limit=PER_PAGE
    )
    return page(
        request,
        "groups/list.html",
        block="results",
        names=names,
        groups=found["items"],
        next=found["next"],
        asked=asked,
        ended=ended,
        types=with_none(request, named(request, names, "group_types"), "All"),
        offered=limits_of(request, names),
    )


@router.get("/groups/new")
async def create_group_form(request: Request) -> Response:
    today = days_on(request.app.state.clock.now(), 0)
    return await _form_page(
        request, None, Typed({"organisation": request.query_params.get("organisation", ""), "valid_from": today})
    )


@router.post("/groups/new")
async def create_group(request: Request) -> Response:
    form = await request.form()
    groups: Groups = request.state.clients.registry.groups
    try:
        made = await groups.create_group(_entered(form) | {"organisation": text(form, "organisation")}, key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in REFUSED:
            raise
        return await _form_page(request, None, posted(form), refusal)
    return RedirectResponse(f"/groups/{made['id']}", status_code=303)


@router.get("/groups/{group}")
async def read_group(request: Request, group: str) -> Response:
    return await _group_page(request, group)


@router.get("/groups/{group}/edit")
async def change_group_form(request: Request, group: str) -> Response:
    found = await request.state.clients.registry.groups.read_group(group)
    return await _form_page(request, found, shown(found, TOLD, PLAIN))


@router.post("/groups/{group}/edit")
async def change_group(request: Request, group: str) -> Response:
    form = await request.form()
    groups: Groups = request.state.clients.registry.groups
    try:
        await groups.change_group(group, _entered(form), expected=version(form))
    except RemoteRefusal as refusal:
        if refusal.status not in REFUSED:
            raise
        return await _form_page(request, await groups.read_group(group), posted(form), refusal)
    return RedirectResponse(f"/groups/{group}", status_code=303)


@router.post("/groups/{group}/end")
async def end_group(request: Request, group: str) -> Response:
    form = await request.form()
    groups: Groups = request.state.clients.registry.groups
    end = {"valid_to": text(form, "valid_to"), "reason": text(form, "reason")}
    try:
        await groups.end_group(group, end, expected=version(form), key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in REFUSED:
            raise
        return await _group_page(request, group, posted(form), refusal)
    return RedirectResponse(f"/groups/{group}", status_code=303)


@router.get("/groups/{group}/members/new")
async def add_group_member_form(request: Request, group: str) -> Response:
    today = days_on(request.app.state.clock.now(), 0)
    return await _member_page(request, group, Typed({"role": "member", "valid_from": today}))


@router.post("/groups/{group}/members/new")
async def add_group_member(request: Request, group: str) -> Response:
    form = await request.form()
    groups: Groups = request.state.clients.registry.groups
    new = {name: text(form, name) for name in ("expert", "role", "valid_from")}
    try:
        await groups.add_group_member(group, new, expected=version(form), key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in REFUSED:
            raise
        return await _member_page(request, group, posted(form), refusal)
    return RedirectResponse(f"/groups/{group}#members", status_code=303)


@router.post("/groups/{group}/members/{member}/end")
async def end_group_member(request: Request, group: str, member: str) -> Response:
    form = await request.form()
    groups: Groups = request.state.clients.registry.groups
    end = {"valid_to": text(form, f"last_day.{member}")}
    try:
        await groups.end_group_member(group, member, end, expected=version(form), key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in REFUSED:
            raise
        return await _group_page(request, group, posted(form), refusal, field=f"last_day.{member}")
    return RedirectResponse(f"/groups/{group}#members", status_code=303)


@router.get("/groups/{group}/history")
async def list_group_history(request: Request, group: str) -> Response:
    groups: Groups = request.state.clients.registry.groups
    found = await groups.read_group(group)
    history = await groups.list_group_history(group, after=request.query_params.get("after", ""))
    name = in_words(found["name"], request.state.language)
    return await history_page(
        request, history, lead=name, crumbs=[_listed(request), (name[:1].upper() + name[1:], f"/groups/{group}")]
    )


def _entered(form: FormData) -> dict[str, Any]:
    return entered(form, TOLD) | {
        "group_type": text(form, "group_type"),
        "rhythm": text(form, "rhythm"),
        "next_meeting": text(form, "next_meeting") or None,
    }


def _listed(request: Request) -> tuple[str, str]:
    return translate(request.state.language, "Expert groups"), "/groups"


async def _group_page(
    request: Request, group: str, v: Typed | None = None, refusal: RemoteRefusal | None = None, field: str = "valid_to"
) -> Response:
    """`field`: the form's own name for the last day that was refused."""
    found, names = await request.state.clients.registry.groups.read_group(group), await names_of(request)
    errors = errors_of(request, refusal) if refusal else {}
    return page(
        request,
        "groups/detail.html",
        status=refusal.status if refusal else 200,
        names=names,
        group=found,
        rows=rows_of(request, names, found, DETAILS) + contact_rows(request, found),
        today=days_on(request.app.state.clock.now(), 0),
        v=v or Typed(),
        errors={field if name == "valid_to" else name: sentence for name, sentence in errors.items()},
    )


async def _form_page(request: Request, found: Entry | None, v: Typed, refusal: RemoteRefusal | None = None) -> Response:
    names = await names_of(request)
    return page(
        request,
        "groups/form.html",
        status=refusal.status if refusal else 200,
        group=found,
        keepers=with_none(request, [] if found else await keepers(request, "create_group")),
        types=with_none(request, named(request, names, "group_types")),
        rhythms=codes(request, "rhythm", RHYTHMS),
        offered=choices_of(request, names),
        v=v,
        errors=errors_of(request, refusal) if refusal else {},
    )


async def _member_page(request: Request, group: str, v: Typed, refusal: RemoteRefusal | None = None) -> Response:
    registry = request.state.clients.registry
    found, q = await registry.groups.read_group(group), request.query_params.get("q", "") or v["q"]
    experts = (await registry.experts.list_experts(q=q, limit=MOST_FOUND))["items"] if q else []
    return page(
        request,
        "groups/member.html",
        status=refusal.status if refusal else 200,
        group=found,
        q=q,
        experts=[(one["id"], one["name"], one["title"]) for one in experts],
        roles=codes(request, "group_role", ROLES),
        v=v,
        errors=errors_of(request, refusal) if refusal else {},
    )
