from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.builders.people import a_person, a_stranger
from tests.builders.story import organisation_id
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]


async def slugs(client: httpx2.AsyncClient, **filters: Any) -> list[str]:
    answer = await client.get("/v1/organisations", params={"limit": 200, **filters})
    assert answer.status_code == 200, answer.text
    return [one["slug"] for one in answer.json()["items"]]


async def change(client: httpx2.AsyncClient, slug: str, *, version: int = 1, **fields: Any) -> httpx2.Response:
    return await client.patch(
        f"/v1/organisations/{organisation_id(slug)}", json=fields, headers={"If-Match": f'"{version}"'}
    )


async def test_anybody_may_look_but_contact_is_for_members(network: App) -> None:
    where = "/v1/organisations/etela_savo"
    public = await network.client.get(where)
    assert public.status_code == 200
    assert public.headers["ETag"] == '"1"'
    assert public.json()["id"] == str(organisation_id("etela_savo"))
    assert public.json()["contact"] is None
    assert public.json()["allowed"] == []
    assert (await network.as_(a_stranger()).get(where)).json()["contact"] is None
    member = (await network.as_(a_person("professional")).get(where)).json()
    assert member["contact"]["email"] == "ot@etelasavo.example"
    assert (await network.as_service("consultation").get(where)).json()["contact"]


async def test_an_organisation_is_found_by_id_and_by_slug_and_nothing_else(network: App) -> None:
    by_id = await network.client.get(f"/v1/organisations/{organisation_id('kys')}")
    assert by_id.json()["slug"] == "kys"
    assert (await network.client.get("/v1/organisations/none_such")).status_code == 404
    assert (await network.client.get("/v1/organisations/NO%20SUCH")).status_code == 422
    assert (await network.client.get("/v1/organisations/%00")).status_code in (400, 422)


async def test_filters_by_type_area_and_collaborative_area(network: App) -> None:
    client = network.client
    assert len(await slugs(client)) >= 45
    assert len(await slugs(client, type="osaamiskeskus")) == 11
    assert len(await slugs(client, type="ot_keskus")) == 5
    assert len(await slugs(client, type="hyvinvointialue")) == 21
    assert await slugs(client, type="ot_keskus", area="20") == ["ot_pohjoinen"]
    assert "iso" in await slugs(client, area="20", type="osaamiskeskus")  # its area is not a collaborative area
    assert await slugs(client, type="oikeuspsykiatrian_yksikko", yta="ita") == ["barnahus_ita"]
    assert await slugs(client, parent=str(organisation_id("valteri"))) == ["valteri_onerva", "valteri_skilla"]
    assert await slugs(client, q="österbotten polisinrättningen") == ["poliisi_pohjanmaa"]


async def test_names_come_in_the_finnish_order(network: App) -> None:
    found = (await network.client.get("/v1/organisations", params={"limit": 200})).json()["items"]
    names = [one["name"]["fi"] for one in found]
    assert names.index("Vaasan kaupunki, perusopetus") < names.index("Åbo Akademi")


async def test_pages_give_every_organisation_once(network: App) -> None:
    seen: list[str] = []
    after = None
    while True:
        params: dict[str, Any] = {"limit": 23} | ({"after": after} if after else {})
        page = (await network.client.get("/v1/organisations", params=params)).json()
        seen += [one["slug"] for one in page["items"]]
        if (after := page["next"]) is None:
            break
    assert len(seen) == len(set(seen)) == len(await slugs(network.client))


async def test_an_editor_keeps_their_own_organisation_s_contact(as_: As, rows: Rows) -> None:
    contact = {"email": "info@kokemuspolku.example", "phone": "+358 9 1234 567"}
    answer = await change(as_("editor"), "kokemuspolku", contact=contact, languages=["fi", "so"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["contact"] == contact | {"web": None, "address": None}
    assert answer.headers["ETag"] == '"2"'
    assert rows("select act, ground, part from access_log where act = 'change_organisation'") == [
        ("change_organisation", "editor of the organisation", "contact,languages")
    ]
    told = rows("select data from event where type = 'organisation.changed'")
    assert told[0][0]["fields"] == ["contact", "languages"]
    assert "1234" not in str(told)


async def test_an_editor_may_not_move_the_organisation_nor_touch_another(as_: As) -> None:
    moved = await change(as_("editor"), "kokemuspolku", areas=["12"], type="yritys")
    assert (moved.status_code, moved.json()["code"]) == (403, "field_not_yours")
    assert [field["path"] for field in moved.json()["fields"]] == ["areas", "type"]
    assert (await change(as_("editor"), "kotisilta", languages=["sv"])).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("sanna", 200), ("admin", 200), ("anna", 403), ("maria", 403)])
async def test_a_coordinator_keeps_the_organisations_of_their_area(as_: As, who: str, status: int) -> None:
    assert (await change(as_(who), "etela_savo", languages=["fi", "sv"])).status_code == status


