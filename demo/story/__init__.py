"""The example: people, organisations and cases that nobody is or was, told by a fixed seed."""

import asyncio

from demo.story.load import load_registry
from services.shared.settings import Settings


def load() -> None:
    """Fills the databases that the environment names. Quick where all of it is there already."""
    asyncio.run(load_registry(Settings.load("registry")))
