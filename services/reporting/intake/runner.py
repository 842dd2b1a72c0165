"""Reads the feeds while the process runs: one task a source, in one process at a time however many run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from prometheus_client import Gauge
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from services.reporting.errors import FeedBroken, IntakeBusy
from services.reporting.intake.labels import refresh_labels
from services.reporting.intake.operations import Pulled, pull
from services.reporting.settings import ReportingSettings, Source
from services.shared.database import Database
from services.shared.errors import Refusal
from services.shared.http import Client, client_for
from services.shared.identity import Tokens
from services.shared.jobs import stop_if_cancelled, while_open
from services.shared.logging import frames_of, log

PAUSE_AFTER_FAILURE = 3.0
LABELS_EVERY = 600.0
LABELS_AGAIN_WHEN_NONE = 3.0


class Intake:
    """The feeds of this process: pulled on request, or all the time by `keep_pulling`."""

    def __init__(self, settings: ReportingSettings, database: Database, tokens: Tokens, alarms: Gauge) -> None:
        self._database, self._tokens, self._alarms = database, tokens, alarms
        self._settings = settings
        self._clients = {
            source.name: client_for(settings, source.service, base_url=source.address) for source in settings.feeds()
        }
        self._owners = {name: client_for(settings, name) for name in ("registry", "consultation")}

    async def pull_once(self, source: Source, *, wait: float = 0) -> Pulled:
        """Raises FeedBroken, IntakeBusy, and what the client raises where the source does not answer."""
        pulled = await pull(self._database, source, self._clients[source.name], self._tokens, wait=wait)
        if pulled.set_aside:
            self._alarms.labels(source.name).inc(pulled.set_aside)
        return pulled

    async def pull_all(self) -> dict[str, list[Pulled] | str]:
        """Every source to its end; a code where one could not be read."""
        results: dict[str, list[Pulled] | str] = {}
        for source in self._settings.feeds():
            try:
                results[source.name] = await self._to_the_end(source)
            except Refusal as refused:
                results[source.name] = refused.code
            except FeedBroken:
                results[source.name] = "feed_broken"
        await self.refresh_labels()
        return results

    async def _to_the_end(self, source: Source) -> list[Pulled]:
        pulled = [await self.pull_once(source)]
        while pulled[-1].more:
            pulled.append(await self.pull_once(source))
        return pulled

    async def refresh_labels(self) -> int:
        owners: dict[str, Client] = self._owners
        return await refresh_labels(self._database, owners["registry"], owners["consultation"], self._tokens)

    async def keep_pulling(self, source: Source) -> None:
        """Until cancelled."""
        while True:
            try:
                async with _alone(self._database, f"intake {source.name}") as alone:
                    while alone:
                        await self.pull_once(source, wait=self._settings.intake_seconds)
            except (Refusal, IntakeBusy) as refused:
                stop_if_cancelled()
                log.warning("feed_not_read", source=source.name, code=refused.code)
            except (FeedBroken, SQLAlchemyError) as failed:
                stop_if_cancelled()
                log.error("feed_failed", source=source.name, error=type(failed).__name__, frames=frames_of(failed))
            await asyncio.sleep(PAUSE_AFTER_FAILURE)

    async def keep_labels(self) -> None:
        while True:
            try:
                known = await self.refresh_labels()
            except SQLAlchemyError as failed:
                stop_if_cancelled()
                known = 0
                log.error("labels_failed", error=type(failed).__name__, frames=frames_of(failed))
            await asyncio.sleep(LABELS_EVERY if known else LABELS_AGAIN_WHEN_NONE)

    async def close(self) -> None:
        for client in (*self._clients.values(), *self._owners.values()):
            await client.close()


@asynccontextmanager
async def _alone(database: Database, name: str) -> AsyncIterator[bool]:
    """True in one process at a time, by a lock that goes with its connection."""
    async with database.engine.connect() as connection:
        free = await connection.scalar(text("select pg_try_advisory_lock(hashtextextended(:name, 2))"), {"name": name})
        try:
            yield bool(free)
        finally:
            if free:
                await connection.execute(text("select pg_advisory_unlock(hashtextextended(:name, 2))"), {"name": name})


@asynccontextmanager
async def intake_part(app: FastAPI) -> AsyncIterator[None]:
    """Part of the service's life: the feeds are read while it runs."""
    settings: ReportingSettings = app.state.settings
    alarms = Gauge(
        "ot_events_set_aside", "Events that could not be understood", ["source"], registry=app.state.metrics.registry
    )
    intake = app.state.intake = Intake(settings, app.state.database, app.state.tokens, alarms)
    work = []
    if settings.intake_seconds and settings.sweep_seconds:
        work = [*(intake.keep_pulling(source) for source in settings.feeds()), intake.keep_labels()]
    try:
        async with while_open(*work):
            yield
    finally:
        await intake.close()
