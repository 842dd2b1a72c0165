"""What each page of a case says next: a consent that is awaited, who has signed, a correction, a goal left empty."""

from __future__ import annotations

import pytest

from tests.journeys.test_whole_case import REQUEST, asked, teamed
from tests.support.visitors import Values, Visitors

pytestmark = pytest.mark.anyio


async def test_whoever_asks_with_a_consent_is_told_that_it_is_awaited(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    with_consent: Values = {**REQUEST, "identification": "with_consent"}
    await maria.look("/ask")
    await maria.press("/ask", with_consent, go="check")
    code = maria.path.split("/")[2]
    await maria.press(f"/ask/{code}/submit")
    assert "Kirjaa seuraavaksi suostumus" in maria.html
    await maria.look(f"/cases/{code}")
    assert "Asiantuntijat eivät näe pyyntöä ennen sitä." in maria.html
    assert "Peru suostumus" not in maria.html


async def test_whoever_has_signed_is_not_asked_again_and_a_published_answer_is_corrected(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    tuomas, leena = await teamed(visitors, code)
    await tuomas.press(f"/cases/{code}/answer", at=f"/cases/{code}")
    edit = f"/cases/{code}/answer/edit"
    for block in ("background", "considerations"):
        await tuomas.press(f"/cases/{code}/answer/blocks/{block}", {"text": "Teksti."}, at=f"{edit}?part={block}")
    row: Values = {"what-new": "Tehkää turvasuunnitelma.", "by_when-new": "heti"}
    await tuomas.press(f"/cases/{code}/answer/recommendations", row, at=f"{edit}?part=recommendations")
    await tuomas.press(f"/cases/{code}/answer/ask-signatures", at=edit)
    await tuomas.press(f"/cases/{code}/answer/signature", {"opinion": "agree"}, at=edit)
    assert "Olet allekirjoittanut" in tuomas.html
    await leena.press(f"/cases/{code}/answer/signature", {"opinion": "agree"}, at=edit)
    await tuomas.press(f"/cases/{code}/publish", at=edit)
    assert "heti" in tuomas.html
    correct = f"/cases/{code}/answer/correct"
    await tuomas.press(correct, {"reason": ""}, at=correct, status=422)
    assert "Kirjoita syy." in tuomas.html
    await tuomas.press(correct, {"reason": "Määräaika puuttui."})
    assert tuomas.path.startswith(edit)


async def test_goals_without_a_word_are_not_saved_in_silence(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    sanna = await visitors.sign_in("sanna")
    await sanna.press(f"/cases/{code}/acts/accept", at=f"/cases/{code}")
    goals = f"/cases/{code}/goals"
    await maria.press(goals, at=goals, status=422)
    assert "Kirjoita, minkä pitäisi muuttua tavoitteessa 1." in maria.html


async def test_a_day_left_out_of_a_meeting_is_told_once_by_the_day(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    sanna = await visitors.sign_in("sanna")
    await sanna.press(f"/cases/{code}/acts/accept", at=f"/cases/{code}")
    new = f"/cases/{code}/meetings/new"
    await sanna.press(new, {"day": ""}, at=new, status=422)
    assert sanna.html.count("Anna päivä ja kellonaika.") == 2  # in the summary and at the day


async def test_whoever_may_not_ask_is_told_before_the_form(visitors: Visitors) -> None:
    noora = await visitors.sign_in("noora")
    assert (await noora.client.get("/ask")).status_code == 403
