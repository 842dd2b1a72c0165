"""Work that nobody asks for: a sweep that looks, every so often, what has become due."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from services.shared.database import Database, WriteSession
from services.shared.logging import frames_of, log


@dataclass(frozen=True)
class Sweep:
    """`act` is called in a transaction that sees every row, in one process at a time however many run."""

    name: str
    act: Callable[[WriteSession], Awaitable[None]]


async def run_sweep(database: Database, sweep: Sweep) -> bool:
    """False where another process is at it."""
    async with database.duty(sweep.name) as session:
        free = await session.scalar(
            text("select pg_try_advisory_xact_lock(hashtextextended(:name, 1))"), {"name": sweep.name}
        )
        if free:
            await sweep.act(session)
        return bool(free)


@asynccontextmanager
async def while_open(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Each goes on beside the body until that ends, and is cancelled and waited for then."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


def stop_if_cancelled() -> None:
    """A driver that is cancelled while its server is gone may raise its own error instead, and a loop would go on."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def keep_sweeping(database: Database, sweeps: list[Sweep], seconds: float) -> None:
    """Until cancelled. A sweep that fails is logged and tried again next time: the others must not wait for it."""
    while True:
        for sweep in sweeps:
            try:
                await run_sweep(database, sweep)
            except Exception as failed:
                stop_if_cancelled()
                log.error("sweep_failed", sweep=sweep.name, error=type(failed).__name__, frames=frames_of(failed))
        await asyncio.sleep(seconds)
