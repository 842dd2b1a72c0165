"""Where the story is played: consultation with its registry, whole, in one process, under a clock the story moves."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx2
from fastapi import FastAPI
from psycopg import AsyncConnection, waiting
from sqlalchemy import select
from sqlalchemy.orm import aliased

from demo.processes import PROCESSES
from demo.story.ids import example_id
from demo.story.logins import all_logins
from services.consultation.access import ACCESS
from services.consultation.cases.consents import end_unchosen
from services.consultation.cases.tables import Case
from services.consultation.cases.watching import watch_clocks
from services.consultation.notifications.operations import settle_past
from services.consultation.registry_client import Registry
from services.shared.clock import MovedClock
from services.shared.database import WriteSession
from services.shared.errors import Forbidden
from services.shared.http import Client, client_for
from services.shared.identity import Caller, Membership, Tokens
from services.shared.settings import Settings

SERVICES = ("registry", "consultation")


def request_id(place: int, number: int) -> str:
    return example_id("request", f"{place} {number}").hex


@dataclass
class Stage:
    """Who acts is signed in by the registry; what they do runs as a request does: guard, caller, one transaction.

    `place` tells stages apart on which the story is played at the same time.
    """

    place: int
    clock: MovedClock
    issuer: str
    gateway: Tokens
    to_registry: Client
    consultation: FastAPI
    _callers: dict[str, Caller] = field(default_factory=dict)
    _requests: int = 0

    @property
    def registry(self) -> Registry:
        """As the consultation asks it."""
        asked: Registry = self.consultation.state.registry
        return asked

    @asynccontextmanager
    async def acting(self, person: str, operation: str) -> AsyncIterator[WriteSession]:
        """A request of somebody signed in, but for its journey over HTTP. Raises Forbidden."""
        caller = await self._signed_in(person)
        if not ACCESS[operation].permits(caller):
            raise Forbidden(f"{person} may not {operation}")
        self._requests += 1
        database = self.consultation.state.database
        async with database.write(caller, request_id=request_id(self.place, self._requests)) as session:
            yield session

    async def watch(self, at: datetime, centres: Sequence[str] | None, *, choices: bool) -> None:
        """What the service's own sweeps do of what has become due by then: for each part of the story by itself."""
        self.clock.set(at)
        async with self.consultation.state.database.duty("clocks") as session:
            await watch_clocks(session, centres)
        if choices:
            async with self.consultation.state.database.duty("consent_choices") as session:
                await end_unchosen(session, centres)

    async def settle_past(self, *, seen_before: datetime) -> None:
        async with self.consultation.state.database.duty("story") as session:
            await settle_past(session, seen_before=seen_before)

    async def state_of(self, code: str) -> str:
        async with self.consultation.state.database.duty("story") as session:
            return str(await session.scalar(select(Case.state).where(Case.code == code)))

    async def handed_on_from(self, code: str) -> str:
        """The code of the case that was opened when this one was advised elsewhere."""
        first = aliased(Case)
        query = select(Case.code).join(first, Case.handed_on_from == first.id).where(first.code == code)
        async with self.consultation.state.database.duty("story") as session:
            return str(await session.scalar(query))

    async def _signed_in(self, person: str) -> Caller:
        if person not in self._callers:
            self._callers[person] = await self._sign_in(person)
        return self._callers[person]

    async def _sign_in(self, person: str) -> Caller:
        """Who they are and what they may do is the registry's to say."""
        login = all_logins()[person]
        told = {name: getattr(login, name) for name in ("subject", "email", "email_verified", "name", "language")}
        token = self.gateway.for_service("registry")
        said = await self.to_registry.request("POST", "/v1/sign-ins", json={**told, "issuer": self.issuer}, token=token)
        identity = said.json()
        wanted = ("role", "organisation", "organisation_name", "area", "yta")
        memberships = tuple(Membership(**{name: one[name] for name in wanted}) for one in identity["memberships"])
        return Caller(
            "person", identity["person"], identity["name"], memberships, language=identity["language"], session="story"
        )


@asynccontextmanager
async def open_stage(
    clock: MovedClock, issuer: str, environment: Mapping[str, str] | None = None, *, place: int = 0
) -> AsyncIterator[Stage]:
    """On the databases that the environment names. No sweep runs by itself: the story calls them when it is time."""
    transports: dict[str, Any] = {}
    apps: dict[str, FastAPI] = {}
    gateway = Tokens(Settings.load("gateway", environment))
    async with AsyncExitStack() as stack:
        for name in SERVICES:
            told = PROCESSES[name].settings_class().load(name, environment)
            settings = told.model_copy(update={**_without_waiting(told), "transports": transports})
            apps[name] = PROCESSES[name].application(settings, clock)
            await stack.enter_async_context(apps[name].router.lifespan_context(apps[name]))
            transports[settings.address_of(name)] = httpx2.ASGITransport(app=apps[name])
            transports[settings.address_of("gateway")] = httpx2.ASGITransport(app=_keys_of(gateway))
        to_registry = await stack.enter_async_context(client_for(apps["registry"].state.settings, "registry"))
        yield Stage(place, clock, issuer, gateway, to_registry, apps["consultation"])


def wait_in_place() -> None:
    """From here on this process does nothing else while the database answers.

    On a stage one thing happens at a time, and the driver's way around the event loop costs an eighth of the time.
    """

    async def wait(self: AsyncConnection[Any], gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        return waiting.wait(gen, self.pgconn.socket, interval=interval, timeout=timeout)

    AsyncConnection.wait = wait  # type: ignore[method-assign]


def _without_waiting(told: Settings) -> dict[str, Any]:
    """No sweep by itself, and no waiting for the disk: what a power failure takes is played again."""
    addresses = {name: getattr(told, name) for name in ("database", "keys_database")}
    unhurried = "&options=-csynchronous_commit%3Doff"
    return {"sweep_seconds": 0.0, **{name: address and address + unhurried for name, address in addresses.items()}}


def _keys_of(gateway: Tokens) -> FastAPI:
    """The gateway itself isn't needed here, only what it is believed by."""
    app = FastAPI()
    app.get("/.well-known/jwks.json")(gateway.public_keys)
    return app
