"""The four processes as applications in the test's own process, wired to one another without a network."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from demo.processes import PROCESSES
from services.shared.clock import MovedClock
from services.shared.identity import Caller, Tokens
from services.shared.settings import Settings
from tests.support.databases import Databases

ADDRESSES = {name: f"http://{name}.test" for name in PROCESSES}
MASTER_KEY = base64.b64encode(bytes(range(32))).decode()


class Wire(httpx2.AsyncBaseTransport):
    """Carries a request to the application that is running at an address, if one is."""

    def __init__(self, house: House, process: str) -> None:
        self._house = house
        self._process = process

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        app = self._house.answering(self._process)
        if app is None:
            raise httpx2.ConnectError(f"{self._process} is not running", request=request)
        return await httpx2.ASGITransport(app=app, raise_app_exceptions=False).handle_async_request(request)


@dataclass
class App:
    """A running application and a client to it. `raise_app_exceptions`: a surprise shows its traceback in the test."""

    name: str
    app: FastAPI
    client: httpx2.AsyncClient
    house: House

    def as_(self, caller: Caller, *, issuer: str = "gateway", **headers: str) -> httpx2.AsyncClient:
        """A client that speaks for `caller` with a token that `issuer` signed for this service."""
        token = self.house.tokens_of(issuer).for_caller(caller, self.name)
        return self._client({"Authorization": f"Bearer {token}", **headers})

    def as_service(self, issuer: str, *, act: str | None = None) -> httpx2.AsyncClient:
        token = self.house.tokens_of(issuer).for_service(self.name, act)
        return self._client({"Authorization": f"Bearer {token}"})

    def like_a_network(self, **headers: str) -> httpx2.AsyncClient:
        """A client that sees a surprise as the answer 500."""
        return self._client(headers, raise_app_exceptions=False)

    def _client(self, headers: dict[str, str], *, raise_app_exceptions: bool = True) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=raise_app_exceptions)
        return httpx2.AsyncClient(transport=transport, base_url=ADDRESSES[self.name], headers=headers)


class House:
    """The applications of a test run. Each starts when it is first asked for and stays until the run ends."""

    def __init__(self, databases: Databases, clock: MovedClock, keys: Path) -> None:
        self.databases = databases
        self.clock = clock
        self._keys = keys
        self._apps: dict[str, App] = {}
        self._tokens: dict[str, Tokens] = {}
        self._stack = AsyncExitStack()
        self.down: set[str] = set()

    def settings_for(self, process: str, **changed: Any) -> Settings:
        what = PROCESSES[process]
        known: dict[str, Any] = {
            "process": process,
            "database": self.databases[process].app,
            "key_folder": self._keys,
            "master_key": MASTER_KEY,
            "public_url": ADDRESSES["gateway"],
            "sweep_seconds": 0,  # a test that wants a sweep or an intake asks for it
            "intake_seconds": 0,
            "transports": {address: Wire(self, name) for name, address in ADDRESSES.items()},
            **{f"{name}_url": address for name, address in ADDRESSES.items()},
        }
        if "keys" in what.databases:
            known["keys_database"] = self.databases["keys"].app
        kind = what.settings_class()
        return kind(**{name: value for name, value in (known | changed).items() if name in kind.model_fields})

    def tokens_of(self, process: str) -> Tokens:
        if process not in self._tokens:
            self._tokens[process] = Tokens(Settings(process=process, key_folder=self._keys))
        return self._tokens[process]

    async def app(self, process: str) -> App:
        if process not in self._apps:
            app = PROCESSES[process].application(self.settings_for(process), clock=self.clock)
            await self._stack.enter_async_context(app.router.lifespan_context(app))
            client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=ADDRESSES[process])
            self._apps[process] = App(process, app, await self._stack.enter_async_context(client), self)
        return self._apps[process]

    def answering(self, process: str) -> Any:
        """The application at an address; where it doesn't run, only its published keys can be asked for."""
        if process in self.down:
            return None
        return self._apps[process].app if process in self._apps else _keys_only(self.tokens_of(process))

    async def close(self) -> None:
        await self._stack.aclose()


def _keys_only(tokens: Tokens) -> Any:
    app = FastAPI()
    app.get("/.well-known/jwks.json")(tokens.public_keys)
    return app


@asynccontextmanager
async def open_house(databases: Databases, clock: MovedClock, keys: Path) -> AsyncIterator[House]:
    house = House(databases, clock, keys)
    try:
        yield house
    finally:
        await house.close()
