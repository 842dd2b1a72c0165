"""What has happened in the example's cases, as it stands in the databases when the demo is ready."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from demo import postgres
from demo.environment import ROOT
from demo.story.days import StoryDays
from demo.story.ids import person_id
from demo.story.logins import all_logins
from demo.story.play import PARTS
from demo.story.script import all_cases
from demo.story.stage import request_id
from services.consultation.answers.rules import SignatureState
from services.consultation.cases.schemas import DeclineReason
from services.consultation.clocks import ClockState, state_of
from services.consultation.follow_ups.rules import Change, Promise, Result, WithoutAdvice
from services.consultation.workflow import State
from services.shared.clock import HELSINKI, FileClock
from tests.support.invariants import broken, plainly_written
from tests.support.running import WITH_CASES_WITHIN, end, start

pytestmark = pytest.mark.timeout(2 * WITH_CASES_WITHIN)
README = ROOT / "README.md"
NOT_IN_THE_STORY = {State.DISPOSED}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One set of data with the whole example for all tests of this file: loading it takes a while."""
    made = tmp_path_factory.mktemp("demo") / "var"
    yield made
    postgres.erase(made / "postgres")


@pytest.fixture(scope="module")
def days() -> StoryDays:
    return StoryDays.ending(datetime.now(HELSINKI).date())


@pytest.fixture(scope="module")
def rows(folder: Path) -> Iterator[psycopg.Connection]:
    """The consultation's rows with the whole example in them, `played` being the ids of the cases that were played."""
    running = start(folder)
    try:
        running.wait_until_ready(WITH_CASES_WITHIN)
    finally:
        end(running)
    server = postgres.start(folder / "postgres")
    try:
        with psycopg.connect(f"{server.admin}&dbname=ot_consultation", autocommit=True) as connection:
            requests = [request_id(place, number) for place in range(len(PARTS)) for number in range(1, 10_000)]
            connection.execute("create temporary table played (id uuid primary key)")
            begun = "select subject::uuid from access_log where act = 'create' and request_id = any(%s)"
            connection.execute(f"insert into played {begun}", [requests])
            connection.execute(
                "insert into played select id from cases where handed_on_from in (select id from played)"
            )
            yield connection
    finally:
        server.stop()


def values(rows: psycopg.Connection, query: str) -> set[Any]:
    """The first column of a query on `cases c join played using (id)` and whatever `query` adds."""
    return {row[0] for row in rows.execute(query).fetchall()}


def events(rows: psycopg.Connection, type: str) -> list[dict[str, Any]]:
    query = "select data from event where type = %s and subject in (select id::text from played)"
    return [data for (data,) in rows.execute(query, [type]).fetchall()]


def test_killed_while_it_loads_the_example_it_loads_it_anew(folder: Path) -> None:
    killed = start(folder)
    deadline = time.monotonic() + WITH_CASES_WITHIN
    while "older cases" not in killed.words() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(2)  # among the played ones
    killed.process.kill()
    killed.process.wait()
    again = start(folder, port=killed.port)
    try:
        again.wait_until_ready(WITH_CASES_WITHIN)
        assert "loaded anew" in again.words()
        with psycopg.connect(f"{postgres.address_of(folder / 'postgres')}&dbname=ot_consultation") as connection:
            told = connection.execute("select count(*), count(distinct code) from cases where not is_open").fetchone()
            drafts = connection.execute("select count(*) from cases where state = 'draft'").fetchone()
    finally:
        end(again)
    assert told is not None
    assert told[0] == told[1] > 1500
    assert drafts == (sum(len(case.steps) == 1 for case in all_cases()),)


def test_every_case_old_and_new_keeps_what_holds_of_cases(
    rows: psycopg.Connection, days: StoryDays, folder: Path
) -> None:
    assert broken(rows, now=FileClock(folder / "clock.json").now(), swept=days.now) == []


def test_no_text_can_be_read_in_the_database(rows: psycopg.Connection) -> None:
    told = [case.request.situation for case in all_cases() if case.request.situation]
    assert plainly_written(rows, [text[10:50] for text in told[::12]]) == []


def test_each_case_was_played_as_it_is_told(rows: psycopg.Connection) -> None:
    assert values(rows, "select count(*) from played") == {len(all_cases())}
    assert len(all_cases()) >= 80
    steps = sum(step.do == "message" for case in all_cases() for step in case.steps)
    assert values(rows, "select count(*) from messages where case_id in (select id from played)") == {steps}


