from typing import Any

from gateway.clients.base import Body, Params, ServiceClient, segment


class Groups:
    """Expert groups. For members: they hold people."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_groups(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/groups", **filters))

    async def create_group(self, new: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post("/groups", new, key=key))

    async def read_group(self, group: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/groups/{segment(group)}"))

    async def change_group(self, group: str, changes: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.patch(f"/groups/{segment(group)}", changes, expected=expected))

    async def end_group(self, group: str, end: Body, *, expected: int, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/groups/{segment(group)}/end", end, expected=expected, key=key))

    async def add_group_member(self, group: str, new: Body, *, expected: int, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/groups/{segment(group)}/members", new, expected=expected, key=key))

    async def end_group_member(self, group: str, member: str, end: Body, *, expected: int, key: str) -> dict[str, Any]:
        path = f"/groups/{segment(group)}/members/{segment(member)}/end"
        return dict(await self.service.post(path, end, expected=expected, key=key))

    async def list_group_history(self, group: str, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get(f"/groups/{segment(group)}/history", **filters))
