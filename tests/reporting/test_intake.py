"""Every event is counted once, whatever happens meanwhile; nothing is lost and nothing is skipped in silence."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from services.reporting.errors import FeedBroken, IntakeBusy
from services.reporting.intake.operations import take_in
from services.shared.clock import MovedClock
from tests.builders.people import a_person
from tests.support.databases import Databases
from tests.support.reports import Open, Reports
from tests.support.told_cases import answered, codes, submitted

TABLES = ("fact", "set_aside", "passed_over")


def everything(databases: Databases) -> dict[str, list[tuple[object, ...]]]:
    with databases.superuser("reporting") as connection:
        return {name: connection.execute(f"select * from {name} order by 1, 2, 3").fetchall() for name in TABLES}


def count(databases: Databases, table: str) -> int:
    with databases.superuser("reporting") as connection:
        row = connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


async def test_events_become_facts_once_however_often_the_feed_is_read(reports: Reports, databases: Databases) -> None:
    await submitted(reports.feed, "12", 3)
    await reports.pull()
    await reports.pull()
    await submitted(reports.feed, "13", 2)
    await reports.pull()
    assert count(databases, "fact") == 5


async def test_reading_again_from_zero_gives_the_same_facts(
    reports: Reports, databases: Databases, clock: MovedClock
) -> None:
    await submitted(reports.feed, "12", 4)
    await answered(reports.feed, clock, "14", after_days=9)
    await reports.feed.tell("case.submitted", uuid4(), **codes("12", yta="itä suomi"))
    await reports.feed.tell("invitation.sent", uuid4(), yta="ita")
    await reports.pull()
    before = everything(databases)
    admin = reports.as_(a_person("admin"))
    assert (await admin.post("/v1/intake/sources/consultation/replay")).status_code == 202
    assert count(databases, "fact") == 0
    await reports.pull()
    assert everything(databases) == before


async def test_two_readers_at_once_count_nothing_twice(open_reports: Open, databases: Databases) -> None:
    first = await open_reports()
    second = await open_reports()
    await submitted(first.feed, "12", 20)
    await asyncio.gather(first.pull(), second.pull(), first.pull(), second.pull())
    await first.pull()
    assert count(databases, "fact") == 20


async def test_a_batch_read_from_an_old_position_is_not_taken_in(reports: Reports, databases: Databases) -> None:
    await submitted(reports.feed, "12", 1)
    await reports.pull()
    with pytest.raises(IntakeBusy):
        async with reports.app.state.database.duty("test") as session:
            await take_in(session, "consultation", [], after=0)


async def test_facts_and_position_are_kept_together_or_not_at_all(reports: Reports, databases: Databases) -> None:
    event = {"sequence": 1, "type": "case.submitted", "subject": str(uuid4()), "time": "2026-11-01T10:00:00+00:00"}

    class PowerCut(Exception):
        pass

    async def cut_off() -> None:
        async with reports.app.state.database.duty("test") as session:
            await take_in(session, "consultation", [{**event, "data": codes("12")}], after=0)
            raise PowerCut

    with pytest.raises(PowerCut):
        await cut_off()
    assert count(databases, "fact") == 0
    assert count(databases, "feed_cursor") == 0


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"yta": None}, "yta:missing"),
        ({"area": "Liisan koti, Kuopio"}, "area:not_a_code"),
        ({"themes": "vakivalta"}, "themes:not_a_list"),
        ({"themes": ["ok", "Matti löi"]}, "themes:not_a_code"),
        ({"language": 7}, "language:not_a_code"),
        ({"line": "x" * 81}, "line:not_a_code"),
    ],
)
async def test_an_event_that_cannot_be_understood_is_set_aside_with_an_alarm_and_the_rest_goes_on(
    reports: Reports, databases: Databases, changed: dict[str, object], problem: str
) -> None:
    await reports.feed.tell("case.submitted", uuid4(), **codes("12", **changed))
    await submitted(reports.feed, "13", 1)
    await reports.pull()
    assert count(databases, "fact") == 1
    intake = (await reports.as_(a_person("admin")).get("/v1/intake")).json()
    assert [row["problems"] for row in intake["set_aside"]] == [[problem]]
    assert intake["sources"][0]["set_aside"] == 1
    metrics = (await reports.as_(a_person("admin")).get("/metrics")).text
    assert 'ot_events_set_aside{source="consultation"} 1.0' in metrics
    waiting = (await reports.as_(a_person("admin")).get("/v1/waiting")).json()
    assert [item["kind"] for item in waiting["items"]] == ["intake.set_aside"]


async def test_what_cannot_be_understood_is_not_kept_only_its_position(reports: Reports, databases: Databases) -> None:
    await reports.feed.tell("case.submitted", uuid4(), **codes("12", area="Matti Meikäläinen"))
    await reports.pull()
    assert "Matti" not in str(everything(databases))


async def test_a_text_that_strays_into_an_event_goes_no_further(reports: Reports, databases: Databases) -> None:
    await reports.feed.tell("case.submitted", uuid4(), **codes("12"), situation="Äiti löi lasta", name="Liisa")
    await reports.pull()
    assert count(databases, "fact") == 1
    kept = str(everything(databases))
    assert "Äiti" not in kept
    assert "Liisa" not in kept


async def test_kinds_of_events_that_no_figure_counts_are_counted_as_seen(reports: Reports) -> None:
    for _ in range(3):
        await reports.feed.tell("message.sent", uuid4(), yta="ita")
    await reports.pull()
    intake = (await reports.as_(a_person("national")).get("/v1/intake")).json()
    assert intake["passed_over"] == [{"source": "consultation", "type": "message.sent", "count": 3}]
    assert intake["set_aside"] == []


@pytest.mark.parametrize(
    "answer",
    [
        [{"type": "case.submitted"}],
        [{"sequence": 2, "type": "x", "data": {}}, {"sequence": 2, "type": "x", "data": {}}],
        [{"sequence": 0, "type": "x", "data": {}}],
        [{"sequence": "1", "type": "x", "data": {}}],
        ["case.submitted"],
    ],
)
async def test_a_feed_out_of_order_is_refused_whole(
    reports: Reports, databases: Databases, answer: list[object]
) -> None:
    reports.feed.broken = answer  # type: ignore[assignment]
    with pytest.raises(FeedBroken):
        await reports.app.state.intake.pull_once(reports.app.state.settings.feeds()[0])
    assert count(databases, "feed_cursor") == 0
    assert (await reports.pull())["consultation"] == "feed_broken"


async def test_a_source_that_does_not_answer_is_named_and_the_others_are_read(open_reports: Open) -> None:
    reports = await open_reports(sources="ita:consultation@http://nowhere.test,consultation")
    await submitted(reports.feed, "12", 2)
    reply = await reports.as_(a_person("admin")).post("/v1/intake/pull")
    assert reply.json() == {
        "events": 2,
        "set_aside": 0,
        "sources": {"ita": "service_unavailable", "consultation": "done"},
    }


async def test_several_sources_of_one_kind_keep_their_own_positions(open_reports: Open, databases: Databases) -> None:
    reports = await open_reports(sources="ita:consultation,pohjoinen:consultation")
    await submitted(reports.feed, "12", 2)
    await reports.pull()
    with databases.superuser("reporting") as connection:
        rows = connection.execute("select source, count(*) from fact group by source order by 1").fetchall()
    assert rows == [("ita", 2), ("pohjoinen", 2)]


async def test_time_to_the_answer_leaves_out_the_wait_for_more_information(
    reports: Reports, databases: Databases, clock: MovedClock
) -> None:
    (case,) = await submitted(reports.feed, "12")
    clock.move(timedelta(days=2))
    await reports.feed.tell("case.returned", case, **codes("12"))
    await reports.pull()
    clock.move(timedelta(days=5))
    await reports.feed.tell("case.completed", case, **codes("12"))
    clock.move(timedelta(days=3))
    await reports.feed.tell("answer.published", case, kind="note", **codes("12"))
    await reports.pull()
    with databases.superuser("reporting") as connection:
        row = connection.execute("select measures from fact where type = 'answer.published'").fetchone()
    assert row is not None
    assert row[0]["minutes_to_answer"] == 5 * 24 * 60


async def test_lag_is_told_from_the_last_complete_reading(reports: Reports, clock: MovedClock) -> None:
    await reports.pull()
    clock.move(timedelta(seconds=40))
    intake = (await reports.as_(a_person("admin")).get("/v1/intake")).json()
    assert intake["sources"][0]["lag_seconds"] == 40


async def test_feeds_are_read_by_themselves_while_the_service_runs(open_reports: Open, databases: Databases) -> None:
    reports = await open_reports(intake_seconds=0.3, sweep_seconds=60)
    await submitted(reports.feed, "12", 2)
    for _ in range(100):
        await asyncio.sleep(0.1)
        if count(databases, "fact") == 2:
            break
    assert count(databases, "fact") == 2


async def test_only_an_administrator_may_start_a_feed_over(reports: Reports) -> None:
    for role in ("coordinator", "national", "professional"):
        answer = await reports.as_(a_person(role)).post("/v1/intake/sources/consultation/replay")
        assert answer.status_code == 403
    assert (await reports.as_(a_person("admin")).post("/v1/intake/sources/moon/replay")).status_code == 404


async def test_a_replay_sent_twice_is_done_once(reports: Reports, databases: Databases) -> None:
    await submitted(reports.feed, "12", 2)
    await reports.pull()
    admin, key = reports.as_(a_person("admin")), {"Idempotency-Key": "once"}
    for _ in range(2):
        answer = await admin.post("/v1/intake/sources/consultation/replay", headers=key)
        assert (answer.status_code, answer.json()) == (202, {"id": "consultation"})
        await reports.pull()
    assert count(databases, "fact") == 2
