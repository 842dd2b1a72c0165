"""A PostgreSQL for one test run: the one that OT_DATABASE_SERVER names, or one of our own."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo import postgres

FOLDER = Path(__file__).parents[2] / "var" / "tests"
# Nothing here must outlive a power failure; a killed server's files are still whole.
# pg_stat_statements counts what a request costs, for the tests that measure.
QUICK = ("fsync=off", "full_page_writes=off", "autovacuum_naptime=10min", "shared_preload_libraries=pg_stat_statements")


def is_our_own() -> bool:
    return not os.environ.get("OT_DATABASE_SERVER")


@contextmanager
def running_server() -> Iterator[str]:
    """Gives the administrator's address. Runs at the same time have a server each; the next run finds its templates."""
    if not is_our_own():
        yield os.environ["OT_DATABASE_SERVER"]
        return
    for number in range(100):
        with _slot(number) as free:
            if free:
                server = postgres.start(FOLDER / str(number), options=QUICK)
                try:
                    yield server.admin
                finally:
                    server.stop()
                return
    raise RuntimeError(f"a hundred test runs at once? Remove {FOLDER}")


@contextmanager
def _slot(number: int) -> Iterator[bool]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{number}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
