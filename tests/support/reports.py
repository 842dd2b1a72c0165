"""A reporting service beside a feed that a test fills: the real journal, with nothing of a consultation around it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
from fastapi import FastAPI

from services.reporting.intake.store import keep_labels
from services.shared.application import create_service
from services.shared.clock import MovedClock
from services.shared.database import Database
from services.shared.identity import Caller
from services.shared.journal import record_event
from services.shared.settings import Settings
from tests.support.apps import ADDRESSES, House

PLACES = {"ita": ("12", "13", "14", "15"), "etela": ("10", "11"), "pohjoinen": ("18", "20", "21")}


Open = Callable[..., Awaitable["Reports"]]


class Feed:
    """The journal of a service that has nothing else."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.broken: list[dict[str, Any]] | None = None
        """Answered instead of the journal, when a test wants a feed that lies."""

    async def tell(self, type: str, subject: object, **data: Any) -> None:
        database: Database = self.app.state.database
        async with database.duty("test") as session:
            await record_event(session, type, subject=str(subject), **data)


class FeedWire(httpx2.AsyncBaseTransport):
    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._feed.broken is not None and request.url.path == "/v1/events":
            return httpx2.Response(200, json=self._feed.broken)
        return await httpx2.ASGITransport(app=self._feed.app).handle_async_request(request)


@dataclass
class Reports:
    """The service under test, and how a test speaks to it."""

    app: FastAPI
    feed: Feed
    house: House

    def as_(self, caller: Caller) -> httpx2.AsyncClient:
        token = self.house.tokens_of("gateway").for_caller(caller, "reporting")
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.app),
            base_url=ADDRESSES["reporting"],
            headers={"Authorization": f"Bearer {token}"},
        )

    async def pull(self) -> dict[str, Any]:
        results = await self.app.state.intake.pull_all()
        return dict(results)


def journal_alone(settings: Settings, clock: MovedClock) -> FastAPI:
    return create_service(
        settings.model_copy(update={"keys_database": ""}),
        title="feed",
        routers=[],
        access={},
        trusted={"reporting": frozenset({"service"})},
        clock=clock,
    )


async def name_places(database: Database) -> None:
    areas = [(area, yta) for yta, names in PLACES.items() for area in names]
    async with database.duty("test") as session:
        await keep_labels(
            session,
            [
                {"scheme": "area", "key": area, "fi": area, "sv": area, "en": area, "parent": yta, "rank": rank}
                for rank, (area, yta) in enumerate(areas)
            ],
        )
