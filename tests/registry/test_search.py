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


async def answer(client: httpx2.AsyncClient, q: str, **more: Any) -> Any:
    found = await client.get("/v1/search", params={"q": q, **more})
    assert found.status_code == 200, found.text
    return found.json()


def counts(found: Any, facet: str) -> dict[str, int]:
    return {one["value"]: one["count"] for one in found["facets"][facet]}


async def test_facets_tell_what_choosing_another_value_would_find(as_: As) -> None:
    maria = as_("maria")
    every = await answer(maria, "kunniaväkivalta", limit=50)
    kinds, professions = counts(every, "kind"), counts(every, "profession")
    assert kinds["themes"] == 1
    assert sum(kinds.values()) == every["total"]
    assert not every["more"]
    for profession, number in professions.items():
        some = await answer(maria, "kunniaväkivalta", profession=profession, limit=50)
        assert (some["total"], len(some["items"])) == (number, number), profession
        assert counts(some, "profession") == professions, "its own limit doesn't count in a facet"
    free = await answer(maria, "kunniaväkivalta", available=True)
    assert free["total"] == counts(every, "available")["yes"] < every["total"]
    both = await answer(maria, "kunniaväkivalta", available=True, profession="tulkki", kind="experts")
    assert [hit["label"]["fi"] for hit in both["items"]] == ["Nour Nasser"]
    assert (await answer(maria, "kunniaväkivalta", language="there is none"))["total"] == 0


async def test_what_was_found_is_marked_in_the_language_asked_for(network: App) -> None:
    (hit,) = (await answer(network.client, "hedersrelaterat", lang="fi"))["items"]
    assert (hit["label"]["fi"], hit["label_marks"]) == ("kunniaan liittyvä väkivalta", [])
    assert [hit["snippet"][start:end] for start, end in hit["snippet_marks"]] == ["hedersrelaterat"]
    (hit,) = (await answer(network.client, "hedersrelaterat", lang="sv"))["items"]
    assert [hit["label"]["sv"][start:end] for start, end in hit["label_marks"]] == ["hedersrelaterat"]


async def test_a_renamed_theme_is_found_by_its_new_name_with_its_experts(as_: As, network: App) -> None:
    with network.house.databases.superuser("registry") as connection:
        connection.execute("update concept set name_fi = 'kierrejousivoimistelu' where slug = 'kunniavakivalta'")
    found = await answer(as_("maria"), "kierrejousivoimistelusta", limit=50)
    assert counts(found, "kind") == {"experts": 13, "themes": 1, "groups": 1, "offerings": 1}


@pytest.mark.parametrize(("q", "searched"), [("!!", False), ("ja och", False), ("qqqqzzzz", True)])
async def test_what_nothing_can_be_searched_by_is_told(network: App, q: str, searched: bool) -> None:
    found = await answer(network.client, q)
    assert (found["searched"], found["items"]) == (searched, [])


async def test_no_text_breaks_it(network: App) -> None:
    odd = (
        "&|!()*:",
        "a&b|c",
        "'; drop table",
        "\\",
        "%_%",
        "ﬁ ß İ",
        "väki\u00advalta",
        "x" * 100,
        "🙂🙂 poliisi",
        "1 2 3 4 5 6 7 8",
    )
    for q in odd:
        await answer(network.client, q)
    broken = await network.client.get("/v1/search?q=%FF%C3%28")
    assert (broken.status_code, broken.json()["searched"]) == (200, False)
    for refused in ("x" * 10_000, "131052-308T"):
        assert (await network.client.get("/v1/search", params={"q": refused})).status_code == 422
