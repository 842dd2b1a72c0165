"""Keeping words through pages alone, as the national coordination does."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.gateway.conftest import Browser, Door
from tests.gateway.test_registry_pages import first, signed_in

pytestmark = pytest.mark.anyio

NEW = "/vocabulary/themes/new"
TYPED = {
    "name.fi": "Velkaantuminen",
    "name.sv": "Skuldsättning",
    "alt.fi": "velat\nulosotto",
    "definition.fi": "Nuoren tai perheen velat.",
    "group": "vakivalta",
    "required_disciplines.0": "poliisi",
    "useful_disciplines.0": "psykologia",
    "useful_disciplines.1": "oikeus_perheoikeus",
    "mappings.0.uri": "http://www.yso.fi/onto/yso/p3304",
    "mappings.0.match": "close",
}


async def version_on(browser: Browser, path: str) -> str:
    return first(r'name="version" value="(\d+)"', (await browser.get(path)).text)


async def as_form(browser: Browser, path: str) -> dict[str, str]:
    """Everything a person finds filled in on a word's form, as the browser would send it."""
    page = (await browser.get(path)).text
    form = page[page.index('<form class="form') :]
    fields = dict(re.findall(r'<input class="input[^>]*?value="([^"]*)"[^>]*?name="([^"]+)"', form))
    fields = {name: value for value, name in fields.items()}
    fields |= {
        name: value for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n([^<]*)</textarea>', form)
    }
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen.group(1) if chosen else ""
    texts = re.findall(r'<input class="input[^"]*" type="[a-z]+" value="([^"]*)" id="[^"]+" name="([^"]+)"', form)
    fields |= {name: value for value, name in texts}
    fields["version"] = first(r'name="version" value="(\d+)"', page)
    return {name: unescape(value) for name, value in fields.items()}


async def test_a_word_is_added_found_in_its_list_and_changed(town: Door) -> None:
    async with signed_in(town, "noora") as noora:
        assert (await noora.get(NEW)).status_code == 200
        lacking = await noora.submit(NEW, {**TYPED, "name.sv": "", "group": ""}, page=NEW)
        assert lacking.status_code == 422
        assert "velat\nulosotto" in unescape(lacking.text), "what was typed stays"
        assert re.search(r'href="#[^"]*name[^"]*sv"', lacking.text), "the summary leads to the field"
        made = await noora.submit(NEW, TYPED, page=NEW)
        assert (made.status_code, made.headers["location"]) == (303, "/vocabulary/themes/velkaantuminen")
        page = (await noora.get("/vocabulary/themes/velkaantuminen")).text
        for told in ("Skuldsättning", "ulosotto", "Nuoren tai perheen velat.", "yso/p3304", "poliisi"):
            assert told in page, told
        assert "Velkaantuminen" in (await noora.get("/vocabulary/themes?q=ulosotto")).text
        assert "Velkaantuminen" in (await noora.get("/themes")).text
        edit = "/vocabulary/themes/velkaantuminen/edit"
        fields = await as_form(noora, edit)
        assert fields["useful_disciplines.1"] == "oikeus_perheoikeus"
        changed = await noora.submit(edit, {**fields, "name.en": "Debt"}, page=edit)
        assert changed.status_code == 303, changed.text
        history = (await noora.get("/vocabulary/themes/velkaantuminen/history")).text
        assert "Sanaa muutettiin" in history
        assert history.count("Debt") == 1, "only what was changed is told"


async def test_a_loop_is_named_and_a_hetu_is_refused(town: Door) -> None:
    async with signed_in(town, "noora") as noora:
        for name, above in (("Ylempi", ""), ("Alempi", "ylempi")):
            typed = {**TYPED, "name.fi": name, "name.sv": name, "broader": above, "alt.fi": ""}
            assert (await noora.submit(NEW, typed, page=NEW)).status_code == 303
        edit = "/vocabulary/themes/ylempi/edit"
        fields = await as_form(noora, edit)
        looped = await noora.submit(edit, {**fields, "broader": "alempi"}, page=edit)
        assert looped.status_code == 422
        assert "Tästä tulisi kehä: Ylempi → Alempi → Ylempi." in unescape(looped.text)
        told = await noora.submit(edit, {**fields, "definition.sv": "131052-308T"}, page=edit)
        assert told.status_code == 422
        assert "henkilötunnu" in told.text


async def test_who_comes_second_sees_both_and_loses_nothing(town: Door) -> None:
    edit = "/vocabulary/themes/traumat/edit"
    async with signed_in(town, "noora") as noora, signed_in(town, "admin") as admin:
        mine, theirs = await as_form(noora, edit), await as_form(admin, edit)
        assert (await admin.submit(edit, {**theirs, "alt.fi": "kriisit"}, page=edit)).status_code == 303
        second = await noora.submit(edit, {**mine, "alt.fi": "järkytykset"}, page=edit)
        assert second.status_code == 412
        assert "Muut nimet suomeksi: kriisit" in second.text
        assert "Muut nimet suomeksi: järkytykset" in second.text
        again = {
            **mine,
            "alt.fi": "kriisit\njärkytykset",
            "version": first(r'name="version" value="(\d+)"', second.text),
        }
        assert (await noora.submit(edit, again, page=edit)).status_code == 303


async def test_a_merged_theme_leads_to_the_one_that_stays_and_a_retired_one_is_no_longer_offered(town: Door) -> None:
    async with signed_in(town, "noora") as noora, signed_in(town, "maria") as maria:
        assert 'href="/themes/traumat"' in (await maria.get("/themes")).text
        path = "/vocabulary/themes/traumat/merge"
        lacking = await noora.submit(path, {"version": await version_on(noora, path), "reason": "Sama."}, page=path)
        assert lacking.status_code == 422
        typed = {"version": await version_on(noora, path), "into": "kunniavakivalta", "reason": "Sama asia."}
        merged = await noora.submit(path, typed, page=path)
        assert (merged.status_code, merged.headers["location"]) == (303, "/vocabulary/themes/kunniavakivalta")
        assert (await maria.get("/themes/traumat")).headers["location"] == "/themes/kunniavakivalta"
        assert "Sana on yhdistetty toiseen" in (await maria.get("/vocabulary/themes/traumat")).text
        assert 'href="/themes/traumat"' not in (await maria.get("/themes")).text
        assert "Muuta sanaa" not in (await maria.get("/vocabulary/themes/kunniavakivalta")).text
        refused = await maria.submit(path, typed)
        assert refused.status_code == 403
