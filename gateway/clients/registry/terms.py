from typing import Any

from gateway.clients.base import Body, Params, ServiceClient, segment


class Terms:
    """What an organisation has for a time. `kind`: mandates, resources, affiliations or agreements."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_terms(self, organisation: str, kind: str, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get(f"/organisations/{segment(organisation)}/{segment(kind)}", **filters))

    async def create_term(self, organisation: str, kind: str, new: Body, *, key: str) -> dict[str, Any]:
        path = f"/organisations/{segment(organisation)}/{segment(kind)}"
        return dict(await self.service.post(path, new, key=key))

    async def read_term(self, kind: str, term: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/{segment(kind)}/{segment(term)}"))

    async def change_term(self, kind: str, term: str, changes: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.patch(f"/{segment(kind)}/{segment(term)}", changes, expected=expected))

    async def list_term_history(self, kind: str, term: str, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get(f"/{segment(kind)}/{segment(term)}/history", **filters))

    async def end_agreement(self, agreement: str, end: Body, *, expected: int, key: str) -> dict[str, Any]:
        path = f"/agreements/{segment(agreement)}/end"
        return dict(await self.service.post(path, end, expected=expected, key=key))

    async def list_ending_terms(self) -> dict[str, Any]:
        return dict(await self.service.get("/ending-terms"))
