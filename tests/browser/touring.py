"""The tour's people in a browser, before the whole example. For tests that look at every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import listen, log_in
from tests.browser.looking import axe
from tests.browser.tour import PEOPLE, Pages, Stop, tour
from tests.support.running import Running, running_demo

Tours = dict[str | None, list[Stop]]


@contextmanager
def visiting(chromium: Browser, site: Running, person: str | None) -> Iterator[Page]:
    """A page that breaks its policy or lacks something it needs fails at the end."""
    complaints: list[str] = []
    with chromium.new_context(base_url=site.address, locale="fi") as context:
        context.add_init_script(axe())
        page = context.new_page()
        listen(page, complaints)
        if person is not None:
            log_in(page, person)
        yield page
    assert complaints == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """With all its cases: the other tests in a browser make those they need."""
    with running_demo(tmp_path_factory.mktemp("tour") / "var", cases=True) as running:
        yield running


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return Pages(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def tours(request: pytest.FixtureRequest, chromium: Browser, site: Running, pages: Pages) -> Tours:
    """Of the module's `TOURISTS`, in the order of PEOPLE."""
    found: Tours = {}
    for person in (person for person in PEOPLE if person in request.module.TOURISTS):
        with visiting(chromium, site, person) as page:
            found[person] = list(tour(page.context, person, pages))
    return found


def pages_of(person: str | None, tours: Tours) -> list[Stop]:
    """What is looked at: files are only led to."""
    return [stop for stop in tours[person] if not stop.is_file]


def first_met_by(person: str | None, tours: Tours) -> list[Stop]:
    """The pages that nobody before this person has been led to; of the first page everybody has their own."""
    before = [one for one in tours if PEOPLE.index(one) < PEOPLE.index(person)]
    known = {(stop.route, stop.look) for one in before for stop in tours[one]}
    return [stop for stop in pages_of(person, tours) if stop.route == "/" or (stop.route, stop.look) not in known]
