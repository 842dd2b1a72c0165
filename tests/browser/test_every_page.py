"""Every page that people can be led to, looked at in a browser. All views of all pages are in the long tests."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import VIEWS, as_lines, look, look_at_narrowest
from tests.browser.tour import PEOPLE, Pages
from tests.browser.touring import Tours, first_met_by, visiting
from tests.browser.touring import pages as pages
from tests.browser.touring import site as site
from tests.browser.touring import tours as tours
from tests.support.running import WITH_CASES_WITHIN, Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(2 * WITH_CASES_WITHIN)]
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
def test_every_page_is_accessible_and_fits(chromium: Browser, site: Running, tours: Tours, person: str | None) -> None:
    """Each page once, in turn wide and narrow, light and dark."""
    faults = {}
    with visiting(chromium, site, person) as page:
        for number, stop in enumerate(first_met_by(person, tours)):
            width, scheme = VIEWS[number % len(VIEWS)]
            found = look(page, stop.address, name=stop.name, width=width, scheme=scheme)
            faults[f"{stop.address} at {width} {scheme}"] = [*found, *look_at_narrowest(page)]
    assert not any(faults.values()), as_lines(faults)


def test_every_page_can_be_reached_by_links(tours: Tours, pages: Pages) -> None:
    reached = {stop.route for stops in tours.values() for stop in stops}
    assert pages.all - reached == set(NOT_LED_TO)
