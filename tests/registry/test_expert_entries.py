"""An expert's entry: who sees and keeps which field, who is away when, what is due, and who has left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from services.registry.experts.absences import forget_absences
from services.shared.clock import MovedClock
from services.shared.jobs import Sweep, run_sweep
from tests.builders.story import expert_id, organisation_id, person_id
from tests.registry.test_experts import VALID_HETU, As, a_new_expert, assure, change, days, names, read
from tests.support.apps import App

pytestmark = pytest.mark.anyio

Rows = Callable[..., list[tuple[Any, ...]]]


async def act(client: httpx2.AsyncClient, slug: str, name: str, *, version: int = 1, **body: Any) -> httpx2.Response:
    where = f"/v1/experts/{expert_id(slug)}/{name}"
    return await client.post(where, json=body, headers={"If-Match": f'"{version}"'})


async def history(client: httpx2.AsyncClient, slug: str) -> httpx2.Response:
    return await client.get(f"/v1/experts/{expert_id(slug)}/history")


# who sees which field

WHO = ("hodan", "kaisa", "editor", "sanna", "maria", "noora", "tuomas")
"""Hodan herself, the coordinator of her area, her employer's editor, another area's, a professional, the nation's, an
expert."""
SEEN = {
    "email": {"hodan", "kaisa", "editor"},
    "phone": {"hodan", "kaisa", "editor"},
    "bio": {"hodan", "kaisa", "editor"},
    "employer": {"hodan", "kaisa", "editor"},
    "absences": {"hodan", "kaisa", "editor"},
    "conflicts": {"hodan", "kaisa"},
    "registration": {"hodan", "kaisa"},
}


async def test_each_field_is_seen_by_those_whom_it_is_shown_to(as_: As) -> None:
    told: dict[str, Any] = {"email": "hodan@kokemus.example", "phone": "040 000 0199", "bio": "Vertaistuki."}
    told |= {"registration": {"kind": "suosikki", "number": "00000000199"}, "conflicts": [{"area": "12"}]}
    kept = await change(as_("hodan"), "hodan", **told, shown=[], absences=[days("2026-12-21", "2026-12-31")])
    assert kept.status_code == 200, kept.text
    entries = {who: await read(as_(who), "hodan") for who in WHO}
    assert {name: {who for who in WHO if entries[who][name]} for name in SEEN} == SEEN
    assert entries["maria"]["hidden"] == ["bio", "email", "employer", "phone"]
    assert entries["maria"]["away_from"] == "2026-12-21", "when to ask is for everybody"

    shown = await change(as_("hodan"), "hodan", version=2, shown=["email", "employer"])
    assert shown.status_code == 200
    now = await read(as_("maria"), "hodan")
    assert (now["email"], now["phone"], now["bio"]) == ("hodan@kokemus.example", None, "")
    assert now["employer"]["id"] == str(organisation_id("kokemuspolku"))


async def test_a_hidden_employer_and_a_hidden_text_find_nobody(as_: As) -> None:
    hidden = await change(as_("tuomas"), "tuomas", bio="Kvantti-ilmapallo.", shown=[])
    assert hidden.status_code == 200, hidden.text
    employer = str(organisation_id("keski_suomi"))
    assert "Tuomas Rinne" not in await names(as_("maria"), employer=employer)
    assert "Tuomas Rinne" in await names(as_("sanna"), employer=employer)
    assert await names(as_("maria"), q="kvantti-ilmapallo") == []
    again = await change(as_("tuomas"), "tuomas", version=2, shown=["bio", "employer"])
    assert again.status_code == 200
    assert await names(as_("maria"), q="kvantti-ilmapallo") == ["Tuomas Rinne"]


@pytest.mark.parametrize(
    ("who", "fields", "refused"),
    [
        ("sanna", {"shown": []}, "shown"),
        ("sanna", {"email": "tuomas@koe.example", "registration": None, "absences": []}, None),
        ("tuomas", {"registration": {"kind": "terhikki", "number": "00000000111"}, "not_now": True}, None),
        ("tuomas", {"employer": None}, "employer"),
    ],
)
async def test_each_keeps_their_own_fields(as_: As, who: str, fields: dict[str, Any], refused: str | None) -> None:
    answer = await change(as_(who), "tuomas", **fields)
    if refused is None:
        assert answer.status_code == 200, answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "field_not_yours")
        assert [field["path"] for field in answer.json()["fields"]] == [refused]


async def test_an_editor_keeps_neither_competence_nor_register_number(as_: As) -> None:
    kept: dict[str, Any] = {"competences": [], "registration": None, "conflicts": [], "shown": [], "bio": "x"}
    for name, value in kept.items():
        answer = await change(as_("editor"), "hodan", **{name: value})
        assert (answer.status_code, answer.json()["fields"][0]["path"]) == (403, name)
    assert (await change(as_("editor"), "hodan", phone="040 000 0100", absences=[])).status_code == 200


# when somebody can be asked


async def test_several_absences_follow_one_another(network: App, as_: As, clock: MovedClock) -> None:
    tuomas, maria = as_("tuomas"), as_("maria")
    stated = [days("2026-11-20", "2026-11-27"), days("2026-12-07", "2026-12-08"), days("2027-02-01", None)]
    answer = await change(tuomas, "tuomas", absences=stated[::-1])
    assert answer.status_code == 200, answer.text
    assert answer.json()["absences"] == stated
    assert "Tuomas Rinne" not in await names(maria, available=True)

    clock.set(datetime(2026, 11, 28, 12, tzinfo=UTC))
    entry = await read(maria, "tuomas")
    assert (entry["available"], entry["away_from"], entry["away_to"]) == (True, "2026-12-07", "2026-12-08")
    assert "Tuomas Rinne" in await names(maria, available=True)
    clock.set(datetime(2026, 12, 7, 12, tzinfo=UTC))
    assert "Tuomas Rinne" not in await names(maria, available=True), "before anything has been swept"

    assert await run_sweep(network.app.state.database, Sweep("absences", forget_absences))
    body = {"themes": ["kunniavakivalta"], "area": "12"}
    found = (await network.as_service("consultation").post("/v1/candidates", json=body)).json()["items"]
    (candidate,) = [one for one in found if one["name"] == "Tuomas Rinne"]
    assert (candidate["away_from"], candidate["away_until"]) == ("2026-12-07", "2026-12-08")
    kept = (await read(tuomas, "tuomas"))["absences"]
    assert kept == stated[1:], "what is over is forgotten"


async def test_not_now_keeps_the_capacity_for_later(as_: As) -> None:
    tuomas = as_("tuomas")
    paused = (await change(tuomas, "tuomas", capacity_month=4, not_now=True)).json()
    assert (paused["capacity_month"], paused["capacity_usual"], paused["available"]) == (0, 4, False)
    untouched = (await change(tuomas, "tuomas", version=2, bio="Edelleen tauolla.")).json()
    assert untouched["not_now"]
    back = (await change(tuomas, "tuomas", version=3, not_now=False)).json()
    assert (back["capacity_month"], back["available"]) == (4, True)
    none = (await change(tuomas, "tuomas", version=4, capacity_month=0)).json()
    assert (none["not_now"], none["capacity_usual"]) == (True, 4)


# what a coordinator has checked


async def test_an_assurance_tells_by_whom_and_until_when(as_: As) -> None:
    answer = await assure(as_("sanna"), "outi_kinnunen", "haastavat_erot", review_due="2027-11-30")
    checked = answer.json()["competences"][0]
    assert checked["assured_by_name"] == "Sanna Heiskanen"
    (line, *_) = (await history(as_("outi_kinnunen"), "outi_kinnunen")).json()["items"]
    assert (line["act"], line["by"]) == ("assure_competences", "Sanna Heiskanen")
    assert line["fields"][0]["after"][0]["assured_by"] == "Sanna Heiskanen"


async def test_another_register_number_has_been_checked_by_nobody(as_: As) -> None:
    sanna, tuomas = as_("sanna"), as_("tuomas")
    number = {"kind": "suosikki", "number": "00000000155"}
    changed = (await change(tuomas, "tuomas", registration=number)).json()
    assert changed["registration"] == {**number, "checked_by_name": None, "checked_on": None}
    for who in ("tuomas", "anna", "admin", "maria"):
        assert (await act(as_(who), "tuomas", "check-registration", version=2)).status_code == 403
    checked = (await act(sanna, "tuomas", "check-registration", version=2)).json()
    assert checked["registration"] == {**number, "checked_by_name": "Sanna Heiskanen", "checked_on": "2026-11-24"}
    public = await read(as_("maria"), "tuomas")
    assert (public["registration"], public["registration_checked_on"]) == (None, "2026-11-24")
    same = (await change(tuomas, "tuomas", version=3, registration=number, bio="Muu muuttui.")).json()
    assert same["registration"]["checked_on"] == "2026-11-24"
    removed = (await change(sanna, "tuomas", version=4, registration=None)).json()
    assert (removed["registration"], removed["registration_checked_on"]) == (None, None)
    nothing = await act(sanna, "tuomas", "check-registration", version=5)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_check")


async def test_what_is_due_comes_late_first_and_of_the_own_area_only(as_: As) -> None:
    due = (await as_("sanna").get("/v1/due-competences")).json()
    days_told = [one["review_due"] for one in due["items"]]
    assert days_told == sorted(days_told)
    assert {"Kristiina Nurmi", "Marja Hyvönen", "Anu Hakkarainen"} <= {one["name"] for one in due["items"]}
    assert days_told[0] < "2026-11-24" < due["until"] == "2027-02-22"
    assert all(one["competences"] for one in due["items"])
    here = (await as_("sanna").get("/v1/due-competences", params={"area": "15"})).json()["items"]
    assert {one["area"] for one in here} == {"15"}
    assert "Kristiina Nurmi" not in str((await as_("anna").get("/v1/due-competences")).json())
    for who in ("tuomas", "maria", "noora", "editor"):
        assert (await as_(who).get("/v1/due-competences")).status_code == 403
        assert (await as_(who).get("/v1/lacking-experts")).status_code == 403


async def test_what_an_entry_lacks_is_told(as_: As) -> None:
    sanna = as_("sanna")
    made = (await sanna.post("/v1/experts", json=a_new_expert(competences=[], consent_listed=False))).json()
    lacks = {one["name"]: one["lacks"] for one in (await sanna.get("/v1/lacking-experts")).json()["items"]}
    assert lacks[made["name"]] == ["competence", "consent"]
    assert lacks["Outi Kinnunen"] == ["assurance"]
    assert "Tuomas Rinne" not in lacks
    assert "Heidi Haapala" not in lacks, "who has left lacks nothing"


# who is there


async def test_who_has_left_is_found_nowhere_and_read_by_whoever_meets_the_name(as_: As, rows: Rows) -> None:
    sanna, maria = as_("sanna"), as_("maria")
    lacking = await act(sanna, "tuomas", "deactivate")
    assert (lacking.status_code, lacking.json()["fields"][0]["path"]) == (422, "reason")
    assert (await act(sanna, "tuomas", "deactivate", reason=f"Asiakas {VALID_HETU}")).status_code == 422
    for who in ("tuomas", "anna", "maria", "editor"):
        assert (await act(as_(who), "tuomas", "deactivate", reason="Pois.")).status_code == 403
    left = await act(sanna, "tuomas", "deactivate", reason="Eläkkeelle.")
    assert left.status_code == 200, left.text
    assert (await act(sanna, "tuomas", "deactivate", version=2, reason="Taas.")).json()["code"] == "expert_inactive"

    assert "Tuomas Rinne" not in await names(maria)
    seen = await read(maria, "tuomas")
    former = {one["name"] for one in (await sanna.get("/v1/former-experts")).json()["items"]}
    assert former == {"Tuomas Rinne", "Heidi Haapala"}
    assert (await as_("anna").get("/v1/former-experts")).json()["items"] == []
    assert (seen["name"], seen["active"], seen["inactive_since"]) == ("Tuomas Rinne", False, "2026-11-24")
    assert seen["inactive_reason"] is None
    assert (await read(as_("tuomas"), "tuomas"))["inactive_reason"] == "Eläkkeelle."
    (line, *_) = (await history(sanna, "tuomas")).json()["items"]
    assert (line["act"], line["reason"]) == ("deactivate_expert", "Eläkkeelle.")
    assert "Eläkkeelle" not in str(rows("select data from event where type = 'expert.deactivated'"))

    back = await act(sanna, "tuomas", "reactivate", version=2, reason="Palasi.")
    assert back.json()["active"]
    assert "Tuomas Rinne" in await names(maria)


async def test_somebody_of_nearly_the_name_is_told_before_they_are_added_again(as_: As) -> None:
    sanna = as_("sanna")
    asked = {"name": "Rinne Tuomass", "employer": str(organisation_id("keski_suomi"))}
    (hint,) = (await sanna.get("/v1/similar-experts", params=asked)).json()["items"]
    assert (hint["name"], hint["same_employer"]) == ("Tuomas Rinne", True)
    assert (await sanna.get("/v1/similar-experts", params={"name": "Oona Ojanperä"})).json()["items"] == []
    await change(as_("tuomas"), "tuomas", consent_listed=False)
    assert (await as_("anna").get("/v1/similar-experts", params=asked)).json()["items"] == []
    assert (await as_("maria").get("/v1/similar-experts", params=asked)).status_code == 403


async def test_one_s_own_entry_has_an_address(as_: As) -> None:
    assert (await as_("tuomas").get("/v1/own-expert")).json()["name"] == "Tuomas Rinne"
    assert (await as_("maria").get("/v1/own-expert")).status_code == 404


# what was changed


async def test_the_history_is_for_who_keeps_the_entry_and_hides_what_they_do_not_see(as_: As) -> None:
    kept: dict[str, Any] = {
        "registration": {"kind": "suosikki", "number": "00000000177"},
        "conflicts": [{"area": "12"}],
    }
    await change(as_("hodan"), "hodan", **kept, title="Kokemusasiantuntija ja kouluttaja")
    own = (await history(as_("hodan"), "hodan")).json()["items"][0]
    assert sorted(field["field"] for field in own["fields"]) == ["conflicts", "registration", "title"]
    edited = (await history(as_("editor"), "hodan")).json()["items"][0]
    assert [field["field"] for field in edited["fields"]] == ["title"]
    assert (await history(as_("kaisa"), "hodan")).status_code == 200
    assert (await history(as_("sanna"), "hodan")).status_code == 404
    assert (await history(as_("maria"), "hodan")).status_code == 403


async def test_a_conflict_with_a_name_means_everybody_of_that_name(as_: As) -> None:
    answer = await change(as_("tuomas"), "tuomas", conflicts=[{"person_name": "maria lehtola"}, {"area": "12"}])
    assert answer.status_code == 200, answer.text
    told = answer.json()["conflicts"]
    assert {one["person"] for one in told if one["person"]} == {str(person_id("maria"))}
    assert {one["name"] for one in told if one["person"]} == {"Maria Lehtola"}


async def test_two_who_write_at_once_do_not_write_over_one_another(as_: As) -> None:
    first = await change(as_("tuomas"), "tuomas", absences=[days("2026-12-01", "2026-12-02")])
    late = await change(as_("sanna"), "tuomas", absences=[])
    assert (first.status_code, late.status_code) == (200, 412)
    assert (await act(as_("sanna"), "tuomas", "deactivate", reason="Myöhässä.")).status_code == 412
    assert len((await read(as_("tuomas"), "tuomas"))["absences"]) == 1
