"""Every page, by the links that each person meets: whole, and without a dead end."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from starlette.routing import compile_path

from gateway.access import OPEN_PAGES
from tests.journeys.test_whole_case import REQUEST, asked, teamed
from tests.repository.test_routes import app_of, routes_of
from tests.support.apps import ADDRESSES
from tests.support.visitors import Visitors
from tests.support.walking import Walk, walk

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]
PEOPLE = ("maria", "sanna", "tuomas", "noora", "admin", "outsider")
NOT_PAGES = ("/api", "/login", "/health", "/metrics", "/static", "/.", "/me/picture")
NOT_LINKED = {
    "/badges": "asked for by the menu",
    "/feedback/receipts/{receipt}": "only right after sending",
}
OF_LATER_STAGES = ("/cases/{code}/", "/ask/{code}", "/meetings/{meeting}")
"""Reached with cases further on, which the browser's tour of the example has."""


class Kinds:
    """Which of the gateway's GET routes an address belongs to."""

    def __init__(self, folder: Path) -> None:
        gets = [route for route in routes_of(app_of("gateway", folder)) if "GET" in (route.methods or ())]
        self.all = {route.path for route in gets if not route.path.startswith(NOT_PAGES)}
        self.open = {route.path for route in gets if route.name in OPEN_PAGES} - {"/"}
        self._patterns = [(compile_path(path)[0], path) for path in sorted(self.all, key=lambda path: path.count("{"))]

    def of(self, address: str) -> str | None:
        """None for what is no page; an address that no route knows is a kind of its own, and a fault when asked for."""
        path = address.partition("?")[0]
        if path.startswith(NOT_PAGES):
            return None
        return next((kind for pattern, kind in self._patterns if pattern.match(path)), path)

    def of_members(self, address: str) -> str | None:
        kind = self.of(address)
        return None if kind in self.open else kind


async def _some_life(visitors: Visitors) -> None:
    """A draft, a request in the queue, a case with its team, and something said about accessibility."""
    maria = await visitors.sign_in("maria")
    await asked(maria)
    await teamed(visitors, await asked(maria))
    await maria.look("/ask")
    await maria.press("/ask", REQUEST, go="check")
    await maria.look("/feedback/new")
    await maria.press("/feedback", {"text": "Kello ei auennut näppäimistöllä."})


async def test_every_page_is_whole_and_every_link_leads_somewhere(visitors: Visitors, tmp_path: Path) -> None:
    await _some_life(visitors)
    kinds = Kinds(tmp_path)
    walks: dict[str, Walk] = {}
    for person in PEOPLE:
        # the pages that are open to all are looked at once, by nobody in particular
        walks[person] = await walk((await visitors.sign_in(person)).client, kinds.of_members)
    transport = httpx2.ASGITransport(app=visitors.gateway.app)
    async with httpx2.AsyncClient(transport=transport, base_url=ADDRESSES["gateway"]) as stranger:
        walks["nobody"] = await walk(stranger, kinds.of)
    faults = {f"{person} {address}": found for person, one in walks.items() for address, found in one.faults.items()}
    assert faults == {}
    seen = set().union(*(one.seen for one in walks.values()))
    unseen = {kind for kind in kinds.all - seen if not kind.startswith(OF_LATER_STAGES)}
    assert unseen == set(NOT_LINKED), "pages that no link leads to"
