from typing import Any

from gateway.clients.base import ServiceClient


class Intake:
    """How far the feeds are read."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def read_intake(self) -> dict[str, Any]:
        return dict(await self.service.get("/intake"))

    async def pull_now(self) -> dict[str, Any]:
        return dict(await self.service.post("/intake/pull", {}))
