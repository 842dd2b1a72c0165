"""No request's cost grows with history: pages of the database that each touches, beside few and beside many cases,
and how the database goes about each statement."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import httpx2
import psycopg
import pytest

from services.shared.database import new_id
from tests.builders.cases import ACase, a_case
from tests.support.apps import App
from tests.support.hearing import planned

FEW, MANY = 200, 20_000
ALLOWED = 1.3
SLACK = 25
"""Database pages: a tree that is one level deeper costs a few more, once."""

Request = Callable[[], Awaitable[httpx2.Response]]

_MULTIPLY = """
create or replace function pg_temp.another(one uuid, n int) returns uuid language sql as
    $$ select md5(one::text || n)::uuid $$
"""
# Every copy is a closed case of another asker in the same area: what a coordinator's history is made of.
_OF_THE_CASE = ("case_access", "case_clocks", "case_log", "messages", "notifications")
_WHOLE_TABLE = re.compile(rf"Seq Scan on (cases|{'|'.join(_OF_THE_CASE)})\b")


def copy_case(connection: psycopg.Connection, case: str, numbers: range) -> None:
    """Copies a case with what hangs on it, past keys and policies; its texts are never opened again."""
    connection.execute(_MULTIPLY)
    changes = """jsonb_build_object('id', pg_temp.another(t.id, n), 'code', 'H' || n, 'state', 'closed',
        'is_open', false, 'asker', md5('another asker')::uuid, 'coordinator', md5('another coordinator')::uuid)"""
    _copy(connection, "cases", changes, f"t.id = '{case}'", numbers)
    for table in _OF_THE_CASE:
        own = "" if table == "case_access" else "'id', pg_temp.another(t.id, n), "
        more = {
            "case_access": ", 'person_id', md5('another asker')::uuid",
            "case_clocks": ", 'stopped_at', now()",
            "notifications": ", 'person_id', pg_temp.another(t.person_id, n)",
        }
        changes = f"jsonb_build_object({own}'case_id', pg_temp.another(t.case_id, n){more.get(table, '')})"
        _copy(connection, table, changes, f"t.case_id = '{case}'", numbers)
    connection.execute("analyze")


def _copy(connection: psycopg.Connection, table: str, changes: str, which: str, numbers: range) -> None:
    connection.execute("set session_replication_role = replica")
    connection.execute(
        f"insert into {table} select (jsonb_populate_record(t, {changes})).* from {table} t,"
        f" generate_series({numbers.start}, {numbers.stop - 1}) n where {which}"
    )


@pytest.fixture
async def case(consultation: App, registry: App) -> ACase:
    """An accepted case with a short thread."""
    made = await a_case(consultation, registry, state="accepted")
    for caller in (made.people.asker, made.people.coordinator):
        answer = await made.as_(caller).post(f"{made.path}/messages", json={"text": "Viesti."})
        assert answer.status_code == 201
    return made


def looks(case: ACase) -> dict[str, Request]:
    """What people look at all day."""
    asker, coordinator = case.as_(case.people.asker), case.as_(case.people.coordinator)
    of_coordinator = {
        "read_case": case.path,
        "list_messages": f"{case.path}/messages",
        "list_team_notes": f"{case.path}/team-notes",
        "list_team": f"{case.path}/team",
        "list_meetings": f"{case.path}/meetings",
        "queue": "/v1/cases?scope=queue",
        "queue by state": "/v1/cases?scope=queue&state=accepted",
        "queue by area": "/v1/cases?scope=queue&area=12",
        "closed cases": "/v1/cases?scope=queue&state=withdrawn",
        "count_cases": "/v1/cases/counts",
        "list_waiting": "/v1/waiting",
    }
    of_asker = {"own case": case.path, "own cases": "/v1/cases?scope=mine", "own counts": "/v1/cases/counts"}
    return {
        **{name: _getting(coordinator, path) for name, path in of_coordinator.items()},
        **{name: _getting(asker, path) for name, path in of_asker.items()},
    }


def _getting(client: httpx2.AsyncClient, path: str) -> Request:
    return lambda: client.get(path)


async def pages_touched(connection: psycopg.Connection, request: Request) -> int:
    for _ in range(7):  # a driver prepares what it sees often, and a plan settles
        assert (await request()).status_code == 200
    connection.execute("select pg_stat_statements_reset()")
    assert (await request()).status_code == 200
    row = connection.execute(
        "select sum(shared_blks_hit + shared_blks_read) from pg_stat_statements s join pg_database d on d.oid = s.dbid"
        " where d.datname = current_database() and query not like '%pg_stat_statements%'"
    ).fetchone()
    return int(row[0] or 0) if row else 0


async def test_no_look_costs_more_beside_a_hundred_times_the_history(case: ACase, consultation: App) -> None:
    with consultation.house.databases.superuser("consultation") as connection:
        connection.execute("create extension if not exists pg_stat_statements")
        costs: dict[str, list[int]] = {name: [] for name in looks(case)}
        done = 0
        for size in (FEW, MANY):
            copy_case(connection, case.id, range(done, size))
            done = size
            for name, request in looks(case).items():
                costs[name].append(await pages_touched(connection, request))
    grown = {name: (few, many) for name, (few, many) in costs.items() if many > few * ALLOWED + SLACK}
    assert grown == {}, f"pages touched beside {FEW} and {MANY} cases: {grown}; all: {costs}"


def acts(case: ACase) -> dict[str, Request]:
    """What people write all day."""
    asker, draft = case.as_(case.people.asker), {"subject": "Otsikko", "situation": "Tilanne.", "line": "sijaishuolto"}
    return {
        "create_case": _posting(asker, "/v1/cases", draft),
        "send_message": _posting(asker, f"{case.path}/messages", {"text": "Viesti."}),
    }


def _posting(client: httpx2.AsyncClient, path: str, body: dict[str, str]) -> Request:
    return lambda: client.post(path, json=body, headers={"Idempotency-Key": str(new_id())})


async def test_no_statement_reads_a_table_that_grows_from_end_to_end(case: ACase, consultation: App) -> None:
    with consultation.house.databases.superuser("consultation") as connection:
        copy_case(connection, case.id, range(MANY // 4))
    badges = {"count_notifications": _getting(case.as_(case.people.coordinator), "/v1/notifications/count")}
    thread = {"read_case, thread": _getting(case.as_(case.people.coordinator), f"{case.path}?thread=true")}
    found = []
    for name, request in {**looks(case), **badges, **thread, **acts(case)}.items():
        with planned() as plans:
            assert (await request()).is_success, name
        assert plans, name
        found += [(name, statement, plan) for statement, plan in plans if _WHOLE_TABLE.search(plan)]
    assert found == []
