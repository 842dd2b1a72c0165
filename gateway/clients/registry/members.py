from typing import Any

from gateway.clients.base import Body, Params, ServiceClient, segment


class Members:
    """People, what they may do, and their asking for it."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def sign_in(self, login: Body) -> dict[str, Any]:
        return dict(await self.service.post("/sign-ins", login))

    async def sign_in_system(self, login: Body) -> dict[str, Any]:
        return dict(await self.service.post("/system-sign-ins", login))

    async def read_person(self, person: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/people/{segment(person)}"))

    async def choose_language(self, language: str) -> None:
        await self.service.put("/people/me/language", {"language": language})

    async def read_settings(self) -> dict[str, Any]:
        return dict(await self.service.get("/people/me/settings"))

    async def change_settings(self, wanted: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.put("/people/me/settings", wanted, expected=expected))

    async def request_access(self, request: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post("/access-requests", request, key=key))

    async def list_access_requests(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/access-requests", **filters))

    async def read_access_request(self, request: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/access-requests/{segment(request)}"))

    async def grant_access_request(self, request: str, decision: Body, *, expected: int, key: str) -> None:
        await self.service.post(f"/access-requests/{segment(request)}/grant", decision, expected=expected, key=key)

    async def refuse_access_request(self, request: str, decision: Body, *, expected: int, key: str) -> None:
        await self.service.post(f"/access-requests/{segment(request)}/refuse", decision, expected=expected, key=key)

    async def list_memberships(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/memberships", **filters))

    async def read_membership(self, membership: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/memberships/{segment(membership)}"))

    async def grant_membership(self, membership: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post("/memberships", membership, key=key))

    async def revoke_membership(self, membership: str, reason: Body, *, expected: int, key: str) -> None:
        await self.service.post(f"/memberships/{segment(membership)}/revoke", reason, expected=expected, key=key)

    async def confirm_memberships(self, ids: list[str]) -> dict[str, Any]:
        return dict(await self.service.post("/memberships/confirm", {"ids": ids}))

    async def list_domain_rules(self, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get("/domain-rules", **filters))

    async def create_domain_rule(self, rule: Body, *, key: str) -> None:
        await self.service.post("/domain-rules", rule, key=key)

    async def end_domain_rule(self, rule: str, reason: Body, *, key: str) -> None:
        await self.service.post(f"/domain-rules/{segment(rule)}/end", reason, key=key)
