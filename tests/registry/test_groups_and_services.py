from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.builders.people import a_stranger
from tests.builders.story import expert_id, organisation_id
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]
GROUP = {
    "name": {"fi": "Siltaryhmä", "sv": "Brogruppen"},
    "group_type": "haastavat_erot",
    "rhythm": "biweekly",
    "meets": {"fi": "torstaisin klo 14", "sv": "torsdagar kl. 14"},
    "areas": ["12"],
    "themes": ["haastavat_erot"],
    "languages": ["fi"],
    "contact": {"email": "silta@etelasavo.example"},
    "valid_from": "2026-01-01",
}
SERVICE = {
    "name": {"fi": "Siltapalvelu", "sv": "Brotjänsten"},
    "offering_kind": "demanding",
    "minimum_age": 13,
    "maximum_age": 17,
    "age_groups": ["14-17"],
    "areas": ["12"],
    "themes": ["traumat"],
    "languages": ["fi", "sv"],
    "ways_in": ["referral"],
    "capacity": "open",
    "free_places": 2,
    "contact": {"phone": "+358 15 000 000"},
    "valid_from": "2026-01-01",
}


async def made(client: httpx2.AsyncClient, kind: str, body: dict[str, Any], owner: str) -> httpx2.Response:
    return await client.post(f"/v1/{kind}", json=body | {"organisation": str(organisation_id(owner))})


async def act(client: httpx2.AsyncClient, where: str, version: int, **body: Any) -> httpx2.Response:
    return await client.post(where, json=body, headers={"If-Match": f'"{version}"'})


async def ids(client: httpx2.AsyncClient, kind: str, **limits: Any) -> list[str]:
    answer = await client.get(f"/v1/{kind}", params={"limit": 200, **limits})
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def test_a_group_is_kept_with_its_members_and_every_change_is_told(as_: As, network: App, rows: Rows) -> None:
    sanna = as_("sanna")
    group = (await made(sanna, "groups", GROUP, "etela_savo")).json()
    assert group["organisation_slug"] == "etela_savo"
    assert set(group["allowed"]) == {"change_group", "end_group", "add_group_member", "end_group_member"}
    where = f"/v1/groups/{group['id']}"
    tuomas = {"expert": str(expert_id("tuomas")), "role": "chair", "valid_from": "2026-02-01"}
    joined = await act(sanna, f"{where}/members", 1, **tuomas)
    assert joined.status_code == 201, joined.text
    assert [(one["name"], one["role"]) for one in joined.json()["members"]] == [("Tuomas Rinne", "chair")]
    again = await act(sanna, f"{where}/members", 2, **tuomas)
    assert (again.status_code, again.json()["code"]) == (409, "already_in_group")
    late = await act(sanna, f"{where}/members", 1, **tuomas)
    assert late.status_code == 412

    member = joined.json()["members"][0]["id"]
    early = await act(sanna, f"{where}/members/{member}/end", 2, valid_to="2026-01-31")
    assert early.json()["fields"][0]["code"] == "ends_before_it_begins"
    left = await act(sanna, f"{where}/members/{member}/end", 2, valid_to="2026-03-31")
    assert left.json()["members"][0]["valid_to"] == "2026-03-31"
    ended = await act(sanna, f"{where}/end", 3, valid_to="2026-04-30", reason="Yhdistyi toiseen ryhmään")
    assert ended.json()["end_reason"] == "Yhdistyi toiseen ryhmään"

    told = (await sanna.get(f"{where}/history")).json()["items"]
    assert [one["act"] for one in told] == ["end_group", "end_group_member", "add_group_member", "create_group"]
    for_others = (await as_("maria").get(f"{where}/history")).text
    assert "Tuomas" not in for_others, "who came and left is for those who keep the group"
    events = rows("select type, data::text from event where subject = %s order by type", group["id"])
    assert [one[0] for one in events] == ["group.created", "group.ended", "group.member_added", "group.member_ended"]
    assert not any("Tuomas" in one[1] or "Siltaryhmä" in one[1] for one in events)
    assert (await network.client.get(where)).status_code == 401, "groups hold people"


