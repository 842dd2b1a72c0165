from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.builders.story import fill_registry, somebody
from tests.support.apps import App


@pytest.fixture
async def network(registry: App) -> App:
    """The registry, filled with the example."""
    await fill_registry(registry.house)
    return registry


@pytest.fixture
def rows(registry: App) -> Callable[..., list[tuple[Any, ...]]]:
    """What the database really holds, seen by a superuser."""

    def ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with registry.house.databases.superuser("registry") as connection:
            return connection.execute(statement, values).fetchall()

    return ask


@pytest.fixture
def as_(network: App) -> Callable[[str], httpx2.AsyncClient]:
    """A client that speaks for one of the example's people."""
    return lambda slug: network.as_(somebody(slug))
