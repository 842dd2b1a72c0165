"""Databases for one test run: migrated once into a template, cloned once per run, emptied before each test.

Deleting takes a millisecond; truncating or cloning takes hundreds, and savepoints don't reach services that commit on
connections of their own. What was deleted is swept out now and then, or filling the tables again takes ever longer.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from migrations.prepare import Access, address, address_of, prepare
from migrations.run import migrate

MIGRATIONS = Path(__file__).parents[2] / "migrations"
SECRET = "known to every test"
KEPT = frozenset({"alembic_version", "journal"})
SWEPT_EVERY = 8  # emptyings
GROWN = 128 * 1024  # bytes of an empty table


class Databases:
    """The run's databases by process, each made when it is first asked for."""

    def __init__(self, admin: str) -> None:
        self.admin = admin
        self._made: dict[str, Access] = {}
        self._emptying: dict[str, tuple[psycopg.Connection, str]] = {}
        self._emptied = 0

    def __getitem__(self, process: str) -> Access:
        if process not in self._made:
            self._made[process] = self._clone(process)
        return self._made[process]

    def empty(self) -> None:
        """As superuser: past foreign keys, row-level security and append-only triggers, in one round trip each."""
        self._emptied += 1
        for connection, statement in self._emptying.values():
            connection.execute(statement)
            if self._emptied % SWEPT_EVERY == 0:
                _sweep(connection)

    def superuser(self, process: str) -> psycopg.Connection:
        """Sees every row of the process's database; for looking at what is really there."""
        return psycopg.connect(address_of(self.admin, self._name(process)), autocommit=True)

    def close(self) -> None:
        for connection, _ in self._emptying.values():
            connection.close()
        with psycopg.connect(self.admin, autocommit=True) as connection:
            for process in self._made:
                _drop(connection, self._name(process))

    def _name(self, process: str) -> str:
        return f"ot_{process}{_suffix(process)}_{os.getpid()}"

    def _clone(self, process: str) -> Access:
        suffix = _suffix(process)
        template = f"ot_{process}{suffix}"
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [template])
            _make_template(connection, self.admin, process, suffix=suffix)
            _drop(connection, self._name(process))
            connection.execute(
                sql.SQL("create database {} template {} owner {} strategy wal_log").format(
                    *map(sql.Identifier, (self._name(process), template, f"{template}_owner"))
                )
            )
        self._remember_how_to_empty(process)
        app, owner = (
            address(self.admin, database=self._name(process), role=f"{template}_{role}", secret=SECRET)
            for role in ("app", "owner")
        )
        return Access(app=app, owner=owner)

    def _remember_how_to_empty(self, process: str) -> None:
        connection = self.superuser(process)
        names = connection.execute(
            "select schemaname || '.' || tablename from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema') and tablename <> all(%s)",
            [list(KEPT)],
        ).fetchall()
        journal = connection.execute("select to_regclass('journal') is not null").fetchone()
        statements = ["begin", "set local lock_timeout = '10s'", "set local session_replication_role = replica"]
        statements += [f"delete from {name}" for (name,) in names]
        if journal and journal[0]:
            statements.append("update journal set last = 0")
        self._emptying[process] = (connection, "; ".join([*statements, "commit"]))


@cache
def _suffix(process: str) -> str:
    """Changes whenever what makes the database does; during a run it stays, whoever edits a migration meanwhile."""
    files = [*MIGRATIONS.glob("*.py"), *MIGRATIONS.glob(f"{process}/versions/*.py")]
    told = b"".join(file.name.encode() + file.read_bytes() for file in sorted(files))
    return "_t" + hashlib.sha256(told).hexdigest()[:8]


def _make_template(connection: psycopg.Connection, admin: str, process: str, *, suffix: str) -> None:
    template = f"ot_{process}{suffix}"
    ready = connection.execute(
        "select 1 from pg_database where datname = %s and shobj_description(oid, 'pg_database') = 'ready'", [template]
    ).fetchone()
    if ready:
        return
    _drop(connection, template)
    made = prepare(admin, suffix, secret=SECRET, databases=(process,))
    migrate(process, made[process].owner)
    connection.execute(sql.SQL("comment on database {} is 'ready'").format(sql.Identifier(template)))


def _sweep(connection: psycopg.Connection) -> None:
    tables = connection.execute(
        "select quote_ident(nspname) || '.' || quote_ident(relname) from pg_class c"
        " join pg_namespace n on n.oid = relnamespace where relkind = 'r' and nspname = 'public'"
        " and pg_relation_size(c.oid) > %s",
        [GROWN],
    ).fetchall()
    if tables:
        connection.execute(f"vacuum (skip_locked, parallel 0) {', '.join(name for (name,) in tables)}")


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def drop_old(admin: str) -> None:
    """On our own server: what earlier revisions and killed runs left behind."""
    with psycopg.connect(admin, autocommit=True) as connection:
        rows = connection.execute("select datname from pg_database where datname like 'ot\\_%\\_t%'").fetchall()
        current = {f"ot_{process}{_suffix(process)}" for process in _processes()}
        for (name,) in rows:
            if name not in current:
                _drop(connection, name)


def _processes() -> list[str]:
    return [folder.parent.name for folder in MIGRATIONS.glob("*/versions")]
