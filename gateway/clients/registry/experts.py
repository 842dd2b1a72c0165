from typing import Any

from gateway.clients.base import Body, Params, ServiceClient, segment


class Experts:
    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_experts(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/experts", **filters))

    async def count_experts(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/experts/counts", **filters))

    async def read_expert(self, expert: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/experts/{segment(expert)}"))

    async def change_expert(self, expert: str, changes: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.patch(f"/experts/{segment(expert)}", changes, expected=expected))
