"""The first run of an installation: a printed code makes one administrator, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from services.registry.reference import load_reference
from services.registry.setup.errors import SetupDone
from services.registry.setup.operations import mint_code
from services.registry.setup.rules import hash_of, new_code
from services.shared.clock import MovedClock
from services.shared.identity import Caller, Membership
from tests.builders.story import ISSUER
from tests.support.apps import App
from tests.support.mailbox import open_mailbox

pytestmark = pytest.mark.anyio

Rows = Callable[..., list[tuple[Any, ...]]]


async def minted(registry: App) -> str:
    async with registry.app.state.database.duty("setup") as session:
        return await mint_code(session)


async def somebody(registry: App, subject: str = "first", *roles: str) -> httpx2.AsyncClient:
    body = {"issuer": ISSUER, "subject": subject, "name": "Eka Ylläpitäjä", "email": "eka@keskus.example"}
    login = {**body, "email_verified": True}
    person = (await registry.as_service("gateway").post("/v1/sign-ins", json=login)).json()["person"]
    held = tuple(Membership(role, None, "", None, None) for role in roles)
    return registry.as_(Caller(kind="person", id=person, name="Eka", session="a session", memberships=held))


async def claim(client: httpx2.AsyncClient, code: str) -> httpx2.Response:
    return await client.post("/v1/setup/claim", json={"code": code})


def test_a_code_holds_100_bits_and_is_read_however_it_was_typed() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {23}
    code = codes.pop()
    assert hash_of(f" {code.lower().replace('-', ' ')} ") == hash_of(code) != hash_of(code[:-1])


async def test_the_code_makes_one_administrator_and_never_another(registry: App, clock: MovedClock, rows: Rows) -> None:
    first = await minted(registry)
    code = await minted(registry)
    person = await somebody(registry)
    assert (await claim(person, first)).json()["code"] == "wrong_code"
    clock.move(timedelta(hours=24))
    assert (await claim(person, code)).json()["code"] == "wrong_code"
    code = await minted(registry)
    people = [await somebody(registry, f"somebody {n}") for n in range(20)]
    answers = await asyncio.gather(*(claim(one, code.lower()) for one in people))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"setup_done"}
    assert rows("select count(*) from membership where role = 'admin'") == [(1,)]
    assert code not in str(rows("select * from first_run") + rows("select * from access_log"))
    with pytest.raises(SetupDone):
        await minted(registry)


async def test_it_is_done_where_there_was_ever_an_administrator(network: App) -> None:
    told = (await network.as_service("gateway").get("/v1/setup")).json()
    assert (told["claimed"], told["finished"]) == (True, True)
    assert (await claim(await somebody(network), "AAAAA-AAAAA-AAAAA-AAAAA")).json()["code"] == "setup_done"


async def test_the_first_administrator_founds_a_centre_and_tries_the_mail(
    registry: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with registry.app.state.database.duty("reference") as session:
        await load_reference(session)
    code, person = await minted(registry), await somebody(registry)
    assert (await person.post("/v1/setup/finish")).status_code == 403
    await claim(person, code)
    admin = await somebody(registry, "first", "admin")
    name = {"fi": "Itä-Suomen OT-keskus", "sv": "Östra Finlands kompetenscentrum"}
    made = await admin.post("/v1/centres", json={"yta": "ita", "area": "13", "name": name})
    assert made.status_code == 201, made.text
    centre = made.json()
    assert (centre["slug"], centre["centre_of"], centre["ytas"]) == ("ot_ita", "ita", ["ita"])
    again = await admin.post("/v1/centres", json={"yta": "ita", "area": "13", "name": name})
    assert (again.status_code, again.json()["code"]) == (409, "centre_exists")
    assert (await admin.post("/v1/setup/mail")).json() == {"outcome": "not_set"}
    with open_mailbox() as box:
        settings = registry.house.settings_for("registry", smtp_url=f"{box.address}?tls=never")
        monkeypatch.setitem(registry.app.state.database._info, "settings", settings)
        assert (await admin.post("/v1/setup/mail")).json() == {"outcome": "sent"}
        assert [letter["Subject"] for letter in box.to("eka@keskus.example")] == ["OT-verkko: koeviesti"]
    assert (await admin.post("/v1/setup/mail")).json() == {"outcome": "silent"}
    assert (await admin.get("/v1/setup")).json()["finished"] is False
    done = (await admin.post("/v1/setup/finish")).json()
    assert (done["finished"], done["centres"]) == (True, ["ita"])
    assert done["mail_sent_at"] is not None
