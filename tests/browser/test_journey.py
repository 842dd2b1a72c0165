"""The main job in a real browser, by four people at once, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
# four people at once on a busy machine
expect.set_options(timeout=20_000)
SITUATION = "Nuori on kertonut koulussa, että suku suunnittelee hänelle avioliittoa."


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_question_becomes_advice_and_the_advice_a_plan(open_page: OpenPage, script: bool) -> None:
    maria, sanna = open_page("maria", script=script), open_page("sanna", script=script)
    code = ask(maria, script=script)
    sanna.goto("/queue")
    sanna.locator(f"a[href='/cases/{code}']").first.click()
    sanna.get_by_role("button", name="Hyväksy pyyntö").click()
    expect(sanna.locator("#next")).to_contain_text("Muodosta tiimi")
    for name, role in (("Tuomas Rinne", "chair"), ("Leena Vartiainen", "member")):
        invite(sanna, code, name, role)
    tuomas, leena = open_page("tuomas", script=script), open_page("leena", script=script)
    for expert in (tuomas, leena):
        join(expert)
    _talk(maria, leena, code)
    _write(tuomas, code)
    _sign(tuomas, leena, code)
    tuomas.goto(f"/cases/{code}/answer/edit")
    tuomas.get_by_role("button", name="Julkaise vastaus").click()
    expect(tuomas.get_by_role("heading", level=1)).to_contain_text("Muistio I-M-")
    _reply(maria, code)


def ask(maria: Page, *, script: bool) -> str:
    maria.goto("/ask")
    maria.get_by_label("Väkivalta, kunnia ja radikalisoituminen").check()
    maria.locator("select[name=area]").select_option("12")
    maria.locator("input[name=form][value=team]").check()
    maria.get_by_label("Lyhyt otsikko").fill("Kunniaan liittyvän väkivallan uhka")
    maria.locator("input[name=age_groups][value='14-17']").check()
    maria.locator("input[name=themes][value=kunniavakivalta]").check()
    maria.get_by_label("Tilanne lyhyesti").fill(SITUATION)
    if script:
        expect(maria.locator("#saved")).to_contain_text("Luonnos tallennettu")
    maria.get_by_role("button", name="Tarkista pyyntö").click()
    expect(maria.locator("#errors")).to_contain_text("Kirjoita vähintään yksi kysymys asiantuntijoille.")
    expect(maria.get_by_label("Tilanne lyhyesti")).to_have_value(SITUATION)
    maria.get_by_label("Kysymys 1").fill("Miten arvioimme, onko nuoren turvallista olla kotona?")
    maria.locator("select[name='client_languages.0']").select_option("ar")
    maria.get_by_role("button", name="Tarkista pyyntö").click()
    maria.get_by_role("button", name="Lähetä pyyntö").click()
    expect(maria.get_by_role("heading", level=1)).to_have_text("Pyyntö on lähetetty")
    found = re.search(r"OT-\w-\w{5}", maria.url)
    assert found
    return found.group()


def invite(sanna: Page, code: str, name: str, role: str) -> None:
    sanna.goto(f"/cases/{code}/team")
    for member in sanna.locator("input[name=members]").all():
        member.uncheck()
    proposed = sanna.locator("li", has=sanna.locator("input[name=members]")).filter(has_text=name)
    if proposed.count():
        proposed.locator("input[name=members]").check()
        proposed.locator("select[name^='role:']").select_option(role)
    else:
        sanna.locator("#f-find").fill(name)
        sanna.get_by_role("button", name="Etsi asiantuntijoita").click()
        expect(sanna.locator("select[name=add] option", has_text=name)).not_to_have_count(0)
        expert = sanna.locator("select[name=add] option", has_text=name).first.get_attribute("value")
        sanna.locator("select[name=add]").select_option(expert)
        sanna.locator("select[name=add_role]").select_option(role)
        sanna.get_by_role("button", name="Katso muutettua tiimiä").click()
        expect(sanna.locator(f"input[name=members][value='{expert}']")).to_be_checked()
    sanna.locator("[name=override_reason]").fill("Tunnen heidän työnsä.")
    sanna.get_by_role("button", name="Kutsu tiimi").click()
    expect(sanna.locator("#team-h")).to_be_visible()


def join(expert: Page) -> None:
    expert.goto("/")
    expert.locator("main a[href^='/invitations/']").first.click()
    expect(expert.locator("main")).not_to_contain_text(SITUATION)
    expert.locator("input[name=no_conflict]").check()
    expert.get_by_role("button", name="Hyväksy kutsu ja liity tiimiin").click()
    expect(expert.locator("#situation")).to_contain_text(SITUATION)


def _talk(maria: Page, leena: Page, code: str) -> None:
    maria.goto(f"/cases/{code}")
    maria.locator("textarea[name=message]").fill("Siirretäänkö perjantain tapaaminen?")
    maria.get_by_role("button", name="Lähetä viesti").click()
    expect(maria.locator("#thread-list")).to_contain_text("Siirretäänkö")
    leena.goto(f"/cases/{code}")
    leena.locator("textarea[name=note]").fill("Riski on suurempi kuin pyynnössä.")
    leena.get_by_role("button", name="Tallenna vain tiimille").click()
    expect(leena.locator("#team-notes-list")).to_contain_text("Riski on suurempi")
    maria.goto(f"/cases/{code}")
    expect(maria.locator("main")).not_to_contain_text("Riski on suurempi")


def _write(tuomas: Page, code: str) -> None:
    tuomas.goto(f"/cases/{code}")
    tuomas.get_by_role("button", name="Aloita vastaus").first.click()
    for part, text in (("background", "Nuori kertoi koulussa."), ("considerations", "Riski on todellinen.")):
        tuomas.goto(f"/cases/{code}/answer/edit?part={part}")
        tuomas.locator(f"#{part} textarea").fill(text)
        tuomas.get_by_role("button", name="Tallenna tämä osa").click()
        expect(tuomas.locator(f"#{part} .block__text")).to_contain_text(text)
    for what in ("Nimetkää yksi työntekijä.", "Tehkää turvasuunnitelma."):
        tuomas.goto(f"/cases/{code}/answer/edit?part=recommendations")
        tuomas.locator("[name=what-new]").fill(what)
        tuomas.locator("[name=by_when-new]").fill((date.today() + timedelta(days=14)).isoformat())  # noqa: DTZ011
        tuomas.get_by_role("button", name="Lisää suositus").click()
        expect(tuomas.locator("#recommendations")).to_contain_text(what)
    tuomas.get_by_role("button", name="Pyydä allekirjoitukset").click()
    expect(tuomas.locator("#next")).to_contain_text("Allekirjoita vastaus")


def _sign(tuomas: Page, leena: Page, code: str) -> None:
    tuomas.locator("input[name=opinion][value=agree]").check()
    tuomas.get_by_role("button", name="Allekirjoita vastaus").click()
    expect(tuomas.locator("main")).to_contain_text("Samaa mieltä")
    leena.goto(f"/cases/{code}/answer/edit")
    leena.locator("input[name=opinion][value=dissent]").check()
    leena.locator("form[action$='/signature'] textarea").fill("En odottaisi viikkoa.")
    leena.locator("select[name=recommendation]").select_option(index=2)
    leena.get_by_role("button", name="Allekirjoita vastaus").click()
    expect(leena.locator("main")).to_contain_text("Eriävä mielipide")


def _reply(maria: Page, code: str) -> None:
    maria.goto(f"/cases/{code}/answer")
    expect(maria.locator("#who")).to_contain_text("En odottaisi viikkoa.")
    maria.get_by_role("link", name="Kerro, mitä teette").click()
    for name, value in (("rows.0.reply", "will_do"), ("rows.1.reply", "partly"), ("usefulness", "4")):
        maria.locator(f"input[name='{name}'][value='{value}']").check()
    maria.locator("input[name=plan_changed][value=yes]").check()
    maria.locator("input[name=without_advice][value=waited]").check()
    maria.get_by_role("button", name="Lähetä vastaukset").first.click()
    expect(maria.locator(".page-head")).to_contain_text("Seurannassa")
