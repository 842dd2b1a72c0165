"""Organisations: the list, one with all that it has, adding one and changing it."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from gateway.clients.registry.organisations import Organisations
from gateway.entry_words import add_entry_words
from gateway.pages.case_choices import in_words, named, with_none
from gateway.pages.case_forms import Typed, key, text, texts, version
from gateway.pages.case_names import names_of
from gateway.pages.entry_history import history_page
from gateway.pages.named_entries import contact_rows
from gateway.pages.organisation_forms import crumbs_of, entered, form_page, new_organisation, posted, shown, told
from gateway.pages.term_words import terms_of, told_terms
from gateway.rendering import page
from services.shared.http import RemoteRefusal

router = APIRouter()
PER_PAGE = 50
MOST_TYPED = 100

add_entry_words(
    acts={
        "create_organisation": "The organisation was added",
        "change_organisation": "The organisation's details were changed",
    }
)


@router.get("/organisations")
async def list_organisations(request: Request) -> Response:
    asked = {name: request.query_params.get(name, "") for name in ("q", "type", "yta", "area", "after")}
    names = await names_of(request)
    found = await request.state.clients.registry.organisations.list_organisations(**asked, limit=PER_PAGE)
    return page(
        request,
        "organisations/list.html",
        block="results",
        names=names,
        organisations=found["items"],
        next=found["next"],
        asked=asked,
        types=with_none(request, named(request, names, "organisation_types"), "All"),
        ytas=with_none(request, named(request, names, "ytas"), "All"),
        areas=with_none(request, named(request, names, "areas"), "All"),
    )


@router.get("/organisations/new")
async def create_organisation_form(request: Request) -> Response:
    return await form_page(request, None, Typed({"area": request.state.me.area or ""}))


@router.post("/organisations/new")
async def create_organisation(request: Request) -> Response:
    form = await request.form()
    organisations: Organisations = request.state.clients.registry.organisations
    if text(form, "sure") != "yes" and (similar := await _similar(organisations, form)):
        return await form_page(request, None, posted(form), similar=similar)
    try:
        made = await organisations.create_organisation(new_organisation(form), key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (403, 409, 422):
            raise
        return await form_page(request, None, posted(form), errors=told(request, refusal), status=refusal.status)
    return RedirectResponse(f"/organisations/{made['slug']}", status_code=303)


async def _similar(organisations: Organisations, form: FormData) -> list[dict[str, Any]]:
    """Those with nearly one of the names that were typed: shown once, never forbidden."""
    names = filter(None, (text(form, "name.fi"), text(form, "name.sv")))
    found = [await organisations.list_similar_organisations(name[:MOST_TYPED]) for name in dict.fromkeys(names)]
    return list({one["id"]: one for answer in found for one in answer["items"]}.values())


@router.get("/organisations/{organisation}")
async def read_organisation(request: Request, organisation: str) -> Response:
    registry = request.state.clients.registry
    found = await registry.organisations.read_organisation(organisation)
    tree, experts, groups, offerings, held, names = await asyncio.gather(
        registry.organisations.read_organisation_tree(found["id"]),
        registry.experts.list_experts(employer=found["id"], limit=50),
        registry.groups.list_groups(organisation=found["id"], limit=50),
        registry.offerings.list_offerings(organisation=found["id"], limit=50),
        terms_of(request, found["id"]),
        names_of(request),
    )
    return page(
        request,
        "organisations/detail.html",
        names=names,
        organisation=found,
        contact=contact_rows(request, found),
        tree=tree["items"] if len(tree["items"]) > 1 else [],
        affiliated=tree["affiliated"],
        terms=told_terms(request, names, held),
        experts=experts["items"],
        groups=groups["items"],
        offerings=offerings["items"],
    )


@router.get("/organisations/{organisation}/edit")
async def change_organisation_form(request: Request, organisation: str) -> Response:
    found = await request.state.clients.registry.organisations.read_organisation(organisation)
    return await form_page(request, found, shown(found))


@router.post("/organisations/{organisation}/edit")
async def change_organisation(request: Request, organisation: str) -> Response:
    form = await request.form()
    organisations: Organisations = request.state.clients.registry.organisations
    found = await organisations.read_organisation(organisation)
    changes = {name: value for name, value in entered(form).items() if name in texts(form, "shown")}
    try:
        await organisations.change_organisation(found["id"], changes, expected=version(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (403, 409, 412, 422):
            raise
        return await form_page(request, found, posted(form), errors=told(request, refusal), status=refusal.status)
    return RedirectResponse(f"/organisations/{found['slug']}", status_code=303)


@router.get("/organisations/{organisation}/history")
async def list_organisation_history(request: Request, organisation: str) -> Response:
    organisations = request.state.clients.registry.organisations
    found = await organisations.read_organisation(organisation)
    after = request.query_params.get("after", "")
    history = await organisations.list_organisation_history(found["id"], after=after)
    name = in_words(found["name"], request.state.language)
    return await history_page(request, history, lead=name, crumbs=crumbs_of(request, found))
