"""Every page that the main job leads to, looked at in a browser. All views of everybody's are in the long tests."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import VIEWS, as_lines, look, look_at_narrowest
from tests.browser.touring import Tours, first_met_by, visiting
from tests.browser.touring import pages as pages
from tests.browser.touring import site as site
from tests.browser.touring import tours as tours
from tests.support.running import WITH_CASES_WITHIN, Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(2 * WITH_CASES_WITHIN)]
TOURISTS = (None, "sanna")
"""The passer-by and the coordinator, who is led to most. The others are among the long tests."""


@pytest.mark.parametrize("person", TOURISTS, ids=str)
def test_every_page_is_accessible_and_fits(chromium: Browser, site: Running, tours: Tours, person: str | None) -> None:
    """Each page once, in turn wide and narrow, light and dark."""
    faults = {}
    with visiting(chromium, site, person) as page:
        for number, stop in enumerate(first_met_by(person, tours)):
            width, scheme = VIEWS[number % len(VIEWS)]
            found = look(page, stop.address, name=stop.name, width=width, scheme=scheme)
            faults[f"{stop.address} at {width} {scheme}"] = [*found, *look_at_narrowest(page)]
    assert not any(faults.values()), as_lines(faults)
