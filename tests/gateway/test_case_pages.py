"""The pages of a consultation, on the real services: what each person is offered, what is kept, what is said."""

from __future__ import annotations

import re

import pytest

from services.shared.clock import MovedClock
from tests.journeys.test_whole_case import REQUEST, asked, teamed
from tests.support.apps import House
from tests.support.forms import Form, forms_of
from tests.support.visitors import Values, Visitors

pytestmark = pytest.mark.anyio
HETU = "131052-308T"


async def test_a_personal_identity_code_is_refused_at_its_field_and_the_text_stays(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    await maria.look("/ask")
    typed: Values = {**REQUEST, "situation": f"Nuoren tunnus on {HETU}."}
    await maria.press("/ask", typed, go="check", status=422)
    assert "henkilötunnus" in maria.html
    assert dict(maria.form("/ask").fields)["situation"] == f"Nuoren tunnus on {HETU}."
    assert "<title>Virhe: " in maria.html


async def test_a_form_that_was_refused_goes_on_with_the_same_draft(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    await maria.look("/ask")
    await maria.press("/ask", {**REQUEST, "situation": HETU}, go="check", status=422)
    await maria.press("/ask", {"situation": "Nuori pelkää olla kotona."}, go="check")
    await maria.look("/cases")
    assert len(set(re.findall(r"OT-\w-\w{5}", maria.html))) == 1


async def test_each_missing_part_is_named(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    await maria.look("/ask")
    await maria.press("/ask", {"subject": "Huoli nuoresta"}, go="check", status=422)
    for sentence in ("Valitse konsultaatiolinja.", "Kirjoita vähintään yksi kysymys asiantuntijoille."):
        assert sentence in maria.html
    assert dict(maria.form("/ask").fields)["subject"] == "Huoli nuoresta"


async def test_a_phone_number_stops_the_request_until_it_is_removed_or_confirmed(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    await maria.look("/ask")
    typed: Values = {**REQUEST, "situation": "Tädin numero on 050 555 0134, hän auttaa."}
    await maria.press("/ask", typed, go="check", status=422)
    assert "<mark>050 555 0134</mark>" in maria.html
    await maria.press("/ask", go="remove:situation")
    assert "050 555 0134" not in dict(maria.form("/ask").fields)["situation"]
    await maria.press("/ask", go="check")
    assert maria.path.endswith("/check")


async def test_a_draft_saves_itself_once_however_often_it_is_sent(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    await maria.look("/ask")
    form = maria.form("/ask").with_values({"subject": "Huoli nuoresta"})
    first = await maria.client.post("/ask/autosave", data=form, headers={"HX-Request": "true"})
    assert "Luonnos tallennettu" in first.text
    assert "<html" not in first.text
    again = await maria.client.post("/ask/autosave", data=form, headers={"HX-Request": "true"})
    assert set(re.findall(r"OT-\w-\w{5}", first.text)) == set(re.findall(r"OT-\w-\w{5}", again.text))


async def test_a_request_sent_twice_is_one_request(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    await maria.look("/ask")
    await maria.press("/ask", REQUEST, go="check")
    action = maria.path.removesuffix("/check") + "/submit"
    form = maria.form(action).filled()
    answers = [await maria.client.post(action, data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]


async def test_the_second_of_two_coordinators_is_told_what_the_first_did_and_keeps_the_text(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    pekka = await visitors.sign_in("deputy")
    code = await asked(maria)
    await pekka.look(f"/cases/{code}/acts/decline")
    await sanna.press(f"/cases/{code}/acts/accept", at=f"/cases/{code}")
    why: Values = {"reason_code": "not_for_us", "text": "Asia kuuluu perheneuvolalle."}
    await pekka.press(f"/cases/{code}/acts/decline", why, status=412)
    assert "Sanna Heiskanen" in pekka.html
    assert "Asia kuuluu perheneuvolalle." in pekka.html
    await sanna.look(f"/cases/{code}")
    assert "Hyväksytty" in sanna.html


async def test_two_writers_of_one_part_lose_nothing(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    tuomas, leena = await teamed(visitors, code)
    await tuomas.press(f"/cases/{code}/answer", at=f"/cases/{code}")
    edit, block = f"/cases/{code}/answer/edit?part=considerations", f"/cases/{code}/answer/blocks/considerations"
    await tuomas.look(edit)
    await leena.press(block, {"text": "Leenan arvio tilanteesta."}, at=edit)
    await tuomas.press(block, {"text": "Tuomaksen arvio tilanteesta."}, status=412)
    for expected in ("Leena Vartiainen muutti", "Leenan arvio", "Tuomaksen arvio"):
        assert expected in tuomas.html
    both: Values = {"text": "Leenan ja Tuomaksen arvio."}
    joined = [form for form in forms_to(tuomas.html, block) if "text" in form.names][-1]
    answer = await tuomas.client.post(block, data=joined.with_values(both), follow_redirects=True)
    assert "Leenan ja Tuomaksen arvio." in answer.text


async def test_nobody_but_the_people_of_a_case_sees_its_page(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    for stranger in ("erik", "anna", "tuomas", "noora", "timo"):
        other = await visitors.sign_in(stranger)
        page = await other.client.get(f"/cases/{code}")
        assert page.status_code in (403, 404), stranger
        assert "suku suunnittelee" not in page.text


async def test_an_expert_with_a_conflict_of_interest_sees_nothing_more(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    _, leena = await teamed(visitors, code)
    await leena.look(f"/cases/{code}")
    found = re.search(r"/invitations/[0-9a-f-]{36}", leena.html)
    assert found
    await leena.press(f"{found.group()}/recuse", {"conflict": "knows_the_family"}, at=found.group())
    assert "Et enää näe tätä asiaa" in leena.html
    assert (await leena.client.get(f"/cases/{code}")).status_code == 404


@pytest.mark.parametrize(
    ("act", "values", "said"),
    [
        ("return", {"text": "Mitä koulu on tehnyt?"}, "Lisätietoa pyydetään"),
        ("decline", {"reason_code": "not_for_us", "text": "Kuuluu perheneuvolalle."}, "Pyyntö hylättiin"),
        ("advise_elsewhere", {"place": "Perheneuvola", "text": "He tuntevat asian."}, "Perheneuvola"),
        ("redirect_urgent", {}, "Pyyntö ohjattiin|päivystysapuun"),
        ("answer_directly", {"text": "Toimikaa alueen mallin mukaan."}, "Lue vastaus"),
    ],
)
async def test_each_way_out_of_the_queue_is_told_to_who_asked(
    visitors: Visitors, act: str, values: Values, said: str
) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    code = await asked(maria)
    await sanna.press(f"/cases/{code}/acts/{act}", values, at=f"/cases/{code}/acts/{act}")
    await maria.look(f"/cases/{code}")
    assert re.search(said, maria.html)


async def test_what_was_asked_for_is_answered_and_the_work_goes_on(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    code = await asked(maria)
    await sanna.press(f"/cases/{code}/acts/return", {"text": "Mitä koulu on tehnyt?"}, at=f"/cases/{code}/acts/return")
    await maria.look(f"/cases/{code}/acts/complete")
    assert "Mitä koulu on tehnyt?" in maria.html
    await maria.press(f"/cases/{code}/acts/complete", {"text": "Koulu on järjestänyt pienryhmän."})
    await sanna.look(f"/cases/{code}")
    assert "Koulu on järjestänyt pienryhmän." in sanna.html
    await sanna.press(f"/cases/{code}/acts/accept")


async def test_a_registry_that_is_down_leaves_the_case_readable(
    visitors: Visitors, house: House, clock: MovedClock
) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    visitors.gateway.app.state.names = {}
    house.down.add("registry")
    await maria.look(f"/cases/{code}")
    assert "suku suunnittelee" in maria.html
    assert "Rekisteri ei vastaa" in maria.html


async def test_the_title_of_a_case_page_tells_only_its_code(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    for path in ("", "/receipt", "/goals"):
        await maria.look(f"/cases/{code}{path}")
        assert f"<title>{code} – OT-verkko</title>" in maria.html


async def test_pages_speak_swedish_to_whoever_reads_it(visitors: Visitors) -> None:
    erik = await visitors.sign_in("erik")
    await erik.look("/ask")
    for text in ("Be om konsultation", "Linje och brådska", "Frågor till de sakkunniga", "Granska begäran"):
        assert text in erik.html
    assert not re.search(r"\b(Valitse|Tilanne|Kysymys)\b", erik.html)


def forms_to(html: str, action: str) -> list[Form]:
    return [form for form in forms_of(html) if form.action == action]
