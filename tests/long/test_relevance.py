"""What the judged searches must find at least, in the half that was looked at and in the one that never was."""

from __future__ import annotations

import pytest

from benchmarks.relevance import groups, judged, ours, plain, quality
from services.shared.clock import SystemClock
from services.shared.database import Database
from tests.builders.story import fill_registry
from tests.support.apps import House

pytestmark = [pytest.mark.anyio, pytest.mark.long]
RECALL, PRECISION = 0.9, 0.85


def test_the_judged_searches_are_many_and_of_all_kinds() -> None:
    every = judged()
    traits = [one.traits for one in every]
    assert len({one.asked for one in every}) == len(every) >= 200
    assert sum(bool(one & {"form", "compound"}) for one in traits) >= len(every) / 2
    assert sum("sv" in one for one in traits) >= len(every) / 4
    assert sum("slip" in one for one in traits) >= 20


async def test_searches_find_what_people_mean(house: House) -> None:
    await house.app("registry")
    await fill_registry(house)
    database = Database(house.settings_for("registry"), SystemClock())
    try:
        found = await ours(database)
    finally:
        await database.close()
    with house.databases.superuser("registry") as connection:
        (entries,) = connection.execute("select count(*) from search_entry where listed").fetchall()[0]
        beside = plain(connection)
    assert entries >= 300
    for name, among in groups().items():
        one, other = quality(found, among), quality(beside, among)
        assert one.recall >= RECALL, (name, one)
        assert one.precision >= PRECISION, (name, one)
        assert one.recall > other.recall, (name, one, other)
