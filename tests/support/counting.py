"""How often a database is asked: what asks anew for each row is found out by it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from psycopg import Connection

from tests.support.apps import House

WARM = 4
"""Rounds before the one that counts: connections open, remembered answers come in."""
_CALLS = """
    select coalesce(sum(calls), 0)::int from pg_stat_statements s join pg_database d on d.oid = s.dbid
    where d.datname = current_database() and query !~* '^(begin|commit|rollback)' and query not ilike all (%s)
"""
_AROUND = ["%pg_stat_statements%", "select set_config(%), set_config(%"]


async def statements_of(house: House, process: str, request: Callable[[], Awaitable[object]]) -> int:
    """As the database itself counted them; what only begins and ends a transaction is left out."""
    with house.databases.superuser(process) as connection:
        connection.execute("create extension if not exists pg_stat_statements")
        for _ in range(WARM):
            await request()
        before = _calls(connection)
        await request()
        return _calls(connection) - before


def _calls(connection: Connection) -> int:
    row = connection.execute(_CALLS, [_AROUND]).fetchone()
    return int(row[0]) if row else 0
