"""Organisations and experts as files: what goes out comes in again, and a row does what a page could do."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import httpx2
import pytest

from tests.builders.story import expert_id, organisation_id
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]
KINDS = ("organisations", "experts")


async def exported(client: httpx2.AsyncClient, kind: str) -> list[dict[str, str]]:
    answer = await client.get(f"/v1/exports/{kind}")
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "no-store" in answer.headers["Cache-Control"]
    return [*csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";")]


def file_of(rows: list[dict[str, str]]) -> bytes:
    out = StringIO(newline="")
    writer = csv.DictWriter(out, [*rows[0]], delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("cp1252")


async def send(client: httpx2.AsyncClient, kind: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    answer = await client.post(f"/v1/imports/{kind}", content=file_of(rows), headers={"Content-Type": "text/csv"})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def fates(client: httpx2.AsyncClient, made: dict[str, Any]) -> list[tuple[str, list[str], list[tuple[str, str]]]]:
    items = (await client.get(f"/v1/imports/{made['id']}/rows")).json()["items"]
    return [(one["fate"], one["changes"], [(p["column"], p["code"]) for p in one["problems"]]) for one in items]


async def write(client: httpx2.AsyncClient, made: dict[str, Any]) -> httpx2.Response:
    return await client.post(f"/v1/imports/{made['id']}/write", headers={"If-Match": f'"{made["version"]}"'})


@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_exported_is_the_same_when_it_comes_back(as_: As, kind: str) -> None:
    sanna = as_("sanna")
    rows = await exported(sanna, kind)
    assert len(rows) > 5
    made = await send(sanna, kind, rows)
    assert made["counts"] == {"same": len(rows)}
    assert (await write(sanna, made)).json()["code"] == "nothing_to_write"


async def test_each_row_has_a_fate_and_nothing_is_written_before_it_is_said(as_: As, rows: Rows) -> None:
    sanna = as_("sanna")
    one = next(row for row in await exported(sanna, "organisations") if row["slug"] == "etela_savo")
    new = {**one, "slug": "uusi_tupa", "name_fi": "Uusi tupa ry", "name_sv": "Nya stugan rf", "type": "jarjesto"}
    table = [
        {**one, "phone": "015 123 456", "name_en": "-"},
        new,
        {**new, "slug": "tuvan_osa", "name_fi": "Tuvan osa", "parent": "uusi_tupa"},
        {**new, "slug": "vieras", "areas": "20", "area": "20"},
        {**new, "slug": "outo", "type": "mita_lie"},
        {**new, "slug": "Iso Kirjain"},
        {**new, "slug": "kaava", "web": "=1+1"},
    ]
    before = rows("select (select count(*) from entry_change), (select count(*) from event)")
    made = await send(sanna, "organisations", table)
    assert await fates(sanna, made) == [
        ("changed", ["name_en", "phone"], []) if one["name_en"] else ("changed", ["phone"], []),
        ("new", [], []),
        ("new", [], []),
        ("wrong", [], [("*", "forbidden")]),
        ("wrong", [], [("type", "unknown_concept")]),
        ("wrong", [], [("slug", "string_pattern_mismatch")]),
        ("wrong", [], [("web", "formula")]),
    ]
    assert rows("select (select count(*) from entry_change), (select count(*) from event)") == before
    written = await write(sanna, made)
    assert written.status_code == 200, written.text
    assert rows("select slug from organisation where slug = any(%s) order by 1", [r["slug"] for r in table]) == [
        ("etela_savo",),
        ("tuvan_osa",),
        ("uusi_tupa",),
    ]
    history = (await sanna.get(f"/v1/organisations/{organisation_id('etela_savo')}/history")).json()["items"]
    assert history[0]["act"] == "change_organisation"
    assert rows("select count(*) from event")[0][0] == before[0][1] + 3
    assert (await write(sanna, made)).status_code == 409


async def test_an_entry_that_changed_meanwhile_stops_the_whole_file(as_: As, rows: Rows) -> None:
    sanna = as_("sanna")
    table = [row for row in await exported(sanna, "organisations") if row["slug"] in ("etela_savo", "kys")]
    made = await send(sanna, "organisations", [{**row, "phone": "015 000"} for row in table])
    assert made["to_write"] == 2
    where = f"/v1/organisations/{organisation_id('kys')}"
    changed = await sanna.patch(where, json={"contact": {"phone": "015 111"}}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200
    refused = await write(sanna, made)
    assert (refused.status_code, refused.json()["code"]) == (409, "preview_outdated")
    assert rows("select count(*) from organisation where contact->>'phone' = '015 000'") == [(0,)]


async def test_experts_are_changed_and_added_by_a_file_within_ones_own_area(as_: As, network: App) -> None:
    sanna, own = as_("sanna"), str(expert_id("tuomas"))
    table = await exported(sanna, "experts")
    one = next(row for row in table if row["id"] == own)
    new = {**one, "id": "", "name": "Uusi Osaaja", "email": "uusi.osaaja@jarjesto.example"}
    other = next(row for row in await exported(as_("anna"), "experts") if row["id"] not in {r["id"] for r in table})
    made = await send(
        sanna,
        "experts",
        [{**one, "capacity_month": "7"}, new, {**other, "title": "vieras"}, {**new, "name": "131052-308T"}],
    )
    assert await fates(sanna, made) == [
        ("changed", ["capacity_month"], []),
        ("new", [], []),
        ("wrong", [], [("id", "unknown_expert")]),
        ("wrong", [], [("name", "hetu_found")]),
    ]
    assert (await write(sanna, made)).status_code == 200
    assert (await sanna.get(f"/v1/experts/{own}")).json()["capacity_month"] == 7
    assert "Uusi Osaaja" in {row["name"] for row in await exported(sanna, "experts")}


async def test_a_file_is_for_those_who_keep_entries(as_: As, network: App) -> None:
    maria = as_("maria")
    for kind in KINDS:
        assert (await maria.get(f"/v1/exports/{kind}")).status_code == 403
        assert (await network.client.get(f"/v1/exports/{kind}")).status_code == 401
