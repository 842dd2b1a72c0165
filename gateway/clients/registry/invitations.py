from typing import Any

from gateway.clients.base import Body, Params, ServiceClient, segment


class MembershipInvitations:
    """Memberships offered by a link."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def invite_member(self, invitation: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post("/membership-invitations", invitation, key=key))

    async def list_membership_invitations(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/membership-invitations", **filters))

    async def read_membership_invitation(self, invitation: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/membership-invitations/{segment(invitation)}"))

    async def renew_membership_invitation(self, invitation: str, delivery: str, *, expected: int) -> dict[str, Any]:
        address = f"/membership-invitations/{segment(invitation)}/renew"
        return dict(await self.service.post(address, {"delivery": delivery}, expected=expected))

    async def revoke_membership_invitation(self, invitation: str, *, expected: int) -> None:
        await self.service.post(f"/membership-invitations/{segment(invitation)}/revoke", {}, expected=expected)

    async def look_at_membership_invitation(self, secret: str) -> dict[str, Any]:
        return dict(await self.service.post("/membership-invitations/look", {"secret": secret}))

    async def accept_membership_invitation(self, secret: str) -> dict[str, Any]:
        return dict(await self.service.post("/membership-invitations/accept", {"secret": secret}))
