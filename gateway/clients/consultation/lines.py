from typing import Any

from gateway.clients.base import ServiceClient, segment


class Lines:
    """Consultation lines: what one may ask about, from whom, with which promises."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_lines(self) -> list[dict[str, Any]]:
        return list(await self.service.get("/lines"))

    async def read_line(self, slug: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/lines/{segment(slug)}"))
