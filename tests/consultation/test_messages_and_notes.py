"""The thread that everybody of the case reads, and the notes that never reach who asks."""

import pytest

from services.shared.clock import MovedClock
from tests.builders.people import a_person
from tests.builders.work import Work, a_usual_team, ok, refused, some_work
from tests.support.apps import App
from tests.support.databases import Databases

pytestmark = pytest.mark.anyio

SECRET = "Kanarialintu-muistio"


@pytest.fixture
async def work(consultation: App, registry: App) -> Work:
    made = await some_work(consultation, registry)
    tuomas, leena, _ = await a_usual_team(made)
    await made.with_team(tuomas, leena)
    return made


async def test_asker_coordinator_and_team_talk_in_one_thread_in_order(work: Work, clock: MovedClock) -> None:
    writers = [work.asker, work.coordinator, work.experts["tuomas"].caller, work.experts["leena"].caller]
    for place, writer in enumerate(writers):
        ok(await work.as_(writer).post(f"{work.path}/messages", json={"text": f"Viesti {place}"}))
    for reader in writers:
        items = ok(await work.as_(reader).get(f"{work.path}/messages"))["items"]
        assert [item["text"] for item in items] == [f"Viesti {place}" for place in range(4)]
        assert [item["relation"] for item in items] == ["asker", "coordinator", "chair", "member"]
        assert items[0]["name"] == "Maria Lehtola"


