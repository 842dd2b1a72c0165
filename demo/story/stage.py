"""Where the story is played: registry and consultation whole, in one process, under a clock that the story moves."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from fastapi import FastAPI
from sqlalchemy import select

from demo.processes import PROCESSES
from demo.story.logins import all_logins
from services.consultation.cases.tables import Case
from services.shared.clock import MovedClock
from services.shared.http import Client, client_for
from services.shared.identity import Caller, Membership, Tokens
from services.shared.jobs import Sweep, run_sweep
from services.shared.settings import Settings

SERVICES = ("registry", "consultation")


@dataclass
class Answered:
    """What a service said; `version` is its ETag."""

    content: Any
    version: int | None


@dataclass
class Stage:
    """`ask` speaks to the consultation as a signed-in person, as the gateway would."""

    clock: MovedClock
    issuer: str
    tokens: Tokens
    clients: dict[str, Client]
    consultation: FastAPI
    _tokens: dict[str, str] = field(default_factory=dict)

    async def ask(
        self, person: str, method: str, path: str, body: Any = None, *, version: int | None = None
    ) -> Answered:
        """Raises RemoteRefusal."""
        answer = await self.clients["consultation"].request(
            method,
            f"/v1{path}",
            json=body,
            token=await self._token(person),
            headers={} if version is None else {"If-Match": f'"{version}"'},
        )
        told = answer.headers.get("ETag", "").strip('"')
        return Answered(answer.json(), int(told) if told else None)

    async def sweep(self, sweep: Sweep) -> None:
        await run_sweep(self.consultation.state.database, sweep)

    async def state_of(self, code: str) -> str:
        async with self.consultation.state.database.duty("story") as session:
            found = await session.scalar(select(Case.state).where(Case.code == code))
        return str(found)

    async def _token(self, person: str) -> str:
        if person not in self._tokens:
            self._tokens[person] = self.tokens.for_caller(await self._sign_in(person), "consultation")
        return self._tokens[person]

    async def _sign_in(self, person: str) -> Caller:
        """Who they are and what they may do is the registry's to say."""
        login = all_logins()[person]
        said = await self.clients["registry"].request(
            "POST",
            "/v1/sign-ins",
            json={
                "issuer": self.issuer,
                "subject": login.subject,
                "email": login.email,
                "email_verified": login.email_verified,
                "name": login.name,
                "language": login.language,
            },
            token=self.tokens.for_service("registry"),
        )
        identity = said.json()
        wanted = ("role", "organisation", "organisation_name", "area", "yta")
        memberships = tuple(Membership(**{name: one[name] for name in wanted}) for one in identity["memberships"])
        return Caller(
            "person", identity["person"], identity["name"], memberships, language=identity["language"], session="story"
        )


@asynccontextmanager
async def open_stage(
    clock: MovedClock, issuer: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Stage]:
    """On the databases that the environment names. No sweep runs by itself: the story calls them when it is time."""
    transports: dict[str, Any] = {}
    apps: dict[str, FastAPI] = {}
    gateway = Tokens(Settings.load("gateway", environment))
    async with AsyncExitStack() as stack:
        for name in SERVICES:
            told = PROCESSES[name].settings_class().load(name, environment)
            settings = told.model_copy(update={"transports": transports, "sweep_seconds": 0.0})
            apps[name] = PROCESSES[name].application(settings, clock)
            await stack.enter_async_context(apps[name].router.lifespan_context(apps[name]))
            transports[settings.address_of(name)] = httpx2.ASGITransport(app=apps[name])
            transports[settings.address_of("gateway")] = httpx2.ASGITransport(app=_keys_of(gateway))
        clients = {
            name: await stack.enter_async_context(client_for(app.state.settings, name)) for name, app in apps.items()
        }
        yield Stage(clock, issuer, gateway, clients, apps["consultation"])


def _keys_of(gateway: Tokens) -> FastAPI:
    """The gateway itself isn't needed here, only what it is believed by."""
    app = FastAPI()
    app.get("/.well-known/jwks.json")(gateway.public_keys)
    return app
