from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.builders.people import a_stranger
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]


async def hits(client: httpx2.AsyncClient, q: str, **more: Any) -> list[tuple[str, str]]:
    answer = await client.get("/v1/search", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return [(hit["kind"], hit["slug"]) for hit in answer.json()["items"]]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("radikalisoituminen", ("themes", "radikalisoituminen")),
        ("radikalisoitumisen", ("themes", "radikalisoituminen")),  # an inflected form
        ("radikalisering", ("themes", "radikalisoituminen")),
        ("radicalisation", ("themes", "radikalisoituminen")),
        ("huoltoriidat", ("themes", "haastavat_erot")),
        ("barnskydd", ("disciplines", "sosiaalityo_lastensuojelu")),
        ("psykolog", ("professions", "psykologi")),
        ("Kuopion yliopistollinen sairaala", ("organisations", "kys")),
        ("Kuopion yliopistolinen", ("organisations", "kys")),  # a typing slip
        ("Österbottens välfärdsområde", ("organisations", "pohjanmaa")),
    ],
)
async def test_what_holds_no_people_is_found_without_login(network: App, q: str, found: tuple[str, str]) -> None:
    assert found in (await hits(network.client, q))[:5]


async def test_experts_are_found_by_members_only(network: App, as_: As) -> None:
    assert ("experts", "Hodan Yusuf") in [
        (hit["kind"], hit["label"]["fi"])
        for hit in (await as_("maria").get("/v1/search", params={"q": "hodan yusuf"})).json()["items"]
    ]
    for client in (network.client, network.as_(a_stranger())):
        assert all(kind != "experts" for kind, _ in await hits(client, "hodan yusuf"))
        assert await hits(client, "hodan yusuf", kind="experts") == []


async def test_kinds_and_limit_narrow_the_answer(network: App) -> None:
    assert {kind for kind, _ in await hits(network.client, "psykologi", kind="professions")} == {"professions"}
    two = await hits(network.client, "psykologi", kind=["professions", "disciplines"])
    assert {kind for kind, _ in two} == {"professions", "disciplines"}
    assert len(await hits(network.client, "hyvinvointialue", limit=3)) == 3


async def test_the_best_hit_comes_first(network: App) -> None:
    items = (await network.client.get("/v1/search", params={"q": "poliisi"})).json()["items"]
    scores = [hit["score"] for hit in items]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("q", ["", " ", "a", "%", "'", "\\", "<% x", "🙂", "qqqqzzzz", "* & | !"])
async def test_words_that_find_nothing_find_nothing(network: App, q: str) -> None:
    assert await hits(network.client, q) == []


@pytest.mark.parametrize("params", [{}, {"q": "x" * 101}, {"q": "a", "kind": "cases"}, {"q": "a", "limit": 51}])
async def test_a_question_that_makes_no_sense_is_refused(network: App, params: dict[str, Any]) -> None:
    assert (await network.client.get("/v1/search", params=params)).status_code == 422


async def test_the_database_keeps_finnish_letters_in_trigrams(network: App) -> None:
    """With another character type pg_trgm silently drops them, and väkivalta would be found as vkivalta."""
    with network.house.databases.superuser("registry") as connection:
        (trigrams,) = connection.execute("select show_trgm('äö')").fetchall()[0]
    assert len(trigrams) == 3