def test_every_state_and_every_way_out_is_there(rows: psycopg.Connection) -> None:
    assert values(rows, "select state from cases join played using (id)") == {
        state.value for state in State if state not in NOT_IN_THE_STORY
    }
    reasons = values(rows, "select exit_reason_code from cases join played using (id) where state = 'declined'")
    assert len(reasons & {reason.value for reason in DeclineReason}) >= 3
    assert {data["handed_on"] for data in events(rows, "case.advised_elsewhere")} == {True, False}
    assert {data["choice"] for data in events(rows, "case.consent_withdrawn")} == {"anonymised", "withdraw"}
    for type in ("case.transferred", "case.reopened", "case.returned", "case.completed", "case.merged"):
        assert events(rows, type), type
    assert True in {data["no_reply"] for data in events(rows, "case.closed")}


def test_clocks_stand_at_every_place_now(rows: psycopg.Connection, days: StoryDays) -> None:
    found: dict[str, set[ClockState]] = defaultdict(set)
    waiting = False
    query = "select name, due_at, warn_at, opens_at, paused_at from case_clocks k join played on k.case_id = played.id"
    for name, due, warn, opens, paused in rows.execute(f"{query} where stopped_at is null").fetchall():
        found[name].add(state_of(days.now, due=due, warn=warn, paused=paused is not None, stopped=False))
        waiting |= name == "follow_up" and opens > days.now
    ok, soon, late, paused = ClockState.OK, ClockState.SOON, ClockState.LATE, ClockState.PAUSED
    assert found["receipt"] >= {ok, soon, late}
    assert found["first"] >= {soon, late}
    assert found["answer"] >= {ok, soon, late, paused}
    assert found["reply"] >= {ok, late}
    assert found["follow_up"] >= {ok, soon, late}
    assert waiting, "one whose day has not come"


def test_answers_are_of_every_kind(rows: psycopg.Connection) -> None:
    published = events(rows, "answer.published")
    assert {data["kind"] for data in published} == {"note", "statement"}
    assert {data["direct"] for data in published} == {True, False}
    assert events(rows, "answer.corrected")
    of_played = "answer_id in (select a.id from answers a join played on a.case_id = played.id)"
    states = values(rows, f"select state from signatures where voided_at is null and {of_played}")
    assert states == {state.value for state in SignatureState if state is not SignatureState.open}


def test_teams_are_of_every_kind(rows: psycopg.Connection) -> None:
    seats = "from invitations i join played on i.case_id = played.id"
    assert values(rows, f"select i.state {seats}") >= {"invited", "accepted", "declined", "recused", "removed"}
    assert values(rows, f"select cross_area {seats} where i.state = 'accepted'") == {True, False}
    assert values(rows, f"select proposed {seats}") == {True, False}
    sizes = values(rows, f"select count(*) {seats} where i.state = 'accepted' group by i.case_id")
    assert sizes >= {1, 2, 3}
    assert values(rows, "select discipline from competence_gaps g join played on g.case_id = played.id")


def test_people_talk_meet_and_work(rows: psycopg.Connection) -> None:
    per_case = "from {} m join played on m.case_id = played.id group by m.case_id"
    threads = values(rows, f"select count(*) {per_case.format('messages')}")
    assert min(threads) <= 2
    assert max(threads) >= 6
    assert values(rows, f"select count(*) {per_case.format('team_notes')}")
    assert values(rows, "select state from meetings m join played on m.case_id = played.id") == {"planned", "held"}
    assert values(rows, f"select sum(minutes) {per_case.format('work_minutes')}")


def test_replies_and_follow_ups_are_of_every_kind(rows: psycopg.Connection) -> None:
    replied, followed = events(rows, "case.replied"), events(rows, "case.followed_up")
    assert {data["usefulness"] for data in replied} == {1, 2, 3, 4, 5}
    assert {data["without_advice"] for data in replied} == {one.value for one in WithoutAdvice}
    assert {data["plan_changed"] for data in replied} == {one.value for one in Change}
    assert all(sum(data["rows"][one.value] for data in replied) for one in Promise)
    assert all(sum(data["rows"][one.value] for data in followed) for one in Result)
    assert {data["wanted_change"] for data in followed} == {one.value for one in Change}
    changes = [data["gas_change"] for data in followed if data["goals"]]
    assert {change > 0 for change in changes if change} == {True, False}
    assert 0 in changes


def test_what_is_past_is_neither_news_nor_mail(rows: psycopg.Connection, days: StoryDays) -> None:
    told = f"from notifications where at < '{days.now.isoformat()}'"
    unseen = rows.execute(f"select min(at), count(*) {told} and seen_at is null").fetchone()
    assert unseen is not None
    assert unseen[0] >= days.moment("-1 0.00")
    assert unseen[1] > 10
    assert values(rows, f"select count(*) {told} and mailed_at is null") == {0}


def test_many_people_ask_and_all_of_them_can_be_played(rows: psycopg.Connection) -> None:
    askers: set[UUID] = values(rows, "select asker from cases join played using (id)")
    assert len(askers) >= 15
    assert askers <= {person_id(subject) for subject in all_logins()}
