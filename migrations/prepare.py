"""Makes the databases and their two roles each, given an administrator's address. Safe to run again.

The owner runs migrations; the app role is what a service runs as: it may read and write rows, but neither change the
schema nor pass row-level security.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

DATABASES = ("gateway", "registry", "consultation", "reporting", "keys")
ROLE_LIMITS = sql.SQL("login nosuperuser nobypassrls nocreatedb nocreaterole noreplication")

RIGHTS = (
    "revoke all on database {database} from public",
    "grant connect on database {database} to {app}",
    "alter default privileges for role {owner} grant usage on schemas to {app}",
    "alter default privileges for role {owner} grant select, insert, update, delete on tables to {app}",
    "alter default privileges for role {owner} grant usage, select on sequences to {app}",
    "alter default privileges for role {owner} grant execute on functions to {app}",
)


@dataclass(frozen=True)
class Access:
    """The two addresses of one database."""

    app: str
    owner: str


def prepare(admin: str, suffix: str = "", *, secret: str, databases: tuple[str, ...] = DATABASES) -> dict[str, Access]:
    """Makes what is missing and returns the addresses by process.

    `suffix` is put after every database's and role's name, so that several sets can share one server. Each role's
    password is derived from `secret`, so the same secret gives the same addresses.
    """
    wanted = {}
    for process in databases:
        name = f"ot_{process}{suffix}"
        wanted[process] = Access(
            app=address(admin, database=name, role=f"{name}_app", secret=secret),
            owner=address(admin, database=name, role=f"{name}_owner", secret=secret),
        )
    prepare_named(admin, wanted)
    return wanted


def prepare_named(admin: str, wanted: Mapping[str, Access]) -> None:
    """Makes the databases and roles that the addresses name, with the passwords in them. Raises ValueError.

    The roles must be called `…_owner` and `…_app`, alike: migrations take rights from the one by the other's name.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        for access in wanted.values():
            app, owner = conninfo_to_dict(access.app), conninfo_to_dict(access.owner)
            database = _agreed_database(app, owner)
            for told in (owner, app):
                _make_role(connection, str(told["user"]), password=str(told["password"]))
            _make_database(connection, database, owner=str(owner["user"]))
            with psycopg.connect(address_of(admin, database), autocommit=True) as inside:
                _give_rights(inside, database=database, owner=str(owner["user"]), app=str(app["user"]))


def _agreed_database(app: Mapping[str, object], owner: Mapping[str, object]) -> str:
    names = {str(app.get("dbname")), str(owner.get("dbname"))}
    stems = {str(app.get("user")).removesuffix("_app"), str(owner.get("user")).removesuffix("_owner")}
    if len(names) != 1 or len(stems) != 1 or app.get("user") == owner.get("user"):
        raise ValueError("both addresses of a process must name the same database, and roles X_app and X_owner")
    if not app.get("password") or not owner.get("password"):
        raise ValueError("both addresses of a process must hold a password")
    return names.pop()


def password_of(role: str, secret: str) -> str:
    return hmac.digest(secret.encode(), role.encode(), hashlib.sha256).hex()[:40]


def address(admin: str, *, database: str, role: str, secret: str) -> str:
    """The address of `database` for `role`, on the server that `admin` names."""
    parts = conninfo_to_dict(admin)
    host, port = str(parts.get("host", "localhost")), str(parts.get("port", 5432))
    kept = "".join(f"&{key}={quote(str(parts[key]), safe='')}" for key in ("sslmode", "sslrootcert") if key in parts)
    return f"postgresql://{role}:{password_of(role, secret)}@/{database}?host={quote(host, safe='')}&port={port}{kept}"


def address_of(admin: str, database: str) -> str:
    """The administrator's own address, but of another database."""
    return make_conninfo(admin, dbname=database)


def _make_role(connection: psycopg.Connection, role: str, *, password: str) -> None:
    found = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
    if found is None:
        connection.execute(sql.SQL("create role {}").format(sql.Identifier(role)))
    connection.execute(
        sql.SQL("alter role {} {} password {}").format(sql.Identifier(role), ROLE_LIMITS, sql.Literal(password))
    )
    # the job queue's functions name their tables without a schema; a missing schema in a search path does no harm
    connection.execute(sql.SQL("alter role {} set search_path = public, jobs").format(sql.Identifier(role)))
    connection.execute(sql.SQL("alter role {} set timezone = 'UTC'").format(sql.Identifier(role)))


def _make_database(connection: psycopg.Connection, name: str, *, owner: str) -> None:
    superuser = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    if superuser is not None and not superuser[0]:  # a managed server's administrator must belong to the owner
        connection.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(owner)))
    if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is None:
        # template0 with C.UTF-8: with another character type trigrams may lose ä and ö
        connection.execute(
            sql.SQL(
                "create database {} owner {} template template0 encoding 'UTF8'"
                " lc_collate 'C' lc_ctype 'C.UTF-8' locale_provider builtin builtin_locale 'C.UTF-8'"
            ).format(sql.Identifier(name), sql.Identifier(owner))
        )


def _give_rights(inside: psycopg.Connection, **names: str) -> None:
    quoted = {what: sql.Identifier(name) for what, name in names.items()}
    for statement in RIGHTS:
        inside.execute(sql.SQL(statement).format(**quoted))
