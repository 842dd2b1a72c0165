"""The text of a case is nowhere but in sealed columns, and opens only where it was written."""

from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.consultation.models import metadata
from tests.builders.cases import CANARIES, ACase, a_case, got
from tests.support.apps import App

pytestmark = pytest.mark.anyio

EXITS = "Kanarialintusyy poistumiselle"


async def a_talkative_case(consultation: App, registry: App) -> ACase:
    case = await a_case(consultation, registry, tried=CANARIES[1], involved=CANARIES[1], participants=CANARIES[1])
    await case.do(case.people.coordinator, "return", {"text": EXITS, "due": "2026-12-01"})
    await case.do(case.people.asker, "complete", {"text": EXITS})
    await case.do(case.people.coordinator, "advise-elsewhere", {"place": EXITS, "contact": EXITS, "text": EXITS})
    return case


async def test_no_column_of_any_table_holds_a_text_in_clear(consultation: App, registry: App) -> None:
    await a_talkative_case(consultation, registry)
    with consultation.house.databases.superuser("consultation") as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        whole = "\n".join(
            str(row) for (table,) in tables for row in connection.execute(f"select t::text from {table} t").fetchall()
        )
        raw = b"".join(
            bytes(value)
            for row in connection.execute(
                "select situation_sealed, questions_sealed, exit_text_sealed from cases"
            ).fetchall()
            for value in row
        )
    assert "sijaishuolto" in whole, "codes are there, so the search would have found a text"
    assert "Kanarialintu" not in whole
    assert b"Kanarialintu".hex() not in whole
    assert b"Kanarialintu" not in raw


async def test_every_column_that_may_hold_a_text_is_named_as_sealed_or_known_to_hold_none() -> None:
    known = {
        "id",
        "code",
        "state",
        "state_before",
        "yta",
        "area",
        "line",
        "language",
        "urgency",
        "form",
        "name",
        "unit",
    }
    known |= {"identification", "professional_role", "relation", "act", "given_by", "exit_act", "exit_reason_code"}
    known |= {"asker_name", "asker_organisation_name", "asker_organisation_type", "coordinator_name", "person_name"}
    known |= {"changed_by_name", "changed_act", "recorded_by_name", "client_reference_hmac"}
    for table in ("cases", "case_access", "case_clocks", "case_log", "consents", "case_additions"):
        for column in metadata.tables[table].columns:
            kind = column.type.python_type
            if kind in (str, bytes) and column.name not in known:
                assert column.name.endswith("_sealed"), f"{table}.{column.name}"


async def test_no_event_log_line_or_access_row_holds_a_text(
    consultation: App, registry: App, capsys: pytest.CaptureFixture[str]
) -> None:
    case = await a_talkative_case(consultation, registry)
    await case.as_(case.people.asker).patch(
        case.path, json={"situation": CANARIES[1] * 1000}, headers={"If-Match": '"1"'}
    )
    events = got(await consultation.as_service("reporting").get("/v1/events"))
    printed = capsys.readouterr()
    for where in (str(events), printed.out, printed.err):
        assert "Kanarialintu" not in where
    assert "save_draft" in printed.err, "the requests were logged"


async def test_an_event_holds_no_name(consultation: App, registry: App) -> None:
    await a_talkative_case(consultation, registry)
    events = str(got(await consultation.as_service("reporting").get("/v1/events")))
    assert "Heiskanen" not in events
    assert "Lehtola" not in events


def not_shown(response: httpx2.Response) -> None:
    """Tampering is a surprise, not a caller's mistake: nothing of the case is answered."""
    assert response.status_code == 500
    assert "Kanarialintu" not in response.text


async def test_a_text_moved_to_another_case_does_not_open(consultation: App, registry: App) -> None:
    first = await a_case(consultation, registry)
    second = await a_case(consultation, registry, people=first.people)
    with consultation.house.databases.superuser("consultation") as connection:
        connection.execute(
            "update cases set situation_sealed = (select situation_sealed from cases where id = %s) where id = %s",
            [first.id, second.id],
        )
    not_shown(await second.as_(second.people.asker).get(second.path))


async def test_a_text_moved_to_another_column_does_not_open(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, tried="Perhetyötä.")
    with consultation.house.databases.superuser("consultation") as connection:
        connection.execute("update cases set tried_sealed = situation_sealed where id = %s", [case.id])
    not_shown(await case.as_(case.people.asker).get(case.path))


async def test_each_case_has_a_key_of_its_own_and_none_of_them_lies_beside_the_text(
    consultation: App, registry: App
) -> None:
    first = await a_case(consultation, registry)
    second = await a_case(consultation, registry, people=first.people)
    keys = await consultation.app.state.database._info["keys"].get_many([UUID(first.id), UUID(second.id)])
    assert len({key.secret for key in keys.values()}) == 2
    async with consultation.app.state.database.duty("test") as session:
        assert await session.scalar(text("select to_regclass('record_key')")) is None
