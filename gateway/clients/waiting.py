from typing import Any

from gateway.clients.base import ServiceClient


class Waiting:
    """What waits for the caller in one service."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_waiting(self) -> list[dict[str, Any]]:
        answer = await self.service.get("/waiting")
        return list(answer["items"])

    async def count_waiting(self) -> int:
        """Consultation tells its own with `count_notifications`."""
        return int((await self.service.get("/waiting/count"))["waiting"])
