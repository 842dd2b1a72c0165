"""Signatures: of one version of the text, by each member, until a deadline."""

from datetime import timedelta

import pytest

from services.shared.clock import MovedClock
from tests.builders.answers import a_consultation, checked, drafted, in_signing, match
from tests.support.apps import App

pytestmark = pytest.mark.anyio


def states(answer: dict[str, object]) -> dict[str, str]:
    return {one["name"]: one["state"] for one in answer["signatures"]}  # type: ignore[attr-defined]


def acts(answer: dict[str, object], name: str = "allowed") -> set[str]:
    return {one["act"] for one in answer[name]}  # type: ignore[attr-defined]


async def test_signatures_are_asked_of_every_member(consultation: App) -> None:
    made = await a_consultation(consultation, members=2)
    answer = await in_signing(made)
    assert answer["state"] == "signing"
    assert states(answer) == {"Tuomas Rinne": "open", "Jäsen 1": "open", "Jäsen 2": "open"}


async def test_signatures_are_not_asked_of_an_unfinished_answer(consultation: App) -> None:
    made = await a_consultation(consultation)
    checked(await made.as_(made.chair).post(f"{made.path}/answer", json={}))
    due = {"due": "2026-12-01T10:00:00Z"}
    asked = await made.as_(made.chair).post(f"{made.path}/answer/ask-signatures", json=due, headers=match(1))
    assert (asked.status_code, asked.json()["code"]) == (422, "answer_incomplete")
    assert {field["path"] for field in asked.json()["fields"]} == {"background", "considerations", "recommendations"}
    assert acts(await made.answer(), "blocked") >= {"ask_signatures", "sign_answer", "publish"}


async def test_a_deadline_lies_in_the_future(consultation: App) -> None:
    made = await a_consultation(consultation)
    answer = await drafted(made)
    for due in ("2026-11-24T07:40:00Z", "2025-01-01T00:00:00Z"):
        asked = await made.as_(made.chair).post(
            f"{made.path}/answer/ask-signatures", json={"due": due}, headers=match(answer["version"])
        )
        assert (asked.status_code, asked.json()["code"]) == (422, "deadline_in_past")


async def test_an_ordinary_member_does_not_ask_for_signatures(consultation: App) -> None:
    made = await a_consultation(consultation)
    answer = await drafted(made)
    asked = await made.as_(made.members[0]).post(
        f"{made.path}/answer/ask-signatures", json={"due": "2026-12-01T10:00:00Z"}, headers=match(answer["version"])
    )
    assert (asked.status_code, asked.json()["code"]) == (403, "not_your_act")


async def test_each_signs_agreeing_remarking_or_dissenting(consultation: App) -> None:
    made = await a_consultation(consultation, members=2)
    answer = await in_signing(made, rows=2)
    row = answer["recommendations"][1]["id"]
    checked(await made.sign(made.chair))
    checked(await made.sign(made.members[0], "remark", text="Uni kannattaa selvittää."))
    signed = checked(await made.sign(made.members[1], "dissent", text="En keskeyttäisi.", recommendation=row))
    assert states(signed) == {"Tuomas Rinne": "agree", "Jäsen 1": "remark", "Jäsen 2": "dissent"}
    assert signed["signatures"][2]["recommendation"] == row
    assert signed["version"] == answer["version"]


@pytest.mark.parametrize("opinion", ["remark", "dissent"])
async def test_a_remark_and_a_dissent_need_their_words(consultation: App, opinion: str) -> None:
    made = await a_consultation(consultation)
    await in_signing(made)
    signed = await made.sign(made.chair, opinion, text="  ")
    assert (signed.status_code, signed.json()["code"]) == (422, "opinion_needs_text")


async def test_a_dissent_names_a_recommendation_of_this_answer_or_none(consultation: App) -> None:
    made = await a_consultation(consultation)
    await in_signing(made)
    other = "0198f000-0000-7000-8000-000000000000"
    signed = await made.sign(made.chair, "dissent", text="Ei.", recommendation=other)
    assert (signed.status_code, signed.json()["code"]) == (422, "unknown_recommendation")


