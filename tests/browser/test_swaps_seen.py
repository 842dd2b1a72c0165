"""What swaps feel like in a browser: where the focus is, what is said, and that nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.keyboard import Hands
from tests.browser.test_journey import ask, invite, join

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
OpenPage = Callable[..., Page]
expect.set_options(timeout=20_000)


@pytest.fixture
def team(open_page: OpenPage) -> tuple[str, Page, Page]:
    """A case with Tuomas and Leena in its team, each at its page."""
    maria, sanna = open_page("maria"), open_page("sanna")
    code = ask(maria, script=True)
    sanna.goto(f"/cases/{code}")
    sanna.locator("form[action$='/acts/accept'] button").click()
    expect(sanna.locator("#next h2")).to_be_focused()
    expect(sanna.locator("#status")).to_have_text("Pyyntö hyväksytty")
    for name, role in (("Tuomas Rinne", "chair"), ("Leena Vartiainen", "member")):
        invite(sanna, code, name, role)
    tuomas, leena = open_page("tuomas"), open_page("leena")
    for expert in (tuomas, leena):
        join(expert)
        # another page took the place of the invitation: it begins at its heading, and says what was done
        expect(expert.locator("#main h1")).to_be_focused()
        expect(expert.locator("#status")).to_have_text("Olet tiimissä")
        expect(expert).to_have_url(re.compile(f"/cases/{code}$"))
    return code, tuomas, leena


def test_two_experts_write_at_once_and_nothing_is_lost(team: tuple[str, Page, Page]) -> None:
    code, tuomas, leena = team
    _messages(tuomas)
    _a_service_is_away(leena)
    tuomas.goto(f"/cases/{code}")
    tuomas.locator("form[action$='/answer'] button").first.click()
    for one in (tuomas, leena):
        one.goto(f"/cases/{code}/answer/edit?part=background")
    leena.locator("#background textarea").fill("Leena: nuori kertoi koulussa.")
    tuomas.locator("#background textarea").fill("Tuomas: nuori kertoi kotona.")
    leena.locator("#background form button").first.click()
    expect(leena.locator("#considerations h2")).to_be_focused()
    expect(leena).to_have_url(re.compile("part=considerations"))
    tuomas.locator("#background form button").first.click()
    for text in ("Leena: nuori kertoi koulussa.", "Tuomas: nuori kertoi kotona."):
        expect(tuomas.locator("#main")).to_contain_text(text)
    expect(tuomas.locator("h1")).to_be_focused()
    expect(tuomas).to_have_title(re.compile("^Ristiriita"))
    tuomas.locator("textarea[name=text]").fill("Nuori kertoi koulussa ja kotona.")
    tuomas.locator("form:has(textarea[name=text]) button").first.click()
    expect(tuomas.locator("#background .block__text")).to_have_text("Nuori kertoi koulussa ja kotona.")


def _messages(tuomas: Page) -> None:
    """The list grows, the form is emptied, the focus stays, and the note begun meanwhile is still there."""
    hands = Hands(tuomas)
    tuomas.locator("textarea[name=note]").fill("Kesken jäänyt ajatus.")
    tuomas.locator("textarea[name=message]").fill("Siirretäänkö tapaaminen?")
    button = tuomas.locator("#thread form button")
    hands.press(button)
    expect(tuomas.locator("#thread-list li.is-new")).to_contain_text("Siirretäänkö tapaaminen?")
    expect(tuomas.locator("textarea[name=message]")).to_have_value("")
    expect(tuomas.locator("textarea[name=note]")).to_have_value("Kesken jäänyt ajatus.")
    expect(button).to_be_focused()
    expect(tuomas.locator("#status")).to_have_text("Viesti lähetetty")
    tuomas.locator("textarea[name=message]").fill("Tunnus on 131052-308T.")
    hands.press(button)
    expect(tuomas.locator("#errors")).to_be_focused()
    expect(tuomas.locator("textarea[name=message]")).to_have_value("Tunnus on 131052-308T.")
    expect(tuomas).to_have_title(re.compile("^Virhe: "))


def _a_service_is_away(leena: Page) -> None:
    """Slow, then unreachable: both are said, and the text stays."""
    held: list[Route] = []
    leena.route("**/team-notes", lambda route: held.append(route))
    note = leena.locator("textarea[name=note]")
    note.fill("Tärkeä huomio.")
    leena.locator("#team-notes form button").click()
    expect(leena.locator("#status")).to_have_text("Haetaan…")
    held[0].fulfill(
        status=401,
        content_type="text/html",
        headers={"HX-Retarget": "closest form", "HX-Reswap": "beforeend", "HX-Reselect": ".trouble"},
        body='<p class="error trouble">Yritä uudelleen.</p>',
    )
    expect(leena.locator("#team-notes form .trouble")).to_be_visible()
    expect(note).to_have_value("Tärkeä huomio.")
    leena.unroute("**/team-notes")
    leena.locator("#team-notes form button").click()
    expect(leena.locator("#team-notes-list")).to_contain_text("Tärkeä huomio.")
    expect(leena.locator(".trouble")).to_have_count(0)


def test_a_filter_keeps_the_focus_and_the_way_back(open_page: OpenPage) -> None:
    sanna = open_page("sanna")
    sanna.goto("/queue")
    sanna.locator("select[name=line]").select_option(index=1)
    button = sanna.locator("form.filters button")
    Hands(sanna).press(button)
    expect(sanna).to_have_url(re.compile("line="))
    expect(sanna.locator(".tags--on li")).to_have_count(1)
    expect(button).to_be_focused()
    expect(sanna.locator("#status")).to_contain_text("konsultaatiota")
    sanna.go_back()
    expect(sanna.locator(".tags--on li")).to_have_count(0)
