from typing import Any

from gateway.clients.base import ServiceClient, segment


class Messages:
    """The thread between asker and team, and the notes of the team, which are never the same list."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_messages(self, case: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/cases/{segment(case)}/messages"))

    async def send_message(self, case: str, text: str, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/cases/{segment(case)}/messages", {"text": text}, key=key))

    async def list_team_notes(self, case: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/cases/{segment(case)}/team-notes"))

    async def write_team_note(self, case: str, text: str, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/cases/{segment(case)}/team-notes", {"text": text}, key=key))
