"""What organisations have for a time: mandates, resources, affiliations, agreements; who keeps them, what runs out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from services.registry.agreements.rules import concerns
from services.registry.organisations.rules import nearly_same
from services.registry.terms.rules import meet, state_of
from services.shared.clock import MovedClock
from tests.builders.people import a_stranger
from tests.builders.story import organisation_id, person_id
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]
NEW: dict[str, dict[str, Any]] = {
    "mandates": {"task": "Neuvontaa nuorille.", "basis": "Säännöt, 2 §", "valid_from": "2026-01-01"},
    "resources": {"funding": "state", "person_years": 2.25, "valid_from": "2026-01-01", "valid_to": "2026-12-31"},
    "affiliations": {"of": str(organisation_id("ot_ita")), "how": "partner", "valid_from": "2026-01-01"},
    "agreements": {"areas": ["17"], "themes": ["kunniavakivalta"], "month_limit": 2, "valid_from": "2026-01-01"},
}
KINDS = tuple(NEW)
FURTHER = [("sanna", 201), ("admin", 201), ("anna", 403), ("maria", 403), ("noora", 403)]


async def add(client: httpx2.AsyncClient, slug: str, kind: str, **changed: Any) -> httpx2.Response:
    return await client.post(f"/v1/organisations/{slug}/{kind}", json=NEW[kind] | changed)


async def made(client: httpx2.AsyncClient, slug: str, kind: str, **changed: Any) -> dict[str, Any]:
    answer = await add(client, slug, kind, **changed)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def change(client: httpx2.AsyncClient, kind: str, term: dict[str, Any], **fields: Any) -> httpx2.Response:
    where, version = f"/v1/{kind}/{term['id']}", {"If-Match": f'"{term["version"]}"'}
    return await client.patch(where, json=fields, headers=version)


@pytest.mark.parametrize("kind", KINDS)
async def test_who_keeps_what_an_organisation_has(network: App, as_: As, kind: str) -> None:
    for who, status in FURTHER:
        assert (await add(as_(who), "etela_savo", kind)).status_code == status, (who, kind)
    own, other = [(await add(as_("editor"), slug, kind)).status_code for slug in ("kokemuspolku", "kotisilta")]
    assert (own, other) == ((403, 403) if kind == "agreements" else (201, 403))
    where = f"/v1/organisations/etela_savo/{kind}"
    assert (await network.client.get(where)).status_code == 401
    assert (await network.as_(a_stranger()).get(where)).status_code == 403
    assert (await as_("maria").get(where)).json()["items"][0]["allowed"] == []


@pytest.mark.parametrize("kind", KINDS)
async def test_a_change_is_kept_and_two_editors_are_told_of_one_another(as_: As, rows: Rows, kind: str) -> None:
    term = await made(as_("sanna"), "etela_savo", kind, valid_to="2027-05-31")
    assert (await change(as_("sanna"), kind, term, valid_to=None)).status_code == 200
    late = await change(as_("deputy"), kind, term, valid_to="2029-01-01")
    assert (late.status_code, late.json()["current"]) == (412, 2)
    told = (await as_("maria").get(f"/v1/{kind}/{term['id']}/history")).json()["items"]
    assert [one["version"] for one in told] == [2, 1]
    assert told[0]["fields"] == [{"field": "valid_to", "before": "2027-05-31", "after": None}]
    events = rows("select type, data from event where subject = %s order by entered", term["id"])
    assert [type for type, _ in events] == [f"{kind[:-1]}.created", f"{kind[:-1]}.changed"]
    assert "Neuvontaa" not in str(events)
    grounds = rows("select act, ground from access_log where subject = %s", term["id"])
    assert ("create_" + kind[:-1], "coordinator of the area") in grounds


@pytest.mark.parametrize(
    ("kind", "changed", "path", "code"),
    [
        ("mandates", {"valid_from": "2027-05-01", "valid_to": "2027-04-30"}, "valid_to", "ends_before_it_begins"),
        ("mandates", {"task": "131052-308T"}, "task", "hetu_found"),
        ("mandates", {"basis": "  "}, "basis", "missing"),
        ("mandates", {"valid_from": None}, "valid_from", None),
        ("resources", {"person_years": None}, "person_years", "nothing_told"),
        ("resources", {"person_years": 1.234}, "person_years", "two_decimals"),
        ("resources", {"person_years": -1}, "person_years", None),
        ("resources", {"euros": 1.5}, "euros", None),
        ("resources", {"area": "99"}, "area", "unknown_area"),
        ("affiliations", {"of": str(organisation_id("etela_savo"))}, "of", "part_of_itself"),
        ("affiliations", {"of": str(uuid4())}, "of", "unknown_organisation"),
        ("agreements", {"areas": []}, "areas", "nobody_may_use"),
        ("agreements", {"themes": ["sauna"]}, "themes.0", "unknown_concept"),
        ("agreements", {"month_limit": 0}, "month_limit", None),
        ("agreements", {"secrecy_by": "Johtaja"}, "secrecy_on", "secrecy_half_told"),
        ("agreements", {"organisations": [str(organisation_id("etela_savo"))]}, "organisations.0", "part_of_itself"),
    ],
)
async def test_a_wrong_field_is_named(as_: As, kind: str, changed: dict[str, Any], path: str, code: str | None) -> None:
    answer = await add(as_("sanna"), "etela_savo", kind, **changed)
    assert answer.status_code == 422, answer.text
    problem = answer.json()["fields"][0]
    assert problem["path"] == path
    assert code is None or problem["code"] == code


async def test_the_same_request_sent_twice_makes_one(as_: As, rows: Rows) -> None:
    client, where = as_("sanna"), "/v1/organisations/etela_savo/mandates"
    sent = [await client.post(where, json=NEW["mandates"], headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert sent[0].json()["id"] == sent[1].json()["id"]
    assert rows("select count(*) from mandate where task = 'Neuvontaa nuorille.'") == [(1,)]


async def matched(network: App, area: str, *about: str) -> dict[str, dict[str, Any]]:
    client = network.as_service("consultation", act=str(person_id("sanna")))
    answer = await client.post("/v1/candidates", json={"area": area, "about": list(about)})
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["items"]}


async def test_an_agreement_counts_for_its_areas_themes_and_days(network: App, as_: As, clock: MovedClock) -> None:
    clock.set(datetime(2026, 11, 24, 8, tzinfo=UTC))
    assert (await matched(network, "17", "haastavat_erot"))["Tuomas Rinne"]["agreement_why"] == "missing"
    agreed = await made(as_("sanna"), "keski_suomi", "agreements", valid_from="2026-11-01", valid_to="2026-12-31")
    covered = (await matched(network, "17", "kunniavakivalta"))["Tuomas Rinne"]
    assert (covered["agreement_ok"], covered["agreements"]) == (True, [{"id": agreed["id"], "month_limit": 2}])
    assert (await matched(network, "17", "haastavat_erot"))["Tuomas Rinne"]["agreement_why"] == "themes"
    clock.set(datetime(2026, 12, 31, 23, tzinfo=UTC))  # midnight has passed in Finland
    assert (await matched(network, "17", "kunniavakivalta"))["Tuomas Rinne"]["agreement_why"] == "ended"


async def test_an_organisation_that_may_use_brings_its_areas(network: App, as_: As) -> None:
    parties = {"areas": [], "organisations": [str(organisation_id("ot_lansi"))], "themes": []}
    await made(as_("sanna"), "keski_suomi", "agreements", **parties)
    for area in ("05", "17"):
        assert (await matched(network, area, "haastavat_erot"))["Tuomas Rinne"]["agreement_ok"]
    assert not (await matched(network, "19", "haastavat_erot"))["Tuomas Rinne"]["agreement_ok"]


async def test_an_agreement_that_is_ended_keeps_the_reason_and_is_used_no_more(network: App, as_: As) -> None:
    agreed = await made(as_("sanna"), "keski_suomi", "agreements", themes=[], valid_from="2020-01-01")
    where, version = f"/v1/agreements/{agreed['id']}/end", {"If-Match": '"1"'}
    for body in ({"valid_to": "2020-06-30"}, {"valid_to": "2019-06-30", "reason": "Ennen alkua."}):
        assert (await as_("sanna").post(where, json=body, headers=version)).status_code == 422
    body = {"valid_to": "2020-06-30", "reason": "Asiantuntijat tarvittiin itse."}
    assert (await as_("anna").post(where, json=body, headers=version)).status_code == 403
    ended = await as_("sanna").post(where, json=body, headers=version)
    assert (ended.json()["state"], ended.json()["end_reason"]) == ("ended", "Asiantuntijat tarvittiin itse.")
    again = await as_("sanna").post(where, json=body | {"valid_to": "2021-01-01"}, headers={"If-Match": '"2"'})
    assert (again.status_code, again.json()["code"]) == (409, "ended_already")
    assert (await matched(network, "17"))["Tuomas Rinne"]["agreement_why"] == "ended"
    lengthened = await change(as_("sanna"), "agreements", ended.json(), valid_to=None)
    assert lengthened.json()["end_reason"] == ""


async def test_agreements_of_the_same_are_allowed_and_told(as_: As) -> None:
    one = await made(as_("sanna"), "uef", "agreements")
    other = await made(as_("sanna"), "uef", "agreements", themes=[], valid_from="2026-06-01")
    assert other["overlapping"] == [one["id"]]
    apart = await made(as_("sanna"), "uef", "agreements", themes=["haastavat_erot"], areas=["16"])
    assert apart["overlapping"] == []


async def test_what_runs_out_within_half_a_year_waits_for_the_coordinator(as_: As, clock: MovedClock) -> None:
    clock.set(datetime(2026, 11, 24, 8, tzinfo=UTC))
    soon = await made(as_("sanna"), "xamk", "agreements", valid_to="2027-05-20")
    await made(as_("sanna"), "xamk", "agreements", areas=["16"], valid_to="2027-05-30")
    listed = (await as_("sanna").get("/v1/ending-terms")).json()["items"]
    assert {("agreement", soon["id"])} == {
        (one["kind"], one["id"]) for one in listed if one["organisation_slug"] == "xamk"
    }
    assert [one["valid_to"] for one in listed] == sorted(one["valid_to"] for one in listed)
    waiting = (await as_("sanna").get("/v1/waiting")).json()["items"]
    assert {"agreement_ending", "mandate_ending", "resource_ending"} <= {one["kind"] for one in waiting}
    counted = (await as_("sanna").get("/v1/waiting/count")).json()["waiting"]
    assert counted == sum(one["turn"] for one in waiting)
    # another that goes on from it takes it off
    await made(as_("sanna"), "xamk", "agreements", themes=[], valid_from="2027-05-21", valid_to="2028-12-31")
    again = (await as_("sanna").get("/v1/ending-terms")).json()["items"]
    assert not [one for one in again if one["organisation_slug"] == "xamk"]
    assert (await as_("maria").get("/v1/ending-terms")).status_code == 403
    of_anna = (await as_("anna").get("/v1/ending-terms")).json()["items"]
    assert "ot_ita" not in {one["organisation_slug"] for one in of_anna}


async def test_the_tree_tells_the_way_up_and_all_that_is_below(network: App) -> None:
    async def tree(slug: str) -> list[tuple[str, int]]:
        items = (await network.client.get(f"/v1/organisations/{slug}/tree")).json()["items"]
        return [(one["slug"], one["depth"]) for one in items]

    assert await tree("barnahus_ita") == [("pohjois_savo", 0), ("kys", 1), ("barnahus_ita", 2)]
    whole = await tree("pohjois_savo")
    assert whole[0] == ("pohjois_savo", 0)
    assert whole[whole.index(("kys", 1)) + 1][1] == 2, "each is followed by its parts"
    assert ("ot_ita", 1) in whole


async def test_nearly_the_same_name_is_found_and_two_counties_are_not(as_: As) -> None:
    async def near(name: str) -> list[str]:
        answer = await as_("sanna").get("/v1/similar-organisations", params={"name": name})
        return [one["slug"] for one in answer.json()["items"]]

    assert await near("Kotisillta") == ["kotisilta"]
    assert await near("KOTISILTA rf") == ["kotisilta"]
    assert await near("Etelä-Savon hyvinvointialue") == ["etela_savo"]
    assert await near("Aivan uusi yhdistys") == []


async def test_the_example_s_agreements_are_about_themes_that_there_are(network: App, rows: Rows) -> None:
    unknown = (
        "select theme from (select unnest(themes) as theme from agreement) as agreed"
        " where theme not in (select slug from concept where scheme = 'themes')"
    )
    assert rows(unknown) == []
    assert rows("select count(*) > 0 from agreement where themes <> '{}'") == [(True,)]


def test_names_days_and_themes_are_weighed_as_said() -> None:
    from datetime import date

    assert nearly_same("Siltapaika", "Siltapaikka ry")
    assert not nearly_same("ry", "rf")
    assert not nearly_same("Etelä-Savon hyvinvointialue", "Pohjois-Savon hyvinvointialue")
    day = date(2026, 11, 24)
    assert [state_of(day, day, now) for now in (date(2026, 11, 23), day, date(2026, 11, 25))] == [
        "coming",
        "in_force",
        "ended",
    ]
    assert meet((day, day), (day, None))
    assert not meet((day, day), (date(2026, 11, 25), None))
    assert concerns([], [], [])
    assert concerns(["a"], [], ["a", "b"])
    assert not concerns(["a"], ["b"], ["a", "b"])
