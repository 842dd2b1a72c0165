"""Every page of everybody, wide and narrow, light and dark, looked at in a browser. Pictures: `var/screens/`."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import chromium as chromium
from tests.browser.looking import as_lines, look_all_ways
from tests.browser.tour import PEOPLE
from tests.browser.touring import Tours, pages_of, visiting
from tests.browser.touring import pages as pages
from tests.browser.touring import site as site
from tests.browser.touring import tours as tours
from tests.support.running import WITH_CASES_WITHIN, Running

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.timeout(2 * WITH_CASES_WITHIN)]


@pytest.mark.parametrize("person", PEOPLE, ids=str)
def test_every_view_is_accessible_and_fits(chromium: Browser, site: Running, tours: Tours, person: str | None) -> None:
    faults: dict[str, list[str]] = {}
    with visiting(chromium, site, person) as page:
        for stop in pages_of(person, tours):
            faults |= look_all_ways(page, stop.address, name=stop.name)
    assert not any(faults.values()), as_lines(faults)
