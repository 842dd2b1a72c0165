"""The page of an entry's history, the same for every kind."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response

from gateway.entry_words import Teller, organisations_in
from gateway.pages.case_names import names_of
from gateway.rendering import page
from services.shared.errors import Refusal, ServiceUnavailable


async def history_page(
    request: Request, found: dict[str, Any], *, lead: str, crumbs: Sequence[tuple[str, str]]
) -> Response:
    """`found`: a page of history as the registry tells it. `lead`: the entry's name, `crumbs`: the way back to it."""
    names = await names_of(request)
    teller = Teller(names, request.state.language, await organisations_told(request, found["items"]))
    return page(
        request,
        "registry/history.html",
        lead=lead,
        crumbs=crumbs,
        changes=[teller.change(one) for one in found["items"]],
        next=found["next"],
    )


async def organisations_told(request: Request, changes: list[dict[str, Any]]) -> dict[str, Any]:
    """Names of the organisations that these changes refer to."""
    ids = sorted(organisations_in(changes))
    names = await asyncio.gather(*(_organisation_name(request, id) for id in ids))
    return {id: name for id, name in zip(ids, names, strict=True) if name}


async def _organisation_name(request: Request, organisation: str) -> Any:
    """One that can't be told now stays an id: the rest of the page is worth showing."""
    try:
        found = await request.state.clients.registry.organisations.read_organisation(organisation)
    except (Refusal, ServiceUnavailable):
        return None
    return found["name"]
