"""Row-level security: what the database itself hides, asked as the app role without any of the service's own checks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.consultation.access import Relation
from services.consultation.cases import store
from services.consultation.cases.tables import Case
from services.shared.clock import MovedClock
from services.shared.database import WriteSession
from services.shared.identity import Caller
from tests.builders.cases import ACase, a_case, a_coordinator, a_draft, got, refused, the_world
from tests.builders.people import a_person, a_stranger
from tests.builders.work import an_expert, some_work, version
from tests.support.apps import App

pytestmark = pytest.mark.anyio

OF_A_CASE = ("cases", "case_access", "case_clocks", "case_log", "consents", "case_additions")


@asynccontextmanager
async def session_of(app: App, caller: Caller) -> AsyncIterator[WriteSession]:
    async with app.app.state.database.write(caller) as session:
        yield session


async def rows_seen(app: App, caller: Caller, case: ACase) -> dict[str, int]:
    """How many rows of the case each table shows to the caller, with no condition but the case."""
    async with session_of(app, caller) as session:
        return {
            table: int(
                await session.scalar(
                    text(f"select count(*) from {table} where {'id' if table == 'cases' else 'case_id'} = :case"),
                    {"case": case.id},
                )
                or 0
            )
            for table in OF_A_CASE
        }


async def a_whole_case(consultation: App, registry: App) -> ACase:
    """With at least one row in every table of a case."""
    case = await a_case(consultation, registry, identification="with_consent", partner=a_person().id)
    await case.consent()
    await case.do(case.people.coordinator, "return")
    await case.do(case.people.asker, "complete")
    await case.do(case.people.coordinator, "accept")
    return case


async def join(app: App, case: ACase, relation: Relation = Relation.MEMBER) -> Caller:
    """An expert who has accepted: what the invitation's act leaves in case_access."""
    expert = a_person("expert", name="Tuomas Rinne")
    async with app.app.state.database.duty("test") as session:
        row = await store.find_case(session, case.id)
        await store.give_access(session, row, UUID(expert.id), relation)
    return expert


async def test_the_app_role_can_neither_bypass_row_level_security_nor_own_a_table(consultation: App) -> None:
    with psycopg.connect(consultation.app.state.settings.database) as connection:
        role = connection.execute("select rolsuper, rolbypassrls from pg_roles where rolname = current_user").fetchone()
        tables = connection.execute(
            "select relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) = current_user"
            " from pg_class where relname = any(%s)",
            [list(OF_A_CASE)],
        ).fetchall()
    assert role == (False, False)
    assert len(tables) == len(OF_A_CASE)
    assert all(row[1:] == (True, True, False) for row in tables)


async def test_without_a_named_caller_the_database_shows_nothing(consultation: App, registry: App) -> None:
    await a_whole_case(consultation, registry)
    with psycopg.connect(consultation.app.state.settings.database) as connection:
        for table in OF_A_CASE:
            assert connection.execute(f"select count(*) from {table}").fetchone() == (0,)


async def test_asker_coordinator_and_member_see_their_case(consultation: App, registry: App) -> None:
    case = await a_whole_case(consultation, registry)
    member = await join(consultation, case)
    for caller in (case.people.asker, case.people.coordinator):
        seen = await rows_seen(consultation, caller, case)
        assert all(seen.values()), seen
    seen = await rows_seen(consultation, member, case)
    assert seen["consents"] == 0, "the team needs no reference to the client"
    assert all(count for table, count in seen.items() if table != "consents")


@pytest.mark.parametrize(
    "stranger",
    [
        a_person("coordinator", yta="lansi"),
        a_person("professional"),
        a_person("expert"),
        a_person("national"),
        a_person("auditor"),
        a_person("admin"),
        a_person("organisation_editor"),
        a_stranger(),
    ],
    ids=lambda caller: caller.memberships[0].role if caller.memberships else "nobody",
)
async def test_whoever_has_nothing_to_do_with_a_case_sees_no_row_of_it(
    consultation: App, registry: App, stranger: Caller
) -> None:
    case = await a_whole_case(consultation, registry)
    assert set((await rows_seen(consultation, stranger, case)).values()) == {0}


async def test_the_asker_of_another_case_sees_no_row_of_this_one(consultation: App, registry: App) -> None:
    case = await a_whole_case(consultation, registry)
    case.people.asker = a_person(name="Toinen Pyytäjä")
    other = await a_case(consultation, registry, people=case.people)
    assert set((await rows_seen(consultation, other.people.asker, case)).values()) == {0}


async def test_a_draft_is_its_askers_alone(consultation: App, registry: App) -> None:
    case = await a_draft(consultation, registry)
    assert set((await rows_seen(consultation, case.people.coordinator, case)).values()) == {0}


async def test_an_expert_who_left_sees_nothing_from_that_very_transaction_on(consultation: App, registry: App) -> None:
    case = await a_whole_case(consultation, registry)
    member = await join(consultation, case)
    async with session_of(consultation, member) as session:
        row = await store.find_case(session, case.id)
        await store.take_access(session, row, {Relation.MEMBER}, person=UUID(member.id))
        assert await session.scalar(text("select count(*) from cases")) == 0
    assert set((await rows_seen(consultation, member, case)).values()) == {0}


