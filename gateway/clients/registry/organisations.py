from typing import Any

from gateway.clients.base import Body, Params, ServiceClient, segment


class Organisations:
    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_organisations(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/organisations", **filters))

    async def read_organisation(self, organisation: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/organisations/{segment(organisation)}"))

    async def list_organisation_history(self, organisation: str, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get(f"/organisations/{segment(organisation)}/history", **filters))

    async def create_organisation(self, new: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post("/organisations", new, key=key))

    async def change_organisation(self, organisation: str, changes: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.patch(f"/organisations/{segment(organisation)}", changes, expected=expected))

    async def read_organisation_tree(self, organisation: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/organisations/{segment(organisation)}/tree"))

    async def list_similar_organisations(self, name: str) -> dict[str, Any]:
        return dict(await self.service.get("/similar-organisations", name=name))