async def test_areas_that_change_take_the_collaborative_areas_along(as_: As) -> None:
    answer = await change(as_("sanna"), "kotisilta", areas=["12", "20"])
    assert answer.json()["ytas"] == ["ita", "pohjoinen"]


async def test_two_who_change_at_once_do_not_overwrite_each_other(as_: As) -> None:
    assert (await change(as_("sanna"), "etela_savo", languages=["fi", "sv"])).status_code == 200
    late = await change(as_("deputy"), "etela_savo", languages=["fi", "ru"])
    assert (late.status_code, late.json()["current"]) == (412, 2)


async def test_an_organisation_is_not_a_part_of_itself(as_: As) -> None:
    answer = await change(as_("admin"), "pohjois_savo", parent=str(organisation_id("barnahus_ita")))
    assert (answer.status_code, answer.json()["code"]) == (422, "part_of_itself")
    itself = await change(as_("admin"), "pohjois_savo", parent=str(organisation_id("pohjois_savo")))
    assert itself.json()["code"] == "part_of_itself"


def a_new_one(**changed: Any) -> dict[str, Any]:
    return {
        "slug": "siltapaikka",
        "name": {"fi": "Siltapaikka ry", "sv": "Siltapaikka rf"},
        "type": "jarjesto",
        "area": "12",
        "areas": ["12", "13"],
        "languages": ["fi"],
        **changed,
    }


async def test_a_coordinator_adds_an_organisation_of_their_area(as_: As) -> None:
    answer = await as_("sanna").post("/v1/organisations", json=a_new_one())
    assert answer.status_code == 201, answer.text
    assert answer.json()["ytas"] == ["ita"]
    assert not answer.json()["example"]
    again = await as_("sanna").post("/v1/organisations", json=a_new_one())
    assert (again.status_code, again.json()["code"]) == (409, "slug_taken")
    assert (await as_("anna").post("/v1/organisations", json=a_new_one(slug="toinen"))).status_code == 403
    assert (await as_("editor").post("/v1/organisations", json=a_new_one(slug="toinen"))).status_code == 403


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"slug": "Ä ä"}, "slug"),
        ({"name": {"fi": "Vain suomeksi"}}, "name.sv"),
        ({"name": {"fi": "x" * 201, "sv": "x"}}, "name.fi"),
        ({"type": "sauna"}, "type"),
        ({"area": "99", "areas": []}, "area"),
        ({"languages": ["xx"]}, "languages.0"),
        ({"parent": str(organisation_id("none"))}, "parent"),
        ({"contact": {"email": "not an address"}}, "contact.email"),
        ({"contact": {"web": "javascript:alert(1)"}}, "contact.web"),
        ({"contact": {"address": "131052-308T"}}, "contact.address"),
        ({"contact": {"twitter": "x"}}, "contact.twitter"),
        ({"ytas": ["ita"]}, "ytas"),
    ],
)
async def test_a_wrong_field_is_named(as_: As, changed: dict[str, Any], path: str) -> None:
    answer = await as_("sanna").post("/v1/organisations", json=a_new_one(**changed))
    assert answer.status_code == 422, answer.text
    assert answer.json()["fields"][0]["path"] == path


@pytest.mark.parametrize(
    "contact",
    [
        {"email": "131052-308T@jarjesto.example"},
        {"web": "https://jarjesto.example/131052-308T"},
        {"phone": "131052-3151"},
        {"address": "131052 - 308T"},
    ],
)
async def test_contact_holds_no_personal_identity_code(as_: As, contact: dict[str, str]) -> None:
    answer = await change(as_("admin"), "kokemuspolku", contact=contact)
    assert (answer.status_code, answer.json()["fields"][0]["code"]) == (422, "hetu_found"), answer.text


async def test_each_change_is_kept_with_who_when_and_both_values(network: App, rows: Rows) -> None:
    client = network.as_(a_person("admin", name="Anna Pääkäyttäjä"))
    where = f"/v1/organisations/{organisation_id('kys')}"
    answer = await change(client, "kys", name={"fi": "KYS uudella nimellä", "sv": "KUS"}, languages=["fi"])
    assert answer.status_code == 200, answer.text
    assert (await change(client, "kys", version=2, languages=["fi"])).status_code == 200  # nothing differs
    told = (await client.get(f"{where}/history")).json()["items"]
    assert [(one["by"], one["act"], one["version"]) for one in told] == [("Anna Pääkäyttäjä", "change_organisation", 2)]
    changed = {one["field"]: (one["before"], one["after"]) for one in told[0]["fields"]}
    assert changed["name"][1] == {"fi": "KYS uudella nimellä", "sv": "KUS", "en": None}
    assert changed["name"][0]["fi"] != "KYS uudella nimellä"
    assert (await network.client.get(f"{where}/history")).status_code == 401
    with pytest.raises(Exception, match="append-only"):
        rows("update entry_change set name = 'Somebody else' returning id")
