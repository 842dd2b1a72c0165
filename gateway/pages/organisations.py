from typing import Any

from fastapi import APIRouter, Request, Response

from gateway.entry_words import add_entry_words
from gateway.pages.case_choices import in_words, named, with_none
from gateway.pages.case_names import names_of
from gateway.pages.entry_history import history_page
from gateway.rendering import page, translate

router = APIRouter()
PER_PAGE = 50

add_entry_words(
    acts={
        "create_organisation": "The organisation was added",
        "change_organisation": "The organisation's details were changed",
    }
)


@router.get("/organisations")
async def list_organisations(request: Request) -> Response:
    asked = {name: request.query_params.get(name, "") for name in ("q", "type", "yta", "after")}
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
    )


@router.get("/organisations/{organisation}")
async def read_organisation(request: Request, organisation: str) -> Response:
    registry = request.state.clients.registry
    found = await registry.organisations.read_organisation(organisation)
    parts = await registry.organisations.list_organisations(parent=found["id"], limit=50)
    experts = await registry.experts.list_experts(employer=found["id"], limit=50)
    return page(
        request,
        "organisations/detail.html",
        names=await names_of(request),
        organisation=found,
        parts=parts["items"],
        experts=experts["items"],
    )


@router.get("/organisations/{organisation}/history")
async def list_organisation_history(request: Request, organisation: str) -> Response:
    organisations = request.state.clients.registry.organisations
    found = await organisations.read_organisation(organisation)
    after = request.query_params.get("after", "")
    history = await organisations.list_organisation_history(found["id"], after=after)
    name = in_words(found["name"], request.state.language)
    return await history_page(request, history, lead=name, crumbs=_crumbs(request, found))


def _crumbs(request: Request, organisation: dict[str, Any]) -> list[tuple[str, str]]:
    """The way back to an organisation from what is inside its page."""
    language = request.state.language
    name = in_words(organisation["name"], language)
    return [
        (translate(language, "Organisations"), "/organisations"),
        (name[:1].upper() + name[1:], f"/organisations/{organisation['slug']}"),
    ]
