"""My own: what the service knows of me, my language, and asking for access."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.pages.case_choices import counties, with_none
from gateway.pages.case_forms import text
from gateway.pages.case_names import names_of
from gateway.problems import add_sentences, messages
from gateway.rendering import page
from services.shared.http import RemoteRefusal

router = APIRouter()
FIELDS = ("role", "organisation", "organisation_name", "area", "reason")

add_sentences(
    {
        "already_asked": "You have asked already. The coordinator has your request.",
        "already_member": "You have this membership already.",
    },
)


@router.get("/me")
async def read_me(request: Request) -> Response:
    return page(request, "me/me.html")


@router.get("/access")
async def access_form(request: Request) -> Response:
    return await _access_page(request, {"role": "professional"})


@router.post("/access")
async def request_access(request: Request) -> Response:
    form = await request.form()
    typed = {name: text(form, name) for name in FIELDS}
    wanted = {name: value for name, value in typed.items() if value}
    try:
        await request.state.clients.registry.members.request_access(wanted, key=str(form.get("key", "")))
    except RemoteRefusal as refusal:
        return await _access_page(request, typed, messages(refusal, request.state.language), refusal.status)
    return RedirectResponse("/access", status_code=303)


async def _access_page(
    request: Request, typed: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    registry = request.state.clients.registry
    organisations = await registry.organisations.list_organisations(limit=200)
    requests = await registry.members.list_access_requests(limit=50)
    mine = [one for one in requests["items"] if one["person"] == request.state.me.person]
    return page(
        request,
        "me/access.html",
        status=status,
        typed={**dict.fromkeys(FIELDS, ""), **typed},
        errors=errors or {},
        organisations=organisations["items"],
        areas=with_none(request, counties(request, await names_of(request))),
        mine=mine,
        open=any(one["state"] == "open" for one in mine),
    )
