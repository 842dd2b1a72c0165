from typing import Any

from gateway.clients.base import Params, ServiceClient


class Search:
    """Everything by words."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def search_registry(self, q: str, **limits: Params) -> dict[str, Any]:
        # a search for nothing is one too: the service says what can be searched by
        return dict(await self.service.get("/search", q=q or " ", **limits))
