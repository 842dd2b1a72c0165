"""The loop after an answer: replied to row by row, followed up with goals, closed with or without the asker's word."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import text

from services.consultation.access import Relation
from services.consultation.cases.store import give_access
from services.consultation.cases.tables import Case
from services.shared.clock import MovedClock
from services.shared.identity import Caller
from tests.builders.answers import Consultation, a_consultation, a_published_answer, checked, match
from tests.builders.people import a_person
from tests.support.apps import App
from tests.support.databases import Databases

pytestmark = pytest.mark.anyio

FEEDBACK = {"usefulness": 4, "plan_changed": "partly", "without_advice": "heavier", "text": "Kiitos."}
LEVELS = {"-2": "Ei koulussa", "-1": "Kerran viikossa", "0": "Kolmena päivänä", "1": "Joka päivä", "2": "Mielellään"}


def a_goal(title: str = "Koulunkäynti", *, weight: int = 1, baseline: int = -1) -> dict[str, Any]:
    return {"title": title, "weight": weight, "levels": LEVELS, "baseline": baseline}


async def post(made: Consultation, who: Caller, act: str, body: dict[str, Any], version: int | None = None) -> Any:
    expected = version or (await made.case())["version"]
    return await made.as_(who).post(f"{made.path}/{act}", json=body, headers=match(expected))


def replies(answer: dict[str, Any], reply: str = "will_do") -> dict[str, Any]:
    rows = [{"recommendation": row["id"], "reply": reply} for row in answer["recommendations"]]
    return {"rows": rows, **FEEDBACK}


def results(answer: dict[str, Any], goals: list[dict[str, Any]], level: int = 1) -> dict[str, Any]:
    return {
        "rows": [{"recommendation": row["id"], "result": "done"} for row in answer["recommendations"]],
        "goals": [{"goal": goal["id"], "level": level} for goal in goals],
        "wanted_change": "yes",
        "text": "Lapsi käy koulussa.",
    }


async def set_goals(
    made: Consultation, goals: list[dict[str, Any]], version: int = 0, who: Caller | None = None
) -> Any:
    client = made.as_(who or made.asker)
    return await client.put(f"{made.path}/goals", json={"goals": goals}, headers=match(version))


async def in_follow_up(
    app: App, goals: int = 0, *, asked: bool = True
) -> tuple[Consultation, dict[str, Any], list[dict[str, Any]]]:
    """`asked`: three months later, on the day when the follow-up is asked for."""
    made, answer = await a_published_answer(app)
    written = [a_goal(f"Tavoite {number}") for number in range(goals)]
    if written:
        checked(await set_goals(made, written))
    checked(await post(made, made.asker, "reply", replies(answer)))
    shown = checked(await made.as_(made.asker).get(f"{made.path}/goals"))
    if asked:
        app.house.clock.move(timedelta(days=92))
    return made, answer, shown["items"]


def events(databases: Databases, type: str) -> list[dict[str, Any]]:
    with databases.superuser("consultation") as connection:
        rows = connection.execute("select data from event where type = %s order by entered", [type]).fetchall()
    return [row[0] for row in rows]


def problem(response: httpx2.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def test_a_reply_row_by_row_starts_the_follow_up(consultation: App) -> None:
    made, answer = await a_published_answer(consultation, rows=2)
    body = replies(answer)
    body["rows"][1] |= {"reply": "not", "why": "Perhe ei halua."}
    assert checked(await post(made, made.asker, "reply", body))["state"] == "in_follow_up"
    for reader in (made.asker, made.chair, made.coordinator):
        reply = checked(await made.as_(reader).get(f"{made.path}/reply"))
        assert {row["reply"] for row in reply["rows"]} == {"will_do", "not"}
        assert {row["why"] for row in reply["rows"]} == {"", "Perhe ei halua."}
        assert (reply["usefulness"], reply["without_advice"], reply["text"]) == (4, "heavier", "Kiitos.")


async def test_on_a_line_without_follow_up_the_reply_closes_the_case(consultation: App, databases: Databases) -> None:
    made, answer = await a_published_answer(consultation, line="kertaluonteinen", follow_up_months=None)
    closed = checked(await post(made, made.asker, "reply", replies(answer)))
    assert closed["state"] == "closed"
    assert [told["no_reply"] for told in events(databases, "case.closed")] == [False]


async def test_every_recommendation_needs_its_reply(consultation: App) -> None:
    made, answer = await a_published_answer(consultation, rows=3)
    body = replies(answer)
    left = body["rows"].pop(1)["recommendation"]
    refused = await post(made, made.asker, "reply", body)
    assert problem(refused) == (422, "rows_missing")
    assert refused.json()["fields"] == [{"path": f"rows.{left}", "code": "missing"}]


@pytest.mark.parametrize("strange", ["unknown", "twice"])
async def test_a_reply_to_something_else_or_twice_to_the_same_is_refused(consultation: App, strange: str) -> None:
    made, answer = await a_published_answer(consultation)
    body = replies(answer)
    other = str(uuid4()) if strange == "unknown" else body["rows"][0]["recommendation"]
    body["rows"].append({"recommendation": other, "reply": "will_do"})
    refused = await post(made, made.asker, "reply", body)
    assert problem(refused) == (422, "rows_unknown")
    assert refused.json()["fields"][0]["path"] == "rows.2"


@pytest.mark.parametrize(
    ("field", "value"),
    [("usefulness", 0), ("usefulness", 6), ("plan_changed", "maybe"), ("without_advice", "?"), ("text", "131052-308T")],
)
async def test_a_wrong_value_is_refused_by_its_field_and_nothing_changes(
    consultation: App, field: str, value: object
) -> None:
    made, answer = await a_published_answer(consultation)
    refused = await post(made, made.asker, "reply", {**replies(answer), field: value})
    assert refused.status_code == 422
    assert refused.json()["fields"][0]["path"] == field
    assert (await made.case())["state"] == "answered"


async def test_only_whoever_asked_replies(consultation: App) -> None:
    made, answer = await a_published_answer(consultation)
    for other in (made.coordinator, made.chair):
        assert problem(await post(made, other, "reply", replies(answer))) == (403, "not_your_act")


async def test_a_work_partner_replies_as_well_as_the_asker(consultation: App) -> None:
    made, answer = await a_published_answer(consultation)
    partner = a_person(name="Paula Pari")
    async with consultation.app.state.database.duty("test") as session:
        row = await session.get_one(Case, made.id)
        await give_access(session, row, UUID(partner.id), Relation.PARTNER)
    assert checked(await post(made, partner, "reply", replies(answer)))["state"] == "in_follow_up"
    assert checked(await made.as_(made.asker).get(f"{made.path}/reply"))["by"] == "Paula Pari"


async def test_of_two_windows_that_reply_at_once_one_reply_is_kept(consultation: App) -> None:
    made, answer = await a_published_answer(consultation)
    version = (await made.case())["version"]
    both = await asyncio.gather(*(post(made, made.asker, "reply", replies(answer), version) for _ in range(2)))
    assert sorted(one.status_code for one in both) == [200, 412]


async def test_there_is_nothing_to_reply_to_before_an_answer(consultation: App) -> None:
    made = await a_consultation(consultation)
    refused = await post(made, made.asker, "reply", {"rows": [], **FEEDBACK}, 4)
    assert problem(refused) == (409, "act_not_possible")
    assert (await made.as_(made.asker).get(f"{made.path}/reply")).json()["code"] == "reply_not_found"


async def test_the_event_of_a_reply_tells_counts_and_no_words(consultation: App, databases: Databases) -> None:
    made, answer = await a_published_answer(consultation, rows=3)
    body = replies(answer)
    body["rows"][0] |= {"reply": "partly", "why": "Vain osaksi aikaa."}
    checked(await post(made, made.asker, "reply", body))
    (told,) = events(databases, "case.replied")
    assert told["rows"] == {"will_do": 2, "partly": 1, "not": 0}
    assert (told["usefulness"], told["plan_changed"], told["without_advice"]) == (4, "partly", "heavier")
    assert "osaksi" not in str(told)


async def test_goals_are_set_together_and_scored(consultation: App) -> None:
    made = await a_consultation(consultation)
    shown = checked(await set_goals(made, [a_goal(weight=2, baseline=-1), a_goal("Yöt", baseline=-2)]))
    assert shown["version"] == 1
    assert [goal["title"] for goal in shown["items"]] == ["Koulunkäynti", "Yöt"]
    assert shown["items"][0]["levels"] == LEVELS
    assert (shown["score"], shown["score_after"]) == (33.94, None)


async def test_goals_set_by_two_at_once_are_not_mixed(consultation: App) -> None:
    made = await a_consultation(consultation)
    both = await asyncio.gather(
        set_goals(made, [a_goal("Pyytäjän")]), set_goals(made, [a_goal("Tiimin")], who=made.chair)
    )
    assert sorted(one.status_code for one in both) == [200, 412]
    shown = checked(await made.as_(made.asker).get(f"{made.path}/goals"))
    assert len(shown["items"]) == 1
    assert problem(await set_goals(made, [a_goal()], version=9)) == (412, "stale_version")


async def test_goals_are_fixed_once_the_follow_up_has_begun(consultation: App) -> None:
    made, _, _ = await in_follow_up(consultation, goals=1)
    assert problem(await set_goals(made, [a_goal(baseline=-2)], version=1)) == (409, "act_not_possible")
    assert not checked(await made.as_(made.asker).get(f"{made.path}/goals"))["may_set"]


@pytest.mark.parametrize(
    "change",
    [
        {"levels": {"-2": "x", "-1": "x", "0": "x", "1": "x"}},
        {"levels": {**LEVELS, "3": "x"}},
        {"levels": {**LEVELS, "0": "  "}},
        {"weight": 0},
        {"weight": 6},
        {"baseline": 3},
        {"title": ""},
        {"title": "131052-308T"},
    ],
)
async def test_a_goal_without_its_five_levels_or_out_of_range_is_refused(
    consultation: App, change: dict[str, object]
) -> None:
    made = await a_consultation(consultation)
    refused = await set_goals(made, [{**a_goal(), **change}])
    assert refused.status_code == 422
    assert refused.json()["fields"][0]["path"].startswith("goals.0.")


async def test_six_goals_are_one_too_many(consultation: App) -> None:
    made = await a_consultation(consultation)
    assert (await set_goals(made, [a_goal()] * 6)).status_code == 422


async def test_the_follow_up_scores_the_goals_and_closes_the_case(consultation: App, databases: Databases) -> None:
    made, answer, goals = await in_follow_up(consultation, goals=3)
    closed = checked(await post(made, made.asker, "follow-up", results(answer, goals, level=1)))
    assert closed["state"] == "closed"
    shown = checked(await made.as_(made.chair).get(f"{made.path}/follow-up"))
    assert (shown["gas_start"], shown["gas_end"], shown["gas_change"]) == (36.31, 63.69, 27.38)
    assert {row["result"] for row in shown["rows"]} == {"done"}
    assert checked(await made.as_(made.asker).get(f"{made.path}/goals"))["score_after"] == 63.69
    (told,) = events(databases, "case.followed_up")
    assert told["rows"] == {"done": 2, "partly": 0, "not": 0, "not_possible": 0}
    assert (told["wanted_change"], told["goals"], told["gas_change"]) == ("yes", 3, 27.38)
    assert "koulussa" not in str(told)


async def test_nobody_tells_what_came_of_it_before_the_day(consultation: App, clock: MovedClock) -> None:
    made, answer, _ = await in_follow_up(consultation, asked=False)
    early = await post(made, made.asker, "follow-up", results(answer, []))
    assert problem(early) == (409, "act_blocked")
    assert (early.json()["reason"], early.json()["opens"]) == ("not_yet", "2027-02-24T07:40:00+00:00")
    clock.move(timedelta(days=92))
    assert checked(await post(made, made.asker, "follow-up", results(answer, [])))["state"] == "closed"


async def test_a_follow_up_without_goals_has_no_score(consultation: App) -> None:
    made, answer, _ = await in_follow_up(consultation)
    checked(await post(made, made.asker, "follow-up", results(answer, [])))
    shown = checked(await made.as_(made.asker).get(f"{made.path}/follow-up"))
    assert (shown["gas_start"], shown["gas_end"], shown["gas_change"]) == (None, None, None)


async def test_every_goal_needs_its_level(consultation: App) -> None:
    made, answer, goals = await in_follow_up(consultation, goals=2)
    refused = await post(made, made.asker, "follow-up", results(answer, goals[:1]))
    assert problem(refused) == (422, "rows_missing")
    assert refused.json()["fields"] == [{"path": f"goals.{goals[1]['id']}", "code": "missing"}]


async def test_of_two_windows_that_follow_up_one_is_told_that_it_was_done(consultation: App) -> None:
    made, answer, _ = await in_follow_up(consultation)
    version = (await made.case())["version"]
    both = await asyncio.gather(*(post(made, made.asker, "follow-up", results(answer, []), version) for _ in range(2)))
    assert sorted(one.status_code for one in both) == [200, 412]
    again = await post(made, made.asker, "follow-up", results(answer, []))
    assert problem(again) == (409, "act_not_possible")


async def test_a_follow_up_is_about_the_answer_as_it_was_corrected(consultation: App) -> None:
    made, answer, _ = await in_follow_up(consultation)
    url = f"{made.path}/answer"
    checked(await made.as_(made.chair).post(f"{url}/corrections", json={"reason": "Päivä"}))
    version = (await made.answer())["version"]
    asked = {"due": "2027-03-01T10:00:00Z"}
    checked(await made.as_(made.chair).post(f"{url}/ask-signatures", json=asked, headers=match(version)))
    for one in made.team:
        checked(await made.sign(one))
    checked(await made.publish())
    corrected = await made.answer(made.asker)
    assert problem(await post(made, made.asker, "follow-up", results(answer, []))) == (422, "rows_unknown")
    assert checked(await post(made, made.asker, "follow-up", results(corrected, [])))["state"] == "closed"


async def test_silence_is_closed_by_the_coordinator_only_after_its_day(
    consultation: App, clock: MovedClock, databases: Databases
) -> None:
    made, _ = await a_published_answer(consultation)
    early = await post(made, made.coordinator, "close", {"text": "Ei vastausta."})
    assert problem(early) == (409, "reply_not_due")
    assert early.json()["awaited"] == "reply"
    clock.move(timedelta(days=14))
    closed = checked(await post(made, made.coordinator, "close", {"text": "Ei vastausta kahdesta muistutuksesta."}))
    assert closed["state"] == "closed"
    assert closed["exit"]["text"] == "Ei vastausta kahdesta muistutuksesta."
    (told,) = events(databases, "case.closed")
    assert (told["no_reply"], told["awaited"]) == (True, "reply")


async def test_a_silent_follow_up_is_closed_after_the_lines_interval(consultation: App, clock: MovedClock) -> None:
    made, _, _ = await in_follow_up(consultation, asked=False)
    clock.move(timedelta(days=90))
    assert problem(await post(made, made.coordinator, "close", {})) == (409, "reply_not_due")
    clock.move(timedelta(days=30))
    assert checked(await post(made, made.coordinator, "close", {}))["state"] == "closed"


async def test_neither_asker_nor_team_closes_for_the_coordinator(consultation: App, clock: MovedClock) -> None:
    made, _ = await a_published_answer(consultation)
    clock.move(timedelta(days=30))
    for other in (made.asker, made.chair):
        assert (await post(made, other, "close", {})).status_code == 403


async def test_what_was_said_can_only_be_added_to(consultation: App) -> None:
    made, _, _ = await in_follow_up(consultation, goals=1)
    async with consultation.app.state.database.write(made.asker) as session:
        for statement in (
            "update replies set usefulness = 5",
            "delete from replies",
            "update reply_rows set reply = 'will_do'",
            "update goals set baseline = -2",
            "delete from goals",
        ):
            assert (await session.execute(text(statement))).rowcount == 0


TABLES = ("replies", "reply_rows", "goal_sets", "goals", "follow_ups", "follow_up_rows", "goal_results")


async def test_row_level_security_shows_the_loop_to_nobody_outside_the_case(consultation: App) -> None:
    made, answer, goals = await in_follow_up(consultation, goals=1)
    checked(await post(made, made.asker, "follow-up", results(answer, goals)))
    other = await a_consultation(consultation, yta="lansi")
    for person, sees in ((made.chair, True), (other.asker, False), (other.coordinator, False), (other.chair, False)):
        async with consultation.app.state.database.write(person) as session:
            counted = [await session.scalar(text(f"select count(*) from {table}")) for table in TABLES]
        assert [bool(count) for count in counted] == [sees] * len(TABLES)


async def test_words_of_the_loop_lie_sealed_in_the_database(consultation: App, databases: Databases) -> None:
    made, answer, goals = await in_follow_up(consultation, goals=1)
    checked(await post(made, made.asker, "follow-up", results(answer, goals)))
    with databases.superuser("consultation") as connection:
        everything = "".join(
            row for table in TABLES for (row,) in connection.execute(f"select t::text from {table} t").fetchall()
        )
    for canary in ("Kiitos", "koulussa", "Tavoite", "Mielellään"):
        assert canary not in everything
        assert canary.encode().hex() not in everything
