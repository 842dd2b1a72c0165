"""The code of an installation's first run, made by whoever runs it and shown to them alone."""

from __future__ import annotations

import asyncio
import importlib

from services.shared.clock import clock_of
from services.shared.database import Database
from services.shared.settings import Settings


def printed_code() -> str | None:
    """A new one, for the registry that the environment names; None where there is an administrator already."""
    return asyncio.run(_mint(Settings.load("registry")))


async def _mint(settings: Settings) -> str | None:
    setup = importlib.import_module("services.registry.setup.operations")
    done = importlib.import_module("services.registry.setup.errors").SetupDone
    database = Database(settings, clock_of(settings.clock_file))
    try:
        async with database.duty("setup") as session:
            return str(await setup.mint_code(session))
    except done:
        return None
    finally:
        await database.close()
