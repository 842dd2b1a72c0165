from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.support.apps import House
from tests.support.visitors import Visitors, open_visitors


@pytest.fixture
async def visitors(house: House) -> AsyncIterator[Visitors]:
    async with AsyncExitStack() as stack:
        yield await open_visitors(house, stack)
