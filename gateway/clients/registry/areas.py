from typing import Any

from gateway.clients.base import Body, Params, ServiceClient, segment


class Areas:
    """Counties and the five collaborative areas: public, they answer nobody in particular. And how they change."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_areas(self, **filters: Params) -> list[dict[str, Any]]:
        return _items(await self.service.get("/areas", **filters))

    async def read_area(self, code: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/areas/{segment(code)}"))

    async def list_area_history(self, code: str, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get(f"/areas/{segment(code)}/history", **filters))

    async def list_collaborative_areas(self, **filters: Params) -> list[dict[str, Any]]:
        return _items(await self.service.get("/collaborative-areas", **filters))

    async def list_area_changes(self) -> list[dict[str, Any]]:
        return _items(await self.service.get("/area-changes"))

    async def read_area_change(self, change: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/area-changes/{segment(change)}"))

    async def preview_area_change(self, change: Body) -> dict[str, Any]:
        return dict(await self.service.post("/area-changes/preview", change))

    async def decide_area_change(self, change: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post("/area-changes", change, key=key))

    async def cancel_area_change(self, change: str, reason: Body, *, expected: int, key: str) -> dict[str, Any]:
        path = f"/area-changes/{segment(change)}/cancel"
        return dict(await self.service.post(path, reason, expected=expected, key=key))


def _items(answer: Any) -> list[dict[str, Any]]:
    return list(answer["items"] if isinstance(answer, dict) else answer)
