from datetime import datetime
from typing import Any

from gateway.clients.base import ServiceClient


class Notifications:
    """What the caller was told of."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_notifications(self, *, limit: int = 50, after: str | None = None) -> dict[str, Any]:
        return dict(await self.service.get("/notifications", limit=limit, after=after))

    async def count_notifications(self) -> dict[str, Any]:
        return dict(await self.service.get("/notifications/count"))

    async def mark_notifications_seen(self, until: datetime | str) -> None:
        moment = until.isoformat() if isinstance(until, datetime) else until
        await self.service.post("/notifications/mark-seen", {"until": moment})
