"""The example's people as callers, and the registry filled with them."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import psycopg
from psycopg import sql

from demo.story import people
from demo.story.ids import expert_id, organisation_id, person_id
from demo.story.load import load_registry
from demo.story.organisations import organisations, ytas_of_areas
from services.shared.identity import Caller, Membership
from tests.support.apps import House
from tests.support.databases import KEPT, Databases

ISSUER = "http://login.test"


_fillings: WeakKeyDictionary[Databases, tuple[psycopg.Connection, str]] = WeakKeyDictionary()


async def fill_registry(house: House) -> None:
    """Areas, vocabularies, and the example's organisations and people. Loaded once, then copied: some 20 ms."""
    if house.databases not in _fillings:
        await load_registry(house.settings_for("registry"), ISSUER)
        _fillings[house.databases] = _keep_a_copy(house.databases.superuser("registry"))
    else:
        connection, statements = _fillings[house.databases]
        connection.execute(statements)


def _keep_a_copy(connection: psycopg.Connection) -> tuple[psycopg.Connection, str]:
    """In a schema that emptying doesn't know, because it is made later."""
    rows = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    tables = sorted({name for (name,) in rows} - KEPT)
    connection.execute("create schema example")
    _sort_in_later(connection)
    statements = ["begin", "set local session_replication_role = replica"]
    for name in tables:
        connection.execute(sql.SQL("create table example.{0} as table public.{0}").format(sql.Identifier(name)))
        statements.append(f"insert into public.{name} overriding system value table example.{name}")
    return connection, "; ".join([*statements, "commit"])


def _sort_in_later(connection: psycopg.Connection) -> None:
    """A word's trigrams are sorted into their index when there are many: at once it takes most of a filling."""
    gin = "select indexname from pg_indexes where schemaname = 'public' and indexdef like '% USING gin %'"
    for (name,) in connection.execute(gin).fetchall():
        connection.execute(sql.SQL("alter index public.{} set (fastupdate = on)").format(sql.Identifier(name)))


def somebody(slug: str) -> Caller:
    """One of the example's people with the memberships that the example gives them: `somebody("sanna")`."""
    human = next(human for human in people.humans() if human.slug == slug)
    return Caller(
        kind="person",
        id=str(person_id(slug)),
        name=human.name,
        language=human.language,
        memberships=tuple(_membership(held) for held in people.roles() if held.person == slug),
        session="session-of-a-test",
    )


def _membership(held: people.Held) -> Membership:
    told = organisations()[held.organisation]
    served = {yta for area in [*told["areas"], told["area"]] if (yta := ytas_of_areas().get(area))}
    return Membership(
        role=held.role,
        organisation=str(organisation_id(held.organisation)),
        organisation_name=told["name"]["fi"],
        area=told["area"],
        yta=held.yta or (served.pop() if len(served) == 1 else None),
    )


__all__ = ["ISSUER", "expert_id", "fill_registry", "organisation_id", "person_id", "somebody"]
