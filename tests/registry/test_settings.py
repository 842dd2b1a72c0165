"""What people choose for themselves, and who may learn an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.builders.people import a_stranger
from tests.builders.story import ISSUER, person_id
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]
SETTINGS = "/v1/people/me/settings"
SANNA = "sanna.heiskanen@ot-ita.example"


async def change(client: httpx2.AsyncClient, version: int, **wanted: Any) -> httpx2.Response:
    body = {"language": "fi", "mail": "each", **wanted}
    return await client.put(SETTINGS, json=body, headers={"If-Match": f'"{version}"'})


async def test_settings_are_read_changed_and_leave_their_trace(network: App, as_: As, rows: Rows) -> None:
    first = (await as_("sanna").get(SETTINGS)).json()
    assert (first["mail"], first["language"], first["email"]) == ("each", "fi", SANNA)
    changed = await change(as_("sanna"), first["version"], mail="digest", language="sv")
    assert changed.status_code == 200, changed.text
    assert (await as_("sanna").get(SETTINGS)).json() | {"mail": "digest", "language": "sv"} == changed.json()
    assert changed.headers["ETag"] == f'"{first["version"] + 1}"'
    told = rows("select part from access_log where act = 'change_settings' order by part")
    assert told == [("language",), ("mail",)]


async def test_the_second_of_two_is_told_and_the_same_again_changes_nothing(network: App, as_: As, rows: Rows) -> None:
    version = (await as_("sanna").get(SETTINGS)).json()["version"]
    assert (await change(as_("sanna"), version, mail="none")).status_code == 200
    assert (await change(as_("sanna"), version, mail="digest")).json()["code"] == "stale_version"
    assert (await change(as_("sanna"), version, mail="none")).status_code == 200
    assert rows("select count(*) from access_log where act = 'change_settings'") == [(1,)]


@pytest.mark.parametrize("wrong", [{"mail": "hourly"}, {"language": "de"}, {"mail": None}, {"email": "x@y.example"}])
async def test_a_setting_that_does_not_exist_is_refused(network: App, as_: As, wrong: dict[str, Any]) -> None:
    version = (await as_("sanna").get(SETTINGS)).json()["version"]
    assert (await change(as_("sanna"), version, **wrong)).status_code == 422


async def test_addresses_are_for_consultation_alone_and_come_without_names(network: App, as_: As) -> None:
    body = {"ids": [str(person_id("sanna")), a_stranger().id]}
    answer = await network.as_service("consultation").post("/v1/people/recipients", json=body)
    (found,) = answer.json()["items"]
    assert found == {"id": str(person_id("sanna")), "email": SANNA, "language": "fi", "mail": "each"}
    assert "Heiskanen" not in answer.text.replace(SANNA, "")
    for client in (as_("sanna"), as_("admin"), network.as_service("gateway"), network.as_service("reporting")):
        assert (await client.post("/v1/people/recipients", json=body)).status_code == 403


async def test_an_address_that_the_login_does_not_vouch_for_gets_no_mail(network: App) -> None:
    login = {"issuer": ISSUER, "subject": "unsure", "name": "Ulla Ulkonen", "email": "ulla@muualla.example"}
    person = (await network.as_service("gateway").post("/v1/sign-ins", json=login)).json()["person"]
    asked = await network.as_service("consultation").post("/v1/people/recipients", json={"ids": [person]})
    assert asked.json()["items"] == []
