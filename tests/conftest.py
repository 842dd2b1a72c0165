"""What every test may ask for. Asking for an application starts it on real databases, as the app role."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime

import pytest

from services.shared.clock import MovedClock
from services.shared.settings import Settings
from tests.support.apps import App, House, open_house
from tests.support.databases import Databases, drop_old
from tests.support.servers import is_our_own, running_server

START = datetime(2026, 11, 24, 7, 40, tzinfo=UTC)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server: its administrator's address."""
    with running_server() as admin:
        if is_our_own():
            drop_old(admin)
        yield admin


@pytest.fixture(scope="session")
def databases(server: str) -> Iterator[Databases]:
    """The run's databases: `databases["registry"].app` is the address that a service gets."""
    made = Databases(server)
    yield made
    made.close()


@pytest.fixture(scope="session")
def run_clock() -> MovedClock:
    return MovedClock(START)


@pytest.fixture
def clock(run_clock: MovedClock) -> MovedClock:
    """Stands at 24 November 2026, 9.40 in Finland, at the start of each test."""
    run_clock.set(START)
    return run_clock


@pytest.fixture(scope="session")
async def house(
    databases: Databases, run_clock: MovedClock, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """All the processes; `house.down.add("registry")` makes one unreachable for its neighbours."""
    async with open_house(databases, run_clock, tmp_path_factory.mktemp("keys")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def clean(request: pytest.FixtureRequest) -> None:
    """Each test that uses a database finds it empty, the clock at its start and every neighbour reachable."""
    if "databases" in request.fixturenames:
        request.getfixturevalue("databases").empty()
    if "run_clock" in request.fixturenames:
        request.getfixturevalue("clock")
    if "house" in request.fixturenames:
        request.getfixturevalue("house").down.clear()


@pytest.fixture
def settings_for(house: House) -> Callable[..., Settings]:
    return house.settings_for


@pytest.fixture
async def registry(house: House) -> App:
    return await house.app("registry")


@pytest.fixture
async def consultation(house: House) -> App:
    return await house.app("consultation")


@pytest.fixture
async def reporting(house: House) -> App:
    return await house.app("reporting")


@pytest.fixture
async def gateway(house: House) -> App:
    return await house.app("gateway")
