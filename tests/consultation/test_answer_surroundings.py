"""An answer beside the rest of the case: consent, reopening, what waits, what the case's page offers."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from services.shared.clock import MovedClock
from tests.builders.answers import (
    Consultation,
    a_consultation,
    a_published_answer,
    checked,
    drafted,
    in_signing,
    match,
)
from tests.support.apps import App
from tests.support.waiting import what_waits

pytestmark = pytest.mark.anyio


async def let_rest(app: App, made: Consultation) -> None:
    async with app.app.state.database.duty("test") as session:
        await session.execute(text("update cases set team_may_read = false"))


async def waiting_kinds(made: Consultation, who: object) -> list[str]:
    items = await what_waits(made.as_(who))  # type: ignore[arg-type]
    return [item["kind"] for item in items]


async def test_without_its_consent_an_answer_is_neither_read_by_the_team_nor_published(consultation: App) -> None:
    made = await a_consultation(consultation)
    await in_signing(made)
    for one in made.team:
        checked(await made.sign(one))
    await let_rest(consultation, made)
    assert (await made.as_(made.chair).get(f"{made.path}/answer")).status_code == 404
    assert (await made.save(made.chair, "limits", "x", 0)).status_code == 404
    refused = await made.publish(made.coordinator, version=4)
    assert (refused.status_code, refused.json()["code"]) == (409, "act_blocked")
    assert refused.json()["reason"] == "consent_missing"


async def test_a_signature_waits_for_its_member_until_given(consultation: App) -> None:
    made = await a_consultation(consultation)
    await drafted(made)
    assert "sign" not in await waiting_kinds(made, made.members[0])
    await in_signing_of(made)
    assert "sign" in await waiting_kinds(made, made.members[0])
    checked(await made.sign(made.members[0]))
    assert "sign" not in await waiting_kinds(made, made.members[0])
    assert "sign" not in await waiting_kinds(made, made.asker)


async def in_signing_of(made: Consultation) -> None:
    version = (await made.answer())["version"]
    body = {"due": "2026-12-01T10:00:00Z"}
    url = f"{made.path}/answer/ask-signatures"
    checked(await made.as_(made.chair).post(url, json=body, headers=match(version)))


async def test_publishing_waits_for_chair_and_coordinator_once_all_have_signed(
    consultation: App, clock: MovedClock
) -> None:
    made = await a_consultation(consultation)
    await in_signing(made, days=2)
    checked(await made.sign(made.chair))
    assert "publish" not in await waiting_kinds(made, made.chair)
    clock.move(timedelta(days=2))
    for publisher in (made.chair, made.coordinator):
        assert "publish" in await waiting_kinds(made, publisher)
    assert "publish" not in await waiting_kinds(made, made.members[0])
    checked(await made.publish())
    assert "publish" not in await waiting_kinds(made, made.chair)


async def test_a_reply_and_a_follow_up_wait_for_the_asker_when_their_time_comes(
    consultation: App, clock: MovedClock
) -> None:
    made, answer = await a_published_answer(consultation)
    assert "reply" in await waiting_kinds(made, made.asker)
    rows = [{"recommendation": row["id"], "reply": "will_do"} for row in answer["recommendations"]]
    body = {"rows": rows, "usefulness": 5, "plan_changed": "yes", "without_advice": "waited"}
    expected = match((await made.case())["version"])
    checked(await made.as_(made.asker).post(f"{made.path}/reply", json=body, headers=expected))
    assert await waiting_kinds(made, made.asker) == []
    clock.move(timedelta(days=93))
    assert await waiting_kinds(made, made.asker) == ["follow_up"]


async def test_a_deadline_lies_within_the_season(consultation: App) -> None:
    made = await a_consultation(consultation)
    answer = await drafted(made)
    for due in ("2027-06-01T10:00:00Z", "9999-12-31T23:59:59-23:00"):
        asked = await made.as_(made.chair).post(
            f"{made.path}/answer/ask-signatures", json={"due": due}, headers=match(answer["version"])
        )
        assert (asked.status_code, asked.json()["code"]) == (422, "deadline_too_far")
        assert asked.json()["fields"][0]["limit"] == 60


async def test_a_deadline_without_its_time_zone_is_refused(consultation: App) -> None:
    made = await a_consultation(consultation)
    answer = await drafted(made)
    asked = await made.as_(made.chair).post(
        f"{made.path}/answer/ask-signatures", json={"due": "2026-12-01T10:00:00"}, headers=match(answer["version"])
    )
    assert (asked.status_code, asked.json()["fields"][0]["path"]) == (422, "due")


async def test_a_correction_left_open_becomes_the_new_answer_of_a_reopened_case(consultation: App) -> None:
    made, first = await a_published_answer(consultation)
    url = f"{made.path}/answer"
    checked(await made.as_(made.chair).post(f"{url}/corrections", json={"reason": "Päivä"}))
    second_try = await made.as_(made.coordinator).post(f"{url}/corrections", json={"reason": "Päivä"})
    assert second_try.json()["code"] == "answer_already_started"
    async with consultation.app.state.database.duty("test") as session:
        await session.execute(text("update cases set state = 'in_consultation'"))
    begun = checked(await made.as_(made.chair).post(url, json={}))
    assert (begun["edition"], begun["state"], begun["versions"]) == (1, "drafting", [])
    assert begun["blocks"]["background"]["text"] == first["blocks"]["background"]["text"]


@pytest.mark.parametrize("version", ["", "abc", '"-1"', '"1e3"', '"99999999999"'])
async def test_a_version_that_is_none_is_refused(consultation: App, version: str) -> None:
    made = await a_consultation(consultation)
    await drafted(made)
    sent = await made.as_(made.chair).put(
        f"{made.path}/answer/blocks/limits", json={"text": "x"}, headers={"If-Match": version}
    )
    assert sent.status_code in (412, 422)


async def test_the_case_page_tells_the_chair_what_hinders_publishing(consultation: App) -> None:
    made = await a_consultation(consultation)
    seen = checked(await made.as_(made.chair).get(made.path))
    assert "start_answer" in {one["act"] for one in seen["allowed"]}
    await in_signing(made)
    seen = checked(await made.as_(made.chair).get(made.path))
    assert ("publish", "signatures_open") in {(one["act"], one["code"]) for one in seen["blocked"]}
    for one in made.team:
        checked(await made.sign(one))
    seen = checked(await made.as_(made.chair).get(made.path))
    assert "publish" in {one["act"] for one in seen["allowed"]}
    assert "publish" not in {one["act"] for one in checked(await made.as_(made.asker).get(made.path))["allowed"]}
