from typing import Any

from gateway.clients.base import Params, ServiceClient, segment


class Organisations:
    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_organisations(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/organisations", **filters))

    async def read_organisation(self, organisation: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/organisations/{segment(organisation)}"))

    async def list_organisation_history(self, organisation: str, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get(f"/organisations/{segment(organisation)}/history", **filters))
