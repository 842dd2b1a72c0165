"""What holds no people may be kept on the way, and comes anew only where it changed."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from tests.builders.people import a_person
from tests.builders.story import organisation_id
from tests.support.apps import App

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "where",
    [
        "organisations",
        "offerings",
        "areas",
        "collaborative-areas",
        "vocabularies",
        "vocabularies/themes",
        "search?q=lapsi",
    ],
)
async def test_the_part_without_people_is_kept_and_not_sent_twice(network: App, where: str) -> None:
    first = await network.client.get(f"/v1/{where}")
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert "Authorization" in first.headers["Vary"]
    again = await network.client.get(f"/v1/{where}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


async def test_a_change_makes_the_mark_another(network: App, as_: Callable[[str], httpx2.AsyncClient]) -> None:
    mark = (await network.client.get("/v1/organisations")).headers["ETag"]
    where = f"/v1/organisations/{organisation_id('etela_savo')}"
    changed = await as_("sanna").patch(where, json={"languages": ["fi"]}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200
    answer = await network.client.get("/v1/organisations", headers={"If-None-Match": mark})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != mark


async def test_what_members_see_and_what_is_refused_is_not_for_anybody_to_keep(network: App) -> None:
    member = await network.as_(a_person("professional")).get("/v1/organisations")
    assert "public" not in member.headers.get("Cache-Control", "")
    refused = await network.client.get("/v1/experts")
    assert refused.status_code == 401
    assert "Cache-Control" not in refused.headers
    lately = await network.client.get("/v1/organisations", params={"modified_since": "2026-01-01T00:00:00Z"})
    assert lately.headers["Cache-Control"] == "public, no-cache"
