"""Every page of everybody, wide and narrow, light and dark, looked at in a browser. Pictures: `var/screens/`."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import chromium as chromium
from tests.browser.looking import as_lines, look_all_ways
from tests.browser.tour import PEOPLE, Pages
from tests.browser.touring import Tours, pages_of, visiting
from tests.browser.touring import pages as pages
from tests.browser.touring import site as site
from tests.browser.touring import tours as tours
from tests.support.running import WITH_CASES_WITHIN, Running

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.timeout(2 * WITH_CASES_WITHIN)]

TOURISTS = PEOPLE
NOT_LED_TO = {
    "/badges": "asked for by the menu",
    "/cases/{code}/messages": "asked for by an open conversation",
    "/feedback/{number}": "nobody in the example has told anything",
    "/feedback/receipts/{receipt}": "only right after sending",
    "/imports/{kind}/{id}": "only right after sending a file",
    "/join": "led to by an invitation's link",
    "/join/{secret}": "the link itself",
    "/setup": "printed with the code of a first run",
}


@pytest.mark.parametrize("person", PEOPLE, ids=str)
def test_every_view_is_accessible_and_fits(chromium: Browser, site: Running, tours: Tours, person: str | None) -> None:
    faults: dict[str, list[str]] = {}
    with visiting(chromium, site, person) as page:
        for stop in pages_of(person, tours):
            faults |= look_all_ways(page, stop.address, name=stop.name)
    assert not any(faults.values()), as_lines(faults)


def test_every_page_can_be_reached_by_links(tours: Tours, pages: Pages) -> None:
    reached = {stop.route for stops in tours.values() for stop in stops}
    assert pages.all - reached == set(NOT_LED_TO)
