"""Does the search find what people mean, and would PostgreSQL's own configurations? relevance.py says how it counts."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.relevance import groups, judged, ours, plain, quality
from demo import postgres
from demo.environment import VAR
from demo.story.load import load_registry
from migrations.prepare import Access, prepare
from migrations.run import migrate
from services.shared.clock import SystemClock
from services.shared.database import Database
from services.shared.settings import Settings

FOLDER = VAR / "bench" / "search"


def main() -> int:
    with own_server(FOLDER) as admin:
        return asyncio.run(_relevance(admin))


@contextmanager
def own_server(folder: Path) -> Iterator[str]:
    """Its data stays for the next time."""
    server = postgres.start(folder, options=("jit=off", "shared_buffers=256MB"))
    try:
        yield server.admin
    finally:
        server.stop()


def a_registry(admin: str, suffix: str) -> tuple[Access, Settings]:
    """Its addresses, and the settings of a service on it."""
    access = prepare(admin, suffix, secret=FOLDER.name, databases=("registry",))["registry"]
    migrate("registry", access.owner)
    issuer = {"OT_OIDC_ISSUER": "http://login.test"}
    return access, Settings.load("registry", {"OT_DATABASE": access.app, **issuer})


async def _relevance(admin: str) -> int:
    access, settings = a_registry(admin, "_relevance")
    await load_registry(settings, "http://login.test")
    database = Database(settings, SystemClock())
    try:
        found = await ours(database)
    finally:
        await database.close()
    with psycopg.connect(access.app) as connection:
        beside = plain(connection)
        entries = connection.execute("select count(*), count(distinct kind) from search_entry where listed").fetchone()
    assert entries is not None
    print(f"{len(judged())} judged searches among {entries[0]} entries of {entries[1]} kinds; at five answers\n")
    print(f"{'':<18}{'searches':>9}{'recall':>9}{'precision':>11}    {'plain: recall':>14}{'precision':>11}")
    for name, among in groups().items():
        one, other = quality(found, among), quality(beside, among)
        print(
            f"{name:<18}{one.searches:>9}{one.recall:>9.3f}{one.precision:>11.3f}    "
            f"{other.recall:>14.3f}{other.precision:>11.3f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
