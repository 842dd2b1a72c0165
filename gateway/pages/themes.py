"""A theme's page: its words, the lines where it may be asked about, and who knows it."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.pages.case_names import names_of
from gateway.rendering import page
from services.shared.errors import ServiceUnavailable

router = APIRouter()
FEW = 6


@router.get("/themes")
async def list_themes(request: Request) -> Response:
    vocabulary = request.state.clients.registry.vocabulary
    themes = await vocabulary.list_concepts("themes")
    groups = await vocabulary.list_concepts("theme_groups")
    offered = [theme for theme in themes if not theme["retired_on"]]
    grouped = [(group, [theme for theme in offered if theme["group"] == group["slug"]]) for group in groups]
    return page(request, "themes/list.html", grouped=[(group, own) for group, own in grouped if own])


@router.get("/themes/{slug}")
async def read_theme(request: Request, slug: str) -> Response:
    registry = request.state.clients.registry
    theme = await registry.vocabulary.read_concept("themes", slug)
    if theme["merged"]:
        return RedirectResponse(f"/themes/{theme['replaced_by']}", status_code=303)
    themes = [one for one in await registry.vocabulary.list_concepts("themes") if not one["retired_on"]]
    experts, groups, offerings = await asyncio.gather(
        registry.experts.list_experts(theme=slug, limit=FEW),
        registry.groups.list_groups(theme=slug, limit=FEW),
        registry.offerings.list_offerings(theme=slug, limit=FEW),
    )
    lines, missing = await _lines(request, {slug, *theme["aliases"]})
    return page(
        request,
        "themes/detail.html",
        names=await names_of(request),
        theme=theme,
        related=_near(theme, themes),
        experts=experts["items"],
        more=bool(experts["next"]),
        groups=groups["items"],
        offerings=offerings["items"],
        lines=lines,
        missing=missing,
    )


def _near(theme: dict[str, Any], themes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those said to be near it first, then the others of its group."""
    others = [one for one in themes if one["slug"] != theme["slug"]]
    near = [one for one in others if one["slug"] in theme["related"]]
    return near + [one for one in others if one["group"] == theme["group"] and one not in near]


async def _lines(request: Request, slugs: set[str]) -> tuple[list[dict[str, Any]], bool]:
    """The lines that take this theme, and whether they could not be asked for: the rest of the page stands without."""
    try:
        lines = await request.state.clients.consultation.lines.list_lines()
    except ServiceUnavailable:
        return [], True
    return [line for line in lines if line["open"] and slugs & {*line["themes"]}], False
