"""The first page: what this is, or what waits for me. Each service is asked apart; one that is down is said."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response

from gateway import dates
from gateway.badges import badges_for
from gateway.clients import SERVICES, Clients
from gateway.pages import feedback
from gateway.rendering import page, translate
from gateway.visitor import Me
from gateway.waiting_words import Waiting, in_words
from services.shared.errors import Refusal, ServiceUnavailable
from services.shared.logging import log

router = APIRouter()
T = TypeVar("T")
NEWEST = 5


@router.get("/")
async def home(request: Request) -> Response:
    me: Me | None = request.state.me
    if me is None:
        centres = await _or(request.state.clients.registry.areas.list_collaborative_areas(), [])
        return page(request, "home/signed_out.html", centres=centres, next="/", asked_for=False)
    return await _signed_in(request, me)


async def _signed_in(request: Request, me: Me) -> Response:
    clients: Clients = request.state.clients
    (waiting, missing), cases, counts, badges = await asyncio.gather(
        _waiting(request, clients),
        _or(_newest(clients, me), []),
        _or(clients.consultation.cases.count_cases(), {}),
        badges_for(clients, me),
    )
    coordinator = me.has("coordinator")
    words = request.state.language
    return page(
        request,
        "home/signed_in.html",
        block="waiting",
        greeting=_greeting(request, me),
        lead=_lead(request, len(waiting)),
        waiting=waiting,
        missing=missing,
        drafts=[case for case in cases if case["state"] == "draft"],
        cases=[{**case, "href": _where(case)} for case in cases],
        cases_title=translate(words, "In the queue") if coordinator else translate(words, "My consultations"),
        cases_href="/queue" if coordinator else "/cases",
        counts=counts,
        badges=replace(badges, waiting=len(waiting)) if not missing else badges,
    )


async def _waiting(request: Request, clients: Clients) -> tuple[list[Waiting], list[str]]:
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
    items.sort(key=lambda item: (item.get("due") or "9999", item.get("since") or ""))
    return [in_words(item, request.state.language) for item in items if item.get("turn", True)], missing


async def _newest(clients: Clients, me: Me) -> list[dict[str, Any]]:
    if not me.has("professional", "expert", "coordinator"):
        return []
    scope = "queue" if me.has("coordinator") else "mine" if me.has("professional") else "team"
    listed = await clients.consultation.cases.list_cases(scope, limit=NEWEST)
    return list(listed["items"])


async def _or(asked: Awaitable[T], otherwise: T) -> T:
    """The rest of the page is worth showing without this part."""
    try:
        return await asked
    except Refusal as refusal:
        log.info("part_left_out", code=refusal.code)
        return otherwise


def _where(case: dict[str, Any]) -> str:
    return f"/ask/{case['code']}" if case["state"] == "draft" else f"/cases/{case['code']}"


def _greeting(request: Request, me: Me) -> str:
    original = dates.part_of_day(request.app.state.clock.now())
    return translate(request.state.language, original, name=me.name.split(" ")[0])


def _lead(request: Request, count: int) -> str:
    language = request.state.language
    today = dates.long_day(request.app.state.clock.now(), language)
    if count == 0:
        waits = translate(language, "Nothing waits for you.")
    elif count == 1:
        waits = translate(language, "One thing waits for you.")
    else:
        waits = translate(language, "%(count)s things wait for you.", count=count)
    return f"{today[:1].upper()}{today[1:]}. {waits}"
