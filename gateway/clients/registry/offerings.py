from typing import Any

from gateway.clients.base import Body, Params, ServiceClient, segment


class Offerings:
    """Services of organisations."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_offerings(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/offerings", **filters))

    async def create_offering(self, new: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post("/offerings", new, key=key))

    async def read_offering(self, offering: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/offerings/{segment(offering)}"))

    async def change_offering(self, offering: str, changes: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.patch(f"/offerings/{segment(offering)}", changes, expected=expected))

    async def tell_capacity(self, offering: str, told: Body, *, expected: int, key: str) -> dict[str, Any]:
        path = f"/offerings/{segment(offering)}/capacity"
        return dict(await self.service.post(path, told, expected=expected, key=key))

    async def confirm_offering(self, offering: str, *, expected: int, key: str) -> dict[str, Any]:
        path = f"/offerings/{segment(offering)}/confirm"
        return dict(await self.service.post(path, {}, expected=expected, key=key))

    async def end_offering(self, offering: str, end: Body, *, expected: int, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/offerings/{segment(offering)}/end", end, expected=expected, key=key))

    async def list_offering_history(self, offering: str, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get(f"/offerings/{segment(offering)}/history", **filters))
