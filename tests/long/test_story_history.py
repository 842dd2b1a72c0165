"""Older cases are told, not played: each way must leave what a case played through the services leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest

from demo.story.history import begin
from demo.story.history_answers import number_answers
from demo.story.history_course import Course
from demo.story.history_people import old_askers
from demo.story.history_plans import WAYS, plan_case
from demo.story.history_rows import Rows
from demo.story.history_write import write_people
from services.shared.clock import MovedClock
from services.shared.encryption import KeyStore, SealingKey
from services.shared.settings import Settings
from tests.builders.story import fill_registry
from tests.support.apps import App, House
from tests.support.comparing import kept_tables, told_tables, without_chance
from tests.support.replaying import Replay, ToldCourse, fewest_that_show_all, record

LAST = date(2026, 11, 20)
OF_EACH_WAY = 14

pytestmark = pytest.mark.timeout(300)


def consultation_settings(house: House) -> Settings:
    return house.settings_for("consultation", owner_database=house.databases["consultation"].owner)


def courses_of_each_way(settings: Settings, patch: pytest.MonkeyPatch) -> list[ToldCourse]:
    """Enough of each that what chance may bring has come."""
    courses, beginning = record(patch), begin(settings, LAST)
    beginning.world.until = datetime.combine(LAST, datetime.min.time(), UTC)
    for way in WAYS:
        for number in range(OF_EACH_WAY):
            random = Random(f"{way} {number}")
            day = beginning.world.calendar.days[40 + number * 7]
            plan = plan_case(day, "12", way, (LAST - day).days, random)
            Course(beginning.world, beginning.cast, plan, random).tell()
    number_answers(beginning.world.answers, Rows())
    return [one for one in courses if one.ended]


async def test_each_way_leaves_what_a_played_case_leaves(
    house: House,
    consultation: App,
    registry: App,
    run_clock: MovedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    courses = courses_of_each_way(consultation_settings(house), monkeypatch)
    await fill_registry(house)
    await write_people(house.settings_for("registry"), [one for area in old_askers().values() for one in area])
    with house.databases.superuser("registry") as rows:
        rows.execute("update membership set valid_from = '2020-01-01'")
    replay = Replay(consultation, run_clock, house.databases.superuser("consultation"))
    await replay.prepare()
    faults: list[Any] = []
    for course in fewest_that_show_all(courses):
        cases = {case.id: case.key for case in course.course.cases}
        tables = told_tables(course.rows, course.answers, set(cases))
        await replay.play(course, sweeps_of(tables))
        real = {replay.ids[case] for case in cases}
        expected = without_chance(tables, {str(case): key for case, key in cases.items()})
        found = without_chance(kept_tables(replay.rows, real), await keys_of(house, real))
        for table, wanted in expected.items():
            faults += differences(f"{course.course.plan.way}: {table}", found[table], wanted)
    assert not faults


def differences(what: str, found: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> list[Any]:
    """In the order of time, or sorted where a table has none; only the columns that differ are told."""
    missing, strange = [one for one in wanted if one not in found], [one for one in found if one not in wanted]
    differing = [
        {name: (one.get(name), other[name]) for name in other if one.get(name) != other[name]}
        for one, other in zip(strange, missing, strict=False)
    ]
    if missing or strange:
        return [(what, differing or missing or strange)]
    return [(what, "order or number")] if len(found) != len(wanted) else []


def sweeps_of(tables: Any) -> list[datetime]:
    """When the sweep noted something, as the case's log and its clocks tell."""
    noted = {row["at"] for row in tables["case_log"] if row["act"].startswith("clock_")}
    noted |= {row["opening_told_at"] for row in tables["case_clocks"] if row.get("opening_told_at")}
    return [datetime.fromisoformat(moment) for moment in noted]


async def keys_of(house: House, cases: set[str]) -> dict[str, SealingKey]:
    settings = house.settings_for("consultation")
    store = KeyStore(settings.keys_database, settings.master_key.get_secret_value(), MovedClock(datetime.now(UTC)))
    try:
        return {str(case): key for case, key in (await store.get_many([UUID(one) for one in cases])).items()}
    finally:
        await store.close()
