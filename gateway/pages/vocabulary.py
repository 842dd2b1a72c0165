"""The vocabularies: what there is, one word, what lacks a language. The addresses of words are those of exports."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from gateway import words
from gateway.pages.case_choices import in_words
from gateway.pages.case_names import names_of
from gateway.pages.entry_history import history_page
from gateway.rendering import page, translate
from gateway.vocabulary_words import SCHEMES
from services.shared.errors import NotFound

router = APIRouter()
KEEPERS = ("national", "admin")
Concept = dict[str, Any]
Crumbs = list[tuple[str, str]]


@router.get("/vocabulary")
async def list_schemes(request: Request) -> Response:
    schemes = await request.state.clients.registry.vocabulary.list_schemes()
    return page(request, "vocabulary/schemes.html", schemes=schemes)


@router.get("/vocabulary/lacking")
async def list_lacking_concepts(request: Request) -> Response:
    found = await request.state.clients.registry.vocabulary.list_lacking_concepts()
    grouped = [(scheme, own) for scheme in SCHEMES if (own := [one for one in found if one["scheme"] == scheme])]
    return page(request, "vocabulary/lacking.html", grouped=grouped)


@router.get("/vocabulary/{scheme}")
async def list_concepts(request: Request, scheme: str) -> Response:
    known_scheme(scheme)
    asked = {name: request.query_params.get(name, "") for name in ("q", "shown")}
    concepts = await request.state.clients.registry.vocabulary.list_concepts(scheme)
    retired = asked["shown"] == "retired"
    shown = [one for one in concepts if bool(one["retired_on"]) == retired and _holds(one, asked["q"])]
    return page(
        request,
        "vocabulary/list.html",
        block="results",
        scheme=scheme,
        concepts=in_levels(shown),
        asked=asked,
        numbers=(sum(not one["retired_on"] for one in concepts), sum(bool(one["retired_on"]) for one in concepts)),
        may_add=request.state.me.has(*KEEPERS),
    )


@router.get("/vocabulary/{scheme}/{slug}")
async def read_concept(request: Request, scheme: str, slug: str) -> Response:
    concept = await concept_of(request, scheme, slug)
    own = {one["slug"]: one["name"] for one in await _own(request, scheme)}
    return page(
        request,
        "vocabulary/detail.html",
        scheme=scheme,
        concept=concept,
        names=await names_of(request),
        own=own,
        crumbs=crumbs_of(request, scheme),
    )


@router.get("/vocabulary/{scheme}/{slug}/history")
async def list_concept_history(request: Request, scheme: str, slug: str) -> Response:
    concept = await concept_of(request, scheme, slug)
    after = request.query_params.get("after", "")
    history = await request.state.clients.registry.vocabulary.list_concept_history(scheme, slug, after=after)
    own = {one["slug"]: in_words(one["name"], request.state.language) for one in await _own(request, scheme)}
    for change in history["items"]:
        change["fields"] = [_own_words(one, own) for one in change["fields"]]
    name = in_words(concept["name"], request.state.language)
    return await history_page(request, history, lead=name, crumbs=crumbs_of(request, scheme, concept))


def _own_words(field: dict[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
    """What names words of the same vocabulary, with what they are called."""
    if field["field"] not in ("broader", "related", "replaced_by"):
        return field
    told: dict[str, Any] = {"field": field["field"]}
    for side in ("before", "after"):
        slugs = field[side] or []
        told[side] = [own.get(slug, slug) for slug in ([slugs] if isinstance(slugs, str) else slugs)]
    return told


async def concept_of(request: Request, scheme: str, slug: str) -> Concept:
    """Raises NotFound."""
    known_scheme(scheme)
    found: Concept = await request.state.clients.registry.vocabulary.read_concept(scheme, slug)
    return found


def known_scheme(scheme: str) -> None:
    if scheme not in SCHEMES:
        raise NotFound()


async def _own(request: Request, scheme: str) -> list[Concept]:
    found: list[Concept] = await request.state.clients.registry.vocabulary.list_concepts(scheme)
    return found


def crumbs_of(request: Request, scheme: str, concept: Concept | None = None) -> Crumbs:
    language = request.state.language
    crumbs = [
        (translate(language, "Vocabularies"), "/vocabulary"),
        (translate(language, words.word("vocabulary", scheme)), f"/vocabulary/{scheme}"),
    ]
    if concept is not None:
        name = in_words(concept["name"], language)
        crumbs.append((name[:1].upper() + name[1:], f"/vocabulary/{scheme}/{concept['slug']}"))
    return crumbs


def in_levels(concepts: Iterable[Concept]) -> list[tuple[int, Concept]]:
    """Each word after the one above it, with how deep it stands; one whose upper word isn't shown stands at the top."""
    shown = list(concepts)
    slugs = {one["slug"] for one in shown}
    below: dict[str | None, list[Concept]] = {}
    for one in shown:
        below.setdefault(one["broader"] if one["broader"] in slugs else None, []).append(one)
    found: list[tuple[int, Concept]] = []
    waiting = [(0, one) for one in reversed(below.get(None, []))]
    while waiting:
        depth, one = waiting.pop()
        found.append((depth, one))
        waiting += [(depth + 1, lower) for lower in reversed(below.get(one["slug"], []))]
    return found


def _holds(concept: Concept, q: str) -> bool:
    said = [*concept["name"].values(), *(label for labels in concept["alt"].values() for label in labels)]
    return q.strip().casefold() in " ".join(text for text in said if text).casefold()
