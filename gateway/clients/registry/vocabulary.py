from typing import Any

from gateway.clients.base import Body, Params, ServiceClient, segment


class Vocabulary:
    """Themes, disciplines, professions, languages: the words everything is described with."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_schemes(self) -> list[dict[str, Any]]:
        return list(await self.service.get("/vocabularies"))

    async def list_concepts(self, scheme: str) -> list[dict[str, Any]]:
        answer = await self.service.get(f"/vocabularies/{segment(scheme)}")
        return list(answer["items"] if isinstance(answer, dict) else answer)

    async def list_lacking_concepts(self) -> list[dict[str, Any]]:
        return list(await self.service.get("/lacking-concepts"))

    async def read_concept(self, scheme: str, slug: str) -> dict[str, Any]:
        return dict(await self.service.get(_at(scheme, slug)))

    async def list_concept_history(self, scheme: str, slug: str, **filters: Params) -> dict[str, Any]:
        return dict(await self.service.get(f"{_at(scheme, slug)}/history", **filters))

    async def create_concept(self, scheme: str, new: Body, *, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/vocabularies/{segment(scheme)}", new, key=key))

    async def change_concept(self, scheme: str, slug: str, changes: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.patch(_at(scheme, slug), changes, expected=expected))

    async def retire_concept(self, scheme: str, slug: str, why: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.post(f"{_at(scheme, slug)}/retire", why, expected=expected))

    async def restore_concept(self, scheme: str, slug: str, why: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.post(f"{_at(scheme, slug)}/restore", why, expected=expected))

    async def merge_concept(self, scheme: str, slug: str, merge: Body, *, expected: int) -> dict[str, Any]:
        return dict(await self.service.post(f"{_at(scheme, slug)}/merge", merge, expected=expected))


def _at(scheme: str, slug: str) -> str:
    return f"/vocabularies/{segment(scheme)}/{segment(slug)}"