async def test_nobody_signs_a_draft(consultation: App) -> None:
    made = await a_consultation(consultation)
    await drafted(made)
    signed = await made.sign(made.chair)
    assert (signed.status_code, signed.json()["code"]) == (409, "signatures_not_asked")


async def test_the_coordinator_does_not_sign_for_the_team(consultation: App) -> None:
    made = await a_consultation(consultation)
    await in_signing(made)
    signed = await made.sign(made.coordinator)
    assert (signed.status_code, signed.json()["code"]) == (403, "not_your_act")


async def test_a_changed_text_voids_the_signatures_and_says_so(consultation: App) -> None:
    made = await a_consultation(consultation)
    answer = await in_signing(made)
    checked(await made.sign(made.chair, "remark", text="Hyvä näin."))
    changed = checked(await made.save(made.members[0], "considerations", "Aivan toinen arvio.", 1))
    assert changed["state"] == "drafting"
    assert changed["signing_due"] is None
    chair = changed["signatures"][0]
    assert chair["state"] == "open"
    assert chair["voided"]["state"] == "remark"
    assert chair["voided"]["of_version"] == answer["version"]
    assert (await made.publish()).json()["code"] == "signatures_not_asked"


async def test_a_changed_recommendation_voids_them_too(consultation: App) -> None:
    made = await a_consultation(consultation)
    answer = await in_signing(made)
    checked(await made.sign(made.chair))
    url = f"{made.path}/answer/recommendations/{answer['recommendations'][0]['id']}"
    left = checked(await made.as_(made.coordinator).delete(url, headers=match(1)))
    assert left["state"] == "drafting"
    assert left["signatures"][0]["state"] == "open"


async def test_nobody_signs_a_text_that_changed_since_they_read_it(consultation: App) -> None:
    made = await a_consultation(consultation)
    read = await in_signing(made)
    checked(await made.save(made.chair, "considerations", "Muutettu arvio.", 1))
    again = await made.answer()
    due = {"due": "2026-12-01T10:00:00Z"}
    url = f"{made.path}/answer/ask-signatures"
    checked(await made.as_(made.chair).post(url, json=due, headers=match(again["version"])))
    signed = await made.sign(made.members[0], version=read["version"])
    assert (signed.status_code, signed.json()["code"]) == (412, "stale_version")


async def test_a_member_may_change_their_mind_until_it_is_published(consultation: App) -> None:
    made = await a_consultation(consultation)
    await in_signing(made)
    checked(await made.sign(made.chair, "dissent", text="En tiedä."))
    assert states(checked(await made.sign(made.chair)))["Tuomas Rinne"] == "agree"


async def test_past_the_deadline_silence_reads_did_not_sign_and_a_late_signature_still_counts(
    consultation: App, clock: MovedClock
) -> None:
    made = await a_consultation(consultation)
    await in_signing(made, days=2)
    clock.move(timedelta(days=2))
    assert set(states(await made.answer()).values()) == {"not_signed"}
    assert states(checked(await made.sign(made.chair)))["Tuomas Rinne"] == "agree"


async def test_what_one_may_do_next_is_told_to_each(consultation: App) -> None:
    made = await a_consultation(consultation)
    assert acts(await drafted(made)) == {"save_answer", "ask_signatures"}
    await in_signing_again(made)
    assert acts(await made.answer(made.members[0])) == {"save_answer", "sign_answer"}
    assert acts(await made.answer(made.coordinator)) == {"save_answer", "ask_signatures"}
    blocked = (await made.answer(made.chair))["blocked"]
    assert blocked == [{"act": "publish", "code": "signatures_open", "data": blocked[0]["data"]}]
    assert blocked[0]["data"]["waiting"] == 2


async def in_signing_again(made: object) -> None:
    answer = await made.answer()  # type: ignore[attr-defined]
    url = f"{made.path}/answer/ask-signatures"  # type: ignore[attr-defined]
    body = {"due": "2026-12-01T10:00:00Z"}
    chair = made.as_(made.chair)  # type: ignore[attr-defined]
    checked(await chair.post(url, json=body, headers=match(answer["version"])))
