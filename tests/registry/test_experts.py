from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from services.shared.clock import MovedClock
from tests.builders.people import a_person, a_stranger, a_system
from tests.builders.story import expert_id, organisation_id, person_id
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]
VALID_HETU = "131052-308T"  # the example code of the Digital and Population Data Services Agency


async def read(client: httpx2.AsyncClient, slug: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/experts/{expert_id(slug)}")
    assert answer.status_code == 200, answer.text
    expert: dict[str, Any] = answer.json()
    return expert


async def change(client: httpx2.AsyncClient, slug: str, *, version: int = 1, **fields: Any) -> httpx2.Response:
    return await client.patch(f"/v1/experts/{expert_id(slug)}", json=fields, headers={"If-Match": f'"{version}"'})


def days(first: str | None, last: str | None) -> dict[str, str | None]:
    return {"away_from": first, "away_to": last}


# who sees whom


async def test_experts_are_for_members_only(network: App) -> None:
    where = f"/v1/experts/{expert_id('tuomas')}"
    assert (await network.client.get("/v1/experts")).status_code == 401
    assert (await network.as_(a_stranger()).get("/v1/experts")).status_code == 403
    assert (await network.as_(a_stranger()).get(where)).status_code == 403
    assert (await network.as_(a_system("cases:read")).get(where)).status_code == 403
    assert (await network.as_(a_system("registry:read")).get(where)).status_code == 200
    assert (await network.as_(a_person("professional")).get(where)).status_code == 200


async def test_an_entry_tells_what_somebody_can_be_asked_for(as_: As) -> None:
    expert = await read(as_("maria"), "tuomas")
    assert expert["name"] == "Tuomas Rinne"
    assert expert["employer"]["name"]["sv"] == "Mellersta Finlands välfärdsområde"
    assert expert["disciplines"] == ["sosiaalityo_lastensuojelu"]
    assert expert["example"]
    honour = expert["competences"][0]
    assert (honour["concept"], honour["level"], honour["assured_on"]) == ("kunniavakivalta", 3, "2026-09-07")
    assert honour["assured_by"] == str(person_id("sanna"))


async def test_a_conflict_of_interest_is_for_the_expert_and_the_coordinators_of_the_area(as_: As) -> None:
    assert (await read(as_("maria"), "kaisa_bjorklund"))["conflicts"] is None
    assert (await read(as_("sanna"), "kaisa_bjorklund"))["conflicts"] is None
    (conflict,) = (await read(as_("anna"), "kaisa_bjorklund"))["conflicts"]
    assert conflict["organisation"] == str(organisation_id("solgardens_barnhem"))


async def test_who_agreed_to_no_list_is_seen_by_themselves_and_their_coordinator_alone(as_: As) -> None:
    hidden = await change(as_("tuomas"), "tuomas", consent_listed=False)
    assert hidden.status_code == 200
    where = f"/v1/experts/{expert_id('tuomas')}"
    assert (await as_("maria").get(where)).status_code == 404
    assert (await as_("anna").get(where)).status_code == 404
    assert (await as_("sanna").get(where)).status_code == 200
    assert (await as_("tuomas").get(where)).status_code == 200
    assert await names(as_("maria"), q="Rinne") == []
    assert await names(as_("sanna"), q="Rinne") == ["Tuomas Rinne"]
    found = (await as_("maria").get("/v1/search", params={"q": "Tuomas Rinne", "kind": "experts"})).json()["items"]
    assert [hit["label"]["fi"] for hit in found if hit["label"]["fi"] == "Tuomas Rinne"] == []


# lists


async def names(client: httpx2.AsyncClient, **filters: Any) -> list[str]:
    answer = await client.get("/v1/experts", params={"limit": 200, **filters})
    assert answer.status_code == 200, answer.text
    return [expert["name"] for expert in answer.json()["items"]]


async def test_filters_narrow_the_list_and_go_together(as_: As) -> None:
    maria = as_("maria")
    everybody = await names(maria)
    assert len(everybody) > 130
    assert "Tuomas Rinne" in await names(maria, theme="kunniavakivalta", yta="ita")
    assert "Kaisa Björklund" not in await names(maria, theme="kunniavakivalta", yta="ita")
    assert await names(maria, language="so", profession="kokemusasiantuntija") == ["Hodan Yusuf"]
    assert "Leena Vartiainen" in await names(maria, discipline="nuorisopsykiatria", area="12")
    employer = str(organisation_id("keski_suomi"))
    assert "Tuomas Rinne" in await names(maria, employer=employer)


async def test_names_come_in_the_finnish_order_by_family_name(as_: As) -> None:
    def key(name: str) -> tuple[str, ...]:
        order = {letter: chr(123 + place) for place, letter in enumerate("åäö")}
        family = name.split()[-1].lower()
        return tuple(order.get(letter, letter) for letter in family.replace("á", "a"))

    found = await names(as_("maria"))
    assert [key(name) for name in found] == sorted(key(name) for name in found)


async def test_pages_give_everybody_once(as_: As) -> None:
    maria, seen, after = as_("maria"), [], None
    while True:
        params = {"limit": 17} | ({"after": after} if after else {})
        page = (await maria.get("/v1/experts", params=params)).json()
        seen += [expert["id"] for expert in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == len(await names(maria))


@pytest.mark.parametrize("after", ["x", "W10", "WyJhIl0", "WzEsMl0", "bnVsbA", "WyJhIiwiYiJd", "%00", "ä"])
async def test_a_cursor_of_another_make_is_refused(as_: As, after: str) -> None:
    answer = await as_("maria").get("/v1/experts", params={"after": after})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


@pytest.mark.parametrize(
    ("params", "path"),
    [({"limit": 0}, "limit"), ({"limit": 201}, "limit"), ({"theme": "a b"}, "theme"), ({"q": "x" * 101}, "q")],
)
async def test_a_filter_that_makes_no_sense_is_named(as_: As, params: dict[str, Any], path: str) -> None:
    answer = await as_("maria").get("/v1/experts", params=params)
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["path"] == path


async def test_words_find_a_name_a_profession_and_a_theme_in_either_language(as_: As) -> None:
    maria = as_("maria")
    assert await names(maria, q="björklund kaisa") == ["Kaisa Björklund"]
    assert "Tuomas Rinne" in await names(maria, q="hedersrelaterat våld")
    assert "Risto Koponen" in await names(maria, q="barnneurolog")
    assert await names(maria, q="'; drop table expert; --") == []


async def test_somebody_away_is_not_available_until_they_are_back(as_: As, clock: MovedClock) -> None:
    maria = as_("maria")
    assert not (await read(maria, "outi_kinnunen"))["available"]
    assert "Outi Kinnunen" not in await names(maria, available=True)
    assert "Outi Kinnunen" in await names(maria, available=False)
    clock.set(datetime(2026, 12, 4, 22, 0, tzinfo=UTC))  # 5 December in Finland
    assert (await read(maria, "outi_kinnunen"))["available"]
    assert "Outi Kinnunen" in await names(maria, available=True)


# changes


async def test_an_expert_keeps_their_own_entry(as_: As, rows: Rows) -> None:
    answer = await change(
        as_("tuomas"),
        "tuomas",
        bio="  Väkivaltatyö.\r\nMyös etänä.  ",
        capacity_month=1,
        absences=[{"away_from": "2026-12-20", "away_to": "2027-01-06"}],
        languages=["fi", "en", "sv"],
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == '"2"'
    expert = answer.json()
    assert expert["bio"] == "Väkivaltatyö.\nMyös etänä."
    assert expert["languages"] == ["fi", "en", "sv"]
    assert expert["competences"][0]["assured_on"] == "2026-09-07"
    told = rows("select data from event where type = 'expert.changed'")
    assert told[0][0]["languages"] == ["fi", "en", "sv"]
    assert "Väkivaltatyö" not in str(told)
    assert rows("select act, ground, part from access_log where act = 'change_expert'") == [
        ("change_expert", "own entry", "absences,bio,capacity_month,languages")
    ]


@pytest.mark.parametrize("who", ["maria", "leena", "anna", "noora", "timo", "admin", "editor", "erik"])
async def test_nobody_else_changes_an_entry(as_: As, who: str) -> None:
    answer = await change(as_(who), "tuomas", bio="Muutettu")
    assert answer.status_code == 403, answer.text
    assert (await read(as_("maria"), "tuomas"))["bio"] != "Muutettu"


async def test_a_refused_change_leaves_its_trace(as_: As, rows: Rows) -> None:
    await change(as_("anna"), "tuomas", bio="Muutettu")
    assert rows("select person, subject, outcome from access_log where act = 'change_expert'") == [
        (str(person_id("anna")), str(expert_id("tuomas")), "forbidden")
    ]


async def test_what_somebody_counts_for_is_the_coordinators_to_record(as_: As) -> None:
    refused = await change(as_("tuomas"), "tuomas", profession="psykologi", area="12")
    assert (refused.status_code, refused.json()["code"]) == (403, "field_not_yours")
    assert [field["path"] for field in refused.json()["fields"]] == ["area", "profession"]
    allowed = await change(as_("sanna"), "tuomas", profession="psykologi")
    assert allowed.status_code == 200
    assert allowed.json()["disciplines"] == ["psykologia"]


async def test_consent_to_be_listed_is_the_expert_s_own(as_: As) -> None:
    refused = await change(as_("sanna"), "tuomas", consent_listed=True)
    assert refused.json()["code"] == "field_not_yours"


async def test_the_entry_says_which_fields_the_caller_may_change(as_: As) -> None:
    own = await read(as_("tuomas"), "tuomas")
    assert "bio" in own["editable"]
    assert "profession" not in own["editable"]
    assert own["allowed"] == ["change_expert", "list_expert_history"]
    everything = ["change_expert", "assure_competences", "list_expert_history", "deactivate_expert"]
    assert (await read(as_("sanna"), "tuomas"))["allowed"] == [*everything, "check_registration"]
    assert (await read(as_("maria"), "tuomas"))["editable"] == []


async def test_an_editor_keeps_the_people_of_their_own_organisation_only(as_: As) -> None:
    assert (await change(as_("editor"), "hodan", capacity_month=1)).status_code == 200
    assert (await change(as_("editor"), "tuomas", capacity_month=1)).status_code == 403
    refused = await change(as_("editor"), "hodan", version=2, competences=[])
    assert refused.json()["code"] == "field_not_yours"


async def test_a_change_of_what_was_read_before_somebody_else_changed_it_is_refused(as_: As) -> None:
    assert (await change(as_("tuomas"), "tuomas", bio="Ensimmäinen")).status_code == 200
    late = await change(as_("sanna"), "tuomas", bio="Toinen")
    assert (late.status_code, late.json()["code"], late.json()["current"]) == (412, "stale_version", 2)
    assert (await read(as_("maria"), "tuomas"))["bio"] == "Ensimmäinen"


async def test_a_change_names_the_version_it_was_made_from(as_: As) -> None:
    where, sanna = f"/v1/experts/{expert_id('tuomas')}", as_("sanna")
    assert (await sanna.patch(where, json={"bio": "x"})).status_code == 428
    bad = await sanna.patch(where, json={"bio": "x"}, headers={"If-Match": '"abc"'})
    assert bad.status_code == 422
    missing = await sanna.patch(f"/v1/experts/{person_id('tuomas')}", json={}, headers={"If-Match": '"1"'})
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("fields", "path", "code"),
    [
        ({"bio": f"Asiakas {VALID_HETU} tulee"}, "bio", "hetu_found"),
        ({"bio": "x" * 2001}, "bio", "string_too_long"),
        ({"bio": None}, "", "missing"),
        ({"title": " "}, "title", "missing"),
        ({"languages": []}, "languages", "too_short"),
        ({"languages": ["xx"]}, "languages.0", "unknown_concept"),
        ({"areas": ["12", "99"]}, "areas.1", "unknown_area"),
        ({"capacity_month": -1}, "capacity_month", "greater_than_equal"),
        ({"capacity_month": 41}, "capacity_month", "less_than_equal"),
        ({"absences": [days("2026-12-02", "2026-12-01")]}, "absences.0.away_to", "ends_before_it_begins"),
        ({"absences": [days(None, "2026-12-01")]}, "absences.0.away_from", "date_type"),
        ({"absences": [days("31.12.2026", None)]}, "absences.0.away_from", "date_from_datetime_parsing"),
        ({"absences": [days("2026-11-02", "2026-11-23")]}, "absences.0.away_to", "in_the_past"),
        (
            {"absences": [days("2026-12-01", "2026-12-08"), days("2026-12-08", "2026-12-09")]},
            "absences.1.away_from",
            "overlaps",
        ),
        (
            {"absences": [days("2027-01-01", "2027-01-02"), days("2026-12-01", None)]},
            "absences.0.away_from",
            "overlaps",
        ),
        ({"email": "tuomas(at)example"}, "email", "not_an_email"),
        ({"phone": f"puh. {VALID_HETU}"}, "phone", "not_a_phone"),
        ({"shown": ["registration"]}, "shown.0", "literal_error"),
        ({"registration": {"kind": "terhikki", "number": VALID_HETU}}, "registration.number", "hetu_found"),
        ({"registration": {"kind": "valvira", "number": "1"}}, "registration.kind", "literal_error"),
        ({"competences": [{"concept": "kunnia", "level": 2}]}, "competences.0.concept", "unknown_concept"),
        ({"competences": [{"concept": "muu", "level": 4}]}, "competences.0.level", "less_than_equal"),
        (
            {"competences": [{"concept": "muu", "level": 1}, {"concept": "muu", "level": 2}]},
            "competences.1.concept",
            "repeated",
        ),
        (
            {"competences": [{"concept": "muu", "level": 1, "evidence": VALID_HETU}]},
            "competences.0.evidence",
            "hetu_found",
        ),
        ({"conflicts": [{"area": "12", "person": str(person_id("maria"))}]}, "conflicts.0", "one_party"),
        (
            {"conflicts": [{"organisation": str(person_id("maria"))}]},
            "conflicts.0.organisation",
            "unknown_organisation",
        ),
        ({"conflicts": [{"person": str(organisation_id("kys"))}]}, "conflicts.0.person", "unknown_person"),
        ({"conflicts": [{"person_name": "Ei Kukaan"}]}, "conflicts.0.person_name", "nobody_of_that_name"),
        ({"disciplines": ["poliisi"]}, "disciplines", "extra_forbidden"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_changes(
    as_: As, fields: dict[str, Any], path: str, code: str
) -> None:
    before = await read(as_("tuomas"), "tuomas")
    answer = await change(as_("tuomas"), "tuomas", **fields)
    assert answer.status_code == 422, answer.text
    told = answer.json()["fields"][0]
    assert (told["path"], told["code"]) == (path, code)
    assert VALID_HETU not in answer.text
    assert await read(as_("tuomas"), "tuomas") == before


# assurance


async def assure(client: httpx2.AsyncClient, slug: str, *concepts: str, version: int = 1, **more: Any) -> Any:
    body = {"competences": [{"concept": concept} for concept in concepts], **more}
    where = f"/v1/experts/{expert_id(slug)}/assure"
    return await client.post(where, json=body, headers={"If-Match": f'"{version}"'})


async def test_a_coordinator_assures_what_they_have_checked(as_: As) -> None:
    answer = await assure(as_("sanna"), "outi_kinnunen", "haastavat_erot", review_due="2027-11-30")
    assert answer.status_code == 200, answer.text
    checked, *others = answer.json()["competences"]
    assert checked["assured_by"] == str(person_id("sanna"))
    assert (checked["assured_on"], checked["review_due"]) == ("2026-11-24", "2027-11-30")
    assert all(other["assured_on"] is None for other in others)


@pytest.mark.parametrize("who", ["outi_kinnunen", "anna", "maria", "admin"])
async def test_nobody_assures_themselves_nor_an_expert_of_another_area(as_: As, who: str) -> None:
    assert (await assure(as_(who), "outi_kinnunen", "haastavat_erot")).status_code == 403


async def test_what_is_not_claimed_can_not_be_assured(as_: As) -> None:
    answer = await assure(as_("sanna"), "outi_kinnunen", "muu")
    assert (answer.status_code, answer.json()["fields"][0]["code"]) == (422, "not_claimed")
    past = await assure(as_("sanna"), "outi_kinnunen", "haastavat_erot", review_due="2026-11-24")
    assert past.json()["code"] == "ends_before_it_begins"


@pytest.mark.parametrize(
    ("level", "evidence", "kept"),
    [(3, "Koulutus 2022, 11 konsultaatiota", True), (2, "Koulutus 2022, 11 konsultaatiota", True), (3, "Muu", False)],
)
async def test_an_assurance_goes_with_what_was_checked(as_: As, level: int, evidence: str, kept: bool) -> None:
    claims = [{"concept": "kunniavakivalta", "level": level, "evidence": evidence}]
    answer = await change(as_("tuomas"), "tuomas", competences=claims)
    (competence,) = answer.json()["competences"]
    assert (competence["assured_on"] is not None) == kept


# adding


def a_new_expert(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Kerttu Koe",
        "title": "psykologi",
        "profession": "psykologi",
        "employer": str(organisation_id("etela_savo")),
        "areas": ["12"],
        "languages": ["fi"],
        "competences": [{"concept": "traumat", "level": 3}],
        "consent_listed": True,
        **changed,
    }


async def test_a_coordinator_adds_an_expert_of_their_area_once(as_: As, rows: Rows) -> None:
    sanna = as_("sanna")
    sanna.headers["Idempotency-Key"] = "one-and-the-same"
    first = await sanna.post("/v1/experts", json=a_new_expert())
    again = await sanna.post("/v1/experts", json=a_new_expert())
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["yta"] == "ita"
    assert first.json()["area"] == "12"
    assert first.json()["disciplines"] == ["psykologia"]
    assert rows("select count(*) from expert where name = 'Kerttu Koe'") == [(1,)]
    assert rows("select count(*) from event where type = 'expert.created' and at > '2026-11-24'") == [(1,)]


async def test_an_expert_of_another_area_or_of_none_is_not_the_coordinator_s_to_add(as_: As) -> None:
    other = await as_("anna").post("/v1/experts", json=a_new_expert())
    assert other.status_code == 403
    nowhere = await as_("anna").post("/v1/experts", json=a_new_expert(employer=None))
    assert nowhere.status_code == 403
    assert (await as_("maria").post("/v1/experts", json=a_new_expert())).status_code == 403


async def test_a_person_has_one_entry(as_: As) -> None:
    answer = await as_("sanna").post("/v1/experts", json=a_new_expert(person=str(person_id("tuomas"))))
    assert (answer.status_code, answer.json()["code"]) == (409, "expert_exists")
    assert answer.json()["expert"] == str(expert_id("tuomas"))


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"name": "x" * 201}, "name"),
        ({"employer": "not-an-id"}, "employer"),
        ({"employer": str(person_id("maria"))}, "employer"),
        ({"person": str(expert_id("maria"))}, "person"),
        ({"profession": "noita"}, "profession"),
        ({"areas": ["12"] * 100}, "areas"),
        ({"competences": [{"concept": "muu", "level": 1}] * 61}, "competences"),
    ],
)
async def test_an_entry_with_a_wrong_field_is_not_added(as_: As, changed: dict[str, Any], path: str) -> None:
    answer = await as_("sanna").post("/v1/experts", json=a_new_expert(**changed))
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["path"] == path


@pytest.mark.parametrize("body", [b"", b"{", b'{"name": "\xff\xfe"}', b'{"name": "\\ud800"}', b"[]", b'"x"'])
async def test_a_body_that_can_not_be_read_is_refused(as_: As, body: bytes) -> None:
    sanna = as_("sanna")
    answer = await sanna.post("/v1/experts", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("invalid", "bad_request", "unreadable_text")


async def test_ten_megabytes_are_too_many(as_: As) -> None:
    answer = await as_("sanna").post("/v1/experts", json=a_new_expert(bio="x" * 10_000_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


# how many


async def test_counts_agree_with_the_lists_they_promise(as_: As) -> None:
    maria = as_("maria")
    limits = {"language": "sv", "yta": "lansi"}
    counts = (await maria.get("/v1/experts/counts", params=limits)).json()

    async def found(**asked: str) -> int:
        return len((await maria.get("/v1/experts", params={"limit": "200", **asked})).json()["items"])

    assert counts["total"] == await found(**limits) > 0
    assert counts["unlimited"] == await found()
    assert counts["available"] == await found(**limits, available="true")
    for language, number in counts["by"]["language"].items():
        assert number == await found(yta="lansi", language=language)
    for yta, number in counts["by"]["yta"].items():
        assert number == await found(language="sv", yta=yta)
    assert counts["by"]["theme"] == dict(sorted(counts["by"]["theme"].items(), key=lambda one: (-one[1], one[0])))


async def test_counts_hold_no_unlisted_expert_whom_the_caller_would_not_see(as_: As) -> None:
    every = [(await as_(who).get("/v1/experts/counts")).json()["total"] for who in ("maria", "sanna")]
    lists = [len((await as_(who).get("/v1/experts?limit=200")).json()["items"]) for who in ("maria", "sanna")]
    assert every == lists
