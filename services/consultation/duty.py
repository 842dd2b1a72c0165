"""The few statements of a person's act that reach past what the person may see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from services.shared.database import WriteSession

_NOW = text("select coalesce(current_setting('ot.duty', true), '')")
_SET = text("select set_config('ot.duty', :duty, true)")


@asynccontextmanager
async def on_duty(session: WriteSession, name: str) -> AsyncIterator[None]:
    """Row-level security lets everything through inside the block: keep it to counts, codes and handing over.

    If the block fails so does the transaction, and the setting ends with it.
    """
    await session.flush()
    before = await session.scalar(_NOW)
    await session.execute(_SET, {"duty": name})
    yield
    await session.flush()
    await session.execute(_SET, {"duty": before})
