"""What changed since a moment, and whole lists line by line: nothing is lost, and nothing is told that isn't seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from services.registry.deltas.operations import mark_over
from services.shared.clock import MovedClock
from tests.builders.people import a_person, a_stranger, a_system
from tests.builders.story import expert_id, organisation_id
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
LONG_AGO = "2001-01-01T00:00:00Z"
LISTS = ("organisations", "experts", "groups", "offerings", "areas", "vocabularies/themes")


async def delta(client: httpx2.AsyncClient, where: str, since: str, **params: Any) -> dict[str, Any]:
    answer = await client.get(f"/v1/{where}", params={"modified_since": since, "limit": 200, **params})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def lines(client: httpx2.AsyncClient, where: str, **params: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"/v1/{where}", params=params, headers={"Accept": "application/x-ndjson"})
    assert answer.headers["content-type"].startswith("application/x-ndjson"), answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


async def added(client: httpx2.AsyncClient, where: str, **fields: Any) -> dict[str, Any]:
    body = {
        **{"organisation": str(organisation_id("etela_savo")), "name": {"fi": "Malli", "sv": "Modell"}},
        **{"languages": ["fi"], "areas": ["12"], "valid_from": "2026-01-01", **fields},
    }
    answer = await client.post(f"/v1/{where}", json=body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_change_is_told_once_and_the_first_asking_tells_everything(as_: As, network: App) -> None:
    sanna = as_("sanna")
    await added(sanna, "groups", group_type="lsl14")
    await added(sanna, "offerings", offering_kind="demanding")
    for where in LISTS:
        everything = await delta(sanna, where, LONG_AGO)
        assert everything["items"], where
        assert (await delta(sanna, where, everything["until"]))["items"] == [], where
    since = (await delta(sanna, "organisations", LONG_AGO))["until"]
    changed = await sanna.patch(
        f"/v1/organisations/{organisation_id('etela_savo')}", json={"languages": ["fi"]}, headers={"If-Match": '"1"'}
    )
    assert changed.status_code == 200
    told = await delta(network.client, "organisations", since)
    assert [item["slug"] for item in told["items"]] == ["etela_savo"]
    assert told["items"][0]["version"] == 2
    assert told["items"][0]["contact"] is None  # a visitor sees no more than in the list
    assert (await delta(network.client, "organisations", told["until"]))["items"] == []
    assert (await delta(network.client, "organisations", since, type="sairaala"))["items"][0]["removed"] is True


async def test_who_leaves_the_list_leaves_only_a_stone_and_only_for_those_who_may_not_see(
    as_: As, network: App
) -> None:
    expert, sanna, reader = expert_id("tuomas"), as_("sanna"), network.as_(a_person("professional", yta="lansi"))
    since = (await delta(reader, "experts", LONG_AGO))["until"]
    version = (await sanna.get(f"/v1/experts/{expert}")).headers["ETag"]
    gone = await sanna.post(
        f"/v1/experts/{expert}/deactivate", json={"reason": "Eläkkeellä"}, headers={"If-Match": version}
    )
    assert gone.status_code == 200, gone.text
    (stone,) = (await delta(reader, "experts", since))["items"]
    assert {**stone, "changed_at": ""} == {"id": str(expert), "removed": True, "changed_at": ""}
    (kept,) = (await delta(sanna, "experts", since))["items"]
    assert kept["active"] is False
    (changed,) = await delta_lines(reader, since)
    assert changed == stone
    back = await sanna.post(
        f"/v1/experts/{expert}/reactivate", json={"reason": "Palasi"}, headers={"If-Match": gone.headers["ETag"]}
    )
    assert back.status_code == 200, back.text
    assert [item["id"] for item in (await delta(reader, "experts", since))["items"]] == [str(expert)]


async def delta_lines(client: httpx2.AsyncClient, since: str) -> list[dict[str, Any]]:
    *items, whole = await lines(client, "experts", modified_since=since)
    assert whole["whole"] is True
    return items


async def test_what_is_committed_late_is_told_late_and_not_lost(network: App) -> None:
    """Somebody changes an entry and commits only after another has asked, and after yet another's change is in."""
    client, database = network.client, network.app.state.database
    since = (await delta(client, "organisations", LONG_AGO))["until"]
    change = "update organisation set version = version + 1 where slug = %s"
    async with database.write(a_person("coordinator")) as slow:
        await slow.driver.execute(change, ("kys",))
        async with database.write(a_person("coordinator")) as quick:
            await quick.driver.execute(change, ("iso",))
        early = await delta(client, "organisations", since)
        assert early["items"] == []  # the later change waits for the earlier one
    late = await delta(client, "organisations", early["until"])
    assert [item["slug"] for item in late["items"]] == ["kys", "iso"]


