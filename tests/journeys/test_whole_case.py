"""One consultation from asking to follow-up, by the pages alone, as people without scripts would walk it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from services.shared.clock import MovedClock
from tests.builders.story import expert_id, somebody
from tests.support.visitors import Values, Visitor, Visitors

pytestmark = pytest.mark.anyio

REQUEST: Values = {
    "line": "kunnia-ja-radikalisoituminen",
    "area": "12",
    "form": "team",
    "subject": "Kunniaan liittyvän väkivallan uhka",
    "age_groups": ["14-17"],
    "themes": ["kunniavakivalta"],
    "situation": "Nuori on kertonut koulussa, että suku suunnittelee hänelle avioliittoa.",
    "questions.0": "Miten arvioimme, onko nuoren turvallista olla kotona?",
    "questions.1": "Kenen kanssa asiasta puhutaan vanhemmille?",
    "client_languages.0": "ar",
    "language": "fi",
}
TEAM = {"tuomas": "chair", "leena": "member"}
OWN_CHOICE = "Tunnen heidän työnsä."
MISTAKE = "Nuoren tunnus on 131052-308T, soittakaa."


async def asked(maria: Visitor) -> str:
    await maria.look("/ask")
    await maria.press("/ask", REQUEST, go="check")
    draft = re.search(r"OT-\w-\w{5}", maria.path)
    assert draft, maria.path
    await maria.press(f"/ask/{draft.group()}/submit")
    found = re.search(r"/cases/(OT-\w-\w{5})/receipt", maria.path)
    assert found, maria.path
    return found.group(1)


async def teamed(visitors: Visitors, code: str) -> tuple[Visitor, Visitor]:
    """Sanna accepts and invites Tuomas as the chair and Leena as a member; both join."""
    return await _joined(await invited(visitors, code))


async def _joined(invited: tuple[Visitor, Visitor]) -> tuple[Visitor, Visitor]:
    for expert in invited:
        await _joins(expert)
    return invited


async def invited(visitors: Visitors, code: str) -> tuple[Visitor, Visitor]:
    """Accepted by the page, invited past it: to propose a team takes a second each time."""
    sanna, house = await visitors.sign_in("sanna"), visitors.gateway.house
    await sanna.press(f"/cases/{code}/acts/accept", at=f"/cases/{code}")
    members = [{"expert": str(expert_id(slug)), "role": role} for slug, role in TEAM.items()]
    client = (await house.app("consultation")).as_(somebody("sanna"))
    team = {"members": members, "override_reason": OWN_CHOICE}
    assert (await client.post(f"/v1/cases/{code}/invitations", json=team)).is_success
    return await visitors.sign_in("tuomas"), await visitors.sign_in("leena")


async def _invited_by_the_pages(visitors: Visitors, code: str) -> tuple[Visitor, Visitor]:
    sanna = await visitors.sign_in("sanna")
    await sanna.press(f"/cases/{code}/acts/accept", at=f"/cases/{code}")
    await sanna.look(f"/cases/{code}/team")
    assert "Miksi juuri he" in sanna.html
    for slug, role in TEAM.items():
        await _only(sanna, code, somebody(slug).name, role)
    return await visitors.sign_in("tuomas"), await visitors.sign_in("leena")


def _expert(html: str, name: str) -> str:
    listed = re.search(rf'<option value="([0-9a-f-]{{36}})"[^>]*>{name}', html)
    proposed = re.search(rf"<b>{name}</b>.*?name=\"role:([0-9a-f-]{{36}})\"", html, re.DOTALL)
    found = listed or proposed
    assert found, f"{name} is not on the page"
    return found.group(1)


async def _only(sanna: Visitor, code: str, name: str, role: str) -> None:
    """Invites this one: those the proposal had marked are left for later."""
    await sanna.look(f"/cases/{code}/team?find={name}")
    expert = _expert(sanna.html, name)
    action = f"/cases/{code}/team"
    if f"role:{expert}" in sanna.form(action).names:
        values: Values = {"members": [expert], f"role:{expert}": role}
    else:
        values = {"members": [], "add": expert, "add_role": role}
    await sanna.press(action, values | {"override_reason": OWN_CHOICE}, go="invite")
    assert sanna.path == f"/cases/{code}"


async def _joins(expert: Visitor) -> None:
    await expert.look("/")
    found = re.search(r"/invitations/[0-9a-f-]{36}", expert.html)
    assert found, "no invitation on the first page"
    await expert.look(found.group())
    assert "suku suunnittelee" not in expert.html
    await expert.press(f"{found.group()}/accept", {"no_conflict": "yes"})
    assert "suku suunnittelee" in expert.html


async def test_a_case_goes_from_asking_to_follow_up(visitors: Visitors, clock: MovedClock) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    code = await asked(maria)
    assert "Sanna Heiskanen" in maria.html
    await sanna.look("/queue")
    assert code in sanna.html
    tuomas, leena = await _joined(await _invited_by_the_pages(visitors, code))
    await _talk(maria, tuomas, code)
    await _meet(tuomas, code)
    await _goals(maria, code)
    await _write(tuomas, code)
    await _sign(tuomas, leena, code)
    await _publish(tuomas, code)
    await _reply(maria, code)
    clock.move(timedelta(days=95))
    maria = await visitors.again("maria")
    await _follow_up(maria, code)
    assert "Konsultaatio on suljettu" in maria.html
    assert re.search(r"40,0 alussa, \d\d,\d seurannassa", maria.html)


async def _talk(maria: Visitor, tuomas: Visitor, code: str) -> None:
    await maria.press(
        f"/cases/{code}/messages", {"message": "Siirretäänkö perjantain tapaaminen?"}, at=f"/cases/{code}"
    )
    assert "Siirretäänkö" in maria.html
    await tuomas.press(f"/cases/{code}/team-notes", {"note": "Riski on suurempi kuin pyynnössä."}, at=f"/cases/{code}")
    assert "Riski on suurempi" in tuomas.html
    await maria.look(f"/cases/{code}")
    assert "Riski on suurempi" not in maria.html
    assert "Vain tiimi" not in maria.html


async def _meet(tuomas: Visitor, code: str) -> None:
    await tuomas.look(f"/cases/{code}/meetings/new")
    day: Values = {
        "day": "2026-11-25",
        "starts": "13:00",
        "ends": "14:00",
        "remote_link": "https://etayhteys.example/3",
    }
    await tuomas.press(f"/cases/{code}/meetings/new", day | {"agenda": "Turvasuunnitelma"})
    meeting = tuomas.path
    calendar = await tuomas.client.get(f"{meeting}/calendar")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert code not in calendar.text
    assert "Turvasuunnitelma" not in calendar.text
    await tuomas.press(f"{meeting}/hold", {"minutes_text": "Käytiin turvasuunnitelma läpi."}, at=meeting)
    assert "Pidetty" in tuomas.html
    await tuomas.press(f"/cases/{code}/minutes", {"minutes": "45", "for": "preparation"}, at=f"/cases/{code}")


async def _goals(maria: Visitor, code: str) -> None:
    await maria.look(f"/cases/{code}/goals")
    levels: Values = {f"goals.0.levels.{level}": f"Taso {level}" for level in ("-2", "-1", "0", "1", "2")}
    goal: Values = {"goals.0.title": "Nuori on turvassa kotona", "goals.0.baseline": "-1", "goals.0.weight": "2"}
    await maria.press(f"/cases/{code}/goals", goal | levels)
    assert maria.path == f"/cases/{code}"


async def _write(tuomas: Visitor, code: str) -> None:
    await tuomas.press(f"/cases/{code}/answer", at=f"/cases/{code}")
    edit = f"/cases/{code}/answer/edit"
    for block, text in (("background", "Nuori kertoi koulussa."), ("considerations", "Riski on todellinen.")):
        await tuomas.press(f"/cases/{code}/answer/blocks/{block}", {"text": text}, at=f"{edit}?part={block}")
    for what in ("Nimetkää yksi työntekijä.", "Tehkää turvasuunnitelma.", "Sopikaa koulun kanssa."):
        row: Values = {"what-new": what, "who-new": "Lastensuojelu", "by_when-new": "2026-12-04"}
        await tuomas.press(f"/cases/{code}/answer/recommendations", row, at=f"{edit}?part=recommendations")
    third = re.search(
        r"/answer/recommendations/([0-9a-f-]{36})(?!.*/answer/recommendations/[0-9a-f-]{36})", tuomas.html, re.DOTALL
    )
    assert third
    await tuomas.press(f"/cases/{code}/answer/recommendations/{third.group(1)}", go="remove")
    assert "Sopikaa koulun kanssa." not in tuomas.html


async def _sign(tuomas: Visitor, leena: Visitor, code: str) -> None:
    edit = f"/cases/{code}/answer/edit"
    await tuomas.press(f"/cases/{code}/answer/ask-signatures", {"due_day": "2026-11-27"}, at=edit)
    await tuomas.press(f"/cases/{code}/answer/signature", {"opinion": "agree"}, at=edit)
    await leena.press(f"/cases/{code}/answer/signature", {"opinion": "dissent"}, at=edit, status=422)
    assert "Kirjoita huomautus tai perustelu." in leena.html
    row = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>Suositus 2', leena.html)
    assert row
    dissent: Values = {"opinion": "dissent", "text": "En odottaisi viikkoa.", "recommendation": row.group(1)}
    await leena.press(f"/cases/{code}/answer/signature", dissent)


async def _publish(tuomas: Visitor, code: str) -> None:
    await tuomas.press(f"/cases/{code}/publish", at=f"/cases/{code}/answer/edit")
    assert re.search(r"Muistio I-M-2026-\d{3}", tuomas.html)
    assert "En odottaisi viikkoa." in tuomas.html
    document = await tuomas.client.get(f"/cases/{code}/answer.pdf")
    assert document.content.startswith(b"%PDF")


async def _reply(maria: Visitor, code: str) -> None:
    reply: Values = {
        "rows.0.reply": "will_do",
        "rows.1.reply": "partly",
        "rows.1.why": "Osa on jo tehty.",
        "usefulness": "4",
        "plan_changed": "yes",
        "without_advice": "waited",
    }
    await maria.press(f"/cases/{code}/reply", {"rows.0.reply": "will_do"}, at=f"/cases/{code}/reply", status=422)
    await maria.press(f"/cases/{code}/reply", reply)
    assert maria.path == f"/cases/{code}"
    assert "Seurannassa" in maria.html


async def _follow_up(maria: Visitor, code: str) -> None:
    answers: Values = {
        "rows.0.result": "done",
        "rows.1.result": "partly",
        "goals.0.level": "1",
        "wanted_change": "partly",
    }
    await maria.press(f"/cases/{code}/follow-up", answers, at=f"/cases/{code}/follow-up")
