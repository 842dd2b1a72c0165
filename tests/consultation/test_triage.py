"""The coordinator's acts: each with its reason, its clock, its event, and told to who asked."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.shared.clock import MovedClock
from tests.builders.cases import ACase, Answer, a_case, a_draft, codes, got, refused
from tests.builders.people import a_person
from tests.support.apps import App

pytestmark = pytest.mark.anyio


def clock_of(view: Answer, name: str) -> Answer:
    return next(one for one in view["clocks"] if one["name"] == name)


async def test_accepting_stops_the_receipt_and_starts_the_answer(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="accepted")
    assert clock_of(case.view, "receipt")["state"] == "done"
    assert clock_of(case.view, "answer")["due"] == "2026-12-15T07:40:00Z"
    assert case.view["accepted_at"] is not None
    assert case.view["next"]["act"] == "invite_team"


async def test_whoever_accepts_is_the_coordinator_from_then_on(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    deputy = a_person("coordinator", name="Pekka Nousiainen")
    assert (await case.do(deputy, "accept"))["coordinator"]["name"] == "Pekka Nousiainen"


async def test_accepting_may_correct_line_and_county_within_the_centre(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, line="ohjaa-minua")
    view = await case.do(case.people.coordinator, "accept", {"line": "sijaishuolto", "area": "13"})
    assert (view["line"]["slug"], view["area"]) == ("sijaishuolto", "13")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"area": "06"}, "area", "in_another_centre"),
        ({"area": "99"}, "area", "unknown"),
        ({"line": "ei-ole"}, "line", "unknown"),
        ({"line": "etela-savo-14", "area": "13"}, "line", "not_in_this_area"),
    ],
)
async def test_accepting_refuses_what_does_not_fit(
    consultation: App, registry: App, body: dict[str, Any], field: str, code: str
) -> None:
    case = await a_case(consultation, registry)
    response = await case.try_(case.people.coordinator, "accept", body)
    assert codes(refused(response, 422, "invalid"))[field] == code
    assert (await case.read())["version"] == case.view["version"]


async def test_clocks_stand_still_while_more_is_asked_and_go_on_from_there(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    case = await a_case(consultation, registry, state="accepted")
    before = clock_of(case.view, "first")
    view = await case.do(case.people.coordinator, "return")
    assert (view["state"], view["missing"]["due"]) == ("returned", "2026-12-01")
    assert {one["name"]: one["state"] for one in view["clocks"]} == {
        "receipt": "done",
        "first": "paused",
        "answer": "paused",
    }
    clock.move(timedelta(days=3))
    assert clock_of(await case.read(), "first")["left_seconds"] == before["left_seconds"]
    view = await case.do(case.people.asker, "complete")
    assert view["state"] == "accepted", "back to the state it left"
    moved = datetime.fromisoformat(clock_of(view, "first")["due"]) - datetime.fromisoformat(before["due"])
    assert moved == timedelta(days=3)
    assert view["missing"] is None
    assert [one["text"] for one in view["additions"]] == ["Koulu on järjestänyt pienryhmän."]


async def test_a_request_returned_before_it_was_accepted_comes_back_as_sent(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="returned")
    view = await case.do(case.people.asker, "complete", {"text": "Tarkennan.", "questions": ["Uusi kysymys?"]})
    assert (view["state"], view["questions"]) == ("submitted", ["Uusi kysymys?"])


async def test_questions_stay_once_the_case_was_accepted(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="accepted")
    await case.do(case.people.coordinator, "return")
    response = await case.try_(case.people.asker, "complete", {"text": "Tarkennan.", "questions": ["Uusi?"]})
    assert codes(refused(response, 422, "invalid")) == {"questions": "not_changed_any_more"}


async def test_more_is_not_asked_for_by_yesterday(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    response = await case.try_(case.people.coordinator, "return", {"text": "Mitä?", "due": "2026-11-23"})
    assert codes(refused(response, 422, "invalid")) == {"due": "in_the_past"}


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("advised_elsewhere", "advise_elsewhere"),
        ("urgent_redirected", "redirect_urgent"),
        ("declined", "decline"),
        ("withdrawn", "withdraw"),
    ],
)
async def test_an_exit_says_why_and_stops_every_clock(consultation: App, registry: App, state: str, act: str) -> None:
    case = await a_case(consultation, registry, state=state)
    view = await case.read(case.people.asker)
    assert (view["state"], view["exit"]["act"]) == (state, act)
    assert view["exit"]["text"]
    assert {one["state"] for one in view["clocks"]} == {"done"}
    assert view["closed_at"] is not None
    assert view["next"] == {"turn": False, "act": None, "code": state, "who": [], "clock": None}


async def test_with_the_askers_leave_a_case_is_handed_on_in_the_same_act(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, handing_on=True)
    body = {"place": "Toinen linja", "text": "Sopii paremmin.", "hand_on_line": "neuropsykiatria"}
    await case.do(case.people.coordinator, "advise-elsewhere", body)
    mine = got(await case.as_(case.people.asker).get("/v1/cases"))["items"]
    fresh = next(one for one in mine if one["id"] != case.id)
    assert (fresh["state"], fresh["line"]["slug"]) == ("submitted", "neuropsykiatria")
    whole = got(await case.as_(case.people.asker).get(f"/v1/cases/{fresh['id']}"))
    assert (whole["situation"], whole["questions"]) == (case.view["situation"], case.view["questions"])
    assert [one["name"] for one in whole["clocks"]] == ["receipt", "first"]
    assert [one["data"] for one in case.view["log"] if one["act"] == "handed_on"] == [{"code": fresh["code"]}]


async def test_without_the_askers_leave_nothing_is_handed_on(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    body = {"place": "Toinen linja", "text": "Sopii paremmin.", "hand_on_line": "neuropsykiatria"}
    refused(await case.try_(case.people.coordinator, "advise-elsewhere", body), 409, "not_preauthorised")
    assert (await case.read())["state"] == "submitted"


async def test_a_transferred_case_belongs_to_the_other_centre_alone(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="accepted")
    code = case.code
    sent = await case.do(case.people.coordinator, "transfer")
    assert (sent["yta"], sent["state"], sent["allowed"], sent["relation"]) == ("lansi", "submitted", [], [])
    refused(await case.as_(case.people.coordinator).get(case.path), 404, "not_found")
    view = await case.read(case.people.elsewhere)
    assert (view["code"], view["coordinator"]["name"]) == (code, "Anna Sjöberg")
    assert clock_of(view, "receipt")["state"] == "ok", "the new coordinator has a receipt to give"
    assert clock_of(view, "answer")["state"] == "done"
    assert [one["act"] for one in view["log"]] == ["submit", "accept", "transfer"], "the history goes along"
    assert (await case.read(case.people.asker))["coordinator"]["name"] == "Anna Sjöberg"
    assert (await case.do(case.people.elsewhere, "transfer", {"yta": "ita", "reason": "Kuuluu teille."}))[
        "yta"
    ] == "ita"


async def test_a_case_can_be_moved_to_another_line_of_the_same_centre(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="accepted")
    view = await case.do(case.people.coordinator, "transfer", {"line": "neuropsykiatria", "reason": "Sopii paremmin."})
    assert (view["yta"], view["line"]["slug"], view["state"]) == ("ita", "neuropsykiatria", "submitted")
    assert "accept" in case.allowed()


@pytest.mark.parametrize(
    "body", [{"reason": "Muuten vain."}, {"yta": "ita", "reason": "Sama."}, {"yta": "kuu", "reason": "X"}]
)
async def test_a_transfer_to_nowhere_is_refused(consultation: App, registry: App, body: dict[str, Any]) -> None:
    case = await a_case(consultation, registry)
    refused(await case.try_(case.people.coordinator, "transfer", body), 422, "invalid")


async def test_two_cases_of_one_asker_become_one(consultation: App, registry: App) -> None:
    kept = await a_case(consultation, registry, state="accepted")
    other = await a_case(consultation, registry, people=kept.people)
    view = await other.do(kept.people.coordinator, "merge", {"into": kept.code, "reason": "Sama asia."})
    assert (view["state"], view["merged_into"]) == ("merged", kept.code)
    assert (await kept.read())["log"][-1]["data"] == {"code": other.code}


async def test_a_merged_case_is_still_read_by_who_may_not_see_the_other(consultation: App, registry: App) -> None:
    partner = a_person(name="Elina Kumppani")
    kept = await a_case(consultation, registry)
    other = await a_case(consultation, registry, people=kept.people, partner=partner.id)
    await other.do(kept.people.coordinator, "merge", {"into": kept.code, "reason": "Sama asia."})
    assert (await other.read(partner))["merged_into"] is None
    await kept.read()
    await kept.do(kept.people.coordinator, "transfer")
    assert (await other.read(other.people.coordinator))["merged_into"] is None
    assert (await other.read())["merged_into"] == kept.code


async def test_cases_of_two_askers_are_never_merged(consultation: App, registry: App) -> None:
    kept = await a_case(consultation, registry, state="accepted")
    kept.people.asker = a_person(name="Toinen Pyytäjä")
    other = await a_case(consultation, registry, people=kept.people)
    response = await other.try_(kept.people.coordinator, "merge", {"into": kept.code, "reason": "Sama asia."})
    refused(response, 409, "not_same_asker")


async def test_a_case_is_merged_only_into_an_open_one_that_exists(consultation: App, registry: App) -> None:
    ended = await a_case(consultation, registry, state="declined")
    case = await a_case(consultation, registry, people=ended.people)
    for into, code in ((ended.code, "not_open"), (case.code, "not_open"), ("OT-I-22222", "unknown")):
        response = await case.try_(case.people.coordinator, "merge", {"into": into, "reason": "Sama."})
        assert codes(refused(response, 422, "invalid")) == {"into": code}


async def test_the_second_of_two_coordinators_is_told_who_changed_what(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    deputy = a_person("coordinator", name="Pekka Nousiainen")
    seen = case.view["version"]
    answers = await asyncio.gather(
        case.try_(case.people.coordinator, "accept", version=seen), case.try_(deputy, "decline", version=seen)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    problem = next(answer.json() for answer in answers if answer.status_code == 412)
    assert problem["code"] == "stale_version"
    assert problem["changed_by"] in ("Sanna Heiskanen", "Pekka Nousiainen")
    assert (problem["act"], problem["current"]) in (("accept", seen + 1), ("decline", seen + 1))
    assert problem["changed_at"].startswith("2026-11-24T07:40")


async def test_an_act_without_the_version_seen_is_refused(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    response = await case.as_(case.people.coordinator).post(f"{case.path}/accept", json={})
    refused(response, 428, "precondition_required")


async def test_an_act_sent_twice_with_one_key_is_done_once(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    headers = {"Idempotency-Key": "accept-1", "If-Match": f'"{case.view["version"]}"'}
    coordinator = case.as_(case.people.coordinator, **headers)
    first, second = [await coordinator.post(f"{case.path}/accept", json={}) for _ in range(2)]
    assert got(first)["version"] == got(second)["version"]
    assert len([one for one in await case.events() if one["type"] == "case.accepted"]) == 1


async def test_every_act_leaves_its_event_its_log_row_and_its_access_row(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="accepted")
    await case.do(case.people.coordinator, "return")
    await case.do(case.people.asker, "complete")
    assert [one["type"] for one in await case.events()] == [
        "case.submitted",
        "case.accepted",
        "case.returned",
        "case.completed",
    ]
    assert [one["act"] for one in (await case.read())["log"]] == ["submit", "accept", "return", "complete"]
    with consultation.house.databases.superuser("consultation") as connection:
        rows = connection.execute(
            "select act, name, ground, part from access_log where subject = %s order by at, id", [case.id]
        ).fetchall()
    done = [row for row in rows if row[0] in ("submit", "accept", "return", "complete")]
    assert done == [
        ("submit", "Maria Lehtola", "asker of the case", "case"),
        ("accept", "Sanna Heiskanen", "coordinator of the owning area", "case"),
        ("return", "Sanna Heiskanen", "coordinator of the owning area", "case"),
        ("complete", "Maria Lehtola", "asker of the case", "case"),
    ]


async def test_an_event_repeats_the_codes_a_fact_needs(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    data = (await case.events())[0]["data"]
    assert data == {
        "yta": "ita",
        "area": "12",
        "line": "sijaishuolto",
        "themes": ["sijaishuolto"],
        "age_groups": ["14-17"],
        "client_languages": ["fi"],
        "language": "fi",
        "urgency": "normal",
        "form": "team",
        "identification": "anonymous",
        "organisation_type": None,
        "handed_on_from": None,
    }


async def test_a_refused_attempt_is_kept(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    refused(await case.try_(case.people.asker, "accept"), 403, "forbidden")
    refused(await case.try_(case.people.elsewhere, "accept"), 404, "not_found")
    with consultation.house.databases.superuser("consultation") as connection:
        rows = connection.execute(
            "select act, name, outcome from access_log where outcome <> 'done' order by at, id"
        ).fetchall()
    assert rows == [("accept_case", "Maria Lehtola", "forbidden"), ("accept_case", "Anna Sjöberg", "not_found")]


async def test_a_closed_case_is_reopened_with_new_clocks(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="answered")
    view = await case.do(case.people.asker, "reopen")
    assert (view["state"], view["answered_at"]) == ("accepted", None)
    assert clock_of(view, "answer")["state"] == "ok"
    assert clock_of(view, "first")["state"] == "ok"
    assert clock_of(view, "reply")["state"] == "done"


async def test_a_coordinator_who_asks_is_not_thereby_the_coordinator_of_another_area(
    consultation: App, registry: App
) -> None:
    case = await a_draft(consultation, registry)
    case.people.asker = case.people.elsewhere
    mine = ACase(
        consultation, registry, case.people, got(await case.as_(case.people.elsewhere).post("/v1/cases", json={}))
    )
    assert mine.allowed() == ["submit", "withdraw", "save_draft", "record_consent"][:3]