async def test_turning_pages_gives_each_change_once_whatever_changes_meanwhile(network: App, as_: As) -> None:
    client, seen, after, until = network.client, list[str](), None, None
    while True:
        page = await delta(client, "organisations", LONG_AGO, limit=17, **({"after": after} if after else {}))
        seen += [item["slug"] for item in page["items"]]
        if until is None:
            where = f"/v1/organisations/{organisation_id('kys')}"
            await as_("sanna").patch(where, json={"languages": ["fi"]}, headers={"If-Match": '"1"'})
        until = until or page["until"]
        assert page["until"] == until
        if (after := page["next"]) is None:
            break
    told = [item["slug"] for item in (await delta(client, "organisations", str(until)))["items"]]
    assert len(seen) == len({*seen})
    assert "kys" in {*told}
    everything = await lines(client, "organisations")
    assert {*seen, *told} == {item["slug"] for item in everything[:-1]}


async def test_a_service_leaves_when_its_last_day_has_passed(network: App, as_: As, clock: MovedClock) -> None:
    client, database = network.client, network.app.state.database
    one = await added(as_("sanna"), "offerings", offering_kind="demanding")
    everything = await delta(client, "offerings", LONG_AGO)
    async with database.duty("test") as session:
        day = session.clock.now().date()
        await session.driver.execute("update offering set valid_to = %s where id = %s", (day, one["id"]))
    told = await delta(client, "offerings", everything["until"])
    assert [item.get("valid_to") for item in told["items"]] == [str(day)]
    clock.move(timedelta(days=2))
    for _ in range(2):
        async with database.duty("test") as session:
            await mark_over(session)
    (stone,) = (await delta(client, "offerings", told["until"]))["items"]
    assert stone["removed"] is True
    assert stone["id"] == one["id"]


async def test_a_list_in_lines_is_the_list_and_says_that_it_is_whole(network: App) -> None:
    system = network.as_(a_system("registry:read"))
    for where in LISTS:
        *items, whole = await lines(system, where)
        plain = (await system.get(f"/v1/{where}", params={"limit": 200})).json()
        plain = plain["items"] if isinstance(plain, dict) else plain
        assert items[: len(plain)] == plain, where
        assert whole["count"] == len(items) >= len(plain)
        assert (await delta(system, where, whole["until"]))["items"] == []


@pytest.mark.parametrize("since", ["yesterday", "2026-11-24", "2026-11-24T10:00:00", "", "9" * 40])
async def test_a_moment_that_is_none_is_refused(network: App, since: str) -> None:
    answer = await network.client.get("/v1/organisations", params={"modified_since": since})
    assert answer.status_code == 422, answer.text
    assert answer.json()["fields"]


async def test_who_may_not_list_gets_neither_changes_nor_lines(network: App) -> None:
    for client, status in ((network.client, 401), (network.as_(a_stranger()), 403)):
        for headers, params in (({"Accept": "application/x-ndjson"}, {}), ({}, {"modified_since": LONG_AGO})):
            assert (await client.get("/v1/experts", params=params, headers=headers)).status_code == status
    bad = await network.client.get("/v1/organisations", params={"modified_since": LONG_AGO, "after": str(uuid4())})
    assert bad.json()["code"] == "bad_cursor"
