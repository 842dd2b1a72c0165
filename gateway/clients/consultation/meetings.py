from typing import Any

from gateway.clients.base import Body, ServiceClient, segment


class Meetings:
    """Meetings of a case, and the minutes of work its experts record."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_meetings(self, case: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/cases/{segment(case)}/meetings"))

    async def propose_meeting(self, case: str, body: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/cases/{segment(case)}/meetings", body, key=key))

    async def read_meeting(self, meeting: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/meetings/{segment(meeting)}"))

    async def read_calendar(self, meeting: str) -> bytes:
        return await self.service.download(f"/meetings/{segment(meeting)}/calendar")

    async def hold_meeting(self, meeting: str, body: Body, *, expected: int, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/meetings/{segment(meeting)}/hold", body, expected=expected, key=key))

    async def record_minutes(self, case: str, body: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/cases/{segment(case)}/minutes", body, key=key))
