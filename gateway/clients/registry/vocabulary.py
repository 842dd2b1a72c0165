from typing import Any

from gateway.clients.base import ServiceClient, segment


class Vocabulary:
    """Themes, disciplines, professions, languages: the words everything is described with."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_concepts(self, scheme: str) -> list[dict[str, Any]]:
        answer = await self.service.get(f"/vocabularies/{segment(scheme)}")
        return list(answer["items"] if isinstance(answer, dict) else answer)
