"""What consultation asks of the registry. Vocabulary is kept some minutes, people never."""

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from services.consultation.registry_answers import (
    AreaFound,
    CollaborativeAreaFound,
    Concept,
    CoordinatorFound,
    ExpertFound,
    OrganisationFound,
    PersonFound,
    RecipientFound,
)
from services.shared.http import client_for
from services.shared.identity import Tokens
from services.shared.settings import Settings

KEPT_SECONDS = 300

T = TypeVar("T")


class Registry:
    """Raises ServiceUnavailable(service="registry") where the registry doesn't answer."""

    def __init__(self, settings: Settings, tokens: Tokens) -> None:
        self._client = client_for(settings, "registry")
        self._tokens = tokens
        self._kept: dict[str, tuple[float, object]] = {}

    async def close(self) -> None:
        await self._client.close()

    async def concepts(self, scheme: str) -> dict[str, Concept]:
        async def ask() -> dict[str, Concept]:
            found = await self._list(f"/v1/vocabularies/{scheme}")
            return {one["slug"]: Concept.model_validate(one) for one in found}

        return await self._keep(f"concepts {scheme}", ask)

    async def areas(self) -> dict[str, AreaFound]:
        async def ask() -> dict[str, AreaFound]:
            return {one["code"]: AreaFound.model_validate(one) for one in await self._list("/v1/areas")}

        return await self._keep("areas", ask)

    async def collaborative_areas(self) -> dict[str, CollaborativeAreaFound]:
        async def ask() -> dict[str, CollaborativeAreaFound]:
            found = await self._list("/v1/collaborative-areas")
            return {one["key"]: CollaborativeAreaFound.model_validate(one) for one in found}

        return await self._keep("collaborative areas", ask)

    async def organisation(self, organisation: str) -> OrganisationFound:
        """Raises RemoteRefusal 404 where there is no such organisation."""

        async def ask() -> OrganisationFound:
            answer = await self._client.request("GET", f"/v1/organisations/{organisation}", token=self._token())
            return OrganisationFound.model_validate(answer.json())

        return await self._keep(f"organisation {organisation}", ask)

    async def people(self, ids: Iterable[str], *, act: str) -> dict[str, PersonFound]:
        """Those of the people that exist. `act` is the person for whom we ask."""
        wanted = sorted({*ids})
        if not wanted:
            return {}
        body = {"ids": wanted}
        answer = await self._client.request("POST", "/v1/people/lookup", json=body, token=self._token(act))
        return {one["id"]: PersonFound.model_validate(one) for one in _items(answer.json())}

    async def recipients(self, ids: Sequence[UUID]) -> list[RecipientFound]:
        """Those of the people who can be reached by mail."""
        if not ids:
            return []
        body = {"ids": [str(one) for one in ids]}
        answer = await self._client.request("POST", "/v1/people/recipients", json=body, token=self._token())
        return [RecipientFound.model_validate(one) for one in _items(answer.json())]

    async def coordinators(self, yta: str, *, act: str | None) -> list[CoordinatorFound]:
        found = await self._list("/v1/people/coordinators", params={"yta": yta}, act=act)
        return [CoordinatorFound.model_validate(one) for one in found]

    async def candidates(
        self,
        *,
        themes: Sequence[str],
        disciplines: Sequence[str],
        languages: Sequence[str],
        age_groups: Sequence[str],
        about: Sequence[str],
        area: str,
        yta: str,
        act: str,
    ) -> list[ExpertFound]:
        body = {
            "themes": list(themes),
            "disciplines": list(disciplines),
            "languages": list(languages),
            "age_groups": list(age_groups),
            "about": list(about),
            "area": area,
            "yta": yta,
        }
        answer = await self._client.request("POST", "/v1/candidates", json=body, token=self._token(act))
        return [ExpertFound.model_validate(one) for one in _items(answer.json())]

    async def _list(
        self, path: str, *, params: dict[str, str] | None = None, act: str | None = None
    ) -> list[dict[str, Any]]:
        answer = await self._client.request("GET", path, params=params, token=self._token(act))
        return _items(answer.json())

    async def _keep(self, name: str, ask: Callable[[], Awaitable[T]]) -> T:
        known = self._kept.get(name)
        if known and known[0] > time.monotonic():
            return cast(T, known[1])
        fresh = await ask()
        if fresh:  # a registry that has nothing yet will soon have something
            self._kept[name] = (time.monotonic() + KEPT_SECONDS, fresh)
        return fresh

    def _token(self, act: str | None = None) -> str:
        return self._tokens.for_service("registry", act=act)


def _items(body: Any) -> list[dict[str, Any]]:
    """A list as it is, or the items of a page."""
    return cast(list[dict[str, Any]], body["items"] if isinstance(body, dict) else body)
