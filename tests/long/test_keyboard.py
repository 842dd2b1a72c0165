"""The main job by keyboard alone, the asker in Swedish: every control is reached by Tab, seen, and pressed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import chromium, open_page  # noqa: F401
from tests.browser.keyboard import Hands

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.timeout(600)]
OpenPage = Callable[..., Page]
expect.set_options(timeout=20_000)
SITUATION = "Den unga har berättat i skolan att släkten planerar ett äktenskap."


def test_the_whole_main_job_needs_no_mouse(open_page: OpenPage) -> None:  # noqa: F811
    maria, sanna = open_page("maria"), open_page("sanna")
    _in_swedish(maria)
    code = _asks(Hands(maria))
    _gathers(Hands(sanna), code)
    tuomas, leena = Hands(open_page("tuomas")), Hands(open_page("leena"))
    for expert in (tuomas, leena):
        _joins(expert)
    _talks(leena, code)
    _writes(tuomas, code)
    for expert in (tuomas, leena):
        _signs(expert, code)
    tuomas.open(f"/cases/{code}/answer/edit")
    tuomas.press(tuomas.page.locator("form[action$='/publish'] button"))
    expect(tuomas.page.get_by_role("heading", level=1)).to_contain_text("Muistio I-M-")
    _replies(Hands(maria), code)


def _in_swedish(maria: Page) -> None:
    Hands(maria).press(maria.locator("form[action='/language'] button[value=sv]").first)
    expect(maria.locator("html")).to_have_attribute("lang", "sv")


def _asks(maria: Hands) -> str:
    page = maria.page
    maria.open("/ask")
    maria.skip()
    maria.choose(page.locator("input[name=line][value=kunnia-ja-radikalisoituminen]"))
    maria.pick(page.locator("select[name=area]"), "12")
    maria.choose(page.locator("input[name=form][value=team]"))
    maria.write(page.locator("[name=subject]"), "Hot om hedersrelaterat våld")
    maria.tick(page.locator("input[name=age_groups][value='14-17']"))
    maria.tick(page.locator("input[name=themes][value=kunniavakivalta]"))
    maria.write(page.locator("[name=situation]"), SITUATION)
    check = page.locator("button[name=go][value=check]")
    maria.press(check)
    expect(page.locator("#errors")).to_be_focused()
    maria.press(page.locator("#errors a").first)
    maria.write(page.locator("[name='questions.0']"), "Är det tryggt för den unga att vara hemma?")
    maria.pick(page.locator("select[name='client_languages.0']"), "ar")
    maria.press(check)
    maria.press(page.locator("form[action$='/submit'] button"))
    expect(page).to_have_url(re.compile("/receipt"))
    found = re.search(r"OT-\w-\w{5}", page.url)
    assert found
    return found.group()


def _gathers(sanna: Hands, code: str) -> None:
    page = sanna.page
    sanna.open("/queue")
    sanna.press(page.locator(f"a[href='/cases/{code}']").first)
    sanna.press(page.locator("form[action$='/acts/accept'] button"))
    expect(page.locator("#next h2")).to_be_focused()
    for name, role in (("Tuomas Rinne", "chair"), ("Leena Vartiainen", "member")):
        sanna.open(f"/cases/{code}/team")
        _only(sanna, name, role)
        sanna.write(page.locator("[name=override_reason]"), "Tunnen heidän työnsä.")
        sanna.press(page.get_by_role("button", name="Kutsu tiimi"))
        expect(page.locator("#team-h")).to_be_visible()


def _only(sanna: Hands, name: str, role: str) -> None:
    page = sanna.page
    for value in [one.get_attribute("value") for one in page.locator("input[name=members]:checked").all()]:
        who = page.locator(f"input[name=members][value='{value}']")
        if name not in (page.locator("li").filter(has=who).last.inner_text()):
            sanna.reach(who)
            page.keyboard.press("Space")
            expect(who).not_to_be_checked()
    proposed = page.locator("li", has=page.locator("input[name=members]")).filter(has_text=name)
    if proposed.count():
        sanna.pick(proposed.locator("select[name^='role:']"), role)
        return
    sanna.write(page.locator("#f-find"), name)
    page.keyboard.press("Enter")
    expect(page.locator("select[name=add] option", has_text=name)).not_to_have_count(0)
    found = page.locator("select[name=add] option", has_text=name).first.get_attribute("value")
    assert found
    sanna.pick(page.locator("select[name=add]"), found)
    sanna.pick(page.locator("select[name=add_role]"), role)
    sanna.press(page.get_by_role("button", name="Katso muutettua tiimiä"))
    expect(page.locator(f"input[name=members][value='{found}']")).to_be_checked()


def _joins(expert: Hands) -> None:
    expert.open("/")
    expert.skip()
    expert.press(expert.page.locator("main a[href^='/invitations/']").first)
    expert.tick(expert.page.locator("input[name=no_conflict]"))
    expert.press(expert.page.locator("form[action$='/accept'] button"))
    expect(expert.page.locator("#situation")).to_contain_text(SITUATION)


def _talks(leena: Hands, code: str) -> None:
    page = leena.page
    leena.open(f"/cases/{code}")
    for field, text in (("message", "Kuka on nuoren tukena?"), ("note", "Riski on suurempi kuin pyynnössä.")):
        leena.write(page.locator(f"textarea[name={field}]"), text)
        leena.press(page.locator(f"form:has(textarea[name={field}]) button"))
        expect(page.locator("li.is-new")).to_contain_text(text)
        leena.is_somewhere()


def _writes(tuomas: Hands, code: str) -> None:
    page = tuomas.page
    tuomas.open(f"/cases/{code}")
    tuomas.press(page.locator("form[action$='/answer'] button").first)
    expect(page).to_have_url(re.compile("/answer/edit"))
    tuomas.open(f"/cases/{code}/answer/edit?part=background")
    for part, text in (("background", "Nuori kertoi koulussa."), ("considerations", "Riski on todellinen.")):
        tuomas.write(page.locator(f"#{part} textarea"), text)
        tuomas.press(page.locator(f"#{part} form button").first)
        expect(page.locator(f"#{part} .block__text")).to_contain_text(text)
        tuomas.is_somewhere()
    for what in ("Nimetkää yksi työntekijä.", "Tehkää turvasuunnitelma."):
        tuomas.write(page.locator("[name=what-new]"), what)
        tuomas.write(page.locator("[name=by_when-new]"), "heti")
        tuomas.press(page.locator("form:has([name=what-new]) button[value=save]"))
        expect(page.locator("#recommendations .rec")).to_have_count(3 if "turva" in what else 2)
        tuomas.is_somewhere()
    tuomas.press(page.locator("form[action$='/ask-signatures'] button"))
    expect(page.locator("form[action$='/signature']")).to_be_visible()
    tuomas.is_somewhere()


def _signs(expert: Hands, code: str) -> None:
    expert.open(f"/cases/{code}/answer/edit")
    expert.choose(expert.page.locator("input[name=opinion][value=agree]"))
    expert.press(expert.page.locator("form[action$='/signature'] button"))
    expect(expert.page.locator("#status")).to_have_text("Allekirjoituksesi on tallennettu")
    expert.is_somewhere()


def _replies(maria: Hands, code: str) -> None:
    page = maria.page
    maria.open(f"/cases/{code}/reply")
    for name, value in (("rows.0.reply", "will_do"), ("rows.1.reply", "partly"), ("usefulness", "4")):
        maria.choose(page.locator(f"input[name='{name}'][value='{value}']"))
    maria.choose(page.locator("input[name=plan_changed][value=yes]"))
    maria.choose(page.locator("input[name=without_advice][value=waited]"))
    maria.press(page.locator("form[action$='/reply'] button").first)
    expect(page.locator(".page-head .stage--follow")).to_be_visible()
