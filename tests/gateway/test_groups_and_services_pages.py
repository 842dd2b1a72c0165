"""Expert groups and services through pages, against the real registry with the example's people in it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from demo.story.ids import example_id
from tests.builders.story import expert_id, organisation_id
from tests.gateway.conftest import Door
from tests.gateway.test_organisation_pages import fill
from tests.gateway.test_registry_pages import signed_in

pytestmark = pytest.mark.anyio
GROUP = {
    "name.fi": "Siltaryhmä",
    "name.sv": "Brogruppen",
    "group_type": "haastavat_erot",
    "rhythm": "weekly",
    "meets.fi": "torstaisin",
    "themes": ["haastavat_erot"],
    "languages": ["fi"],
    "valid_from": "2026-01-01",
}
SERVICE = {
    "name.fi": "Siltapalvelu",
    "name.sv": "Brotjänsten",
    "offering_kind": "demanding",
    "minimum_age": "13",
    "maximum_age": "17",
    "areas": ["12"],
    "themes": ["traumat"],
    "languages": ["fi"],
    "ways_in": ["referral"],
    "fees.fi": "Maksuton",
    "capacity": "queue",
    "waiting_weeks": "4",
    "valid_from": "2026-01-01",
}


async def test_a_coordinator_keeps_a_group_and_who_sits_in_it(town: Door) -> None:
    async with signed_in(town, "sanna") as browser:
        owner = str(organisation_id("etela_savo"))
        wrong = await fill(browser, "/groups/new", GROUP | {"organisation": owner, "valid_to": "2025-12-31"})
        assert wrong.status_code == 422
        assert "Viimeinen päivä on ennen ensimmäistä" in wrong.text
        assert 'value="Siltaryhmä"' in wrong.text
        made = await fill(browser, "/groups/new", GROUP | {"organisation": owner})
        assert made.status_code == 303, made.text
        where = made.headers["location"]
        assert "torstaisin" in (await browser.get(where)).text
        found = (await browser.get(f"{where}/members/new?q=Rinne")).text
        assert "Tuomas Rinne" in found
        tuomas = {"expert": str(expert_id("tuomas")), "role": "chair", "valid_from": "2026-02-01"}
        added = await fill(browser, f"{where}/members/new?q=Rinne", tuomas, act=f"{where}/members/new")
        assert added.status_code == 303, added.text
        page = (await browser.get(where)).text
        assert "Tuomas Rinne" in page
        leave = re.search(rf'action="({where}/members/[^"]+/end)"', page)
        field = re.search(r'name="(last_day\.[^"]+)"', page)
        assert leave
        assert field
        left = await fill(browser, where, {field[1]: "2026-03-31"}, act=leave[1])
        assert left.status_code == 303, left.text
        history = unescape((await browser.get(f"{where}/history")).text)
        for told in ("Ryhmään tuli asiantuntija", "Puheenjohtaja", "Tuomas Rinne", "Ryhmä lisättiin"):
            assert told in history, told
        ended = await fill(browser, where, {"valid_to": "2026-04-30", "reason": "Yhdistyi"}, act=f"{where}/end")
        assert ended.status_code == 303
        assert "Yhdistyi" in (await browser.get(where)).text


async def test_a_service_tells_its_capacity_by_a_choice_and_a_button(town: Door) -> None:
    async with signed_in(town, "editor") as browser:
        owner = {"organisation": str(organisation_id("kokemuspolku"))}
        wrong = await fill(browser, "/offerings/new", SERVICE | owner | {"maximum_age": "12", "fees.fi": "131052-308T"})
        assert "henkilötunnu" in wrong.text
        older = await fill(browser, "/offerings/new", SERVICE | owner | {"maximum_age": "12"})
        assert "Vanhin ei voi olla nuorempi" in older.text
        made = await fill(browser, "/offerings/new", SERVICE | owner)
        assert made.status_code == 303, made.text
        where = made.headers["location"]
        page = (await browser.get(where)).text
        assert "4 viikkoa" in page
        told = await fill(browser, where, {"capacity": "open", "free_places": "1"}, act=f"{where}/capacity")
        assert told.status_code == 303, told.text
        assert "1 paikka vapaana" in (await browser.get(where)).text
        changed = await fill(browser, f"{where}/edit", SERVICE | {"eligibility.fi": "Lähetteellä"})
        assert changed.status_code == 303, changed.text
        page = (await browser.get(where)).text
        assert "1 paikka vapaana" in page, "the form of the rest leaves the capacity as it was"
        assert "Lähetteellä" in page
        history = unescape((await browser.get(f"{where}/history")).text)
        assert "Kerrottiin, ottaako palvelu uusia" in history


async def test_lists_lead_to_them_and_narrow(town: Door) -> None:
    async with signed_in(town, "admin") as browser:
        assert f"/offerings/{example_id('offering', 'peltola')}" in (await browser.get("/offerings?overdue=yes")).text
    async with signed_in(town, "sanna") as browser:
        swedish = (await browser.get("/offerings?language=sv&age=15&theme=sijaishuolto")).text
        assert f"/offerings/{example_id('offering', 'lagmansgarden')}" in swedish
        assert f"/offerings/{example_id('offering', 'onerva')}" not in swedish
        overdue = f"/offerings/{example_id('offering', 'peltola')}"
        assert overdue not in (await browser.get("/offerings?overdue=yes")).text, "others look after it"
        own = (await browser.get(f"/offerings/{example_id('offering', 'koivuranta')}")).text
        assert "Vahvista, että tiedot pitävät paikkansa" in own
        theme = (await browser.get("/themes/haastavat_erot")).text
        assert f"/groups/{example_id('group', 'erot_ita')}" in theme
        assert f"/offerings/{example_id('offering', 'kotisilta')}" in theme
        assert f"/groups/{example_id('group', 'erot_ita')}" in (await browser.get("/organisations/ot_ita")).text
