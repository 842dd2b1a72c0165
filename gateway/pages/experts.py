"""Who knows what: the search, one expert, and the expert's own details."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from gateway import words
from gateway.pages.case_choices import named, with_none
from gateway.pages.case_forms import text, texts, version
from gateway.pages.case_names import Names, names_of
from gateway.problems import add_sentences, messages
from gateway.rendering import page, translate
from services.shared.http import RemoteRefusal

router = APIRouter()
FACETS = ("theme", "discipline", "yta", "language")
SCHEME_OF = {"theme": "themes", "discipline": "disciplines", "yta": "ytas", "language": "languages"}
TEXTS = ("title", "bio")
DATES = ("away_from", "away_to")
PER_PAGE = 25

add_sentences(
    {
        "expert_exists": "This person is in the registry already.",
        "field_not_yours": "Somebody else keeps this detail.",
        "bad_cursor": "The list has changed. Begin from its first page.",
    },
    fields={
        "ends_before_it_begins": "The last day is before the first.",
        "unknown_concept": "Choose one from the list.",
        "unknown_area": "Choose one from the list.",
        "unknown_organisation": "Choose one from the list.",
        "field_not_yours": "Somebody else keeps this detail.",
    },
)


@router.get("/experts")
async def list_experts(request: Request) -> Response:
    asked = {name: request.query_params.get(name, "") for name in ("q", *FACETS, "after")}
    available = request.query_params.get("available") == "yes"
    names = await names_of(request)
    found = await request.state.clients.registry.experts.list_experts(
        **asked, available="true" if available else None, limit=PER_PAGE
    )
    return page(
        request,
        "experts/list.html",
        block="results",
        names=names,
        experts=found["items"],
        next=found["next"],
        asked=asked,
        available=available,
        facets=_facets(request, names),
        on=_facets_on(request, names, asked, available=available),
    )


def _facets(request: Request, names: Names) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(field, heading, choices); themes in the order of their names."""
    language = request.state.language
    facets = []
    for name in FACETS:
        choices = named(request, names, SCHEME_OF[name])
        ordered = sorted(choices, key=lambda one: one[1].casefold()) if name == "theme" else choices
        facets.append((name, translate(language, words.word("facet", name)), with_none(request, ordered, "All")))
    return facets


def _facets_on(request: Request, names: Names, asked: dict[str, str], *, available: bool) -> list[tuple[Any, str]]:
    """What the list is narrowed by now, each with the address without it."""
    on: list[tuple[Any, str]] = [
        (names.of(SCHEME_OF[name], asked[name]), _without(request, name)) for name in FACETS if asked[name]
    ]
    if available:
        on.append((translate(request.state.language, "Can take one now"), _without(request, "available")))
    return on


def _without(request: Request, name: str) -> str:
    address = request.url.remove_query_params([name, "after"])
    return f"{address.path}?{address.query}" if address.query else address.path


@router.get("/experts/{expert}")
async def read_expert(request: Request, expert: str) -> Response:
    found = await request.state.clients.registry.experts.read_expert(expert)
    return page(request, "experts/detail.html", names=await names_of(request), expert=found)


@router.get("/experts/{expert}/edit")
async def change_expert_form(request: Request, expert: str) -> Response:
    found = await request.state.clients.registry.experts.read_expert(expert)
    return await _form_page(request, found, found)


@router.post("/experts/{expert}/edit")
async def change_expert(request: Request, expert: str) -> Response:
    form = await request.form()
    changes = _changes(form)
    try:
        await request.state.clients.registry.experts.change_expert(expert, changes, expected=version(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 412, 422):
            raise
        found = await request.state.clients.registry.experts.read_expert(expert)
        errors = messages(refusal, request.state.language)
        return await _form_page(request, found, {**found, **changes}, errors, refusal.status)
    return RedirectResponse(f"/experts/{expert}", status_code=303)


def _changes(form: FormData) -> dict[str, Any]:
    """Only the fields that were on the form: which ones, the registry says in `editable`."""
    shown = set(texts(form, "shown"))
    changes: dict[str, Any] = {name: text(form, name) for name in TEXTS if name in shown}
    changes |= {name: text(form, name) or None for name in DATES if name in shown}
    if "capacity_month" in shown:
        changes["capacity_month"] = text(form, "capacity_month")
    if "languages" in shown:
        changes["languages"] = texts(form, "languages")
    if "consent_listed" in shown:
        changes["consent_listed"] = text(form, "consent_listed") == "yes"
    return changes


async def _form_page(
    request: Request,
    found: dict[str, Any],
    typed: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    names = await names_of(request)
    return page(
        request,
        "experts/edit.html",
        status=status,
        expert=found,
        typed=typed,
        errors=errors or {},
        languages=named(request, names, "languages"),
    )
