from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from demo.story.ids import example_id
from services.shared.clock import MovedClock
from services.shared.identity import Caller
from tests.builders.story import ISSUER, organisation_id, person_id, somebody
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]
HETU = "131052-308T"


async def a_newcomer(registry: App, subject: str = "outsider") -> tuple[httpx2.AsyncClient, str]:
    """Somebody who has signed in and may do nothing yet."""
    body = {"issuer": ISSUER, "subject": subject, "name": "Ulla Ulkonen", "email": "ulla@muualla.example"}
    identity = (await registry.as_service("gateway").post("/v1/sign-ins", json=body)).json()
    caller = Caller(kind="person", id=identity["person"], name="Ulla Ulkonen", session="a session")
    return registry.as_(caller), identity["person"]


# asking for access


async def ask(client: httpx2.AsyncClient, **changed: Any) -> httpx2.Response:
    body = {"organisation": str(organisation_id("opetus_mikkeli")), "reason": "Haluan pyytää konsultaatiota", **changed}
    return await client.post("/v1/access-requests", json=body)


async def test_a_newcomer_asks_and_the_coordinator_of_the_area_grants(network: App, as_: As, rows: Rows) -> None:
    newcomer, _person = await a_newcomer(network)
    asked = await ask(newcomer)
    assert asked.status_code == 201, asked.text
    request = asked.json()
    assert (request["state"], request["ytas"], request["allowed"]) == ("open", ["ita"], [])
    listed = (await as_("sanna").get("/v1/access-requests", params={"state": "open"})).json()["items"]
    mine = next(one for one in listed if one["id"] == request["id"])
    assert mine["email"] == "ulla@muualla.example"
    assert mine["allowed"] == ["grant_access_request", "refuse_access_request"]
    granted = await decide(as_("sanna"), "grant", request["id"], reason="Tunnen hänet")
    assert granted.status_code == 200, granted.text
    assert granted.json()["state"] == "granted"
    body = {"issuer": ISSUER, "subject": "outsider", "name": "Ulla Ulkonen"}
    identity = (await network.as_service("gateway").post("/v1/sign-ins", json=body)).json()
    assert [m["role"] for m in identity["memberships"]] == ["professional"]
    assert identity["pending_request"] is None
    types = [type for (type,) in rows("select type from event order by entered")]
    assert types[-3:] == ["access.requested", "membership.granted", "access.granted"]
    assert rows("select count(*) from access_log where person = %s", str(person_id("sanna"))) == [(2,)]


async def decide(client: httpx2.AsyncClient, what: str, request: str, *, version: int = 1, **body: Any) -> Any:
    where = f"/v1/access-requests/{request}/{what}"
    return await client.post(where, json=body, headers={"If-Match": f'"{version}"'})


async def test_an_open_request_is_told_at_sign_in_and_there_is_one_at_a_time(network: App) -> None:
    newcomer, _ = await a_newcomer(network)
    request = (await ask(newcomer)).json()["id"]
    body = {"issuer": ISSUER, "subject": "outsider", "name": "Ulla Ulkonen"}
    identity = (await network.as_service("gateway").post("/v1/sign-ins", json=body)).json()
    assert identity["pending_request"] == request
    again = await ask(newcomer)
    assert (again.status_code, again.json()["code"], again.json()["request"]) == (409, "already_asked", request)


async def test_a_refusal_tells_why_and_one_may_ask_again(network: App, as_: As) -> None:
    newcomer, _ = await a_newcomer(network)
    request = (await ask(newcomer)).json()["id"]
    refused = await decide(as_("deputy"), "refuse", request, reason="Käytä kunnan omaa kirjautumista")
    assert refused.json()["state"] == "refused"
    own = (await newcomer.get(f"/v1/access-requests/{request}")).json()
    assert own["decision_reason"] == "Käytä kunnan omaa kirjautumista"
    assert own["email"] is None
    assert (await ask(newcomer)).status_code == 201


@pytest.mark.parametrize("who", ["anna", "kaisa", "maria", "editor", "noora", "timo"])
async def test_nobody_else_sees_or_decides_a_request(as_: As, who: str) -> None:
    request = str(example_id("access_request", "elina_rask"))
    assert (await as_(who).get(f"/v1/access-requests/{request}")).status_code in (403, 404)
    assert (await decide(as_(who), "grant", request, reason="x")).status_code in (403, 404)
    assert (await decide(as_(who), "refuse", request, reason="x")).status_code in (403, 404)
    listed = (await as_(who).get("/v1/access-requests")).json()["items"]
    assert request not in [one["id"] for one in listed]


