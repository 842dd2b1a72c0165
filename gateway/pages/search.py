"""The search of the top bar: everything in the registry that has the words, kind by kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from gateway import words
from gateway.pages.case_choices import in_words
from gateway.problems import add_sentences, messages
from gateway.rendering import page, translate
from services.shared.http import RemoteRefusal

router = APIRouter()
FACETS = ("kind", "theme", "profession", "area", "language")
MOST = 50
FEW = 6
"""So many of a kind are shown beside others; alone it shows all that were found."""
ADDRESSES = {
    "themes": "/themes/%s",
    "theme_groups": "/themes",
    "disciplines": "/experts?discipline=%s",
    "languages": "/experts?language=%s",
    "organisations": "/organisations/%s",
    "organisation_types": "/organisations?type=%s",
    "group_types": "/groups?group_type=%s",
    "offering_kinds": "/offerings?offering_kind=%s",
    "groups": "/groups/%s",
    "offerings": "/offerings/%s",
    "collaborative_areas": "/organisations?yta=%s",
    "experts": "/experts/%s",
}
NARROWED = {"professions": "profession", "areas": "area"}
"""Kinds that have no page of their own: they lead to what is of that profession, or in that area."""
Facet = tuple[str, str, list[tuple[str, str, int]]]

add_sentences({}, fields={"nothing_to_search_by": words.NOTHING_TO_SEARCH_BY})


@dataclass(frozen=True)
class Group:
    """What was found of one kind. `more` leads to the rest of it, where there is more."""

    kind: str
    hits: Sequence[Mapping[str, Any]]
    count: int
    more: str


@router.get("/search")
async def search_registry(request: Request) -> Response:
    asked = {name: request.query_params.get(name, "") for name in ("q", *FACETS)}
    available = request.query_params.get("available") == "yes"
    found, errors = await _found(request, asked, available=available)
    return page(
        request,
        "search/results.html",
        block="results",
        status=422 if errors else 200,
        asked=asked,
        available=available,
        found=found,
        errors=errors,
        groups=_groups(request, found, asked["kind"]),
        facets=[_facet(request, name, found["facets"].get(name, []), asked[name]) for name in FACETS],
        free=sum(one["count"] for one in found["facets"].get("available", [])),
        members=bool(request.state.me and request.state.me.memberships),
    )


async def _found(
    request: Request, asked: Mapping[str, str], *, available: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    nothing: dict[str, Any] = {"items": [], "total": 0, "more": False, "facets": {}}
    if not asked["q"].strip():
        return nothing, {}
    limits = {"available": "true" if available else None, "lang": request.state.language, "limit": MOST}
    try:
        found = await request.state.clients.registry.search.search_registry(**asked, **limits)
    except RemoteRefusal as refusal:
        if refusal.status != 422:
            raise
        return nothing, messages(refusal, request.state.language)
    if not found["searched"]:
        return nothing, {"q": translate(request.state.language, words.NOTHING_TO_SEARCH_BY)}
    return found, {}


def _groups(request: Request, found: Mapping[str, Any], chosen: str) -> list[Group]:
    """Kind by kind, the one with the best answer first."""
    counts = {one["value"]: one["count"] for one in found["facets"].get("kind", [])}
    kinds = dict.fromkeys(hit["kind"] for hit in found["items"])
    groups = []
    for kind in kinds:
        hits = [hit | {"href": _address(hit)} for hit in found["items"] if hit["kind"] == kind]
        shown = hits if chosen else hits[:FEW]
        rest = request.url.include_query_params(kind=kind) if not chosen and len(hits) > FEW else None
        more = f"{rest.path}?{rest.query}" if rest else ""
        groups.append(Group(kind, shown, max(counts.get(kind, 0), len(hits)), more))
    return groups


def _address(hit: Mapping[str, Any]) -> str:
    if pattern := ADDRESSES.get(hit["kind"]):
        return pattern % hit["slug"] if "%s" in pattern else pattern
    if limit := NARROWED.get(hit["kind"]):
        return "/search?" + urlencode({"q": hit["label"]["fi"], limit: hit["slug"]})
    return ""


def _facet(request: Request, name: str, values: Sequence[Mapping[str, Any]], chosen: str) -> Facet:
    language = request.state.language
    told = [(one["value"], _words(request, name, one), one["count"]) for one in values]
    if chosen and chosen not in {value for value, _, _ in told}:
        told.append((chosen, chosen, 0))
    return name, translate(language, words.word("facet", name)), told if len(told) > 1 or chosen else []


def _words(request: Request, facet: str, value: Mapping[str, Any]) -> str:
    if facet == "kind":
        return translate(request.state.language, words.word("found", value["value"]))
    return in_words(value["label"], request.state.language)
