from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.conftest import visitors as visitors
from tests.support.running import Running, running_demo


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The whole system on real processes, for one file of tests."""
    with running_demo(tmp_path_factory.mktemp("long") / "var") as running:
        yield running
