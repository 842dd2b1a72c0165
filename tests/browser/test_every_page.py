"""Every page that people can be led to, looked at in a browser. All views of all pages are in the long tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import log_in
from tests.browser.looking import VIEWS, as_lines, axe, look, look_at_narrowest
from tests.browser.tour import Pages, Stop, tour
from tests.support.running import WITH_CASES_WITHIN, Running, running_demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(2 * WITH_CASES_WITHIN)]
PEOPLE = (None, "maria", "sanna", "tuomas", "erik", "anna", "noora", "timo", "admin", "editor", "outsider")

Tours = dict[str | None, list[Stop]]


@contextmanager
def visiting(chromium: Browser, site: Running, person: str | None) -> Iterator[Page]:
    with chromium.new_context(base_url=site.address, locale="fi") as context:
        context.add_init_script(axe())
        page = context.new_page()
        if person is not None:
            log_in(page, person)
        yield page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """With all its cases: the other tests in a browser make those they need."""
    with running_demo(tmp_path_factory.mktemp("tour") / "var", cases=True) as running:
        yield running


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return Pages(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def tours(chromium: Browser, site: Running, pages: Pages) -> Tours:
    found: Tours = {}
    for person in PEOPLE:
        with visiting(chromium, site, person) as page:
            found[person] = list(tour(page.context, person, pages))
    return found


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


def first_met_by(person: str | None, tours: Tours) -> list[Stop]:
    """The pages that nobody before this person has been led to; of the first page everybody has their own."""
    before = PEOPLE[: PEOPLE.index(person)]
    known = {(stop.route, stop.look) for one in before for stop in tours[one]}
    return [stop for stop in tours[person] if stop.route == "/" or (stop.route, stop.look) not in known]