async def test_nobody_decides_their_own_request(network: App, as_: As) -> None:
    asked = await ask(as_("sanna"), role="expert")
    decided = await decide(as_("sanna"), "grant", asked.json()["id"], reason="Itselleni")
    assert (decided.status_code, decided.json()["code"]) == (403, "own_matter")


async def test_a_request_is_decided_once_and_from_what_was_read(as_: As) -> None:
    request = str(example_id("access_request", "elina_rask"))
    assert (await decide(as_("sanna"), "grant", request, version=7, reason="x")).status_code == 412
    one, two = await asyncio.gather(
        decide(as_("sanna"), "grant", request, reason="Kyllä"), decide(as_("deputy"), "refuse", request, reason="Ei")
    )
    assert sorted([one.status_code, two.status_code]) == [200, 409]
    late = one if one.status_code == 409 else two
    assert late.json()["code"] == "request_decided"


async def test_an_organisation_the_registry_does_not_know_is_chosen_by_who_grants(as_: As) -> None:
    request = str(example_id("access_request", "jari_vaisanen"))
    without = await decide(as_("sanna"), "grant", request, reason="Tunnen")
    assert (without.status_code, without.json()["fields"][0]["path"]) == (422, "organisation")
    granted = await decide(
        as_("sanna"), "grant", request, reason="Tunnen", organisation=str(organisation_id("kotisilta"))
    )
    assert granted.status_code == 200, granted.text


async def test_a_coordinator_grants_no_more_than_a_coordinator_may(as_: As) -> None:
    request = str(example_id("access_request", "elina_rask"))
    higher = await decide(as_("sanna"), "grant", request, reason="x", role="admin")
    assert higher.status_code == 403
    elsewhere = await decide(
        as_("sanna"), "grant", request, reason="x", organisation=str(organisation_id("opetus_vaasa"))
    )
    assert elsewhere.status_code == 403


async def test_where_no_area_decides_an_admin_does(network: App, as_: As) -> None:
    newcomer, _ = await a_newcomer(network)
    asked = await ask(newcomer, organisation=None, organisation_name="Tuntematon ry")
    assert asked.json()["ytas"] == []
    assert (await decide(as_("sanna"), "refuse", asked.json()["id"], reason="x")).status_code == 404
    assert (await decide(as_("admin"), "refuse", asked.json()["id"], reason="x")).status_code == 200


async def test_an_area_named_by_the_newcomer_says_who_decides(network: App) -> None:
    newcomer, _ = await a_newcomer(network)
    asked = await ask(newcomer, organisation=str(organisation_id("valteri")), area="17")
    assert asked.json()["ytas"] == ["lansi"]


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"organisation": None}, "organisation"),
        ({"organisation": str(person_id("maria"))}, "organisation"),
        ({"role": "admin"}, "role"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": f"Asiakas {HETU}"}, "reason"),
        ({"organisation": None, "organisation_name": f"{HETU} ry"}, "organisation_name"),
        ({"organisation": str(organisation_id("valteri")), "area": "99"}, "area"),
    ],
)
async def test_a_request_with_a_wrong_field_is_refused(network: App, changed: dict[str, Any], path: str) -> None:
    newcomer, _ = await a_newcomer(network)
    answer = await ask(newcomer, **changed)
    assert answer.status_code == 422, answer.text
    assert answer.json()["fields"][0]["path"] == path
    assert HETU not in answer.text


async def test_a_visitor_can_not_ask(network: App) -> None:
    assert (await ask(network.client)).status_code == 401


# memberships


async def grant(client: httpx2.AsyncClient, person: str, **changed: Any) -> httpx2.Response:
    body = {
        "person": str(person_id(person)),
        "role": "professional",
        "organisation": str(organisation_id("etela_savo")),
        "reason": "Uusi työntekijä",
        **changed,
    }
    return await client.post("/v1/memberships", json=body)


async def test_a_coordinator_grants_a_role_in_an_organisation_of_their_area(as_: As) -> None:
    answer = await grant(as_("sanna"), "elina_rask", valid_to="2027-11-30")
    assert answer.status_code == 201, answer.text
    membership = answer.json()
    assert (membership["state"], membership["yta"], membership["area"]) == ("current", "ita", "12")
    assert membership["granted_by_name"] == "Sanna Heiskanen"
    assert membership["allowed"] == ["revoke_membership", "confirm_membership"]


