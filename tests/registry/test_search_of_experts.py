"""The dictionary of words: kept by the database whoever writes, asked over its index, by few statements."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx2
import psycopg
import pytest

from services.registry.search.experts import finding
from services.registry.search.store import NEAR
from tests.builders.story import expert_id
from tests.support.apps import App
from tests.support.counting import statements_of

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]
TUOMAS = "Tuomas Rinne"


async def found(client: httpx2.AsyncClient, q: str) -> list[str]:
    answer = await client.get("/v1/search", params={"q": q, "kind": "experts"})
    assert answer.status_code == 200, answer.text
    return [hit["label"]["fi"] for hit in answer.json()["items"]]


async def change(client: httpx2.AsyncClient, slug: str, version: int, **fields: Any) -> None:
    where, headers = f"/v1/experts/{expert_id(slug)}", {"If-Match": f'"{version}"'}
    answer = await client.patch(where, json=fields, headers=headers)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "q",
    [
        "rinne",
        "Rinnen Tuomaksen",  # an inflected name
        "kunniaväkivallasta",
        "hedersvåld",  # Swedish, and not the very word of the entry
        "johtavan sosiaalityöntekijän rinnen",
        "radikalisoitumisesta",
        "sosiaalityontekija",  # without its dots
        "radikalisoituminen/kunniaväkivalta",
    ],
)
async def test_an_expert_is_found_by_forms_of_every_word(as_: As, q: str) -> None:
    assert TUOMAS in await found(as_("maria"), q)


async def test_every_word_must_be_met_and_the_nearest_come_first(as_: As) -> None:
    assert (await found(as_("maria"), "tuomas rinne"))[0] == TUOMAS
    assert TUOMAS not in await found(as_("maria"), "rinne hammaslääkäri")


async def test_a_change_is_searched_in_the_moment_it_is_made(as_: As, rows: Rows) -> None:
    sanna, maria = as_("sanna"), as_("maria")
    await change(sanna, "tuomas", 1, title="Äänihäiriöiden pöllötutkija")
    assert (await found(maria, "pöllötutkijan"))[0] == TUOMAS
    assert await found(maria, "qqqqzzzz") == []
    words = {text for (text,) in rows("select text from word where text like '%%ö%%'")}
    assert {"äänihäiriöiden", "pöllötutkija"} <= words
    await change(sanna, "tuomas", 2, title="Johtava sosiaalityöntekijä")
    assert TUOMAS not in await found(maria, "pöllötutkija")


async def test_who_is_not_active_or_does_not_consent_is_not_found(as_: As) -> None:
    sanna, maria = as_("sanna"), as_("maria")
    await change(sanna, "tuomas", 1, active=False)
    assert TUOMAS not in await found(maria, "tuomas rinne")
    await change(sanna, "tuomas", 2, active=True)
    assert TUOMAS in await found(maria, "tuomas rinne")
    await change(as_("tuomas"), "tuomas", 3, consent_listed=False)
    assert TUOMAS not in await found(maria, "tuomas rinne")


async def test_each_expert_of_the_example_has_its_words(network: App, rows: Rows) -> None:
    assert rows("select count(*) from expert left join expert_search on expert_id = id where words is null") == [(0,)]
    assert rows("select count(*) from expert_search where cardinality(words) < 5") == [(0,)]
    assert rows("select count(*) from word where text !~ '^[[:alnum:]]{2,}$' or text <> lower(text)") == [(0,)]


async def test_words_and_entries_are_asked_over_their_indexes(network: App) -> None:
    with network.house.databases.superuser("registry") as connection:
        _many_words(connection)
        connection.execute("set plan_cache_mode = force_generic_plan")
        connection.execute("select set_config('pg_trgm.word_similarity_threshold', %s, false)", [str(NEAR)])
        values = finding(2).filled({"words": ["kunniaväkivallasta", "rinteen"], "limit": 20})
        for _ in range(2):
            asked = psycopg.RawCursor(connection).execute("explain " + finding(2).sql, values, prepare=True)
            plan = "\n".join(row[0] for row in asked)
    assert "ix_word_text" in plan, plan
    assert "ix_expert_search_words" in plan, plan
    assert "Seq Scan" not in plan, plan


def _many_words(connection: psycopg.Connection) -> None:
    """As many as a whole country's experts have; of those nobody in the example has any."""
    connection.execute("insert into word (text) select md5(n::text) from generate_series(1, 8000) as n")
    connection.execute("set session_replication_role = replica")
    connection.execute(
        "insert into expert_search (expert_id, listed, words)"
        " select gen_random_uuid(), true, array[n, n + 1, n + 2] from generate_series(100000, 104000) as n"
    )
    connection.execute("set session_replication_role = origin")
    connection.execute("analyze word, expert_search")


async def test_a_search_and_a_list_ask_the_database_a_few_times(network: App, as_: As) -> None:
    maria = as_("maria")
    asked = {"/v1/search?kind=experts&q=tuomas+rinne": 2, "/v1/search?q=v%C3%A4kivalta": 3, "/v1/experts?q=rinne": 6}
    for path, most in asked.items():
        assert await statements_of(network.house, "registry", partial(maria.get, path)) <= most, path