async def test_a_service_is_read_by_anybody_and_kept_by_its_own(as_: As, network: App) -> None:
    editor, public = as_("editor"), network.client
    once = {"Idempotency-Key": "a-service-once"}
    body = SERVICE | {"organisation": str(organisation_id("kokemuspolku"))}
    first = await editor.post("/v1/offerings", json=body, headers=once)
    assert first.status_code == 201, first.text
    assert (await editor.post("/v1/offerings", json=body, headers=once)).json()["id"] == first.json()["id"]
    where = f"/v1/offerings/{first.json()['id']}"

    seen = await public.get(where)
    assert seen.headers["Cache-Control"] == "public, max-age=300"
    assert (seen.json()["contact"], seen.json()["assured_by"], seen.json()["allowed"]) == (None, None, [])
    assert (await network.as_(a_stranger()).get(where)).json()["contact"] is None
    assert (await editor.get(where)).headers["Cache-Control"] == "private, no-cache"

    told = await act(editor, f"{where}/capacity", 1, capacity="queue", waiting_weeks=6)
    assert (told.json()["waiting_weeks"], told.json()["free_places"]) == (6, None)
    assert (await act(editor, f"{where}/capacity", 2, capacity="closed", waiting_weeks=1)).status_code == 422
    assert (await act(as_("maria"), f"{where}/capacity", 2, capacity="closed")).status_code == 403
    assert (await made(as_("sanna"), "offerings", SERVICE, "tyks")).status_code == 403, "of another area"
    elsewhere = await made(editor, "offerings", SERVICE, "kys")
    assert elsewhere.status_code == 403
    for wrong, path in (
        ({"maximum_age": 12}, "maximum_age"),
        ({"areas": ["99"]}, "areas.0"),
        ({"offering_kind": "none_such"}, "offering_kind"),
        ({"fees": {"fi": "Asia 131052-308T"}}, "fees.fi"),
    ):
        refused = await made(editor, "offerings", SERVICE | wrong, "kokemuspolku")
        assert refused.status_code == 422, wrong
        assert [one["path"] for one in refused.json()["fields"]] == [path]


async def test_services_are_narrowed_and_old_entries_ask_to_be_confirmed(as_: As, network: App, rows: Rows) -> None:
    sanna = as_("sanna")
    own = (await made(sanna, "offerings", SERVICE, "etela_savo")).json()["id"]
    everywhere = (
        await made(sanna, "offerings", SERVICE | {"areas": [], "capacity": "queue", "free_places": None}, "etela_savo")
    ).json()["id"]
    found = {
        "area": await ids(sanna, "offerings", area="12"),
        "elsewhere": await ids(sanna, "offerings", area="21"),
        "yta": await ids(sanna, "offerings", yta="ita"),
        "age": await ids(sanna, "offerings", age=15),
        "too_old": await ids(sanna, "offerings", age=18),
        "open": await ids(sanna, "offerings", capacity="open", theme="traumat", language="sv"),
    }
    assert {name for name, some in found.items() if own in some} == {"area", "yta", "age", "open"}
    assert {name for name, some in found.items() if everywhere in some} == {"area", "elsewhere", "yta", "age"}

    assert own not in await ids(sanna, "offerings", overdue=True)
    with network.house.databases.superuser("registry") as connection:
        connection.execute("update offering set assured_on = assured_on - 200 where id = %s", [own])
    assert own in await ids(sanna, "offerings", overdue=True)
    assert own not in await ids(as_("editor"), "offerings", overdue=True), "of others"
    waiting = (await sanna.get("/v1/waiting")).json()["items"]
    assert [one["turn"] for one in waiting if one["kind"] == "offering_review"] == [True]
    where = f"/v1/offerings/{own}"
    assert (await sanna.get(where)).json()["overdue"]
    confirmed = await act(sanna, f"{where}/confirm", 1)
    assert (confirmed.json()["overdue"], confirmed.json()["assured_by"]) == (False, "Sanna Heiskanen")

    hits = (await network.client.get("/v1/search", params={"q": "siltapalvelu"})).json()["items"]
    assert {one["slug"] for one in hits if one["kind"] == "offerings"} == {own, everywhere}
    await act(sanna, f"{where}/end", 2, valid_to="2026-02-01", reason="Loppui")
    assert own not in await ids(sanna, "offerings")
    assert own in await ids(sanna, "offerings", ended=True)
