"""Inserts that travel together: one statement, whole or not at all, in the order they were given."""

from __future__ import annotations

import pytest
from psycopg.errors import UniqueViolation

from services.shared.access_log import log_access
from services.shared.journal import record_event
from services.shared.writes import together
from tests.builders.people import a_person
from tests.support.apps import App
from tests.support.hearing import counted

pytestmark = pytest.mark.anyio


def test_values_are_numbered_on() -> None:
    first, second = "insert into a values ($1, $2::jsonb, $1)", "insert into b values ($1)"
    assert together((first,)) == first
    assert together((first, second)) == (
        "with carried_0 as (insert into a values ($1, $2::jsonb, $1)) insert into b values ($3)"
    )


async def test_what_is_held_is_written_at_the_end_and_keeps_its_order(registry: App) -> None:
    database, person = registry.app.state.database, a_person("admin")
    with counted() as asked:
        async with database.write(person) as session:
            for number in range(3):
                await record_event(session, "something.happened", subject=str(number))
            await log_access(session, act="look")
            assert session.held
    assert [one.count("insert into") for one in map(str.lower, asked) if "insert into" in one] == [1, 1, 2]
    async with database.duty("test") as session:
        told = await session.connection()
        rows = (await told.exec_driver_sql("select subject from event order by entered")).scalars().all()
        assert rows[-3:] == ["0", "1", "2"]
        assert (await told.exec_driver_sql("select act from access_log order by at desc")).scalars().first() == "look"


async def test_nothing_that_is_held_outlives_a_failure(registry: App) -> None:
    database, person = registry.app.state.database, a_person("admin")

    async def written_twice() -> None:
        async with database.write(person) as session:
            await log_access(session, act="first look")
            session.held.append(session.held[0])

    async def failing() -> None:
        async with database.write(person) as session:
            await log_access(session, act="second look")
            raise RuntimeError("the act failed")

    with pytest.raises(UniqueViolation):
        await written_twice()
    with pytest.raises(RuntimeError):
        await failing()
    async with database.duty("test") as session:
        told = await session.connection()
        found = await told.exec_driver_sql("select act from access_log")
        assert not {*found.scalars()} & {"first look", "second look"}
