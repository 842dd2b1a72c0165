from typing import Any

from gateway.clients.base import ServiceClient


class Areas:
    """Counties and the five collaborative areas. Public: they answer nobody in particular."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_areas(self) -> list[dict[str, Any]]:
        return _items(await self.service.get("/areas"))

    async def list_collaborative_areas(self) -> list[dict[str, Any]]:
        return _items(await self.service.get("/collaborative-areas"))


def _items(answer: Any) -> list[dict[str, Any]]:
    return list(answer["items"] if isinstance(answer, dict) else answer)
