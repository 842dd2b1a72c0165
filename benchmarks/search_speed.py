"""How long does a search take among 100 000 experts and 20 000 other entries, its facets counted?

Each judged search is asked a few times in a process like the service's: the transaction, all statements, weighing, and
the answer as JSON. Its figure is the median of its rounds; the machine's load is told, because it is in the figures.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from random import Random
from statistics import median, quantiles

import psycopg

from benchmarks.data_people import fill_registry
from benchmarks.data_words import some_words
from benchmarks.relevance import MEMBER, judged
from benchmarks.search import FOLDER, a_registry, own_server
from services.registry.search.filters import Limits
from services.registry.search.operations import search_registry
from services.registry.search.schemas import Language
from services.shared.clock import SystemClock
from services.shared.database import Database

EXPERTS = 100_000
OTHERS = 20_000
ROUNDS = 3
WAITED_MS = 30
LIMITED = Limits(about={"languages": ["sv"]}, available=True)


def main() -> int:
    with own_server(FOLDER) as admin:
        return asyncio.run(_speed(admin))


async def _speed(admin: str) -> int:
    access, settings = a_registry(admin, "_speed")
    with psycopg.connect(access.owner, autocommit=True) as connection:
        row = connection.execute("select count(*) from expert").fetchone()
        if row is None or row[0] < EXPERTS:
            print(f"filling with {EXPERTS} experts and {OTHERS} others …", file=sys.stderr)
            await fill_registry(settings, EXPERTS, Random(7))
            _others(connection, Random(8))
            connection.execute("vacuum analyze")
    database = Database(settings, SystemClock())
    try:
        for name, limits in (("every entry", Limits()), ("Swedish, free now", LIMITED)):
            _tell(name, await _timed(database, limits))
    finally:
        await database.close()
    print(f"the machine's load meanwhile: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0


def _others(connection: psycopg.Connection, random: Random) -> None:
    types = [slug for (slug,) in connection.execute("select slug from concept where scheme = 'organisation_types'")]
    areas = [code for (code,) in connection.execute("select code from area where yta is not null")]
    rows = [(" ".join(some_words(random, 3)), random.choice(types), random.choice(areas)) for _ in range(OTHERS)]
    connection.execute(
        "create temp table made (number int generated always as identity, name text, type text, area text)"
    )
    with connection.cursor() as cursor, cursor.copy("copy made (name, type, area) from stdin") as copy:
        for row in rows:
            copy.write_row(row)
    connection.execute(
        "insert into organisation (id, slug, type, area, areas, ytas, languages, contact, example, name_fi, name_sv,"
        " sort_key, search_text, created_at, changed_at, version)"
        " select gen_random_uuid(), 'made_' || number, type, area, array[area], '{}', '{fi}', '{}', true,"
        " name || ' ' || number, name || ' ' || number, name, lower(name), now(), now(), 1 from made"
    )


async def _timed(database: Database, limits: Limits) -> list[float]:
    """Of each judged search the median of a few, in milliseconds: its transaction, weighing and answer included."""
    spent = []
    for one in judged():
        rounds = [await _once(database, one.asked, one.language, limits) for _ in range(ROUNDS)]
        spent.append(median(rounds))
    return spent


async def _once(database: Database, asked: str, language: Language, limits: Limits) -> float:
    began = time.perf_counter()
    async with database.read(MEMBER) as session:
        hits = await search_registry(session, MEMBER, asked, limits, lang=language, limit=20)
        hits.model_dump_json()
    return (time.perf_counter() - began) * 1000


def _tell(name: str, spent: Sequence[float]) -> None:
    cuts = quantiles(spent, n=100)
    slow = sum(one > WAITED_MS for one in spent)
    print(
        f"{name:<18} {len(spent)} searches: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, most {max(spent):.1f} ms;"
        f" {slow} over {WAITED_MS} ms"
    )


if __name__ == "__main__":
    sys.exit(main())
