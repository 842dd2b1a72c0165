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
    "/experts/new",
    "/experts/reviews",
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


async def entry_of(browser: Browser, name: str) -> str:
    """The address of an expert's page."""
    return first(r'href="(/experts/[0-9a-f-]{36})"', (await browser.get(f"/experts?q={name}")).text)


async def opened(browser: Browser, path: str) -> dict[str, str]:
    """What a form sends beside what is typed: the version that was looked at."""
    return {"version": first(r'name="version" value="(\d+)"', (await browser.get(path)).text)}


async def test_an_expert_keeps_their_own_details(town: Door) -> None:
    async with signed_in(town, "tuomas") as browser:
        assert (await browser.get("/me/expert")).headers["location"] == await entry_of(browser, "Tuomas Rinne")
        path = await entry_of(browser, "Tuomas Rinne")
        page = (await browser.get(f"{path}/edit")).text
        fields = re.findall(r'name="fields" value="([^"]+)"', page)
        typed = {**await opened(browser, f"{path}/edit"), "fields": fields, "capacity_month": "2", "not_now": "yes"}
        typed |= {"name": "Tuomas Rinne", "title": "Sosiaalityöntekijä", "bio": "Kunniaan liittyvä väkivalta."}
        typed |= {"languages": ["fi", "en"], "areas": ["15"], "consent_listed": "yes", "phone": "040 000 0188"}
        typed |= {"registration.kind": "suosikki", "registration.number": "00000000188"}
        saved = await browser.submit(f"{path}/edit", typed, page=f"{path}/edit")
        assert saved.status_code == 303, saved.text
        page = (await browser.get(path)).text
        assert "Ei ota nyt" in page
        assert "00000000188, ei tarkistettu" in page

        again = await browser.submit(f"{path}/edit", typed, page=f"{path}/edit")
        assert again.status_code == 412
        assert "Kunniaan liittyvä väkivalta." in again.text
    async with signed_in(town, "maria") as maria:
        seen = (await maria.get(path)).text
        assert "00000000188" not in seen
        assert "040 000 0188" not in seen, "what was not ticked is not shown"


async def test_wrong_details_are_said_at_their_fields(town: Door) -> None:
    async with signed_in(town, "tuomas") as browser:
        path = await entry_of(browser, "Tuomas Rinne") + "/edit"
        typed = {**await opened(browser, path), "fields": ["capacity_month", "email"], "capacity_month": "monta"}
        answer = await browser.submit(path, {**typed, "email": "ei osoite"}, page=path)
        assert answer.status_code == 422
        assert "Kirjoita kokonaisluku" in answer.text
        assert 'value="ei osoite"' in answer.text
        assert "Kirjoita osoite muodossa nimi@example.org tai jätä tyhjäksi." in answer.text


async def test_absences_are_kept_row_by_row(town: Door) -> None:
    async with signed_in(town, "tuomas") as browser:
        path = await entry_of(browser, "Tuomas Rinne")
        where = f"{path}/absences"
        typed = {**await opened(browser, where), "rows": "3"}
        typed |= {"absences.0.away_from": "2026-12-10", "absences.0.away_to": "2026-12-12"}
        typed |= {"absences.1.away_from": "2027-03-05", "absences.1.away_to": "2027-03-01"}
        wrong = await browser.submit(where, typed, page=where)
        assert wrong.status_code == 422
        assert 'href="#f-absences-1-away-to"' in wrong.text, wrong.text[:3000]
        assert "Viimeinen päivä on ennen ensimmäistä." in wrong.text
        assert 'value="2027-03-05"' in wrong.text
        saved = await browser.submit(where, {**typed, "remove": ["1"]}, page=where)
        assert saved.status_code == 303, saved.text
        page = (await browser.get(path)).text
        assert "12.12.2026" in page
        assert "3.2027" not in page


