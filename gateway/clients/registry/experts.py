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

    async def read_own_expert(self) -> dict[str, Any]:
        return dict(await self.service.get("/own-expert"))

    async def create_expert(self, new: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post("/experts", new, key=key))

    async def list_similar_experts(self, name: str, employer: str | None) -> dict[str, Any]:
        return dict(await self.service.get("/similar-experts", name=name, employer=employer))

    async def assure_competences(self, expert: str, assurance: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.post(f"/experts/{segment(expert)}/assure", assurance, expected=expected))

    async def check_registration(self, expert: str, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.post(f"/experts/{segment(expert)}/check-registration", {}, expected=expected))

    async def deactivate_expert(self, expert: str, reason: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.post(f"/experts/{segment(expert)}/deactivate", reason, expected=expected))

    async def reactivate_expert(self, expert: str, reason: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.post(f"/experts/{segment(expert)}/reactivate", reason, expected=expected))

    async def list_expert_history(self, expert: str, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get(f"/experts/{segment(expert)}/history", **filters))

    async def list_due_competences(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/due-competences", **filters))

    async def list_lacking_experts(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/lacking-experts", **filters))

    async def list_former_experts(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/former-experts", **filters))
