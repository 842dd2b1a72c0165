"""How far the example's cases have come, written on the database they are in: the mark goes when the database goes."""

from collections.abc import Callable

import psycopg
from psycopg import sql

from services.shared.settings import Settings

BEGUN, DONE = "example cases: begun", "example cases: done"
PLAYED_INTO = ("consultation", "keys")
"""What a play that was cut off leaves half full."""


def put(consultation: Settings, mark: str) -> None:
    with psycopg.connect(consultation.owner_database, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("comment on database {} is {}").format(name, sql.Literal(mark)))


def to_be_played(consultation: Settings, say: Callable[[str], None]) -> bool:
    """Once, and never between cases that people have written themselves."""
    with psycopg.connect(consultation.owner_database) as connection:
        if _mark_on(connection, connection.info.dbname) == DONE:
            return False
    with psycopg.connect(consultation.database) as connection:
        connection.execute("select set_config('ot.duty', 'story', true)")
        found = connection.execute("select exists (select from cases)").fetchone()
    if found and found[0]:
        say("  there are cases of your own: the example's stay out (./ot demo --fresh starts over with them)")
        return False
    return True


def forget_what_was_cut_off(admin: str) -> bool:
    """Nobody has worked in a demo that never got ready: what its play left is thrown away, and played anew."""
    with psycopg.connect(admin, autocommit=True) as connection:
        if _mark_on(connection, "ot_consultation") != BEGUN:
            return False
        for process in PLAYED_INTO:
            database = sql.Identifier(f"ot_{process}")
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(database))
    return True


def _mark_on(connection: psycopg.Connection, database: str) -> str | None:
    query = "select shobj_description(oid, 'pg_database') from pg_database where datname = %s"
    found = connection.execute(query, [database]).fetchone()
    return found[0] if found else None
