"""The dictionary of words: kept by the database whoever writes, asked over its index, by few statements."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import httpx2
import psycopg
import pytest

from services.registry.search.dictionary import _FORMS
from services.registry.search.store import _FIND
from services.shared.statements import Prepared
from tests.builders.story import expert_id
from tests.support.apps import App
from tests.support.counting import statements_of

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]
TUOMAS = "Tuomas Rinne"
ASKED = {"sure": "100004&100008", "asked": "100004&100008", "called": [1]}


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
        "sosiaalityontekija rinne",  # without its dots
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
    words = {text for (text,) in rows("select form from search_word where form like '%%pollo%%'")}
    assert words == {"pollotutkija"}
    await change(sanna, "tuomas", 2, title="Johtava sosiaalityöntekijä")
    assert TUOMAS not in await found(maria, "pöllötutkija")


async def test_who_is_not_active_or_does_not_consent_is_not_found(as_: As) -> None:
    maria = as_("maria")
    assert TUOMAS in await found(maria, "tuomas rinne")
    await change(as_("tuomas"), "tuomas", 1, consent_listed=False)
    assert TUOMAS not in await found(maria, "tuomas rinne")
    await change(as_("tuomas"), "tuomas", 2, consent_listed=True)
    assert TUOMAS in await found(maria, "tuomas rinne")
    where, headers = f"/v1/experts/{expert_id('tuomas')}/deactivate", {"If-Match": '"3"'}
    left = await as_("sanna").post(where, json={"reason": "Lopetti."}, headers=headers)
    assert left.status_code == 200, left.text
    assert TUOMAS not in await found(maria, "tuomas rinne")


async def test_each_expert_of_the_example_has_its_words(network: App, rows: Rows) -> None:
    entry = "search_entry where kind = 'experts'"
    assert rows(f"select count(*) from expert where not exists (select from {entry} and source = expert.id)") == [(0,)]
    assert rows(f"select count(*) from {entry} and cardinality(words) < 8") == [(0,)]
    assert rows("select count(*) from search_word where form !~ '^[[:alnum:]]+$' or form <> folded(form)") == [(0,)]


async def test_words_and_entries_are_asked_over_their_indexes(network: App) -> None:
    values: dict[str, list[str]] = {name: [] for name in ("kinds", "themes", "professions", "areas", "languages")}
    asked = {**values, "limited": False, "free": False, "members": True, "today": date(2026, 11, 24)}
    with network.house.databases.superuser("registry") as connection:
        _many_words(connection)
        connection.execute("vacuum search_word, search_entry")  # the tests' registry sorts in later
        connection.execute("set plan_cache_mode = force_generic_plan")
        found = _plan(connection, _FORMS, {"words": ["kunniaväkivallasta", "rinteen"]})
        found += _plan(connection, _FIND, {**asked, **ASKED, "limit": 20, "most": 2000})
    used = {f"ix_search_{name}" for name in ("word_stems", "word_form", "word_beginning", "entry_words", "entry_named")}
    assert used <= set(re.findall(r"ix_\w+", found)), found
    assert "Seq Scan on search_word" not in found, found


def _plan(connection: psycopg.Connection, statement: Prepared, values: dict[str, Any]) -> str:
    for _ in range(2):
        cursor = psycopg.RawCursor(connection)
        rows = cursor.execute("explain " + statement.sql, statement.filled(values), prepare=True).fetchall()
    return "\n".join(row[0] for row in rows)


def _many_words(connection: psycopg.Connection) -> None:
    """As many as a whole country's experts have; of those nobody in the example has any."""
    connection.execute(
        "insert into search_word (form, stems) select md5(n::text), array['fi ' || md5(n::text)]"
        " from generate_series(1, 8000) as n"
    )
    connection.execute(
        "insert into search_entry (kind, slug, listed, people, names, words, named)"
        " select 'experts', n::text, true, true, 2, array[n, n + 4, n + 8], array[n]"
        " from generate_series(100000, 104000) as n"
    )
    connection.execute("analyze search_word, search_entry")


async def test_a_search_and_a_list_ask_the_database_a_few_times(network: App, as_: As) -> None:
    maria = as_("maria")
    asked = {"/v1/search?kind=experts&q=tuomas+rinne": 4, "/v1/search?q=v%C3%A4kivalta": 4, "/v1/experts?q=rinne": 8}
    for path, most in asked.items():
        assert await statements_of(network.house, "registry", partial(maria.get, path)) <= most, path
