"""Consents, and the ways a case changes hands: recorded, withdrawn, transferred, merged, withdrawn, reopened."""

from __future__ import annotations

import pytest

from tests.journeys.test_whole_case import REQUEST, asked
from tests.support.visitors import Values, Visitor, Visitors

pytestmark = pytest.mark.anyio
CONSENT: Values = {
    "given_by": "guardian",
    "to_what": ["team", "follow_up"],
    "given_on": "2026-11-20",
    "client_reference": "ES-2209",
    "written": "yes",
}


async def with_consent(maria: Visitor) -> str:
    await maria.look("/ask")
    await maria.press("/ask", {**REQUEST, "identification": "with_consent"}, go="check")
    await maria.press(maria.path.removesuffix("/check") + "/submit")
    return maria.path.split("/")[2]


async def test_nothing_is_chosen_beforehand_when_a_consent_is_recorded(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await with_consent(maria)
    await maria.look(f"/cases/{code}/consent")
    form = maria.form(f"/cases/{code}/consent")
    assert {name for name, value in form.fields if value} <= {"csrf", "key", "version"}


async def test_what_a_consent_lacks_is_named_and_the_rest_is_kept(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await with_consent(maria)
    action = f"/cases/{code}/consent"
    await maria.press(action, {**CONSENT, "to_what": []}, at=action, status=422)
    assert "Kerro, mihin suostutaan." in maria.html
    assert dict(maria.form(action).fields)["client_reference"] == "ES-2209"


async def test_a_personal_identity_code_is_no_reference(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    action = f"/cases/{await with_consent(maria)}/consent"
    await maria.press(action, {**CONSENT, "client_reference": "131052-308T"}, at=action, status=422)
    assert "henkilötunnus" in maria.html


async def test_a_consent_is_recorded_and_withdrawn(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    code = await with_consent(maria)
    await sanna.press(f"/cases/{code}/acts/accept", at=f"/cases/{code}")
    assert "Suostumus puuttuu" in sanna.html
    await maria.press(f"/cases/{code}/consent", CONSENT, at=f"/cases/{code}/consent")
    assert "Voimassa" in maria.html
    await sanna.look(f"/cases/{code}")
    assert "Suostumus puuttuu" not in sanna.html
    await maria.press(f"/cases/{code}/acts/withdraw_consent", {"choice": "anonymised"}, at=f"/cases/{code}/consent")
    assert "Nimetön" in maria.html


async def test_a_case_of_another_area_is_transferred_and_leaves_the_queue(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    code = await asked(maria)
    action = f"/cases/{code}/acts/transfer"
    await sanna.press(action, {"yta": "lansi", "reason": "Perhe on muuttanut Pohjanmaalle."}, at=action)
    assert code not in sanna.html
    anna = await visitors.sign_in("anna")
    await anna.look("/queue")
    assert code in anna.html


async def test_two_requests_of_one_matter_become_one(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    first, second = await asked(maria), await asked(maria)
    action = f"/cases/{second}/acts/merge"
    await sanna.press(action, {"into": "OT-I-22222", "reason": "Sama asia."}, at=action, status=422)
    await sanna.press(action, {"into": first.lower(), "reason": "Sama asia."})
    await maria.look(f"/cases/{second}")
    assert f'href="/cases/{first}"' in maria.html


async def test_who_asked_may_withdraw_and_the_page_says_so(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    await maria.press(f"/cases/{code}/acts/withdraw", {"reason": "Tilanne ratkesi."}, at=f"/cases/{code}/acts/withdraw")
    await maria.look(f"/cases/{code}")
    assert "Pyyntö peruttiin" in maria.html


async def test_an_answered_case_can_be_opened_again(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    code = await asked(maria)
    action = f"/cases/{code}/acts/answer_directly"
    await sanna.press(action, {"text": "Toimikaa alueen mallin mukaan."}, at=action)
    await maria.press(f"/cases/{code}/acts/reopen", {"reason": "Tilanne muuttui."}, at=f"/cases/{code}/acts/reopen")
    assert "Hyväksytty" in maria.html


async def test_an_act_that_is_not_offered_has_no_form(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    for act in ("accept", "decline", "close"):
        await maria.look(f"/cases/{code}/acts/{act}")
        assert maria.path == f"/cases/{code}"
    await maria.look(f"/cases/{code}/acts/explode", status=404)
