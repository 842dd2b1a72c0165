"""Memberships offered by a link: its secret, who may offer what, and that it works once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from demo.story.ids import organisation_id, person_id
from services.registry.access import GRANTABLE, Ground
from services.registry.invitations.post import mail_invitations
from services.registry.invitations.rules import hash_of, new_secret
from services.shared.clock import MovedClock
from services.shared.identity import Caller
from services.shared.jobs import Sweep, run_sweep
from tests.builders.story import ISSUER, somebody
from tests.support.apps import App
from tests.support.mailbox import Mailbox, open_mailbox

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]
OFFER = "/v1/membership-invitations"
SCHOOL = str(organisation_id("opetus_mikkeli"))
ELSEWHERE = "uusi.ihminen@muualla.example"


async def invite(client: httpx2.AsyncClient, **changed: Any) -> httpx2.Response:
    body = {"email": ELSEWHERE, "role": "professional", "organisation": SCHOOL, "reason": "Aloittaa tammikuussa"}
    return await client.post(OFFER, json={**body, "delivery": "link", **changed})


async def a_link(client: httpx2.AsyncClient, **changed: Any) -> str:
    made = await invite(client, **changed)
    assert made.status_code == 201, made.text
    return str(made.json()["secret"])


async def a_newcomer(registry: App, subject: str = "newcomer") -> httpx2.AsyncClient:
    body = {"issuer": ISSUER, "subject": subject, "name": "Uusi Ihminen"}
    person = (await registry.as_service("gateway").post("/v1/sign-ins", json=body)).json()["person"]
    return registry.as_(Caller(kind="person", id=person, name="Uusi Ihminen", session="a session"))


async def accept(client: httpx2.AsyncClient, secret: str) -> httpx2.Response:
    return await client.post(f"{OFFER}/accept", json={"secret": secret})


def test_a_secret_is_256_bits_of_chance_and_only_its_hash_can_be_kept() -> None:
    secrets = {new_secret() for _ in range(1000)}
    assert len(secrets) == 1000
    assert {len(secret) for secret in secrets} == {43}  # 32 bytes in base 64
    assert all(len(hash_of(secret)) == 32 for secret in secrets)


async def test_a_link_is_looked_at_by_anyone_and_taken_once(network: App, as_: As, rows: Rows) -> None:
    secret = await a_link(as_("sanna"))
    looked = await network.as_service("gateway").post(f"{OFFER}/look", json={"secret": secret})
    told = looked.json()
    assert (told["state"], told["role"], told["invited_by_name"]) == ("open", "professional", "Sanna Heiskanen")
    assert ELSEWHERE not in looked.text
    newcomer = await a_newcomer(network)
    taken = await accept(newcomer, secret)
    assert (taken.status_code, taken.json()["state"], taken.json()["mine"]) == (200, "accepted", True)
    held = (await newcomer.get("/v1/memberships")).json()["items"]
    assert [(one["role"], one["granted_by_name"], one["yta"]) for one in held] == [
        ("professional", "Sanna Heiskanen", "ita")
    ]
    again = await accept(newcomer, secret)
    assert (again.status_code, again.json()["mine"]) == (200, True)
    other = await accept(await a_newcomer(network, "another"), secret)
    assert (other.status_code, other.json()["code"]) == (409, "invitation_used")
    stored = rows("select token_hash from membership_invitation where not example")
    assert stored == [(hash_of(secret),)]
    everything = str(
        rows("select * from event") + rows("select * from access_log") + rows("select * from entry_change")
    )
    assert secret not in everything
    assert ELSEWHERE not in everything


async def test_of_twenty_people_who_press_at_once_one_becomes_a_member(network: App, as_: As, rows: Rows) -> None:
    secret = await a_link(as_("sanna"))
    people = [await a_newcomer(network, f"newcomer {n % 10}") for n in range(20)]  # each presses twice
    answers = await asyncio.gather(*(accept(person, secret) for person in people))
    assert sorted(answer.status_code for answer in answers) == [200] * 2 + [409] * 18
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"invitation_used"}
    assert rows("select count(*) from membership where reason = %s", "Aloittaa tammikuussa") == [(1,)]


async def test_a_link_that_is_old_taken_back_or_made_anew_works_no_more(
    network: App, as_: As, clock: MovedClock
) -> None:
    newcomer, sanna = await a_newcomer(network), as_("sanna")
    taken_back = (await invite(sanna)).json()
    where = f"{OFFER}/{taken_back['id']}"
    assert (await sanna.post(f"{where}/revoke", headers={"If-Match": '"1"'})).json()["state"] == "revoked"
    assert (await accept(newcomer, taken_back["secret"])).json()["code"] == "invitation_revoked"
    first = (await invite(sanna)).json()
    where = f"{OFFER}/{first['id']}"
    stale = await sanna.post(f"{where}/renew", json={"delivery": "link"}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    second = (await sanna.post(f"{where}/renew", json={"delivery": "link"}, headers={"If-Match": '"1"'})).json()
    assert (await accept(newcomer, first["secret"])).status_code == 404
    clock.move(timedelta(days=14))
    assert (await accept(newcomer, second["secret"])).json()["code"] == "invitation_expired"
    assert (await accept(newcomer, "guess")).status_code == 404


async def test_nobody_takes_what_they_offered_themselves_or_hold_already(network: App, as_: As) -> None:
    secret = await a_link(as_("sanna"), role="expert")
    assert (await accept(as_("sanna"), secret)).json()["code"] == "own_matter"
    newcomer = await a_newcomer(network)
    assert (await accept(newcomer, secret)).status_code == 200
    assert (await accept(newcomer, await a_link(as_("sanna"), role="expert"))).json()["code"] == "already_member"


async def test_what_somebody_offered_falls_with_the_role_in_which_they_did(network: App, as_: As) -> None:
    secret = await a_link(as_("deputy"))
    asked = {"person": str(person_id("deputy")), "role": "coordinator", "state": "current"}
    (held,) = (await as_("admin").get("/v1/memberships", params=asked)).json()["items"]
    where = f"/v1/memberships/{held['id']}/revoke"
    ended = await as_("admin").post(where, json={"reason": "x"}, headers={"If-Match": f'"{held["version"]}"'})
    assert ended.status_code == 200
    assert (await accept(await a_newcomer(network), secret)).json()["code"] == "invitation_revoked"


@pytest.mark.parametrize("role", sorted(GRANTABLE[Ground.ADMIN] - {"integration"}))
async def test_who_may_offer_a_role_is_who_may_grant_it(network: App, as_: As, role: str) -> None:
    """The admin everything, a coordinator in their area, an editor in their organisation; others nothing."""
    expected = {
        "admin": set(GRANTABLE[Ground.ADMIN]),
        "sanna": set(GRANTABLE[Ground.COORDINATOR]),  # of the area of the organisation
        "anna": set(),  # coordinator of another
        "maria": set(),
        "tuomas": set(),
        "noora": set(),
    }
    yta = "ita" if role == "coordinator" else None
    for slug, may in expected.items():
        made = await invite(as_(slug), role=role, yta=yta, email=f"{slug}@muualla.example")
        assert made.status_code == (201 if role in may else 403), (slug, role, made.text)
    editor = somebody("editor")
    own = next(m.organisation for m in editor.memberships if m.role == "organisation_editor")
    assert (await invite(as_("editor"), role=role, organisation=own, yta=yta)).status_code == (
        201 if role in GRANTABLE[Ground.EDITOR] else 403
    )
    assert (await invite(as_("editor"), role=role, yta=yta)).status_code == 403


async def test_invitations_are_seen_by_those_who_look_after_them(network: App, as_: As) -> None:
    made = (await invite(as_("sanna"))).json()
    assert "secret" not in {
        name for name, value in (await as_("sanna").get(f"{OFFER}/{made['id']}")).json().items() if value
    }
    assert made["id"] in {one["id"] for one in (await as_("deputy").get(OFFER)).json()["items"]}
    assert made["id"] not in {one["id"] for one in (await as_("anna").get(OFFER)).json()["items"]}
    assert (await as_("anna").get(f"{OFFER}/{made['id']}")).status_code == 404
    assert (await as_("anna").post(f"{OFFER}/{made['id']}/revoke", headers={"If-Match": '"1"'})).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"email": "ei osoite"}, "email", "not_an_address"),
        ({"email": "a@b.example, c@d.example"}, "email", "not_an_address"),
        ({"email": "131052-308T@kunta.example"}, "email", "hetu_found"),
        ({"reason": "hetu 131052-308T"}, "reason", "hetu_found"),
        ({"reason": ""}, "reason", "missing"),
        ({"valid_to": "2020-01-01"}, "valid_to", "in_the_past"),
        ({"role": "coordinator"}, "yta", "coordinator_needs_area"),
        ({"organisation": None}, "organisation", "missing"),
        ({"role": "integration"}, "role", "enum"),
        ({"delivery": "mail"}, "delivery", "mail_not_set"),
    ],
)
async def test_an_invitation_that_cant_be_made_says_where(
    network: App, as_: As, wrong: dict[str, Any], field: str, code: str
) -> None:
    refused = await invite(as_("admin"), **wrong)
    assert refused.status_code == 422, refused.text
    assert (refused.json()["fields"][0]["path"], refused.json()["fields"][0]["code"]) == (field, code)
    assert "131052" not in refused.text


async def test_the_same_is_offered_once_and_never_to_a_member(network: App, as_: As) -> None:
    sanna = as_("sanna")
    await invite(sanna)
    assert (await invite(sanna, email=ELSEWHERE.upper())).json()["code"] == "already_invited"
    tuomas = network.house.databases
    with tuomas.superuser("registry") as connection:
        email, organisation = connection.execute(
            "select p.email, m.organisation_id from person p join membership m on m.person_id = p.id"
            " where p.id = %s and m.role = 'expert'",
            [person_id("tuomas")],
        ).fetchone() or ("", "")
    held = await invite(as_("admin"), email=email, role="expert", organisation=str(organisation))
    assert held.json()["code"] == "already_member"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


async def test_a_mailed_invitation_says_nothing_but_the_link_and_is_tried_again(
    network: App, as_: As, rows: Rows, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = network.house.settings_for("registry", smtp_url=f"{box.address}?tls=never")
    monkeypatch.setitem(network.app.state.database._info, "settings", settings)
    for email, language in ((ELSEWHERE, "sv"), ("kukaan@muualla.example", "fi")):
        made = await invite(as_("sanna"), email=email, language=language, delivery="mail")
        assert (made.status_code, made.json()["secret"]) == (201, None)
    box.refusals["kukaan@muualla.example"] = "550 nobody"
    box.refusals[ELSEWHERE] = "451 later"
    for _ in range(2):
        await run_sweep(network.app.state.database, Sweep("invitations", mail_invitations))
        box.refusals.pop(ELSEWHERE, None)
    (letter,) = box.letters
    text = letter.get_content()
    assert "Sanna" not in text + str(letter["Subject"])
    assert letter["Subject"] == "OT-verkko: du är inbjuden"
    secret = text.partition("/join/")[2].split()[0]
    assert (await accept(await a_newcomer(network), secret)).status_code == 200
    listed = (await as_("sanna").get(OFFER)).json()
    assert listed["mail"] is True
    troubles = {one["email"]: one["mail_trouble"] for one in listed["items"] if not one["example"]}
    assert troubles == {ELSEWHERE: None, "kukaan@muualla.example": "refused"}
    await run_sweep(network.app.state.database, Sweep("invitations", mail_invitations))
    assert len(box.letters) == 1
