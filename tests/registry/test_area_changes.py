"""Counties that merge or split: the tree as of a day, what goes along, and what stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.registry.areas.change_store import MOVED
from services.registry.areas.changing import carry_out_changes
from services.registry.areas.rules import Followed, heirs_by_area
from services.registry.models import metadata
from services.shared.clock import MovedClock
from services.shared.jobs import Sweep, run_sweep
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]
DAY = "2030-01-01"
# an example: nobody has decided that these two become one
MERGER = {
    "kind": "merge",
    "areas": ["12", "14"],
    "into": [{"code": "40", "name": {"fi": "Esimerkkialue", "sv": "Exempelområdet", "en": "Example county"}}],
    "effective_on": DAY,
    "reason": "Esimerkki",
}
SPLIT = {
    "kind": "split",
    "areas": ["13"],
    "into": [
        {"code": "31", "name": {"fi": "Itäosa", "sv": "Östra delen"}},
        {"code": "32", "name": {"fi": "Länsiosa", "sv": "Västra delen"}},
    ],
    "effective_on": DAY,
    "reason": "Esimerkki",
}


async def decided(client: httpx2.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post("/v1/area-changes", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def codes(network: App, on: str) -> set[str]:
    return {one["code"] for one in (await network.client.get("/v1/areas", params={"on": on})).json()}


async def on_the_day(network: App, clock: MovedClock) -> None:
    clock.set(datetime(2030, 1, 1, 1, tzinfo=UTC))
    assert await run_sweep(network.app.state.database, Sweep("area changes", carry_out_changes))


async def test_a_merger_is_looked_at_decided_and_carried_out_on_its_day(
    network: App, as_: As, clock: MovedClock, rows: Rows
) -> None:
    admin = as_("admin")
    touched = (await admin.post("/v1/area-changes/preview", json=MERGER)).json()
    there = rows("select count(*) from organisation where area in ('12','14') or areas && '{12,14}'")[0][0]
    assert touched["organisations"] == there > 0
    assert touched["experts"] > 0
    assert rows("select count(*) from area_change where yta = 'ita'") == [(0,)]
    change = await decided(admin, MERGER)
    assert (change["state"], change["yta"]) == ("planned", "ita")
    assert await codes(network, "2029-12-31") & {"12", "14", "40"} == {"12", "14"}
    assert await codes(network, DAY) & {"12", "14", "40"} == {"40"}
    area = (await network.client.get("/v1/areas/40")).json()
    assert (area["state"], [one["code"] for one in area["predecessors"]]) == ("coming", ["12", "14"])
    before = {slug: set(areas) for slug, areas in rows("select slug, areas from organisation")}

    await on_the_day(network, clock)

    assert rows("select count(*) from organisation where area in ('12','14') or areas && '{12,14}'") == [(0,)]
    assert rows("select count(*) from expert where area in ('12','14') or areas && '{12,14}'") == [(0,)]
    for slug, areas in rows("select slug, areas from organisation"):
        merged = {"40" if code in ("12", "14") else code for code in before[slug]}
        assert (set(areas), len(areas)) == (merged, len(merged))
    moved = rows("select count(*) from entry_change where kind = 'organisations' and act = 'merge_areas'")
    assert moved == [(there,)]
    told = rows("select data from event where type = 'area.merged'")
    assert told == [({"areas": ["12", "14"], "into": ["40"], "yta": "ita", "effective_on": DAY},)]
    old = (await network.client.get("/v1/areas/12")).json()
    assert (old["state"], old["heirs"], old["name"]["fi"]) == ("ended", ["40"], "Etelä-Savon hyvinvointialue")
    history = (await admin.get("/v1/areas/12/history")).json()["items"]
    assert [(one["act"], one["reason"]) for one in history] == [("decide_area_change", "Esimerkki")]
    await run_sweep(network.app.state.database, Sweep("area changes", carry_out_changes))
    assert rows("select count(*) from event where type = 'area.merged'") == [(1,)]


async def test_new_entries_take_the_area_that_is_in_force(network: App, as_: As, clock: MovedClock) -> None:
    admin = as_("admin")
    await decided(admin, MERGER)
    new = {
        "slug": "esimerkki_uusi",
        "name": {"fi": "Esimerkki", "sv": "Exempel"},
        "type": "hyvinvointialue",
        "languages": ["fi"],
    }
    early = await admin.post("/v1/organisations", json={**new, "area": "40", "areas": ["40"]})
    assert {(one["path"], one["code"]) for one in early.json()["fields"]} == {("areas.0", "area_not_yet")}
    await on_the_day(network, clock)
    late = await as_("admin").post("/v1/organisations", json={**new, "area": "12", "areas": ["12"]})
    assert {(one["path"], one["code"]) for one in late.json()["fields"]} == {("areas.0", "area_ended")}
    made = await as_("admin").post("/v1/organisations", json={**new, "area": "40", "areas": ["40"]})
    assert (made.status_code, made.json()["ytas"]) == (201, ["ita"])


async def test_a_split_puts_each_organisation_where_it_was_placed(
    network: App, as_: As, clock: MovedClock, rows: Rows
) -> None:
    admin = as_("admin")
    located = (await admin.post("/v1/area-changes/preview", json=SPLIT)).json()["located"]
    chosen = located[-1]["slug"]
    await decided(admin, {**SPLIT, "placements": {chosen: "32"}})
    await on_the_day(network, clock)
    for slug, area in rows("select slug, area from organisation where slug = any(%s)", [o["slug"] for o in located]):
        assert area == ("32" if slug == chosen else "31")
    served = rows("select areas from organisation where '31' = any(areas) or '32' = any(areas)")
    assert served
    assert all({"31", "32"} <= set(areas) and "13" not in areas for (areas,) in served)
    work = rows("select e.area, o.area from expert e join organisation o on o.id = e.employer_id")
    assert all(at != "13" for at, _ in work)
    assert all(at == employer for at, employer in work if at in ("31", "32"))


async def test_what_cannot_follow_is_refused_beside_its_field(network: App, as_: As) -> None:
    admin = as_("admin")

    async def refused(**changed: Any) -> set[tuple[str, str]]:
        answer = await admin.post("/v1/area-changes", json={**MERGER, **changed})
        assert answer.status_code == 422, answer.text
        return {(one["path"], one["code"]) for one in answer.json()["fields"]}

    assert await refused(areas=["12"]) == {("areas", "two_needed")}
    assert await refused(areas=["12", "02"]) == {("areas", "across_collaborative_areas")}
    assert await refused(areas=["12", "HUS"]) == {("areas.1", "not_a_county")}
    assert await refused(areas=["12", "77"]) == {("areas.1", "unknown_area")}
    assert await refused(effective_on="2020-01-01") == {("effective_on", "not_in_the_future")}
    taken = [{"code": "15", "name": {"fi": "A", "sv": "B"}}]
    assert await refused(into=taken) == {("into.0.code", "code_taken")}
    assert await refused(reason="Koski 131052-308T") == {("reason", "hetu_found")}
    await decided(admin, MERGER)
    again = [{"code": "33", "name": {"fi": "A", "sv": "B"}}]
    assert await refused(areas=["12", "15"], into=again) == {("areas.0", "changes_already")}
    assert (await as_("sanna").post("/v1/area-changes", json=MERGER)).status_code == 403


async def test_a_change_is_cancelled_before_its_day_and_not_after(network: App, as_: As, clock: MovedClock) -> None:
    admin = as_("admin")
    first = await decided(admin, MERGER)
    address = f"/v1/area-changes/{first['id']}/cancel"
    cancelled = await admin.post(address, json={"reason": "Raukesi"}, headers={"If-Match": '"1"'})
    assert cancelled.json()["state"] == "cancelled"
    assert {"12", "14"} <= await codes(network, DAY)
    assert "40" not in await codes(network, DAY)
    second = await decided(admin, MERGER)
    await on_the_day(network, clock)
    late = await as_("admin").post(
        f"/v1/area-changes/{second['id']}/cancel", json={"reason": "Myöhässä"}, headers={"If-Match": '"2"'}
    )
    assert (late.status_code, late.json()["code"]) == (409, "area_change_done")


def test_every_table_that_names_an_area_goes_along() -> None:
    """A new kind of entry that serves areas must follow them too."""
    named = {table.name for table in metadata.sorted_tables if {"area", "areas"} & set(table.columns.keys())}
    stays = {"area_change", "conflict_of_interest"}  # the act itself; followed one by one
    assert named - stays == {moved.table for moved in MOVED}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of a busy machine it says nothing
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(2025, 2035)), max_size=6))
def test_heirs_are_always_areas_that_have_not_ended(pairs: list[tuple[str, int]]) -> None:
    """Names only ever point to later letters, as a code is never used again."""
    followed = {Followed(one, chr(ord(one) + 1), date(year, 1, 1)) for one, year in pairs}
    day = date(2030, 1, 1)
    gone = {one.from_code for one in followed if one.effective_on <= day}
    heirs = heirs_by_area(followed, day)
    assert set(heirs) == gone
    assert all(heir not in gone for several in heirs.values() for heir in several)
