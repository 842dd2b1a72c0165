"""The first page: what this is, or what waits for me. Each service is asked apart; one that is down is said."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response

from gateway import dates, words
from gateway.badges import badges_on
from gateway.clients import SERVICES, Clients
from gateway.first_page import count_of, day_of, lead_of, parts_for
from gateway.language import Language
from gateway.pages import feedback
from gateway.pages.case_choices import in_words as name_in_words
from gateway.pages.case_names import Names, names_of
from gateway.rendering import page, translate
from gateway.visitor import Me
from gateway.waiting_words import in_words
from services.shared.errors import Refusal, ServiceUnavailable
from services.shared.logging import log

router = APIRouter()
T = TypeVar("T")
NEWEST = 5
# Told in lists of their own while they need nothing of the person.
APART = ("meeting", "invitation.silent")


@router.get("/")
async def home(request: Request) -> Response:
    me: Me | None = request.state.me
    if me is None:
        centres = await _or(request.state.clients.registry.areas.list_collaborative_areas(), [])
        return page(request, "home/signed_out.html", centres=centres, next="/", asked_for=False)
    return await _signed_in(request, me)


async def _signed_in(request: Request, me: Me) -> Response:
    clients: Clients = request.state.clients
    language, now = request.state.language, request.app.state.clock.now()
    (items, missing), lists, badges, parts = await asyncio.gather(
        _waiting(request, clients),
        _lists(clients, me, language),
        badges_on(request),
        parts_for(clients, me, language),
    )
    items = await _with_themes(request, items)
    waiting = [in_words(item, language) for item in items if item.get("turn", True)]
    apart = {kind: [item for item in items if item["kind"] == kind and not item.get("turn", True)] for kind in APART}
    today = now.astimezone(dates.HELSINKI).date()
    return page(
        request,
        "home/signed_in.html",
        block="waiting",
        greeting=translate(language, dates.part_of_day(now), name=me.name.split(" ")[0]),
        lead=lead_of(len(waiting), now, language),
        waiting=waiting,
        meetings=[in_words(item, language) for item in apart["meeting"]],
        silent=[in_words(item, language) for item in apart["invitation.silent"]],
        missing=missing,
        drafts=[case for one in lists if one.scope == "mine" for case in one.cases if case["state"] == "draft"],
        lists=[one for one in lists if one.cases],
        day=day_of(items, badges.cases, today) if me.has("coordinator") else None,
        requests=count_of(items, "access_request"),
        ending=count_of(items, "membership_ending"),
        parts=parts,
        badges=badges if missing else replace(badges, waiting=len(waiting)),
    )


async def _waiting(request: Request, clients: Clients) -> tuple[list[dict[str, Any]], list[str]]:
    """What waits in all three, the most urgent first, and which of them did not answer."""
    asked = [getattr(clients, name).waiting.list_waiting() for name in SERVICES]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    items = await feedback.waiting_for(request)
    missing: list[str] = []
    for name, answer in zip(SERVICES, answers, strict=True):
        if isinstance(answer, ServiceUnavailable):
            missing.append(name)
        elif isinstance(answer, Refusal):
            log.info("nothing_waits", service=name, code=answer.code)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            items += answer
    return sorted(items, key=lambda item: (item.get("due") or "9999", item.get("since") or "")), missing


async def _with_themes(request: Request, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An invitation is titled by its themes: the invited are told no more of the case before they accept."""
    if not any(item["kind"] == "invitation" for item in items):
        return items
    names = await names_of(request)
    return [
        {**item, "title": _themes(item, names, request)} if item["kind"] == "invitation" else item for item in items
    ]


def _themes(item: dict[str, Any], names: Names, request: Request) -> str:
    listed = ", ".join(name_in_words(names.of("themes", one), request.state.language) for one in item["data"]["themes"])
    return listed[:1].upper() + listed[1:]


words.WORDS["own_cases"] = {
    "queue": "In the queue",
    "mine": "My consultations",
    "team": "Consultations of my teams",
}


@dataclass(frozen=True)
class CaseList:
    """The most urgent of the cases somebody has to do with in one way."""

    scope: str
    title: str
    href: str
    cases: list[dict[str, Any]]


async def _lists(clients: Clients, me: Me, language: Language) -> list[CaseList]:
    """One for each way: whoever coordinates and is an expert too sees both."""
    scopes = [
        *(["queue"] if me.has("coordinator") else []),
        *(["mine"] if me.has("professional", "coordinator") else []),
        *(["team"] if me.has("expert") else []),
    ]
    nothing: dict[str, Any] = {"items": []}
    listed = await asyncio.gather(
        *(_or(clients.consultation.cases.list_cases(scope, limit=NEWEST), nothing) for scope in scopes)
    )
    return [
        CaseList(
            scope=scope,
            title=translate(language, words.word("own_cases", scope)),
            href="/queue" if scope == "queue" else f"/cases?scope={scope}",
            cases=[{**case, "href": _where(case)} for case in found["items"]],
        )
        for scope, found in zip(scopes, listed, strict=True)
    ]


async def _or(asked: Awaitable[T], otherwise: T) -> T:
    """The rest of the page is worth showing without this part."""
    try:
        return await asked
    except Refusal as refusal:
        log.info("part_left_out", code=refusal.code)
        return otherwise


def _where(case: dict[str, Any]) -> str:
    return f"/ask/{case['code']}" if case["state"] == "draft" else f"/cases/{case['code']}"
