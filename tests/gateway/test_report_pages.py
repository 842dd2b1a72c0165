"""The pages of figures, with the real reporting service behind them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from services.reporting.app import create_reporting
from tests.gateway.conftest import Browser, Door, _Wire
from tests.gateway.registry_told import RegistryTold
from tests.support.apps import ADDRESSES, House
from tests.support.reports import Feed, FeedWire, journal_alone, name_places
from tests.support.told_cases import answered, codes, submitted


class ReportDoor(Door):
    """The gateway's door with reporting behind it."""

    reporting: FastAPI
    feed: Feed

    def app(self, name: str) -> FastAPI | None:
        return self.reporting if name == "reporting" and name not in self.down else super().app(name)

    async def pull(self) -> None:
        await self.reporting.state.intake.pull_all()


@pytest.fixture
async def door(house: House, databases: Any, tmp_path: Path) -> AsyncIterator[ReportDoor]:
    made = ReportDoor(house, tmp_path, RegistryTold())
    async with AsyncExitStack() as stack:

        async def started(app: FastAPI) -> FastAPI:
            await stack.enter_async_context(app.router.lifespan_context(app))
            return app

        made.feed = Feed(await started(journal_alone(house.settings_for("consultation"), house.clock)))
        known = house.settings_for("reporting")
        wires = {
            **known.transports,
            ADDRESSES["gateway"]: _Wire(made, "gateway"),
            ADDRESSES["consultation"]: FeedWire(made.feed),
        }
        settings = house.settings_for("reporting", sources="consultation", transports=wires, demo=True)
        made.reporting = await started(create_reporting(settings, clock=house.clock))  # type: ignore[arg-type]
        await name_places(made.reporting.state.database)
        await started(made.gateway)
        yield made


@pytest.fixture
async def browser(door: ReportDoor) -> AsyncIterator[Browser]:
    async with door.browser() as made:
        yield made


COORDINATOR = [
    {
        "role": "coordinator",
        "organisation": "0198c1f4-7a3e-7c11-9d52-000000000002",
        "organisation_name": "Itä-Suomen OT-keskus",
        "area": None,
        "yta": "ita",
    }
]


async def as_coordinator(door: ReportDoor, browser: Browser) -> None:
    door.registry.identity = {**door.registry.identity, "memberships": COORDINATOR}
    await browser.log_in("sanna")


def cells(html: str) -> list[list[str]]:
    """The table's rows as text."""
    table = html[html.index("<tbody>") : html.index("</tbody>")]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in table.split("<tr>")[1:]]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in rows]


async def test_a_figure_is_a_finding_a_picture_a_table_a_file_and_a_definition(
    door: ReportDoor, browser: Browser
) -> None:
    await submitted(door.feed, "12", 30)
    await submitted(door.feed, "10", 12)
    await door.pull()
    await as_coordinator(door, browser)
    answer = await browser.get("/reports", params={"indicator": "requests", "by": "yta"})
    assert answer.status_code == 200, answer.text
    html = answer.text
    assert '<h2 id="finding">Suurin: Itä-Suomi, 30</h2>' in html
    assert html.count("<svg xmlns") == 2
    assert 'class="chart chart--w"' in html
    assert 'class="chart chart--n"' in html
    assert ["Itä-Suomi", "30"] in cells(html)
    assert ["Pohjois-Suomi", "0"] in cells(html)
    assert ["Yhteensä", "42"] in cells(html)
    assert "Lähetetyt pyynnöt" in html
    assert "Esimerkkiaineisto" in html[html.index("<figure") : html.index("</figure>")]
    assert " style=" not in html
    path = re.search(r'href="(/reports/requests/table\.csv[^"]*)"', html)
    assert path is not None
    file = await browser.get(path[1].replace("&amp;", "&"))
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.content.decode().startswith("\ufeff")
    assert "Itä-Suomi;30" in file.text


async def test_small_counts_are_hidden_in_page_picture_and_file_alike(door: ReportDoor, browser: Browser) -> None:
    await submitted(door.feed, "12", 37)
    await submitted(door.feed, "10", 13)
    await submitted(door.feed, "20", 3)
    await door.pull()
    await as_coordinator(door, browser)
    html = (await browser.get("/reports", params={"by": "yta"})).text
    figure = html[html.index("<figure") : html.index("</figure>")]
    assert "·· (1–4)" in figure
    assert "peitetty, 1–4" in figure
    assert not re.search(r">(3|37|13)<", figure)
    file = await browser.get("/reports/requests/table.csv", params={"by": "yta"})
    assert "37" not in file.text
    assert "·· (1–4)" in file.text


async def test_a_coordinator_is_told_that_the_own_figures_are_exact(door: ReportDoor, browser: Browser) -> None:
    await submitted(door.feed, "12", 2)
    await door.pull()
    await as_coordinator(door, browser)
    html = (await browser.get("/reports", params={"yta": "ita", "by": "area"})).text
    assert "Oman keskuksesi tarkat luvut" in html
    assert ["Etelä-Savo", "2"] in cells(html)
    one = await browser.get("/reports", params={"area": "12"})
    assert one.status_code == 200
    assert "Etelä-Savo" in one.text


