"""Nothing lost, nothing twice, however writers and readers interleave."""

import asyncio
import random
from uuid import uuid4

from services.shared.database import Database
from services.shared.identity import ANONYMOUS
from services.shared.journal import Event, record_event
from tests.support.apps import App

WRITERS, EACH, READERS = 8, 25, 3


async def write_slowly(database: Database, writer: int) -> list[str]:
    """Inserts, then does other work before the commit: the interleaving that loses events of a sequence."""
    chance = random.Random(writer)
    written = []
    for number in range(EACH):
        async with database.write(ANONYMOUS) as session:
            subject = f"{writer}-{number}"
            await record_event(session, "thing.made", subject=subject)
            await asyncio.sleep(chance.uniform(0, 0.01))
        written.append(subject)
    return written


async def follow(probe: App, done: asyncio.Event) -> list[Event]:
    seen: list[Event] = []
    while True:
        ended = done.is_set()
        page = await probe.app.state.feed.read(seen[-1].sequence if seen else 0, 7, 0)
        seen += page
        if ended and not page:
            return seen
        await asyncio.sleep(0.001)


async def test_every_reader_sees_every_event_once_and_in_the_same_order(probe: App) -> None:
    done = asyncio.Event()
    readers = [asyncio.create_task(follow(probe, done)) for _ in range(READERS)]
    written = await asyncio.gather(*(write_slowly(probe.app.state.database, n) for n in range(WRITERS)))
    await asyncio.sleep(0.3)
    done.set()
    seen = [await reader for reader in readers]
    expected = {subject for subjects in written for subject in subjects}
    for events in seen:
        assert [e.sequence for e in events] == list(range(1, WRITERS * EACH + 1))
        assert {e.subject for e in events} == expected
    assert len({tuple(e.id for e in events) for events in seen}) == 1


async def test_events_of_one_writer_keep_their_order(probe: App) -> None:
    await write_slowly(probe.app.state.database, 1)
    events = await probe.app.state.feed.read(0, 1000, 0)
    assert [e.subject for e in events] == [f"1-{n}" for n in range(EACH)]


async def test_a_rolled_back_event_was_never_there(probe: App) -> None:
    database: Database = probe.app.state.database
    try:
        async with database.write(ANONYMOUS) as session:
            await record_event(session, "thing.made", subject=uuid4())
            raise LookupError
    except LookupError:
        pass
    assert await probe.app.state.feed.read(0, 10, 0) == []


async def test_a_waiting_reader_is_told_soon(probe: App) -> None:
    waiting = asyncio.create_task(probe.app.state.feed.read(0, 10, 5))
    await asyncio.sleep(0.3)
    async with probe.app.state.database.write(ANONYMOUS) as session:
        await record_event(session, "thing.made", subject="x")
    assert [e.subject for e in await asyncio.wait_for(waiting, 2)] == ["x"]


async def test_only_reporting_and_systems_with_the_scope_read_the_feed(probe: App) -> None:
    assert (await probe.client.get("/v1/events")).status_code == 401
    assert (await probe.as_service("registry").get("/v1/events")).status_code == 403
