"""A reporting service beside a feed that a test fills."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from fastapi import FastAPI

from services.reporting.app import create_reporting
from services.shared.clock import MovedClock
from tests.support.apps import ADDRESSES, House
from tests.support.reports import Feed, FeedWire, Open, Reports, journal_alone, name_places


@pytest.fixture
async def open_reports(house: House, databases: Any, run_clock: MovedClock) -> AsyncIterator[Open]:
    async with AsyncExitStack() as stack:

        async def started(app: FastAPI) -> FastAPI:
            await stack.enter_async_context(app.router.lifespan_context(app))
            return app

        async def open_one(**changed: Any) -> Reports:
            feed = Feed(await started(journal_alone(house.settings_for("consultation"), run_clock)))
            known = house.settings_for("reporting")
            transports = {**known.transports, ADDRESSES["consultation"]: FeedWire(feed)}
            settings = house.settings_for(
                "reporting", **{"sources": "consultation", "transports": transports} | changed
            )
            app = await started(create_reporting(settings, clock=run_clock))  # type: ignore[arg-type]
            await name_places(app.state.database)
            return Reports(app, feed, house)

        yield open_one


@pytest.fixture
async def reports(open_reports: Open) -> Reports:
    return await open_reports()
