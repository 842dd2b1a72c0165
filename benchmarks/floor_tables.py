"""The floor's own tables: the same rows in the same server, with plain text where the system keeps it sealed."""

from __future__ import annotations

import psycopg
from psycopg import sql

from migrations.prepare import address_of

DATABASE = "floor"
COPIED = {
    "consultation": ("lines", "cases", "case_clocks", "case_log", "invitations", "messages"),
    "registry": ("expert",),
}
INDEXES = (
    "alter table cases add primary key (id)",
    "create unique index on cases (code)",
    "create index on cases (yta, next_due, id) where is_open",
    "create index on case_clocks (case_id)",
    "create index on case_log (case_id, at)",
    "create index on invitations (case_id)",
    "alter table messages add primary key (id)",
    "create index on messages (case_id, at, id)",
    "alter table lines add primary key (slug)",
    "alter table expert add primary key (id)",
    "create extension if not exists pg_trgm",
    "create index on expert using gin (search_text gin_trgm_ops)",
)
SEALED = "_sealed"
OVERHEAD = 29
"""Bytes that sealing adds to a text."""
FILLER = "Perheen tilanne on muuttunut syksyn aikana, ja verkosto on koossa vain osittain. "


def fill_floor(admin: str) -> None:
    """Makes the floor's database anew from the system's."""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"drop database if exists {DATABASE} with (force)")
        connection.execute(f"create database {DATABASE} template template0 lc_collate 'C' lc_ctype 'C.UTF-8'")
    with psycopg.connect(address_of(admin, DATABASE), autocommit=True) as floor:
        for process, tables in COPIED.items():
            with psycopg.connect(address_of(admin, f"ot_{process}")) as system:
                for table in tables:
                    _copy(system, floor, table)
        for statement in INDEXES:
            floor.execute(statement)
        floor.execute("vacuum analyze")


def _copy(system: psycopg.Connection, floor: psycopg.Connection, table: str) -> None:
    columns = _columns(system, table)
    made = sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(_plain(n)), sql.SQL(k)) for n, k in columns)
    floor.execute(sql.SQL("create table {} ({})").format(sql.Identifier(table), made))
    shown = sql.SQL(", ").join(_text_of(name) for name, _ in columns)
    given = sql.SQL("copy (select {} from {}) to stdout").format(shown, sql.Identifier(table))
    taken = sql.SQL("copy {} from stdin").format(sql.Identifier(table))
    with system.cursor().copy(given) as source, floor.cursor().copy(taken) as target:
        for piece in source:
            target.write(piece)


def _columns(system: psycopg.Connection, table: str) -> list[tuple[str, str]]:
    query = """
        select attname, case when attname like %s then 'text' else format_type(atttypid, atttypmod) end
        from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum
    """
    return system.execute(query, [f"%{SEALED}", table]).fetchall()


def _plain(name: str) -> str:
    return name.removesuffix(SEALED)


def _text_of(name: str) -> sql.Composable:
    """Of a sealed text another of the same length."""
    if not name.endswith(SEALED):
        return sql.Identifier(name)
    return sql.SQL("left(repeat({}, 100), octet_length({}) - {})").format(
        sql.Literal(FILLER), sql.Identifier(name), sql.Literal(OVERHEAD)
    )