@pytest.mark.parametrize(
    ("who", "changed"),
    [
        ("sanna", {"role": "coordinator", "organisation": str(organisation_id("ot_ita")), "yta": "ita"}),
        ("sanna", {"role": "national"}),
        ("sanna", {"role": "auditor"}),
        ("sanna", {"role": "admin"}),
        ("sanna", {"organisation": str(organisation_id("pohjanmaa"))}),
        ("sanna", {"organisation": None}),
        ("sanna", {"organisation": str(organisation_id("etela_savo")), "yta": "lansi"}),
        ("sanna", {"organisation": str(organisation_id("pohjanmaa")), "yta": "ita", "role": "organisation_editor"}),
        ("editor", {}),
        ("editor", {"role": "expert", "organisation": str(organisation_id("kokemuspolku"))}),
        ("maria", {}),
        ("noora", {}),
        ("timo", {}),
    ],
)
async def test_nobody_grants_more_than_their_own_ground_reaches(as_: As, who: str, changed: dict[str, Any]) -> None:
    answer = await grant(as_(who), "elina_rask", **changed)
    assert answer.status_code == 403, answer.text


async def test_an_editor_lets_professionals_into_their_own_organisation(as_: As) -> None:
    answer = await grant(as_("editor"), "elina_rask", organisation=str(organisation_id("kokemuspolku")))
    assert answer.status_code == 201


async def test_an_admin_makes_a_coordinator_of_an_area(as_: As) -> None:
    new = {"role": "coordinator", "organisation": str(organisation_id("ot_ita"))}
    without = await grant(as_("admin"), "elina_rask", **new)
    assert (without.status_code, without.json()["code"]) == (422, "coordinator_needs_area")
    assert (await grant(as_("admin"), "elina_rask", **new, yta="nowhere")).status_code == 422
    answer = await grant(as_("admin"), "elina_rask", **new, yta="ita", deputy=True)
    assert answer.status_code == 201
    listed = (await as_("maria").get("/v1/people/coordinators", params={"yta": "ita"})).json()["items"]
    assert [one["name"] for one in listed] == ["Sanna Heiskanen", "Pekka Nousiainen", "Elina Rask"]
    assert [one["deputy"] for one in listed] == [False, True, True]


async def test_nobody_gives_themselves_a_role(as_: As) -> None:
    answer = await grant(as_("admin"), "admin", role="auditor")
    assert (answer.status_code, answer.json()["code"]) == (403, "own_matter")


