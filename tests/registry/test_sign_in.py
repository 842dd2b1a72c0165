from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from services.shared.clock import MovedClock
from tests.builders.story import ISSUER, organisation_id, person_id
from tests.support.apps import App

pytestmark = pytest.mark.anyio

Rows = Callable[..., list[tuple[Any, ...]]]


async def sign_in(registry: App, subject: str, *, issuer: str = ISSUER, **told: Any) -> dict[str, Any]:
    body = {"issuer": issuer, "subject": subject, "name": "Uuno Uusi", "language": "fi", **told}
    answer = await registry.as_service("gateway").post("/v1/sign-ins", json=body)
    assert answer.status_code == 200, answer.text
    identity: dict[str, Any] = answer.json()
    return identity


async def test_somebody_known_is_told_what_they_may_do(network: App) -> None:
    identity = await sign_in(network, "maria", name="Maria Lehtola")
    assert identity["person"] == str(person_id("maria"))
    assert not identity["new"]
    (membership,) = identity["memberships"]
    assert membership["role"] == "professional"
    assert membership["organisation"] == str(organisation_id("etela_savo"))
    assert membership["organisation_name"] == "Etelä-Savon hyvinvointialue"
    assert (membership["area"], membership["yta"]) == ("12", "ita")


async def test_an_organisation_is_named_in_the_person_s_own_language(network: App) -> None:
    identity = await sign_in(network, "erik", name="Erik Nyman", language="fi")
    assert identity["language"] == "sv"
    assert identity["memberships"][0]["organisation_name"] == "Korsholms kommun, grundläggande utbildning"


async def test_a_coordinator_has_the_area_and_a_deputy_says_so(network: App) -> None:
    assert (await sign_in(network, "sanna", name="Sanna Heiskanen"))["memberships"][0]["yta"] == "ita"
    deputy = (await sign_in(network, "deputy", name="Pekka Nousiainen"))["memberships"][0]
    assert (deputy["role"], deputy["yta"], deputy["deputy"]) == ("coordinator", "ita", True)


async def test_an_expert_is_told_their_own_entry(network: App) -> None:
    identity = await sign_in(network, "tuomas", name="Tuomas Rinne")
    assert identity["expert"]
    assert {m["role"] for m in identity["memberships"]} == {"expert", "professional"}


async def test_a_verified_address_of_a_known_domain_makes_a_professional_at_once(network: App, rows: Rows) -> None:
    identity = await sign_in(network, "uusi", email="uuno.uusi@etelasavo.example", email_verified=True)
    assert identity["new"]
    (membership,) = identity["memberships"]
    assert (membership["role"], membership["area"]) == ("professional", "12")
    again = await sign_in(network, "uusi", email="uuno.uusi@etelasavo.example", email_verified=True)
    assert not again["new"]
    assert again["person"] == identity["person"]
    assert len(again["memberships"]) == 1
    told = rows("select type, data->>'role', data->>'by_rule' from event where type like 'membership.%%'")
    assert told == [("membership.granted", "professional", "true")]
    assert rows("select ground from access_log where act = 'grant_membership'") == [("domain rule",)]


@pytest.mark.parametrize(
    "told",
    [
        {"email": "uuno@etelasavo.example", "email_verified": False},
        {"email": "uuno@etelasavo.example"},
        {"email": "uuno@x.etelasavo.example", "email_verified": True},
        {"email": "uuno@etelasavo.example.evil.example", "email_verified": True},
        {"email": "uuno@evil.example@etelasavo.example", "email_verified": True},
        {"email": "etelasavo.example", "email_verified": True},
        {"email": None, "email_verified": True},
        {"email": "uuno@etelasavo.example", "email_verified": True, "issuer": "http://other.test"},
    ],
)
async def test_nothing_less_than_a_verified_address_from_that_very_issuer_lets_anybody_in(
    network: App, told: dict[str, Any]
) -> None:
    issuer = told.pop("issuer", ISSUER)
    identity = await sign_in(network, "somebody", issuer=issuer, **told)
    assert identity["new"]
    assert identity["memberships"] == []


