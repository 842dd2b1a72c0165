from fastapi import APIRouter, Request, Response

from gateway.pages.case_choices import named, with_none
from gateway.pages.case_names import names_of
from gateway.rendering import page

router = APIRouter()
PER_PAGE = 50


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