async def test_the_same_role_is_not_held_twice(as_: As) -> None:
    assert (await grant(as_("sanna"), "maria")).json()["code"] == "already_member"
    answers = await asyncio.gather(*(grant(as_("sanna"), "elina_rask") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_a_role_that_ends_before_it_begins_is_refused(as_: As) -> None:
    answer = await grant(as_("sanna"), "elina_rask", valid_from="2026-12-02", valid_to="2026-12-01")
    assert (answer.status_code, answer.json()["code"]) == (422, "ends_before_it_begins")


async def test_a_role_of_tomorrow_works_tomorrow(network: App, as_: As, clock: MovedClock) -> None:
    await grant(as_("sanna"), "elina_rask", valid_from="2026-11-25")
    body = {"issuer": ISSUER, "subject": "example-elina", "name": "Elina Rask"}
    assert (await network.as_service("gateway").post("/v1/sign-ins", json=body)).json()["memberships"] == []
    clock.set(datetime(2026, 11, 24, 22, 0, tzinfo=UTC))
    assert len((await network.as_service("gateway").post("/v1/sign-ins", json=body)).json()["memberships"]) == 1


def of(person: str, role: str, organisation: str) -> str:
    return str(example_id("membership", f"{person} {role} {organisation}"))


async def revoke(client: httpx2.AsyncClient, membership: str, *, version: int = 1, reason: str = "Lopettanut") -> Any:
    where = f"/v1/memberships/{membership}/revoke"
    return await client.post(where, json={"reason": reason}, headers={"If-Match": f'"{version}"'})


@pytest.mark.parametrize(
    ("who", "status"),
    [("sanna", 200), ("admin", 200), ("maria", 200), ("anna", 404), ("erik", 404), ("editor", 404), ("noora", 404)],
)
async def test_a_role_is_ended_by_its_holder_the_coordinator_or_an_admin(as_: As, who: str, status: int) -> None:
    answer = await revoke(as_(who), of("maria", "professional", "etela_savo"))
    assert answer.status_code == status, answer.text
    if status == 200:
        assert answer.json()["state"] == "revoked"
        assert answer.json()["allowed"] == []


async def test_a_coordinator_does_not_end_the_role_of_another_coordinator(as_: As) -> None:
    assert (await revoke(as_("sanna"), of("deputy", "coordinator", "ot_ita"))).status_code == 403


async def test_an_ended_role_is_not_ended_again(as_: As) -> None:
    membership = of("maria", "professional", "etela_savo")
    assert (await revoke(as_("sanna"), membership)).status_code == 200
    again = await revoke(as_("sanna"), membership, version=2)
    assert (again.status_code, again.json()["code"]) == (409, "membership_ended")
    assert (await revoke(as_("sanna"), membership)).status_code == 412


async def test_the_last_admin_stays(as_: As) -> None:
    answer = await revoke(as_("admin"), of("admin", "admin", "stm"))
    assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    await grant(as_("admin"), "elina_rask", role="admin", organisation=str(organisation_id("stm")))
    assert (await revoke(as_("admin"), of("admin", "admin", "stm"))).status_code == 200


async def holders(client: httpx2.AsyncClient, **filters: Any) -> list[str]:
    answer = await client.get("/v1/memberships", params={"limit": 200, **filters})
    assert answer.status_code == 200, answer.text
    return [one["person_name"] for one in answer.json()["items"]]


async def test_everybody_sees_their_own_roles_and_keepers_those_they_look_after(as_: As) -> None:
    assert await holders(as_("maria")) == ["Maria Lehtola"]
    ita = await holders(as_("sanna"))
    assert {"Maria Lehtola", "Sirpa Malinen", "Sanna Heiskanen"} <= set(ita)
    assert "Erik Nyman" not in ita
    assert set(await holders(as_("editor"))) >= {"Outi Salmi", "Hodan Yusuf"}
    assert "Maria Lehtola" not in await holders(as_("editor"))
    assert {"Maria Lehtola", "Erik Nyman"} <= set(await holders(as_("timo")))


async def test_roles_are_filtered_and_those_that_end_soon_are_found(as_: As) -> None:
    sanna = as_("sanna")
    assert set(await holders(sanna, ending=True)) == {"Sirpa Malinen", "Risto Laakso", "Outi Kinnunen"}
    assert set(await holders(sanna, role="coordinator", state="current")) == {"Pekka Nousiainen", "Sanna Heiskanen"}
    assert await holders(sanna, q="malin") == ["Sirpa Malinen"]
    assert await holders(sanna, q="%") == []
    assert set(await holders(sanna, organisation=str(organisation_id("etela_savo")))) >= {"Maria Lehtola"}
    await revoke(sanna, of("maria", "professional", "etela_savo"))
    assert await holders(sanna, state="revoked") == ["Maria Lehtola"]


async def test_pages_of_roles_come_newest_first_and_each_once(as_: As) -> None:
    seen: list[str] = []
    after = None
    while True:
        params: dict[str, Any] = {"limit": 20} | ({"after": after} if after else {})
        page = (await as_("admin").get("/v1/memberships", params=params)).json()
        seen += [one["id"] for one in page["items"]]
        if (after := page["next"]) is None:
            break
    assert len(seen) == len(set(seen)) > 150


# people


async def test_names_are_looked_up_by_services_only(network: App, as_: As) -> None:
    ids = [str(person_id("maria")), str(person_id("sanna")), str(organisation_id("kys"))]
    found = (await network.as_service("consultation").post("/v1/people/lookup", json={"ids": ids})).json()["items"]
    assert {one["name"] for one in found} == {"Maria Lehtola", "Sanna Heiskanen"}
    assert all(one["memberships"] for one in found)
    assert (await as_("sanna").post("/v1/people/lookup", json={"ids": ids})).status_code == 403
    assert (await network.as_service("reporting").post("/v1/people/lookup", json={"ids": ids})).status_code == 403
    many = await network.as_service("consultation").post("/v1/people/lookup", json={"ids": ids * 200})
    assert many.status_code == 422


@pytest.mark.parametrize(
    ("who", "status"), [("maria", 200), ("sanna", 200), ("admin", 200), ("anna", 403), ("tuomas", 403)]
)
async def test_a_person_is_read_by_themselves_and_who_looks_after_them(as_: As, who: str, status: int) -> None:
    assert (await as_(who).get(f"/v1/people/{person_id('maria')}")).status_code == status


async def test_a_language_is_one_of_the_three(as_: As) -> None:
    chosen = await as_("maria").put("/v1/people/me/language", json={"language": "sv"})
    assert chosen.json()["language"] == "sv"
    assert (await as_("maria").put("/v1/people/me/language", json={"language": "se"})).status_code == 422


# domain rules


def a_rule(**changed: Any) -> dict[str, Any]:
    return {
        "issuer": ISSUER,
        "domain": "kunta.example",
        "organisation": str(organisation_id("opetus_mikkeli")),
        "reason": "Kunnan oma kirjautuminen",
        **changed,
    }


async def test_rules_are_an_admin_s_and_there_is_one_for_each_door(as_: As) -> None:
    assert (await as_("admin").post("/v1/domain-rules", json=a_rule())).status_code == 201
    again = await as_("admin").post("/v1/domain-rules", json=a_rule())
    assert (again.status_code, again.json()["code"]) == (409, "rule_exists")
    assert (await as_("admin").post("/v1/domain-rules", json=a_rule(tenant="t"))).status_code == 201
    listed = (await as_("admin").get("/v1/domain-rules", params={"limit": 200})).json()["items"]
    assert "kunta.example" in [rule["domain"] for rule in listed]
    for other in ("sanna", "maria", "noora", "timo", "editor"):
        assert (await as_(other).post("/v1/domain-rules", json=a_rule())).status_code == 403
        assert (await as_(other).get("/v1/domain-rules")).status_code == 403


@pytest.mark.parametrize(
    ("domain", "code"),
    [
        ("gmail.com", "public_mail_domain"),
        ("Kunta.example", "string_pattern_mismatch"),
        ("kunta", "string_pattern_mismatch"),
        ("@kunta.example", "string_pattern_mismatch"),
        ("*.example", "string_pattern_mismatch"),
        ("kunta.example ", "string_pattern_mismatch"),
        ("a." * 130 + "fi", "string_too_long"),
    ],
)
async def test_a_domain_that_says_nothing_about_an_employer_is_refused(as_: As, domain: str, code: str) -> None:
    answer = await as_("admin").post("/v1/domain-rules", json=a_rule(domain=domain))
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["code"] == code


# what waits


async def test_what_waits_is_told_to_who_can_do_it(network: App, as_: As) -> None:
    items = (await as_("sanna").get("/v1/waiting")).json()["items"]
    kinds = [item["kind"] for item in items]
    assert kinds.count("access_request") == 2
    assert kinds.count("membership_ending") == 3
    assert "competence_review" in kinds
    dues = [item["due"] for item in items if item["due"]]
    assert dues == sorted(dues)
    ending = next(item for item in items if item["data"].get("name") == "Sirpa Malinen")
    assert (ending["due"], ending["state"]) == ("2026-11-30T22:00:00Z", "soon")
    assert (await as_("maria").get("/v1/waiting")).json()["items"] == []
    newcomer, _ = await a_newcomer(network)
    await ask(newcomer)
    (own,) = (await newcomer.get("/v1/waiting")).json()["items"]
    assert (own["kind"], own["turn"]) == ("own_access_request", False)
    of_admin = (await as_("admin").get("/v1/waiting")).json()["items"]
    turns = {(item["kind"], item["turn"]) for item in of_admin}
    assert turns == {("access_request", True), ("membership_ending", False)}, "renewing is for the areas to do"
    for who in ("admin", "sanna", "maria", "anu_hakkarainen"):
        items = (await as_(who).get("/v1/waiting")).json()["items"]
        counted = (await as_(who).get("/v1/waiting/count")).json()
        assert counted == {"waiting": sum(item["turn"] for item in items)}


async def test_an_expert_is_told_when_a_competence_is_due_for_review(as_: As) -> None:
    (item,) = (await as_("anu_hakkarainen").get("/v1/waiting")).json()["items"]
    assert (item["kind"], item["title_code"], item["turn"]) == ("competence_review", "keep_competences_true", False)


def test_the_story_s_people_hold_what_the_story_says() -> None:
    assert somebody("sanna").ytas_as("coordinator") == {"ita"}
    assert somebody("anna").language == "sv"
