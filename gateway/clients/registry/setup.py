from typing import Any

from gateway.clients.base import Body, ServiceClient


class Setup:
    """The first run of an installation."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def read_setup(self) -> dict[str, Any]:
        return dict(await self.service.get("/setup"))

    async def claim_installation(self, code: str) -> None:
        await self.service.post("/setup/claim", {"code": code})

    async def found_centre(self, centre: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post("/centres", centre, key=key))

    async def send_test_mail(self) -> dict[str, Any]:
        return dict(await self.service.post("/setup/mail", {}))

    async def finish_setup(self) -> None:
        await self.service.post("/setup/finish", {})
