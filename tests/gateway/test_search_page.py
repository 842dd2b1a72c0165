"""The search of the top bar: for anybody, kind by kind, with what was found standing out."""

from __future__ import annotations

import re

import pytest

from tests.gateway.conftest import Browser, Door
from tests.gateway.test_registry_pages import signed_in

pytestmark = pytest.mark.anyio


async def look(browser: Browser, path: str, status: int = 200) -> str:
    answer = await browser.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def kinds(html: str) -> list[str]:
    return re.findall(r'<h2 id="found-(\w+)"', html)


async def test_anybody_finds_what_holds_no_people_and_members_find_experts_too(town: Door) -> None:
    async with town.browser() as passer_by, signed_in(town, "maria") as maria:
        assert 'action="/search"' in await look(passer_by, "/accessibility")
        html = await look(passer_by, "/search?q=kunniaväkivallasta")
        assert kinds(html) == ["themes", "offerings"]
        assert 'href="/themes/kunniavakivalta"' in html
        assert "<mark>kunniaväkivalta</mark>" in html
        assert "Asiantuntijat löytyvät, kun olet kirjautunut" in html

        html = await look(maria, "/search?q=kunniaväkivalta")
        assert kinds(html)[:2] == ["themes", "experts"]
        assert "Näytä nämä kaikki" in html
        html = await look(maria, "/search?q=kunniaväkivalta&kind=experts&profession=tulkki")
        assert re.findall(r'href="/experts/[^"]+">([^<]+)<', html) == ["Azad Demir", "Nour Nasser"]


async def test_what_nothing_can_be_searched_by_is_said_beside_the_field_with_what_was_typed(town: Door) -> None:
    async with signed_in(town, "maria") as maria:
        for path in ("/search", "/experts"):
            for q in ("!!", "ja", "%FF%FE"):
                assert "Tällä ei voi hakea." in await look(maria, f"{path}?q={q}", 422), (path, q)
        assert 'value="' + "a" * 3000 in await look(maria, "/search?q=" + "a" * 3000, 422)
        assert "henkilötunnu" in await look(maria, "/search?q=131052-308T", 422)
        assert "<b>x" not in await look(maria, "/search?q=<b>x poliisi")
        assert kinds(await look(maria, "/search?q=")) == []
