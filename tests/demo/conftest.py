from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import postgres


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One set of data with the whole example, for all that may share it: loading it takes a while."""
    made = tmp_path_factory.mktemp("demo") / "var"
    yield made
    postgres.erase(made / "postgres")
