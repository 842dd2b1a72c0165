"""Feedback on accessibility: open to everyone, answered by an administrator within 14 days."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from gateway.feedback import FeedbackBox
from tests.gateway.conftest import Browser, Door
from tests.support.visitors import Visitor, Visitors

pytestmark = pytest.mark.anyio
TEXT = "Ruudunlukija ei lukenut kellon loppumista."
HETU = "131052-308T"


async def _send(browser: Browser, **data: Any) -> httpx2.Response:
    hidden = re.findall(r'name="(key)" value="([^"]*)"', (await browser.get("/feedback/new")).text)
    return await browser.post("/feedback", data={**dict(hidden), "text": TEXT, **data})


def _box(door: Door) -> FeedbackBox:
    box: FeedbackBox = door.gateway.state.feedback
    return box


async def test_anybody_sends_feedback_and_is_told_a_number_and_a_day(browser: Browser, door: Door) -> None:
    sent = await _send(browser, page="/ask", aids=["keyboard", "made-up"], email="eila@example.org")
    receipt = (await browser.get(sent.headers["location"])).text
    row = (await _box(door).listed(answered=False))[0]
    due = row["due"]
    assert (row["text"], row["page"], row["aids"], row["email"]) == (TEXT, "/ask", ["keyboard"], "eila@example.org")
    assert due - row["at"] == timedelta(days=14)
    assert f"Palaute {row['number']}" in receipt
    assert f"{due.day}.{due.month}.{due.year}" in receipt
    assert TEXT not in receipt, "whoever sees the address learns nothing of what was written"


async def test_the_page_somebody_came_from_is_filled_in(browser: Browser) -> None:
    assert 'value="/experts"' in (await browser.get("/feedback/new?page=/experts")).text
    assert "evil.example" not in (await browser.get("/feedback/new?page=https://evil.example/x")).text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text": ""}, "Täytä tämä"),
        ({"text": f"Asiakas {HETU} ei päässyt"}, "henkilötunnu"),
        ({"text": "a" * 4001}, "4\N{NO-BREAK SPACE}000"),
        ({"email": "ei osoite"}, "nimi@example.org"),
    ],
    ids=["nothing", "hetu", "too long", "no address"],
)
async def test_bad_input_is_told_and_what_was_typed_stays(
    browser: Browser, door: Door, data: dict[str, str], said: str
) -> None:
    answer = await _send(browser, page="/reports/kept", **data)
    assert answer.status_code == 422
    assert said in answer.text
    assert "/reports/kept" in answer.text
    assert data.get("text", TEXT) in answer.text
    assert await _box(door).listed(answered=False) == []


async def test_half_characters_are_no_text(browser: Browser, door: Door) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n+2AA-\r\n--x--\r\n'
    named = {"Content-Type": "multipart/form-data; boundary=x; charset=utf-7"}
    assert (await browser.post("/feedback", content=part, headers=named)).status_code == 422
    assert await _box(door).listed(answered=False) == []


async def test_a_second_press_sends_nothing_new(browser: Browser, door: Door) -> None:
    first = await browser.post("/feedback", data={"key": "once", "text": TEXT})
    second = await browser.post("/feedback", data={"key": "once", "text": TEXT})
    assert first.headers["location"] == second.headers["location"]
    assert len(await _box(door).listed(answered=False)) == 1


async def test_a_flood_is_refused_and_people_may_go_on_ten_minutes_later(browser: Browser, door: Door) -> None:
    for number in range(_box(door).pace.most):
        await browser.post("/feedback", data={"key": f"flood-{number}", "text": TEXT})
    refused = await _send(browser)
    assert refused.status_code == 429
    assert TEXT in refused.text
    door.house.clock.move(timedelta(minutes=11))
    assert (await _send(browser)).status_code == 303


async def test_an_address_is_erased_90_days_after_the_answer(browser: Browser, door: Door) -> None:
    await _send(browser, email="eila@example.org")
    number = (await _box(door).listed(answered=False))[0]["number"]
    await _box(door).answer(number, "Korjattu.", by="Aino Pääkkönen")
    for days, kept in ((89, "eila@example.org"), (2, "")):
        door.house.clock.move(timedelta(days=days))
        async with door.gateway.state.database.duty("gateway.feedback") as session:
            await _box(door).sweep(session)
        assert (await _box(door).read(number))["email"] == kept


async def test_only_an_administrator_reads_and_answers(visitors: Visitors) -> None:
    sanna, admin = await visitors.sign_in("sanna"), await visitors.sign_in("admin")
    await sanna.look("/feedback/new?page=/queue")
    await sanna.press("/feedback", {"text": TEXT})
    receipt = sanna.path
    await sanna.look("/feedback", status=403)
    assert TEXT in await admin.look("/"), "it waits on the first page"
    assert TEXT not in await sanna.look("/")
    assert TEXT in await admin.look("/feedback")
    number = _number_of(admin)
    await sanna.look(f"/feedback/{number}", status=403)
    await admin.look(f"/feedback/{number}")
    await admin.press(f"/feedback/{number}/answer", {"answer": ""}, status=422)
    await admin.press(f"/feedback/{number}/answer", {"answer": "Kello luetaan nyt."})
    assert "Kello luetaan nyt." in await sanna.look(receipt)
    assert TEXT not in await admin.look("/feedback")
    assert TEXT in await admin.look("/feedback?view=answered")
    await admin.look("/feedback/99999999999", status=404)


async def test_what_is_late_is_said_in_words(visitors: Visitors) -> None:
    sanna = await visitors.sign_in("sanna")
    await sanna.look("/feedback/new")
    await sanna.press("/feedback", {"text": TEXT})
    visitors.gateway.house.clock.move(timedelta(days=15))
    admin = await visitors.again("admin")
    assert "myöhässä 1 pv" in (await admin.look("/feedback")).replace("\N{NO-BREAK SPACE}", " ")


def _number_of(admin: Visitor) -> str:
    found = re.search(r'href="/feedback/(\d+)"', admin.html)
    assert found
    return found[1]