async def test_letters_of_a_domain_may_be_large_or_small(network: App) -> None:
    identity = await sign_in(network, "somebody", email="Uuno.Uusi@EtelaSavo.Example", email_verified=True)
    assert len(identity["memberships"]) == 1


async def test_a_rule_of_one_tenant_lets_in_nobody_of_another(network: App, as_: Callable[[str], Any]) -> None:
    rule = {
        "issuer": "http://entra.test",
        "tenant": "tenant-1",
        "domain": "kunta.example",
        "organisation": str(organisation_id("opetus_mikkeli")),
        "reason": "Kunnan oma kirjautuminen",
    }
    assert (await as_("admin").post("/v1/domain-rules", json=rule)).status_code == 201
    told: dict[str, Any] = {"issuer": "http://entra.test", "email": "a@kunta.example", "email_verified": True}
    assert (await sign_in(network, "a", tenant="tenant-2", **told))["memberships"] == []
    assert (await sign_in(network, "b", **told))["memberships"] == []
    assert len((await sign_in(network, "c", tenant="tenant-1", **told))["memberships"]) == 1


async def test_a_rule_does_not_give_back_what_a_human_took_away(network: App, as_: Callable[[str], Any]) -> None:
    told: dict[str, Any] = {"email": "uuno.uusi@etelasavo.example", "email_verified": True}
    membership = (await sign_in(network, "uusi", **told))["memberships"][0]["id"]
    revoked = await as_("sanna").post(
        f"/v1/memberships/{membership}/revoke", json={"reason": "Lopettanut"}, headers={"If-Match": '"1"'}
    )
    assert revoked.status_code == 200
    assert (await sign_in(network, "uusi", **told))["memberships"] == []


async def test_somebody_nobody_knows_has_no_role_and_is_met_once(network: App, rows: Rows) -> None:
    identity = await sign_in(network, "outsider", email="ulla@muualla.example", email_verified=True)
    assert identity["new"]
    assert identity["memberships"] == []
    assert identity["pending_request"] is None
    await sign_in(network, "outsider", email="ulla@muualla.example", email_verified=True)
    assert rows("select count(*) from person where subject = 'outsider'") == [(1,)]
    assert rows("select count(*) from event where type = 'person.joined'") == [(1,)]


async def test_ten_first_logins_at_once_are_one_person_with_one_role(network: App, rows: Rows) -> None:
    told: dict[str, Any] = {"email": "uuno.uusi@etelasavo.example", "email_verified": True}
    identities = await asyncio.gather(*(sign_in(network, "uusi", **told) for _ in range(10)))
    assert len({identity["person"] for identity in identities}) == 1
    assert sum(identity["new"] for identity in identities) == 1
    assert all(len(identity["memberships"]) == 1 for identity in identities)
    assert rows("select count(*) from membership m join person p on p.id = m.person_id where p.subject = 'uusi'") == [
        (1,)
    ]


async def test_the_same_subject_at_another_issuer_is_another_person(network: App) -> None:
    other = await sign_in(network, "sanna", issuer="http://other.test", name="Sanna Heiskanen")
    assert other["person"] != str(person_id("sanna"))
    assert other["memberships"] == []


async def test_a_membership_works_through_its_last_day_in_finland_and_no_longer(
    network: App, clock: MovedClock
) -> None:
    """Sirpa Malinen's runs to 30 November 2026."""
    where = f"/v1/people/{person_id('sirpa_malinen')}"
    clock.set(datetime(2026, 11, 30, 21, 59, tzinfo=UTC))
    assert len((await network.as_service("gateway").get(where)).json()["memberships"]) == 1
    clock.set(datetime(2026, 11, 30, 22, 0, tzinfo=UTC))
    assert (await network.as_service("gateway").get(where)).json()["memberships"] == []


