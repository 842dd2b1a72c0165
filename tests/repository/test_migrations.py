"""Every database has one history, and the history makes what the code's tables say."""

from __future__ import annotations

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from migrations.prepare import DATABASES, prepare
from migrations.run import config_for, current, migrate, newest
from tests.support.databases import Databases

ours = pytest.mark.parametrize("process", DATABASES)


@ours
def test_there_is_one_head(process: str) -> None:
    assert len(ScriptDirectory.from_config(config_for(process)).get_heads()) == 1


@ours
def test_the_history_makes_what_the_tables_say(process: str, databases: Databases) -> None:
    command.check(config_for(process, databases[process].owner))


@ours
def test_a_database_at_the_newest_revision_is_left_alone(process: str, databases: Databases) -> None:
    owner = databases[process].owner
    assert current(owner) == newest(process)
    assert migrate(process, owner) is False


def test_preparing_again_changes_nothing_and_gives_the_same_addresses(server: str) -> None:
    first = prepare(server, "_again", secret="s", databases=("registry",))
    try:
        assert prepare(server, "_again", secret="s", databases=("registry",)) == first
        with psycopg.connect(first["registry"].app) as connection:
            row = connection.execute(
                "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user"
            ).fetchone()
            assert row == (False, False, False)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("create table mine (n int)")
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute("drop database ot_registry_again")


@pytest.mark.parametrize("process", ["registry", "consultation", "reporting"])
@pytest.mark.parametrize(
    "statement", ["update access_log set name = ''", "delete from access_log", "truncate access_log"]
)
def test_nobody_rewrites_the_access_log(process: str, statement: str, databases: Databases) -> None:
    for address in (databases[process].app, databases[process].owner):
        with psycopg.connect(address) as connection, pytest.raises(psycopg.Error, match=r"append-only|denied"):
            connection.execute(statement)


@ours
def test_the_app_role_can_read_every_table(process: str, databases: Databases) -> None:
    with psycopg.connect(databases[process].app) as connection:
        rows = connection.execute(
            "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
            " and not has_table_privilege(oid, 'select')"
        ).fetchall()
    assert rows == []
