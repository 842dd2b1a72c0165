"""Coming in, going out, and what every page must be, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from demo.people import PEOPLE
from tests.browser.conftest import PHONE, log_in
from tests.browser.tour import INSIDE
from tests.support.running import Running

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
NOT_ON_TOUR = [person.subject for person in PEOPLE if person.subject not in INSIDE]
"""The tour of every page follows the links of all the others."""
LISTS = ("/", "/ask", "/cases", "/experts", "/organisations", "/themes", "/reports", "/me")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_person_logs_in_and_out(open_page: OpenPage, script: bool) -> None:
    page = open_page("maria", script=script)
    expect(page.get_by_text("Maria Lehtola").first).to_be_attached()
    page.goto("/me")
    page.locator("summary", has=page.get_by_text("Maria Lehtola")).first.click()
    page.locator("form[action='/logout'] button").first.click()
    page.goto("/cases")
    expect(page.locator("form[action='/login']").first).to_be_attached()


@pytest.mark.parametrize("person", NOT_ON_TOUR)
def test_everybody_finds_a_first_page_without_a_dead_end(open_page: OpenPage, person: str) -> None:
    page = open_page(person)
    assert page.locator("h1").count() == 1
    links = {link.get_attribute("href") for link in page.locator("nav a[href^='/'], main a[href^='/']").all()}
    assert links
    for link in sorted(filter(None, links)):
        answer = page.request.get(link)
        assert answer.status < 400, f"{link}: {answer.status}"


def test_somebody_unknown_is_led_to_ask_for_access(open_page: OpenPage) -> None:
    page = open_page("outsider")
    page.goto("/")
    expect(page.locator("a[href='/access'], form[action='/access']").first).to_be_attached()


def test_an_ended_login_at_the_provider_ends_it_here(open_page: OpenPage, site: Running) -> None:
    page = open_page("timo")
    provider = open_page()
    provider.goto(site.login_address + "/")
    provider.locator("form", has_text="Timo Laakso").last.locator("button").click()
    page.goto("/me")
    expect(page.locator("form[action='/login']").first).to_be_attached()


@pytest.mark.parametrize(("lang", "word"), [("fi", "Kirjaudu"), ("sv", "Logga in"), ("en", "Log in")])
def test_the_browsers_language_is_spoken(open_page: OpenPage, lang: str, word: str) -> None:
    page = open_page(lang=lang)
    page.goto("/login")
    assert page.locator("html").get_attribute("lang") == lang
    expect(page.get_by_text(word).first).to_be_attached()


def test_a_chosen_language_stays(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/login")
    page.locator("form[action='/language'] button[value=sv]").first.click()
    page.goto("/accessibility")
    assert page.locator("html").get_attribute("lang") == "sv"
    log_in(page, "maria")
    assert page.locator("html").get_attribute("lang") == "sv"


def test_nothing_is_wider_than_a_phone(open_page: OpenPage) -> None:
    page = open_page("maria", viewport=PHONE)
    for path in LISTS:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"] + 1, path


def test_every_control_has_a_name_and_every_picture_a_text(open_page: OpenPage) -> None:
    page = open_page("maria")
    for path in LISTS:
        page.goto(path)
        assert page.evaluate(NAMELESS) == [], path


# the rules of WCAG that a page can break without anybody seeing it
NAMELESS = """() => {
  const by = (e) => (e.getAttribute('aria-labelledby') || '').split(' ').map(i => document.getElementById(i));
  const text = (e) => (e.getAttribute('aria-label') || e.textContent || e.title || '').trim()
    || by(e).map(other => other?.textContent || '').join('');
  const bad = [], note = (e) => bad.push(e.outerHTML.slice(0, 120));
  for (const e of document.querySelectorAll('a[href], button, summary')) if (!text(e)) note(e);
  for (const e of document.querySelectorAll('input:not([type=hidden]):not([type=submit]), select, textarea'))
    if (!e.labels?.length && !e.getAttribute('aria-label') && !e.getAttribute('aria-labelledby')) note(e);
  for (const e of document.querySelectorAll('img:not([alt])')) note(e);
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  for (const id of new Set(ids.filter((id, n) => ids.indexOf(id) !== n))) bad.push('twice: ' + id);
  return bad;
}"""