async def test_a_revoked_membership_is_gone_at_the_next_sign_in(network: App, as_: Callable[[str], Any]) -> None:
    membership = (await sign_in(network, "maria", name="Maria Lehtola"))["memberships"][0]["id"]
    answer = await as_("sanna").post(
        f"/v1/memberships/{membership}/revoke", json={"reason": "Siirtynyt"}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 200
    assert (await sign_in(network, "maria", name="Maria Lehtola"))["memberships"] == []


async def test_a_changed_name_follows_the_provider_and_a_chosen_language_stays(
    network: App, as_: Callable[[str], Any]
) -> None:
    assert (await as_("maria").put("/v1/people/me/language", json={"language": "sv"})).status_code == 200
    identity = await sign_in(network, "maria", name="Maria Lehtola-Aalto", language="fi")
    assert (identity["name"], identity["language"]) == ("Maria Lehtola-Aalto", "sv")


async def test_only_the_gateway_may_say_who_has_logged_in(network: App, as_: Callable[[str], Any]) -> None:
    body = {"issuer": ISSUER, "subject": "sanna", "name": "Sanna"}
    assert (await network.client.post("/v1/sign-ins", json=body)).status_code == 401
    for client in (as_("admin"), as_("sanna"), network.as_service("consultation"), network.as_service("reporting")):
        assert (await client.post("/v1/sign-ins", json=body)).status_code == 403


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"issuer": ISSUER, "subject": "a"}, "name"),
        ({"issuer": "", "subject": "a", "name": "A"}, "issuer"),
        ({"issuer": ISSUER, "subject": "a\u0007b", "name": "A"}, "subject"),
        ({"issuer": ISSUER, "subject": "x" * 501, "name": "A"}, "subject"),
        ({"issuer": ISSUER, "subject": "a", "name": "  "}, "name"),
        ({"issuer": ISSUER, "subject": "a", "name": "\u0007"}, "name"),
        ({"issuer": ISSUER, "subject": "a", "name": "A" * 201}, "name"),
        ({"issuer": ISSUER, "subject": "a", "name": "A", "language": "de"}, "language"),
        ({"issuer": ISSUER, "subject": "a", "name": "A", "admin": True}, "admin"),
    ],
)
async def test_a_broken_login_is_refused_with_its_field(network: App, body: dict[str, Any], path: str) -> None:
    answer = await network.as_service("gateway").post("/v1/sign-ins", json=body)
    assert answer.status_code == 422
    assert [field["path"] for field in answer.json()["fields"]] == [path]


# systems


async def system_sign_in(registry: App, **body: Any) -> Any:
    told: dict[str, Any] = {"issuer": ISSUER, "client": "esavo-asiakastieto", **body}
    return await registry.as_service("gateway").post("/v1/system-sign-ins", json=told)


async def test_a_connected_system_is_told_its_scopes(network: App) -> None:
    identity = (await system_sign_in(network)).json()
    assert identity["kind"] == "system"
    assert identity["person"] is None
    assert identity["scopes"] == ["cases:write", "cases:read", "registry:read", "reports"]
    assert identity["memberships"][0]["organisation"] == str(organisation_id("etela_savo"))


async def test_a_system_speaks_for_a_person_of_its_own_organisation(network: App) -> None:
    by_login = await system_sign_in(network, on_behalf_of={"issuer": ISSUER, "subject": "maria"})
    by_id = await system_sign_in(network, on_behalf_of=str(person_id("maria")))
    for answer in (by_login, by_id):
        identity = answer.json()
        assert identity["kind"] == "person"
        assert identity["person"] == str(person_id("maria"))
        assert identity["system"]
        assert identity["scopes"] == ["cases:write", "cases:read", "registry:read", "reports"]


@pytest.mark.parametrize("other", ["sanna", "tuomas", "admin", "erik"])
async def test_a_system_speaks_for_nobody_of_another_organisation(network: App, other: str) -> None:
    answer = await system_sign_in(network, on_behalf_of=str(person_id(other)))
    assert answer.status_code == 403
    assert answer.json()["code"] == "not_of_this_organisation"


async def test_an_unknown_system_or_person_is_not_found(network: App) -> None:
    assert (await system_sign_in(network, client="unknown")).json()["code"] == "unknown_system"
    assert (await system_sign_in(network, issuer="http://other.test")).status_code == 404
    nobody = await system_sign_in(network, on_behalf_of={"issuer": ISSUER, "subject": "nobody"})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "person_not_found")
