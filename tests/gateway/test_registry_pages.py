"""The registry's pages against the real registry with the example's people in it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape

import pytest

from tests.gateway.conftest import Browser, Door
from tests.gateway.test_proxy import token

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def signed_in(town: Door, subject: str) -> AsyncIterator[Browser]:
    async with town.browser() as browser:
        await browser.log_in(subject)
        yield browser


def first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, pattern
    return unescape(found.group(1))


async def test_an_employee_of_a_county_is_a_professional_at_once(town: Door) -> None:
    async with signed_in(town, "uusi") as browser:
        page = (await browser.get("/me")).text
        assert "Ammattilainen" in page


async def test_a_stranger_asks_for_access_and_a_coordinator_grants_it(town: Door) -> None:
    async with signed_in(town, "outsider") as outsider, signed_in(town, "sanna") as sanna:
        assert "Sinulla ei ole vielä jäsenyyttä" in (await outsider.get("/")).text
        reason = "Lukion kuraattori, haluan pyytää konsultaatiota yhdestä oppilaasta."
        asked = {"role": "professional", "organisation_name": "Mikkelin lukio", "area": "12", "reason": reason}
        sent = await outsider.submit("/access", asked, page="/access")
        assert sent.status_code == 303, sent.text
        assert "Pyyntösi on koordinaattorilla" in (await outsider.get("/access")).text

        page = (await sanna.get("/memberships")).text
        assert reason in page
        path = re.findall(r'href="(/memberships/requests/[^"]+)"', page[: page.index(reason)])[-1]
        asked_page = (await sanna.get(path)).text
        given = {"role": "professional", "reason": "Koulun kuraattori."}
        given["version"] = first(r'name="version" value="(\d+)"', asked_page)
        lacking = await sanna.submit(f"{path}/grant", given, page=path)
        assert lacking.status_code == 422, "somebody must say which organisation of the registry it is"
        assert "Koulun kuraattori." in lacking.text
        given["organisation"] = first(r'<option value="([0-9a-f-]{36})">', asked_page)
        granted = await sanna.submit(f"{path}/grant", given, page=path)
        assert granted.status_code == 303, granted.text
        assert "Käyttöoikeus myönnettiin" in (await outsider.get("/access")).text


async def test_a_membership_ends_with_a_reason(town: Door) -> None:
    async with signed_in(town, "sanna") as browser:
        listed = (await browser.get("/memberships?view=current&q=Anu Hakkarainen")).text
        path = first(r'href="(/memberships/[^"]+/revoke)"', listed)
        version = first(r'name="version" value="(\d+)"', (await browser.get(path)).text)
        lacking = await browser.submit(path, {"version": version, "reason": ""}, page=path)
        assert lacking.status_code == 422
        ended = await browser.submit(path, {"version": version, "reason": "Siirtynyt muualle."}, page=path)
        assert ended.status_code == 303
        assert path not in (await browser.get("/memberships?view=current&q=Anu Hakkarainen")).text


async def test_a_coordinator_grants_another_role_to_somebody_known(town: Door) -> None:
    async with signed_in(town, "sanna") as browser:
        listed = (await browser.get("/memberships?view=current&q=Maria Lehtola")).text
        path = first(r'href="(/memberships/people/[^"]+)"', listed)
        page = (await browser.get(path)).text
        organisation = first(r'<option value="([0-9a-f-]{36})">[^<]*Etelä-Savo', page)
        given = {"role": "expert", "organisation": organisation, "reason": "Asiantuntijasopimus."}
        lacking = await browser.submit(path, {**given, "reason": ""}, page=path)
        assert lacking.status_code == 422
        granted = await browser.submit(path, given, page=path)
        assert granted.status_code == 303, granted.text
        assert "Asiantuntijasopimus." in (await browser.get("/memberships?view=current&q=Maria Lehtola")).text


async def test_a_request_without_a_reason_is_said_at_the_field_and_keeps_the_rest(town: Door) -> None:
    async with signed_in(town, "outsider") as browser:
        answer = await browser.submit("/access", {"role": "expert", "organisation_name": "Kulma ry"}, page="/access")
        assert answer.status_code == 422
        assert 'href="#f-reason"' in answer.text
        assert "Kulma ry" in answer.text
        assert "Miksi tarvitset käyttöoikeuden: Täytä tämä." in answer.text
        assert "<title>Virhe: " in answer.text


PAGES = (
    "/",
    "/me",
    "/access",
    "/experts",
    "/experts?q=kunnia&yta=ita&language=fi&available=yes",
    "/experts?theme=kunniavakivalta",
    "/experts?q=eitallaista",
    "/organisations",
    "/organisations?yta=ita",
    "/organisations/etela_savo",
    "/themes",
    "/themes/kunniavakivalta",
    "/memberships",
    "/memberships?view=current",
    "/memberships?view=ending",
    "/memberships?view=ended",
    "/developers/registry",
)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_every_page_opens_for_a_coordinator(town: Door, language: str) -> None:
    async with signed_in(town, "sanna") as browser:
        await browser.submit("/language", {"language": language, "back": "/"})
        for path in PAGES:
            answer = await browser.get(path)
            assert answer.status_code == 200, path
            assert f'<html lang="{language}">' in answer.text
            assert answer.text.count("<h1") == 1, path


async def test_a_theme_says_who_knows_it_and_what_a_team_needs(town: Door) -> None:
    async with signed_in(town, "maria") as browser:
        listed = (await browser.get("/themes")).text
        page = (await browser.get(first(r'href="(/themes/[^"]+)"', listed))).text
        assert "Mitä osaamista tarvitaan" in page
        assert "Yksi osa ei vastaa" in page, "consultation is not running here: its lines are said to be missing"


async def test_an_expert_keeps_their_own_availability(town: Door) -> None:
    async with signed_in(town, "tuomas") as browser:
        found = (await browser.get("/experts?q=Tuomas Rinne")).text
        path = first(r'href="(/experts/[0-9a-f-]{36})"', found)
        page = (await browser.get(f"{path}/edit")).text
        version = first(r'name="version" value="(\d+)"', page)
        shown = re.findall(r'name="shown" value="([^"]+)"', page)
        typed = {"version": version, "shown": shown, "capacity_month": "2", "languages": ["fi", "en"]}
        typed |= {"away_from": "2026-12-21", "away_to": "2027-01-06", "consent_listed": "yes"}
        typed |= {"title": "Sosiaalityöntekijä", "bio": "Kunniaan liittyvä väkivalta."}
        saved = await browser.submit(f"{path}/edit", typed, page=f"{path}/edit")
        assert saved.status_code == 303, saved.text
        assert "ke 6.1.2027" in (await browser.get(path)).text

        again = await browser.submit(f"{path}/edit", typed, page=f"{path}/edit")
        assert again.status_code == 412
        assert "Kunniaan liittyvä väkivalta." in again.text


async def test_a_wrong_absence_is_said_at_its_field(town: Door) -> None:
    async with signed_in(town, "tuomas") as browser:
        found = (await browser.get("/experts?q=Tuomas Rinne")).text
        path = first(r'href="(/experts/[0-9a-f-]{36})"', found)
        version = first(r'name="version" value="(\d+)"', (await browser.get(f"{path}/edit")).text)
        typed = {"version": version, "shown": ["away_from", "away_to", "capacity_month"], "capacity_month": "monta"}
        answer = await browser.submit(f"{path}/edit", {**typed, "away_from": "", "away_to": ""}, page=f"{path}/edit")
        assert answer.status_code == 422
        assert "Kirjoita kokonaisluku" in answer.text


async def test_somebody_elses_entry_offers_no_change(town: Door) -> None:
    async with signed_in(town, "maria") as browser:
        found = (await browser.get("/experts?q=Tuomas Rinne")).text
        path = first(r'href="(/experts/[0-9a-f-]{36})"', found)
        assert f"{path}/edit" not in (await browser.get(path)).text
        refused = await browser.submit(f"{path}/edit", {"version": "1", "shown": "bio", "bio": "x"})
        assert refused.status_code == 403
        assert "Et voi avata tätä" in refused.text


async def test_an_expert_that_does_not_exist_is_a_page_that_does_not_exist(town: Door) -> None:
    async with signed_in(town, "maria") as browser:
        for path in ("/experts/0198c1f4-7a3e-7c11-9d52-2f6f0f6a1b7e", "/experts/not-an-id", "/themes/nothing"):
            answer = await browser.get(path)
            assert answer.status_code in (404, 422), path


async def test_the_menu_shows_only_what_the_role_may_use(town: Door) -> None:
    async with signed_in(town, "sanna") as sanna, signed_in(town, "noora") as noora:
        assert 'href="/queue"' in (await sanna.get("/me")).text
        page = (await noora.get("/me")).text
        assert 'href="/queue"' not in page
        assert 'href="/cases"' not in page
        assert 'href="/memberships"' not in page
        assert 'href="/reports"' in page


async def test_a_connected_system_reads_the_registry_through_the_door(town: Door) -> None:
    async with town.browser() as system:
        headers = {"Authorization": f"Bearer {await token(town)}"}
        assert (await system.get("/api/registry/v1/experts?limit=1", headers=headers)).status_code == 200
        for_maria = {**headers, "OT-On-Behalf-Of": "http://idp.test maria"}
        assert (await system.get("/api/registry/v1/experts?limit=1", headers=for_maria)).status_code == 200
        assert (await system.get("/api/registry/v1/experts?limit=1")).status_code == 401
