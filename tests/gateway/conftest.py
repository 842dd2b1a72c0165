"""A gateway with a real identity provider and, where a test says so, a registry that is told what to say."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from demo.identity_provider import ProviderSettings, create_identity_provider
from demo.story.load import load_registry
from gateway.app import create_gateway
from gateway.settings import GatewaySettings
from tests.gateway.registry_told import RegistryTold
from tests.support.apps import House
from tests.support.visitors import Visitors, open_visitors

ISSUER = "http://idp.test"
GATEWAY = "http://gateway.test"


class Door:
    """The gateway, the provider in front of it and the registry behind it."""

    def __init__(self, house: House, keys: Path, registry: RegistryTold | None = None) -> None:
        self.told = registry
        self.house = house
        self.down: set[str] = set()
        wired = {
            ISSUER: _Wire(self, "login"),
            GATEWAY: _Wire(self, "gateway"),
            "http://registry.test": _Wire(self, "registry"),
            "http://consultation.test": _Wire(self, "consultation"),
            "http://reporting.test": _Wire(self, "reporting"),
        }
        known: dict[str, Any] = {"oidc_issuer": ISSUER, "oidc_secret": "known to the test", "transports": wired}
        settings = house.settings_for("gateway", demo=True, **known)
        assert isinstance(settings, GatewaySettings)
        self.gateway = create_gateway(settings, clock=house.clock)
        provider = ProviderSettings(
            process="login", demo=True, public_url=GATEWAY, gateway_url=GATEWAY, key_folder=keys, **known
        )
        self.provider = create_identity_provider(provider)

    @property
    def registry(self) -> RegistryTold:
        assert self.told is not None
        return self.told

    def app(self, name: str) -> Any:
        if name in self.down:
            return None
        if name in ("gateway", "login"):
            return self.gateway if name == "gateway" else self.provider
        if self.told is not None:
            return self.told.app if name == "registry" else None
        return self.house.answering(name)

    def browser(self, language: str = "fi") -> Browser:
        return Browser(self, language)


class _Wire(httpx2.AsyncBaseTransport):
    def __init__(self, door: Door, name: str) -> None:
        self.door, self.name = door, name

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        app = self.door.app(self.name)
        if app is None:
            raise httpx2.ConnectError(f"{self.name} is down", request=request)
        return await httpx2.ASGITransport(app=app, raise_app_exceptions=False).handle_async_request(request)


class Browser(httpx2.AsyncClient):
    """Keeps cookies and posts forms as a browser does: with what the form's hidden fields hold."""

    def __init__(self, door: Door, language: str) -> None:
        super().__init__(
            base_url=GATEWAY,
            transport=_Wire(door, "gateway"),
            headers={"Accept-Language": language, "Sec-Fetch-Site": "same-origin"},
        )
        self.door = door

    async def log_in(self, subject: str, next: str = "/") -> httpx2.Response:
        """Through the provider's page and back; the answer is the gateway's, which leads to `next`."""
        begun = await self.post("/login", data={"next": next})
        assert begun.status_code == 303, begun.text
        return await self.come_back(begun.headers["location"], subject)

    async def come_back(self, authorize: str, subject: str) -> httpx2.Response:
        async with httpx2.AsyncClient(transport=_Wire(self.door, "login"), base_url=ISSUER) as provider:
            chosen = await provider.post(authorize, data={"person": subject})
        assert chosen.status_code == 303, chosen.text
        back = urlsplit(chosen.headers["location"])
        return await self.get(f"{back.path}?{back.query}")

    async def submit(self, path: str, data: dict[str, Any] | None = None, *, page: str = "/me") -> httpx2.Response:
        """Posts a form as it stands on `page`, with `data` filled in."""
        hidden = dict(HIDDEN.findall((await self.get(page)).text))
        return await self.post(path, data={**hidden, **(data or {})})


HIDDEN = re.compile(r'<input type="hidden" name="(csrf|key)" value="([^"]*)">')


@pytest.fixture
async def door(house: House, tmp_path: Path) -> AsyncIterator[Door]:
    made = Door(house, tmp_path, RegistryTold())
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(made.gateway.router.lifespan_context(made.gateway))
        yield made


@pytest.fixture
async def browser(door: Door) -> AsyncIterator[Browser]:
    async with door.browser() as made:
        yield made


@pytest.fixture
async def town(house: House, tmp_path: Path) -> AsyncIterator[Door]:
    """The same in front of the real registry, with the example's people in it."""
    await house.app("registry")
    await load_registry(house.settings_for("registry"), ISSUER)
    made = Door(house, tmp_path)
    made.down = {"consultation", "reporting"}
    async with made.gateway.router.lifespan_context(made.gateway):
        yield made


@pytest.fixture
async def visitors(house: House) -> AsyncIterator[Visitors]:
    async with AsyncExitStack() as stack:
        yield await open_visitors(house, stack)
