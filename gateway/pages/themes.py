"""A theme's page: its words, the lines where it may be asked about, and who knows it."""

from typing import Any

from fastapi import APIRouter, Request, Response

from gateway.pages.case_names import names_of
from gateway.rendering import page
from services.shared.errors import NotFound, ServiceUnavailable

router = APIRouter()
FEW = 6


@router.get("/themes")
async def list_themes(request: Request) -> Response:
    vocabulary = request.state.clients.registry.vocabulary
    themes = await vocabulary.list_concepts("themes")
    groups = await vocabulary.list_concepts("theme_groups")
    grouped = [(group, [theme for theme in themes if theme["group"] == group["slug"]]) for group in groups]
    return page(request, "themes/list.html", grouped=[(group, own) for group, own in grouped if own])


@router.get("/themes/{slug}")
async def read_theme(request: Request, slug: str) -> Response:
    registry = request.state.clients.registry
    themes = await registry.vocabulary.list_concepts("themes")
    theme = next((one for one in themes if one["slug"] == slug), None)
    if theme is None:
        raise NotFound()
    experts = await registry.experts.list_experts(theme=slug, limit=FEW)
    lines, missing = await _lines(request, slug)
    return page(
        request,
        "themes/detail.html",
        names=await names_of(request),
        theme=theme,
        related=[one for one in themes if one["group"] == theme["group"] and one["slug"] != slug],
        experts=experts["items"],
        more=bool(experts["next"]),
        lines=lines,
        missing=missing,
    )


async def _lines(request: Request, slug: str) -> tuple[list[dict[str, Any]], bool]:
    """The lines that take this theme, and whether they could not be asked for: the rest of the page stands without."""
    try:
        lines = await request.state.clients.consultation.lines.list_lines()
    except ServiceUnavailable:
        return [], True
    return [line for line in lines if line["open"] and slug in line["themes"]], False
