"""Sweeps go on after a failure, run once however many processes sweep, and end when they are told to."""

import asyncio
from contextlib import suppress

from services.shared.database import WriteSession
from services.shared.jobs import Sweep, keep_sweeping, run_sweep
from services.shared.journal import record_event
from tests.support.apps import App


async def test_a_sweep_runs_in_one_process_at_a_time(probe: App) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(session: WriteSession) -> None:
        begun.set()
        await go_on.wait()

    first = asyncio.create_task(run_sweep(probe.app.state.database, Sweep("slow", slow)))
    await begun.wait()
    assert await run_sweep(probe.app.state.database, Sweep("slow", slow)) is False
    go_on.set()
    assert await first is True


async def test_a_failing_sweep_undoes_its_work_and_stops_no_other(probe: App) -> None:
    runs: list[str] = []
    twice = asyncio.Event()

    async def failing(session: WriteSession) -> None:
        await record_event(session, "never.happened", subject="x")
        runs.append("failing")
        raise LookupError

    async def other(session: WriteSession) -> None:
        runs.append("other")
        if runs.count("other") == 2:
            twice.set()

    sweeps = [Sweep("failing", failing), Sweep("other", other)]
    task = asyncio.create_task(keep_sweeping(probe.app.state.database, sweeps, 0.01))
    await asyncio.wait_for(twice.wait(), 5)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert runs[:4] == ["failing", "other", "failing", "other"]
    assert await probe.app.state.feed.read(0, 10, 0) == []


async def test_a_sweep_that_turns_its_cancellation_into_an_error_still_ends(probe: App) -> None:
    begun = asyncio.Event()

    async def stubborn(session: WriteSession) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as cancelled:
            raise ConnectionError from cancelled

    task = asyncio.create_task(keep_sweeping(probe.app.state.database, [Sweep("stubborn", stubborn)], 60))
    await begun.wait()
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=3)
    assert done
