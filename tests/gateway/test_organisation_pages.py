"""Organisations and what they have, through pages, against the real registry with the example's people in it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests.gateway.conftest import Browser, Door
from tests.gateway.test_registry_pages import first, signed_in

pytestmark = pytest.mark.anyio
NEW = {
    "name.fi": "Siltapaikka ry",
    "name.sv": "Siltapaikka rf",
    "type": "jarjesto",
    "area": "12",
    "areas": ["12", "13"],
    "languages": ["fi", "sv"],
    "contact.email": "info@siltapaikka.example",
}


async def fill(browser: Browser, path: str, data: dict[str, Any], *, act: str = "") -> Any:
    """Opens the form, fills it in and sends it, with the version that it was opened in."""
    page = (await browser.get(path)).text
    version = re.search(r'name="version" value="(\d+)"', page)
    known = {"version": version[1]} if version else {}
    known |= {"shown": re.findall(r'name="shown" value="([a-z]+)"', page)}
    return await browser.submit(act or path, {**known, **data}, page=path)


async def test_a_coordinator_adds_an_organisation_and_what_it_has_through_pages(town: Door) -> None:
    async with signed_in(town, "sanna") as browser:
        made = await fill(browser, "/organisations/new", NEW)
        assert (made.status_code, made.headers.get("location")) == (303, "/organisations/siltapaikka_ry"), made.text
        where = "/organisations/siltapaikka_ry"

        task = {"task": "Tukihenkilöitä nuorille.", "basis": "Yhdistyksen säännöt, 2 §", "valid_from": "2026-01-01"}
        assert (await fill(browser, f"{where}/mandates/new", task)).status_code == 303
        money = {"funding": "state", "person_years": "2,25", "euros": "120 000", "valid_from": "2026-01-01"}
        resource = await fill(browser, f"{where}/resources/new", {**money, "area": "12", "valid_to": "2026-12-31"})
        assert resource.status_code == 303, resource.text
        told = (await browser.get(resource.headers["location"])).text
        assert "2,25" in told
        assert "120\N{NO-BREAK SPACE}000" in told
        assert "Valtionavustus" in told

        agreement = {"areas": ["11"], "themes": ["kunniavakivalta"], "month_limit": "4", "valid_from": "2026-01-01"}
        signed = await fill(browser, f"{where}/agreements/new", {**agreement, "cost": "Matkat."})
        assert signed.status_code == 303, signed.text
        again = await fill(browser, f"{where}/agreements/new", agreement)
        twice = (await browser.get(again.headers["location"])).text
        assert "Toinen sopimus koskee samaa" in twice, "allowed, but told"
        assert "Kukaan ei ole vielä sitoutunut vaitioloon" in twice

        page = (await browser.get(where)).text
        for text in ("Tukihenkilöitä nuorille.", "2,25", "unniaan", "Pohjois-Savo"):
            assert text in page, text


async def test_nearly_the_same_name_is_shown_once_and_then_let_through(town: Door) -> None:
    async with signed_in(town, "sanna") as browser:
        near = NEW | {"name.fi": "Kokemuspolk ry", "name.sv": "Kokemuspolk rf", "slug": "kokemuspolk"}
        hinted = await fill(browser, "/organisations/new", near)
        assert hinted.status_code == 200
        assert 'href="/organisations/kokemuspolku"' in hinted.text
        assert 'value="Kokemuspolk ry"' in hinted.text, "what was typed is kept"
        made = await fill(browser, "/organisations/new", {**near, "sure": "yes"})
        assert made.headers["location"] == "/organisations/kokemuspolk"


async def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(town: Door) -> None:
    async with signed_in(town, "sanna") as browser:
        backwards = {"task": "Neuvontaa", "basis": "Päätös", "valid_from": "2027-05-01", "valid_to": "2027-04-30"}
        answer = await fill(browser, "/organisations/kys/mandates/new", backwards)
        assert answer.status_code == 422
        assert "Viimeinen päivä on ennen ensimmäistä" in answer.text
        assert "Neuvontaa" in answer.text
        nobody = await fill(browser, "/organisations/kys/agreements/new", {"valid_from": "2027-01-01"})
        assert "Valitse vähintään yksi alue tai organisaatio" in nobody.text
        nothing = await fill(
            browser, "/organisations/kys/resources/new", {"funding": "own", "valid_from": "2027-01-01"}
        )
        assert "Täytä henkilötyövuodet tai eurot" in nothing.text
        hetu = await fill(browser, "/organisations/kys/mandates/new", backwards | {"task": "Asia 131052-308T"})
        assert "henkilötunnu" in hetu.text
        unknown = await browser.get("/organisations/kys/reindeer/new")
        assert unknown.status_code == 404


async def test_an_editor_changes_their_own_and_the_change_is_told_in_words(town: Door) -> None:
    async with signed_in(town, "editor") as browser:
        where = "/organisations/kokemuspolku"
        page = (await browser.get(f"{where}/edit")).text
        assert 'name="parent"' not in page, "a coordinator's to record"
        kept = {"name.fi": "Kokemuspolku ry", "name.sv": "Erfarenhetsstigen rf", "languages": ["fi", "sv", "so"]}
        changed = await fill(browser, f"{where}/edit", kept | {"contact.phone": "+358 9 1234 567"})
        assert changed.status_code == 303, changed.text
        history = unescape((await browser.get(f"{where}/history")).text)
        assert "Organisaation tietoja muutettiin" in history
        assert "somali" in history
        assert "Puhelin: +358 9 1234 567" in history
        assert (await browser.get("/organisations/kys/edit")).text.count('name="shown"') == 0
        refused = await fill(browser, "/organisations/kys/edit", {"shown": ["languages"], "languages": ["fi"]})
        assert refused.status_code == 403


async def test_an_agreement_is_ended_early_with_a_reason_that_stays_in_its_history(town: Door) -> None:
    async with signed_in(town, "sanna") as browser:
        page = (await browser.get("/organisations/kys")).text
        path = first(r'href="(/agreements/[0-9a-f-]+)"', page)
        lacking = await fill(browser, path, {"valid_to": "2026-12-31", "reason": ""}, act=f"{path}/end")
        assert lacking.status_code == 422
        ended = await fill(
            browser, path, {"valid_to": "2026-12-31", "reason": "Uusi sopimus neuvotellaan."}, act=f"{path}/end"
        )
        assert ended.status_code == 303, ended.text
        assert "Uusi sopimus neuvotellaan." in (await browser.get(path)).text
        history = (await browser.get(f"{path}/history")).text
        assert "Sopimus päätettiin ennen aikojaan" in history
        assert "Uusi sopimus neuvotellaan." in history
