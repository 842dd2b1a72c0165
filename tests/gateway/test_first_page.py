"""What each role finds on the first page: what waits, and what is theirs to know."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from services.shared.clock import MovedClock
from tests.gateway.test_notification_pages import number
from tests.journeys.test_whole_case import _only, asked, teamed
from tests.support.apps import House
from tests.support.visitors import Visitor, Visitors

pytestmark = pytest.mark.anyio


def section(visitor: Visitor, id: str) -> str:
    """The text of one section, empty where the page has none of that id."""
    start = visitor.html.find(f'aria-labelledby="{id}"')
    return visitor.html[start : visitor.html.find("</section>", start)] if start >= 0 else ""


async def test_a_coordinator_sees_the_centres_day_and_what_is_late_in_words(
    visitors: Visitors, clock: MovedClock
) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    await asked(maria)
    await sanna.look("/")
    assert "<dt>Jonossa</dt><dd>1</dd>" in section(sanna, "day-h")
    assert "myöhässä" not in section(sanna, "day-h")
    clock.move(timedelta(days=2))
    sanna = await visitors.again("sanna")
    await sanna.look("/")
    assert "1 konsultaatio on myöhässä" in section(sanna, "day-h")
    assert 'href="/queue?view=late"' in section(sanna, "day-h")
    assert "Myöhässä, määräaika oli" in section(sanna, "turn")


async def test_who_was_invited_and_is_silent_is_known_then_awaited(visitors: Visitors, clock: MovedClock) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    code = await asked(maria)
    await sanna.press(f"/cases/{code}/acts/accept", at=f"/cases/{code}")
    await _only(sanna, code, "Tuomas Rinne", "chair")
    await sanna.look("/")
    before = number(sanna.html, "waiting")
    assert "Tuomas Rinne" in section(sanna, "silent")
    assert "Tiimi puuttuu" not in section(sanna, "turn")
    assert code in section(sanna, "own-queue")
    assert "Sinun vuorosi" not in section(sanna, "own-queue")
    assert sanna.html.count("button--primary") == 1
    tuomas = await visitors.sign_in("tuomas")
    await tuomas.look("/")
    assert re.search(r">Kutsu tiimiin · OT-.*>Kunniaan liittyvä väkivalta", section(tuomas, "turn"), re.S)
    clock.move(timedelta(days=3))
    sanna = await visitors.again("sanna")
    await sanna.look("/")
    assert "Tuomas Rinne" in section(sanna, "turn")
    assert section(sanna, "silent") == ""
    assert number(sanna.html, "waiting") > before


async def test_an_expert_is_told_what_to_write(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    tuomas, _ = await teamed(visitors, await asked(maria))
    await tuomas.look("/")
    assert "Vastaus kirjoitettavana" in section(tuomas, "turn")
    assert "Tiimieni konsultaatiot" in tuomas.html


async def test_national_coordination_sees_silence_and_no_case(visitors: Visitors) -> None:
    noora = await visitors.sign_in("noora")
    await noora.look("/")
    assert "Alueet, joilta ei ole kuulunut" in section(noora, "areas")
    assert "Kuinka tuoreita luvut ovat" in section(noora, "feeds")
    assert "Sinun vuorosi" in noora.html
    assert 'href="/queue"' not in noora.html


async def test_an_administrator_sees_requests_memberships_and_how_far_figures_are(visitors: Visitors) -> None:
    admin = await visitors.sign_in("admin")
    await admin.look("/")
    assert "Uusia pyyntöjä" in section(admin, "keep-h")
    assert "Päättyy 30 päivässä" in section(admin, "keep-h")
    assert section(admin, "feeds")


async def test_an_editor_finds_their_organisation_and_an_auditor_no_dead_entry(visitors: Visitors) -> None:
    outi, timo = await visitors.sign_in("editor"), await visitors.sign_in("timo")
    await outi.look("/")
    assert 'href="/organisations/' in section(outi, "own-1-h")
    await timo.look("/")
    assert 'href="/reports"' in section(timo, "figures-h")
    assert "Mikään ei odota sinua." in section(timo, "turn")


async def test_a_part_that_is_silent_leaves_the_rest(visitors: Visitors, house: House) -> None:
    for who in ("admin", "noora", "editor"):
        person = await visitors.sign_in(who)
        for service in ("registry", "consultation", "reporting"):
            house.down.add(service)
            await person.look("/")
            assert "Yksi osa ei vastaa" in person.html
            house.down.clear()


async def test_a_login_renewed_and_another_language_name_the_organisation_anew(
    visitors: Visitors, clock: MovedClock
) -> None:
    sanna = await visitors.sign_in("sanna")
    clock.move(timedelta(minutes=6))
    await sanna.look("/")
    assert "OT-koordinaattori, Itä-Suomen OT-keskus" in sanna.html
    sent = sanna.form("/language").with_values({}, buttons={"language": "sv"})
    await sanna.client.post("/language", data=sent)
    await sanna.look("/")
    assert "OT-koordinator, Östra Finlands kompetens- och stödcenter" in sanna.html
