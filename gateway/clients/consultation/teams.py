from typing import Any

from gateway.clients.base import Body, ServiceClient, segment


class Teams:
    """The team of a case: the proposal, the invitations, and each expert's answer to one."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def propose_team(self, case: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/cases/{segment(case)}/team-proposal"))

    async def invite_team(self, case: str, body: Body, *, expected: int, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/cases/{segment(case)}/invitations", body, expected=expected, key=key))

    async def list_team(self, case: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/cases/{segment(case)}/team"))

    async def remove_member(self, invitation: str, body: Body, *, expected: int, key: str) -> dict[str, Any]:
        return await self._answer(invitation, "remove", body, expected, key)

    async def record_gap(self, case: str, gap: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/cases/{segment(case)}/competence-gaps", gap, key=key))

    async def read_invitation(self, invitation: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/invitations/{segment(invitation)}"))

    async def accept_invitation(self, invitation: str, body: Body, *, expected: int, key: str) -> dict[str, Any]:
        return await self._answer(invitation, "accept", body, expected, key)

    async def decline_invitation(self, invitation: str, body: Body, *, expected: int, key: str) -> dict[str, Any]:
        return await self._answer(invitation, "decline", body, expected, key)

    async def recuse_invitation(self, invitation: str, body: Body, *, expected: int, key: str) -> dict[str, Any]:
        return await self._answer(invitation, "recuse", body, expected, key)

    async def _answer(self, invitation: str, answer: str, body: Body, expected: int, key: str) -> dict[str, Any]:
        path = f"/invitations/{segment(invitation)}/{answer}"
        return dict(await self.service.post(path, body, expected=expected, key=key))
