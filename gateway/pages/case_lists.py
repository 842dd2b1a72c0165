"""Lists of consultations: one's own, one's teams', and the coordinator's queue with its views and filters."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from gateway import swaps, words
from gateway.badges import Badges, badges_on
from gateway.pages import case_choices, case_rows
from gateway.pages.case_choices import Choice
from gateway.pages.case_names import Names, names_of
from gateway.rendering import page, translate
from gateway.swaps import Swap

router = APIRouter()
PAGE_SIZE = 50
Chosen = dict[str, str]
# What each view of the queue asks for, and which count stands beside its name.
VIEWS: dict[str, tuple[Mapping[str, Any], str]] = {
    "": ({}, "queue"),
    "mine": ({"mine": True}, "coordinated"),
    "late": ({"late": True}, "late"),
    "new": ({"state": "submitted"}, "submitted"),
    "work": ({"state": "in_consultation"}, "in_consultation"),
    "paused": ({"state": "returned"}, "returned"),
    "follow_up": ({"state": "in_follow_up"}, "in_follow_up"),
}


@router.get("/cases")
async def list_cases(request: Request, scope: str = "", after: str = "") -> Response:
    me = request.state.me
    scope = scope if scope in ("mine", "team") else ("mine" if me.has("professional", "coordinator") else "team")
    cases = request.state.clients.consultation.cases
    listed = await cases.list_cases(scope, after=after or None, limit=PAGE_SIZE)
    return page(
        request,
        "cases/list.html",
        block="rows",
        rows=listed["items"],
        scope=scope,
        counts=request.state.badges.cases or await cases.count_cases(),
        may_ask=me.has("professional", "coordinator", "expert"),
        following=_address("/cases", {"scope": scope}, after=listed["next"]) if listed["next"] else "",
    )


@router.get("/queue")
async def list_queue(
    request: Request,
    view: str = "",
    area: str = "",
    theme: str = "",
    line: str = "",
    language: str = "",
    after: str = "",
) -> Response:
    view = view if view in VIEWS else ""
    chosen = {"area": area, "theme": theme, "line": line, "language": language}
    cases = request.state.clients.consultation.cases
    wanted = {**VIEWS[view][0], **{name: value or None for name, value in chosen.items()}}
    listed, counts, names = await asyncio.gather(
        cases.list_cases("queue", **wanted, after=after or None, limit=PAGE_SIZE), _counted(request), names_of(request)
    )
    yta = next((one.yta for one in request.state.me.memberships if one.role == "coordinator"), None)
    offered = await _offered(request, names, yta)
    place = {"view": view, **chosen}
    asked_again = swaps.polls(request.headers)
    shown = page(
        request,
        "cases/queue.html",
        block=Swap("rows", quiet=True) if asked_again else Swap("queue", ("head",)),
        here_again=_address("/queue", place, after=after),
        groups=case_rows.grouped(listed["items"], request.app.state.clock.now()),
        shown=len(listed["items"]),
        whole=_whole(counts, view, chosen),
        open=counts["queue"],
        names=names,
        centre=names.of("ytas", yta) if yta else "",
        views=_views(counts, view, chosen),
        view=view,
        chosen=chosen,
        offered=offered,
        removable=_removable(place, offered),
        following=_address("/queue", place, after=listed["next"]) if listed["next"] else "",
    )
    return swaps.unless_known(request, shown) if asked_again else shown


async def _counted(request: Request) -> Mapping[str, Any]:
    """The menu's numbers come with those of the views; a part of the page needs no menu."""
    if not swaps.asks_part(request):
        request.state.badges = await badges_on(request)
    badges: Badges = request.state.badges
    return badges.cases or await request.state.clients.consultation.cases.count_cases()


def _views(counts: Mapping[str, Any], view: str, chosen: Chosen) -> list[tuple[str, str, bool, int]]:
    """Each view under the same filters: its code, its address, whether it is this one, how many it holds."""
    return [
        (code, _address("/queue", {"view": code, **chosen}), code == view, _count(counts, count))
        for code, (_, count) in VIEWS.items()
    ]


def _count(counts: Mapping[str, Any], name: str) -> int:
    return int(counts[name] if name in counts else counts["states"].get(name, 0))


def _whole(counts: Mapping[str, Any], view: str, chosen: Chosen) -> int | None:
    """How many there are where the counts know it: they know views, not filters."""
    return None if any(chosen.values()) else _count(counts, VIEWS[view][1])


async def _offered(request: Request, names: Names, yta: str | None) -> dict[str, list[Choice]]:
    """What the filters offer, each after one that chooses nothing."""
    choices = {
        "area": case_choices.counties_of(request, names, yta),
        "theme": case_choices.themes(request, names),
        "line": await case_choices.line_choices(request, yta=yta),
        "language": case_choices.working_languages(request, names),
    }
    language = request.state.language
    return {name: [("", translate(language, words.word("every", name))), *offered] for name, offered in choices.items()}


def _removable(place: Chosen, offered: Mapping[str, list[Choice]]) -> list[tuple[str, str]]:
    """The filters that are on, in words, each with the address without it."""
    return [
        (dict(offered[name]).get(value, value), _address("/queue", {**place, name: ""}))
        for name, value in place.items()
        if value and name in offered
    ]


def _address(path: str, chosen: Mapping[str, str], *, after: str | None = None) -> str:
    kept = {name: value for name, value in {**chosen, "after": after or ""}.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path