async def test_competences_are_kept_by_the_expert_and_assured_by_the_coordinator(town: Door) -> None:
    async with signed_in(town, "outi_kinnunen") as browser, signed_in(town, "sanna") as sanna:
        path = await entry_of(sanna, "Outi Kinnunen")
        where = f"{path}/competences"
        page = (await browser.get(where)).text
        rows = re.findall(r'name="(competences\.\d+\.concept)"[^>]* value="([^"]+)"', page)
        typed: dict[str, object] = {**await opened(browser, where), "rows": str(len(rows) + 1), **dict(rows)}
        typed |= {f"competences.{n}.level": "2" for n in range(len(rows) + 1)}
        last = f"competences.{len(rows)}"
        twice = {f"{last}.concept": rows[0][1], f"{last}.evidence": "Koulutus 2026"}
        refused = await browser.submit(where, {**typed, **twice}, page=where)
        assert refused.status_code == 422
        assert "Tämä osaaminen on jo luettelossa." in refused.text
        assert "Koulutus 2026" in refused.text
        hetu = {f"{last}.concept": "themes/muu", f"{last}.evidence": "Asiakas 131052-308T"}
        assert (await browser.submit(where, {**typed, **hetu}, page=where)).status_code == 422
        new = {f"{last}.concept": "themes/muu", f"{last}.evidence": "Koulutus 2026", "remove": ["0"]}
        saved = await browser.submit(where, {**typed, **new}, page=where)
        assert saved.status_code == 303, saved.text
        assert (await browser.get(f"{path}/assure")).status_code == 200

        checking = {**await opened(sanna, f"{path}/assure"), "review_due": "2027-06-01"}
        nothing = await sanna.submit(f"{path}/assure", checking, page=f"{path}/assure")
        assert nothing.status_code == 422
        done = await sanna.submit(f"{path}/assure", {**checking, "competences": ["themes/muu"]}, page=f"{path}/assure")
        assert done.status_code == 303, done.text
        assert "Varmistettu" in (await browser.get(where)).text
        told = (await browser.get(f"{path}/history")).text
        assert "Osaamista varmistettiin" in told
        assert "Sanna Heiskanen" in told


async def test_a_conflict_is_declared_by_name_and_taken_away(town: Door) -> None:
    async with signed_in(town, "tuomas") as browser:
        path = await entry_of(browser, "Tuomas Rinne")
        where = f"{path}/conflicts"
        wrong = await browser.submit(where, {**await opened(browser, where), "person_name": "Ei Kukaan"}, page=where)
        assert wrong.status_code == 422
        assert 'value="Ei Kukaan"' in wrong.text
        typed = {**await opened(browser, where), "person_name": "Maria Lehtola", "area": "12"}
        assert (await browser.submit(where, typed, page=where)).status_code == 303
        kept = re.findall(r'name="kept" value="([^"]+)"', (await browser.get(where)).text)
        assert len(kept) == 2
        gone = {**await opened(browser, where), "kept": kept, "remove": kept[:1]}
        assert (await browser.submit(where, gone, page=where)).status_code == 303
        assert len(re.findall(r'name="kept"', (await browser.get(where)).text)) == 1


async def test_a_coordinator_adds_an_expert_and_lets_one_go(town: Door) -> None:
    async with signed_in(town, "sanna") as browser:
        page = (await browser.get("/experts/new")).text
        employer = first(r'<option value="([0-9a-f-]{36})">[^<]*Keski-Suomen', page)
        typed: dict[str, object] = {"name": "Tuomas Rinnne", "title": "psykologi", "profession": "psykologi"}
        typed |= {"employer": employer, "capacity_month": "2", "languages": ["fi"], "areas": ["15"]}
        hint = await browser.submit("/experts/new", typed, page="/experts/new")
        assert "Tuomas Rinne</a>" in hint.text
        assert 'value="Tuomas Rinnne"' in hint.text
        lacking = await browser.submit("/experts/new", {**typed, "languages": [], "sure": "yes"}, page="/experts/new")
        assert lacking.status_code == 422
        made = await browser.submit("/experts/new", {**typed, "sure": "yes"}, page="/experts/new")
        assert made.status_code == 303, made.text
        path = made.headers["location"]
        assert "Suostumus näkyä haussa puuttuu" in (await browser.get("/experts/reviews?area=15")).text

        where = f"{path}/deactivate"
        version = await opened(browser, where)
        assert (await browser.submit(where, {**version, "reason": ""}, page=where)).status_code == 422
        left = await browser.submit(where, {**version, "reason": "Lisättiin kahdesti."}, page=where)
        assert left.status_code == 303
        assert "Lisättiin kahdesti." in (await browser.get(path)).text
        where = f"{path}/reactivate"
        back = await browser.submit(where, {**await opened(browser, where), "reason": "Olikin toinen."}, page=where)
        assert back.status_code == 303
        assert "Olikin toinen." in (await browser.get(f"{path}/history")).text


async def test_somebody_elses_entry_offers_no_change(town: Door) -> None:
    async with signed_in(town, "maria") as browser:
        found = (await browser.get("/experts?q=Tuomas Rinne")).text
        path = first(r'href="(/experts/[0-9a-f-]{36})"', found)
        assert f"{path}/edit" not in (await browser.get(path)).text
        refused = await browser.submit(f"{path}/edit", {"version": "1", "fields": "bio", "bio": "x"})
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