async def test_a_professional_sees_the_country_and_is_offered_no_places(door: ReportDoor, browser: Browser) -> None:
    await submitted(door.feed, "12", 9)
    await door.pull()
    await browser.log_in("maria")
    html = (await browser.get("/reports")).text
    assert 'name="yta"' not in html
    assert ["2/2026", "9"] in cells(html)


async def test_a_figure_that_is_not_for_the_reader_says_so_and_offers_the_way_on(
    door: ReportDoor, browser: Browser
) -> None:
    await door.pull()
    await browser.log_in("maria")
    refused = await browser.get("/reports", params={"yta": "ita"})
    assert refused.status_code == 403
    assert "Näet koko maan luvut" in refused.text
    assert 'href="/reports"' in refused.text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"indicator": "onni"}, 404),
        ({"period": "2026-11-02"}, 422),
        ({"period": "<script>"}, 422),
        ({"yta": "atlantis"}, 422),
    ],
)
async def test_what_cannot_be_shown_is_said_on_the_page_with_the_choices(
    door: ReportDoor, browser: Browser, asked: dict[str, str], status: int
) -> None:
    await door.pull()
    await as_coordinator(door, browser)
    answer = await browser.get("/reports", params=asked)
    assert answer.status_code == status
    assert 'name="indicator"' in answer.text
    assert "<script>" not in answer.text


async def test_a_division_that_the_next_figure_lacks_gives_way_to_its_usual_one(
    door: ReportDoor, browser: Browser
) -> None:
    await door.pull()
    await as_coordinator(door, browser)
    answer = await browser.get("/reports", params={"indicator": "plan_changed", "by": "theme"})
    assert answer.status_code == 200


async def test_without_logging_in_one_is_led_to_the_login(door: ReportDoor, browser: Browser) -> None:
    answer = await browser.get("/reports")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


async def test_when_reporting_is_down_the_page_says_so(door: ReportDoor, browser: Browser) -> None:
    await browser.log_in("maria")
    door.down.add("reporting")
    answer = await browser.get("/reports")
    assert answer.status_code == 503
    assert "<h1" in answer.text


async def test_htmx_gets_the_report_alone(door: ReportDoor, browser: Browser) -> None:
    await door.pull()
    await browser.log_in("maria")
    part = await browser.get("/reports", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    report = part.text[part.text.index('<div id="report">') :].partition("<hx-partial")[0]
    assert report.strip() in (await browser.get("/reports")).text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_every_figure_is_shown_in_every_language(door: ReportDoor, language: str) -> None:
    await submitted(door.feed, "12", 9)
    await door.pull()
    door.registry.identity = {**door.registry.identity, "memberships": COORDINATOR, "language": language}
    async with door.browser(language) as browser:
        await browser.log_in("sanna")
        for indicator in re.findall(
            r'<option value="(\w+)"', (await browser.get("/reports")).text.split("</select>")[0]
        ):
            for yta in ("", "ita", "etela"):
                answer = await browser.get("/reports", params={"indicator": indicator, "yta": yta})
                assert answer.status_code == 200, (indicator, yta)


async def _gaps(door: ReportDoor, area: str, theme: str, number: int) -> None:
    for case in await submitted(door.feed, area, number):
        await door.feed.tell("competence.gap", case, **{**codes(area), "theme": theme, "discipline": "oikeus"})


async def test_gaps_are_a_table_in_four_depths_and_a_map_and_hide_what_is_small(
    door: ReportDoor, browser: Browser
) -> None:
    await _gaps(door, "12", "itsetuhoisuus", 22)
    await _gaps(door, "10", "pakkoavioliitto", 6)
    await _gaps(door, "20", "itsetuhoisuus", 2)
    await door.pull()
    await as_coordinator(door, browser)
    html = (await browser.get("/gaps")).text
    heat = html[html.index('<table class="heat">') : html.index("</table>")]
    assert '<td class="h1">24</td>' in heat
    assert "akkoavioliitto" not in heat, "a row without a number is folded away under the table"
    assert '<li class="tag">Pakkoavioliitto</li>' in html
    assert 'href="/themes/itsetuhoisuus"' in heat
    assert "Esimerkkiaineisto" in html[html.index("<figure") : html.index("</figure>")]
    assert html.count('class="chart tilemap') == 2, "drawn wide and narrow"
    tiles = html[html.index("tilemap chart--w") : html.index("tilemap chart--n")]
    assert ">22</text>" not in tiles or ">6</text>" not in tiles, "with both, the small one would be the rest"
    assert ">2</text>" not in tiles
    assert "peitetty, 1–4" in html


async def test_gaps_are_shown_to_a_professional_without_the_counties(door: ReportDoor, browser: Browser) -> None:
    await _gaps(door, "12", "itsetuhoisuus", 7)
    await door.pull()
    await browser.log_in("maria")
    html = (await browser.get("/gaps", params={"by": "discipline"})).text
    assert '<table class="heat">' in html
    assert "tilemap" not in html


async def test_key_figures_stand_above_the_first_figure(door: ReportDoor, browser: Browser) -> None:
    for _ in range(6):
        await answered(door.feed, door.house.clock, "12", after_days=5)
    await door.pull()
    await as_coordinator(door, browser)
    html = (await browser.get("/reports")).text
    key = html[html.index('class="key"') :][:600]
    assert "Vastaus kolmen viikon kuluessa" in key
    assert "100 <small>%</small>" in key
