"""The tree of areas, and a merger through its pages."""

from __future__ import annotations

import pytest

from tests.gateway.conftest import Door
from tests.gateway.test_registry_pages import signed_in

pytestmark = pytest.mark.anyio
MERGER = {
    "areas": ["12", "14"],
    "into.0.name.fi": "Esimerkkialue",
    "into.0.name.sv": "Exempelområdet",
    "into.0.code": "40",
    "effective_on": "2032-01-01",
    "reason": "Esimerkki",
}


async def test_an_administrator_looks_at_a_merger_and_decides_it(town: Door) -> None:
    async with signed_in(town, "admin") as browser:
        form = "/area-changes/merge"
        wrong = await browser.submit(form, {**MERGER, "areas": ["12"], "effective_on": "2020-01-01"}, page=form)
        assert wrong.status_code == 422
        assert "Valitse tai täytä vähintään kaksi." in wrong.text
        assert 'value="Esimerkkialue"' in wrong.text, "what was typed is kept"
        looked = await browser.submit(form, {**MERGER, "step": "look"}, page=form)
        assert looked.status_code == 200, looked.text
        assert 'id="preview"' in looked.text
        assert "Esimerkkialue" not in (await browser.get("/areas?on=2032-01-01")).text
        made = await browser.submit(form, {**MERGER, "step": "decide"}, page=form)
        assert made.status_code == 303, made.text
        change = made.headers["location"]
        assert "Exempelområdet" in (await browser.get("/areas/40")).text
        after, before = await browser.get("/areas?on=2032-01-01"), await browser.get("/areas?on=2031-12-31")
        assert ('href="/areas/12"' in before.text, 'href="/areas/40"' in after.text) == (True, True)
        assert "Etelä-Savon hyvinvointialue</a></h3>" in before.text
        history = (await browser.get("/areas/12/history")).text
        assert "Päätti alueiden muutoksen" in history
        cancelled = await browser.submit(f"{change}/cancel", {"version": "1", "reason": "Raukesi"}, page=change)
        assert cancelled.status_code == 303, cancelled.text
        assert "Raukesi" in (await browser.get(change)).text


async def test_others_read_the_tree_and_change_nothing(town: Door) -> None:
    async with signed_in(town, "sanna") as browser:
        page = await browser.get("/areas")
        assert page.status_code == 200
        assert "/area-changes/merge" not in page.text
        assert (await browser.submit("/area-changes/merge", MERGER, page="/areas")).status_code == 403
        split = await browser.get("/areas/10")
        assert "voimassa" in split.text
