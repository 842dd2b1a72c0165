"""Who knows what: the search, one expert, and the expert's own details."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from gateway import words
from gateway.clients.registry.experts import Experts
from gateway.pages.case_choices import codes, in_words, named, with_none
from gateway.pages.case_forms import text, texts, version
from gateway.pages.case_names import Names, names_of
from gateway.problems import add_sentences, messages
from gateway.rendering import page, translate
from services.shared.http import RemoteRefusal

router = APIRouter()
FACETS = ("theme", "discipline", "yta", "language")
SCHEME_OF = {"theme": "themes", "discipline": "disciplines", "yta": "ytas", "language": "languages"}
TEXTS = ("name", "title", "bio", "email", "phone", "capacity_month", "profession")
CHOSEN = ("employer", "area")
SEVERAL = ("languages", "areas", "shown")
SWITCHES = ("not_now", "consent_listed")
MAY_BE_HIDDEN = ("email", "phone", "employer", "bio")
REGISTERS = ("suosikki", "terhikki")
PER_PAGE = 25
NOBODY: Mapping[str, Any] = {"items": [], "next": None}
NO_COUNTS: Mapping[str, Any] = {"total": 0, "unlimited": 0, "available": 0, "by": {name: {} for name in FACETS}}
Facet = tuple[str, str, list[tuple[str, str, int]]]

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
        "not_a_phone": "Write the number with digits and spaces.",
        "not_a_register_number": "Write the number with digits, without spaces.",
        "overlaps": "This begins before another absence is over.",
        "repeated": "This competence is on the list already.",
        "nobody_of_that_name": "Nobody of this name is known here. Write the name as they use it.",
    },
)
words.WORDS["register"] = {"suosikki": "Suosikki", "terhikki": "Terhikki"}
words.WORDS["expert_field"] = {
    "bio": "In your own words",
    "email": "E-mail",
    "employer": "Employer",
    "phone": "Phone",
}


@router.get("/experts")
async def list_experts(request: Request) -> Response:
    asked = {name: request.query_params.get(name, "") for name in ("q", *FACETS, "after")}
    available = request.query_params.get("available") == "yes"
    limits = {**{name: asked[name] for name in ("q", *FACETS)}, "available": "true" if available else None}
    experts: Experts = request.state.clients.registry.experts
    errors: dict[str, str] = {}
    try:
        found, counts, names = await asyncio.gather(
            experts.list_experts(**limits, after=asked["after"], limit=PER_PAGE),
            experts.count_experts(**limits),
            names_of(request),
        )
    except RemoteRefusal as refusal:
        if refusal.status != 422 or "q" not in (errors := messages(refusal, request.state.language)):
            raise
        found, counts, names = NOBODY, NO_COUNTS, await names_of(request)
    return page(
        request,
        "experts/list.html",
        block="results",
        status=422 if errors else 200,
        errors=errors,
        names=names,
        experts=found["items"],
        next=found["next"],
        counts=counts,
        asked=asked,
        available=available,
        facets=[_facet(request, names, name, counts["by"][name], asked[name]) for name in FACETS],
        on=_facets_on(request, names, asked, available=available),
    )


def _facet(request: Request, names: Names, name: str, counts: dict[str, int], chosen: str) -> Facet:
    """(field, heading, values); each value with its words and how many it would leave, the most usual first."""
    language = request.state.language
    words_of = {code: in_words(said, language) for code, said in names.all(SCHEME_OF[name])}
    known = counts if chosen in ("", *counts) else {**counts, chosen: 0}
    values = [(code, words_of.get(code, code), number) for code, number in known.items()]
    return name, translate(language, words.word("facet", name)), values


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
    shown_words = [words for _, words in codes(request, "expert_field", found["shown"])]
    return page(request, "experts/detail.html", names=await names_of(request), expert=found, shown_words=shown_words)


@router.get("/experts/{expert}/edit")
async def change_expert_form(request: Request, expert: str) -> Response:
    found = await request.state.clients.registry.experts.read_expert(expert)
    return await _form_page(request, found, _as_typed(found))


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
        return await _form_page(request, found, {**_as_typed(found), **changes}, errors, refusal.status)
    return RedirectResponse(f"/experts/{expert}", status_code=303)


def _as_typed(found: dict[str, Any]) -> dict[str, Any]:
    """The entry as the form's fields hold it: an employer by id, and the capacity that a "not now" keeps."""
    employer = found["employer"]["id"] if found["employer"] else ""
    return {**found, "capacity_month": found["capacity_usual"], "employer": employer}


def _changes(form: FormData) -> dict[str, Any]:
    """Only the fields that were on the form: which ones, the registry says in `editable`."""
    fields = set(texts(form, "fields"))
    changes: dict[str, Any] = {name: text(form, name) for name in TEXTS if name in fields}
    changes |= {name: text(form, name) or None for name in CHOSEN if name in fields}
    changes |= {name: texts(form, name) for name in SEVERAL if name in fields}
    changes |= {name: text(form, name) == "yes" for name in SWITCHES if name in fields}
    if "registration" in fields:
        changes["registration"] = _registration(form)
    return changes


def _registration(form: FormData) -> dict[str, Any] | None:
    number = {"kind": text(form, "registration.kind"), "number": text(form, "registration.number")}
    return number if number["number"] else None


async def _form_page(
    request: Request,
    found: dict[str, Any],
    typed: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    names = await names_of(request)
    editable = set(found["editable"])
    return page(
        request,
        "experts/edit.html",
        status=status,
        expert=found,
        typed=typed,
        errors=errors or {},
        languages=named(request, names, "languages"),
        professions=with_none(request, named(request, names, "professions")) if "profession" in editable else [],
        areas=named(request, names, "areas"),
        employers=await employers(request) if "employer" in editable else [],
        visible=codes(request, "expert_field", MAY_BE_HIDDEN),
        registers=with_none(request, codes(request, "register", REGISTERS)),
    )


async def employers(request: Request) -> list[tuple[str, str]]:
    listed = await request.state.clients.registry.organisations.list_organisations(limit=200)
    return with_none(request, [(one["id"], in_words(one["name"], request.state.language)) for one in listed["items"]])