async def test_the_thread_is_read_in_pages_that_lose_and_repeat_nothing(work: Work) -> None:
    for place in range(7):
        ok(await work.as_(work.asker).post(f"{work.path}/messages", json={"text": f"{place}"}))
    seen: list[str] = []
    cursor = None
    while True:
        params = {"limit": 3, **({"after": cursor} if cursor else {})}
        page = ok(await work.as_(work.asker).get(f"{work.path}/messages", params=params))
        seen += [item["text"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [str(place) for place in range(7)]


async def test_a_broken_cursor_is_refused(work: Work) -> None:
    refused(await work.as_(work.asker).get(f"{work.path}/messages", params={"after": "zzz"}), 422, "bad_cursor")


async def test_a_message_sent_twice_with_one_key_is_one(work: Work) -> None:
    client = work.as_(work.asker, **{"Idempotency-Key": "m-1"})
    first, second = [await client.post(f"{work.path}/messages", json={"text": "Kerran"}) for _ in range(2)]
    assert ok(first) == ok(second)
    assert len(ok(await work.as_(work.asker).get(f"{work.path}/messages"))["items"]) == 1


@pytest.mark.parametrize("path", ["messages", "team-notes"])
async def test_nothing_is_written_when_the_case_is_no_longer_open(work: Work, path: str) -> None:
    await work.change(state="closed", is_open=False)
    answer = await work.as_(work.coordinator).post(f"{work.path}/{path}", json={"text": "Vielä"})
    refused(answer, 409, "act_not_possible")


@pytest.mark.parametrize("path", ["messages", "team-notes"])
@pytest.mark.parametrize(
    ("text", "code"), [("", "missing"), ("  \n", "missing"), ("x" * 4001, "too_long"), ("131052-308T", "hetu_found")]
)
async def test_an_unfit_text_is_refused_with_its_reason(work: Work, path: str, text: str, code: str) -> None:
    answer = await work.as_(work.coordinator).post(f"{work.path}/{path}", json={"text": text})
    assert refused(answer, 422, "invalid")["fields"][0]["code"] == code


async def test_team_and_coordinator_share_notes(work: Work) -> None:
    tuomas, leena = work.experts["tuomas"], work.experts["leena"]
    written = ok(await work.as_(tuomas).post(f"{work.path}/team-notes", json={"text": SECRET}))
    assert (written["name"], written["relation"]) == ("Tuomas Rinne", "chair")
    for reader in (leena.caller, work.coordinator):
        assert [n["text"] for n in ok(await work.as_(reader).get(f"{work.path}/team-notes"))["items"]] == [SECRET]


async def test_who_asks_gets_no_note_by_any_route(work: Work) -> None:
    ok(await work.as_(work.experts["tuomas"]).post(f"{work.path}/team-notes", json={"text": SECRET}))
    asker = work.as_(work.asker)
    refused(await asker.get(f"{work.path}/team-notes"), 404, "not_found")
    refused(await asker.post(f"{work.path}/team-notes", json={"text": "Saanko?"}), 404, "not_found")
    for path in ("", "/messages", "/meetings", "/team", "/competence-gaps", "/answer"):
        assert SECRET not in (await asker.get(f"{work.path}{path}")).text


async def test_a_coordinator_who_asks_gets_no_note_of_the_own_case(consultation: App, registry: App) -> None:
    both = a_person("coordinator", name="Sekä Että")
    work = await some_work(consultation, registry, asker=both)
    await a_usual_team(work)
    await work.with_team(work.experts["tuomas"])
    ok(await work.as_(work.experts["tuomas"]).post(f"{work.path}/team-notes", json={"text": SECRET}))
    refused(await work.as_(both).get(f"{work.path}/team-notes"), 404, "not_found")


async def test_the_database_shows_no_note_to_who_asks(work: Work) -> None:
    ok(await work.as_(work.experts["tuomas"]).post(f"{work.path}/team-notes", json={"text": SECRET}))
    ok(await work.as_(work.experts["tuomas"]).post(f"{work.path}/minutes", json={"minutes": 30, "for": "reading"}))
    async with work.app.app.state.database.read(work.asker) as session:
        connection = await session.connection()
        for table in ("team_notes", "team_proposals", "work_minutes", "competence_gaps"):
            assert (await connection.exec_driver_sql(f"select * from {table}")).all() == [], table
        states = (await connection.exec_driver_sql("select distinct state from invitations")).scalars().all()
        assert states == ["accepted"]
        log = (await connection.exec_driver_sql("select act from case_log")).scalars().all()
        assert "write_team_note" not in log


async def test_nobody_changes_or_removes_a_message_even_in_the_database(work: Work) -> None:
    ok(await work.as_(work.asker).post(f"{work.path}/messages", json={"text": "Oma"}))
    async with work.app.app.state.database.write(work.coordinator) as session:
        connection = await session.connection()
        changed = await connection.exec_driver_sql("update messages set relation = 'member'")
        removed = await connection.exec_driver_sql("delete from messages")
        assert (changed.rowcount, removed.rowcount) == (0, 0)


async def test_texts_are_sealed_in_the_database(work: Work, databases: Databases) -> None:
    ok(await work.as_(work.asker).post(f"{work.path}/messages", json={"text": SECRET}))
    ok(await work.as_(work.experts["tuomas"]).post(f"{work.path}/team-notes", json={"text": SECRET}))
    with databases.superuser("consultation") as connection:
        for table in ("messages", "team_notes"):
            sealed = connection.execute(f"select text_sealed from {table}").fetchall()
            assert [SECRET.encode() in bytes(text) for (text,) in sealed] == [False]
        for table in ("event", "access_log", "case_log", "idempotency_key"):
            assert SECRET not in str(connection.execute(f"select t::text from {table} t").fetchall())


async def test_a_stranger_and_another_area_find_no_thread(work: Work) -> None:
    for somebody in (a_person(), a_person("coordinator", yta="lansi"), a_person("expert")):
        refused(await work.as_(somebody).get(f"{work.path}/messages"), 404, "not_found")
        refused(await work.as_(somebody).post(f"{work.path}/messages", json={"text": "Hei"}), 404, "not_found")


async def test_a_message_leaves_an_event_without_its_text(work: Work) -> None:
    ok(await work.as_(work.asker).post(f"{work.path}/messages", json={"text": SECRET}))
    [event] = await work.events("message.sent")
    assert event["data"]["relation"] == "asker"
    assert SECRET not in str(event)