async def test_no_member_sees_a_case_whose_consent_is_missing_or_withdrawn(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="accepted", identification="with_consent")
    member = await join(consultation, case)
    assert (await rows_seen(consultation, member, case))["cases"] == 0
    await case.consent()
    assert (await rows_seen(consultation, member, case))["cases"] == 1
    await case.do(case.people.asker, "withdraw-consent")
    assert (await rows_seen(consultation, member, case))["cases"] == 0
    refused(await case.as_(member).get(case.path), 404, "not_found")


async def test_what_was_told_under_a_withdrawn_consent_never_comes_back_to_the_team(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    case = await a_whole_case(consultation, registry)
    member = await join(consultation, case)
    asker, coordinator = case.people.asker, case.people.coordinator

    async def say(words: str) -> None:
        got(await case.as_(asker).post(f"{case.path}/messages", json={"text": words}))
        got(await case.as_(coordinator).post(f"{case.path}/team-notes", json={"text": words}))

    async def heard(caller: Caller, part: str) -> list[str]:
        return [one["text"] for one in got(await case.as_(caller).get(f"{case.path}/{part}"))["items"]]

    await say("Luottamuksella.")
    await case.read(asker)
    await case.do(asker, "withdraw-consent", {"choice": "anonymised"})
    clock.move(timedelta(minutes=1))
    await say("Ilman nimeä.")
    for part in ("messages", "team-notes"):
        assert await heard(member, part) == ["Ilman nimeä."]
        assert len(await heard(coordinator, part)) == 2
    assert len(await heard(asker, "messages")) == 2


async def test_rows_of_the_log_for_the_team_alone_never_reach_who_asks(consultation: App, registry: App) -> None:
    case = await a_whole_case(consultation, registry)
    member = await join(consultation, case)
    async with session_of(consultation, member) as session:
        await store.write_log(session, UUID(case.id), "write_team_note", team_only=True)

    async def acts(caller: Caller) -> list[str]:
        return [entry["act"] for entry in got(await case.as_(caller).get(case.path))["log"]]

    assert "write_team_note" in await acts(member)
    assert "write_team_note" in await acts(case.people.coordinator)
    assert "write_team_note" not in await acts(case.people.asker)
    # Somebody who coordinates the area and has asked themselves is, here, the one who asked.
    both = a_person("coordinator", person=case.people.asker.id, name="Maria Lehtola")
    assert "write_team_note" not in await acts(both)


async def test_nobody_gives_themselves_a_case(consultation: App, registry: App) -> None:
    case = await a_whole_case(consultation, registry)
    stranger = a_person("expert")
    insert = text(
        "insert into case_access (case_id, person_id, relation, yta, asker, since)"
        " values (:case, :person, 'member', 'ita', :person, now())"
    )
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with session_of(consultation, stranger) as session:
            await session.execute(insert, {"case": case.id, "person": stranger.id})


async def test_nobody_changes_or_removes_what_they_do_not_see(consultation: App, registry: App) -> None:
    case = await a_whole_case(consultation, registry)
    async with session_of(consultation, a_person("coordinator", yta="lansi")) as session:
        for statement in ("update cases set yta = 'lansi'", "delete from case_access", "delete from case_clocks"):
            assert (await session.execute(text(statement))).rowcount == 0  # type: ignore[attr-defined]
    assert (await case.read())["yta"] == "ita"


async def test_a_coordinator_can_not_give_a_case_away_past_the_act_of_transfer(
    consultation: App, registry: App
) -> None:
    case = await a_whole_case(consultation, registry)
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with session_of(consultation, case.people.coordinator) as session:
            await session.execute(text("update cases set yta = 'lansi'"))


async def test_nobody_writes_into_the_log_in_anothers_name(consultation: App, registry: App) -> None:
    case = await a_whole_case(consultation, registry)
    insert = text(
        "insert into case_log (id, case_id, at, act, person_id, person_name, data, team_only)"
        " values (gen_random_uuid(), :case, now(), 'accept', :person, 'X', '{}', false)"
    )
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with session_of(consultation, case.people.asker) as session:
            await session.execute(insert, {"case": case.id, "person": case.people.coordinator.id})


async def test_callers_that_alternate_on_one_connection_never_see_one_anothers_rows(
    consultation: App, registry: App
) -> None:
    case = await a_whole_case(consultation, registry)
    other = a_person("coordinator", yta="lansi")
    for _ in range(60):
        async with session_of(consultation, case.people.coordinator) as session:
            assert await session.scalar(text("select count(*) from cases")) == 1
        async with session_of(consultation, other) as session:
            assert await session.scalar(text("select count(*) from cases")) == 0


@pytest.mark.parametrize("caller", [a_person("coordinator", yta="lansi"), a_person(), a_person("expert")])
async def test_over_the_api_an_unseen_case_looks_like_one_that_does_not_exist(
    consultation: App, registry: App, caller: Caller
) -> None:
    case = await a_whole_case(consultation, registry)
    unknown = await case.as_(caller).get("/v1/cases/0197f4a0-0000-7000-8000-000000000000")
    hidden = await case.as_(caller).get(case.path)
    assert {**hidden.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
    refused(hidden, 404, "not_found")


@pytest.mark.parametrize("role", ["national", "auditor", "admin", "organisation_editor"])
async def test_roles_that_never_read_a_case_are_stopped_at_the_door(
    consultation: App, registry: App, role: str
) -> None:
    case = await a_case(consultation, registry)
    refused(await case.as_(a_person(role)).get(case.path), 403, "forbidden")


def test_the_tables_of_this_test_are_those_that_hang_on_a_case() -> None:
    own = {table.name for table in Case.metadata.sorted_tables if table.name in OF_A_CASE}
    assert own == set(OF_A_CASE)


async def test_whoever_asks_and_coordinates_has_no_part_in_what_is_the_teams_own(
    consultation: App, registry: App
) -> None:
    people = await the_world(consultation, registry)
    people.asker = people.coordinator
    case = await a_case(consultation, registry, people=people, state="accepted")
    teams_own = {"invite_team", "remove_member", "record_gap", "write_team_note", "record_minutes"}
    assert teams_own.isdisjoint(case.allowed())
    assert {"send_message", "transfer"} <= set(case.allowed())
    client = case.as_(people.coordinator)
    minutes = {"minutes": 15, "for": "reading"}
    refused(await client.post(f"{case.path}/minutes", json=minutes), 403, "not_your_act")
    gap = {"discipline": "nuorisopsykiatria"}
    refused(await client.post(f"{case.path}/competence-gaps", json=gap), 403, "not_your_act")


async def test_handing_over_ones_own_case_shows_nothing_of_the_teams_own(consultation: App, registry: App) -> None:
    people = await the_world(consultation, registry)
    people.asker = people.coordinator
    case = await a_case(consultation, registry, people=people, state="accepted")
    other = await a_coordinator(registry, "Pekka Nousiainen", "ita")
    gap = {"discipline": "nuorisopsykiatria"}
    got(await case.as_(other).post(f"{case.path}/competence-gaps", json=gap))
    await case.read()
    view = await case.do(people.coordinator, "transfer")
    assert "record_gap" not in [one["act"] for one in view["log"]]


def through_a_system(person: Caller, organisation: str | None = None) -> Caller:
    """The same person as a connected system speaks for them: with their roles in its own organisation only."""
    held = replace(person.memberships[0], organisation=organisation or str(uuid4()))
    return replace(
        person, memberships=(held,), via=str(uuid4()), scopes=frozenset({"cases:read", "cases:write"}), session=None
    )


async def test_through_a_system_people_reach_only_what_they_asked_in_its_organisation(
    consultation: App, registry: App
) -> None:
    case = await a_case(consultation, registry)
    asker = case.people.asker
    own = through_a_system(asker, asker.memberships[0].organisation)
    assert got(await case.as_(own).get(case.path))["situation"]
    anothers = case.as_(through_a_system(asker))
    refused(await anothers.get(case.path), 404, "not_found")
    refused(await anothers.post(f"{case.path}/messages", json={"text": "Hei"}), 404, "not_found")
    assert got(await anothers.get("/v1/cases", params={"scope": "mine"}))["items"] == []
    assert got(await anothers.get("/v1/waiting"))["items"] == []
    assert set((await rows_seen(consultation, through_a_system(asker), case)).values()) == {0}


async def test_through_a_system_experts_reach_only_what_their_employer_is_asked(
    consultation: App, registry: App
) -> None:
    work = await some_work(consultation, registry)
    county = await an_organisation(registry)
    tuomas = await an_expert(registry, "Tuomas Rinne", "sosiaalityontekija", employer=county)
    await work.invite(tuomas, reason="Sovittu puhelimessa.")
    seat = await work.seat(tuomas)
    invitation = f"/v1/invitations/{seat['invitation']}"
    anothers, own = (work.as_(through_a_system(tuomas.caller, known)) for known in (None, county))
    refused(await anothers.get(invitation), 404, "not_found")
    accepted: dict[str, Any] = {"json": {"no_conflict": True}, "headers": version(seat)}
    refused(await anothers.post(f"{invitation}/accept", **accepted), 404, "not_found")
    assert got(await anothers.get("/v1/waiting"))["items"] == []
    got(await own.post(f"{invitation}/accept", **accepted))
    assert got(await own.get(work.path))["situation"]
    assert got(await work.as_(tuomas).get(work.path))["situation"]
    refused(await anothers.get(work.path), 404, "not_found")
    refused(await anothers.get(f"{work.path}/team-notes"), 404, "not_found")
    assert got(await anothers.get("/v1/cases", params={"scope": "team"}))["items"] == []


async def an_organisation(registry: App) -> str:
    body = {
        "slug": "etela_savo",
        "name": {"fi": "Etelä-Savon hyvinvointialue", "sv": "Södra Savolax välfärdsområde"},
        "type": "hyvinvointialue",
        "areas": ["12"],
        "languages": ["fi"],
    }
    return str(got(await registry.as_(a_person("coordinator")).post("/v1/organisations", json=body))["id"])
