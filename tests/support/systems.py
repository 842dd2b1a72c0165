"""Another system at the gateway's API: a token of its own by client credentials, and a person it acts for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from demo.people import SYSTEMS
from demo.story.load import load_registry
from services.consultation.lines.operations import load_lines
from tests.gateway.conftest import GATEWAY, ISSUER, Door, _Wire
from tests.support.apps import House

CLIENT = "esavo-asiakastieto"


@dataclass
class OtherSystem:
    """The demo's connected system. `token` is what the provider gave it."""

    door: Door
    token: str

    def client(self, person: str = "", **headers: str) -> httpx2.AsyncClient:
        """Speaks for itself, or for the person of that login; paths are as `/consultation/v1/cases`."""
        named = {"OT-On-Behalf-Of": f"{ISSUER} {person}"} if person else {}
        return httpx2.AsyncClient(
            base_url=f"{GATEWAY}/api",
            transport=_Wire(self.door, "gateway"),
            headers={"Authorization": f"Bearer {self.token}", **named, **headers},
        )

    async def grant(self, *scopes: str) -> None:
        """As if the registry had always given it these; what the gateway remembers is forgotten."""
        with self.door.house.databases.superuser("registry") as connection:
            connection.execute("update connected_system set scopes = %s where client = %s", [list(scopes), CLIENT])
        self.door.gateway.state.systems = type(self.door.gateway.state.systems)()


@asynccontextmanager
async def open_system(house: House, keys: Path) -> AsyncIterator[OtherSystem]:
    """All services with the example's people and lines, the gateway before them, and a system that has its token."""
    for process in ("registry", "consultation", "reporting"):
        await house.app(process)
    await load_registry(house.settings_for("registry"), ISSUER)
    async with (await house.app("consultation")).app.state.database.duty("builder") as session:
        await load_lines(session)
    door = Door(house, keys)
    async with door.gateway.router.lifespan_context(door.gateway):
        yield OtherSystem(door, await _token(door))


async def _token(door: Door) -> str:
    async with httpx2.AsyncClient(transport=_Wire(door, "login"), base_url=ISSUER) as provider:
        answer = await provider.post(
            "/token", data={"grant_type": "client_credentials"}, auth=(CLIENT, SYSTEMS[CLIENT])
        )
    told: dict[str, Any] = answer.json()
    return str(told["access_token"])
