"""Puts into a database what every installation begins with: areas and words, consultation lines. Again does no harm."""

from __future__ import annotations

import asyncio
import importlib

from services.shared.clock import SystemClock
from services.shared.database import Database
from services.shared.settings import Settings

LOADERS = {
    "registry": ("services.registry.reference", "load_reference"),
    "consultation": ("services.consultation.lines.operations", "load_lines"),
}


def load_reference(process: str, app: str) -> bool:
    """`app` is the address for the app role. False where the process has nothing to begin with."""
    if process not in LOADERS:
        return False
    asyncio.run(_load(process, app))
    return True


async def _load(process: str, app: str) -> None:
    module, name = LOADERS[process]
    database = Database(Settings(process=process, database=app), SystemClock())
    try:
        async with database.duty("reference") as session:
            await getattr(importlib.import_module(module), name)(session)
    finally:
        await database.close()
