"""Publishing: once, when everybody had their say, under the next number, and never changed after."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pikepdf
import pytest
from sqlalchemy import text

from services.shared.clock import MovedClock
from services.shared.identity import Caller
from tests.builders.answers import (
    ROW,
    Consultation,
    a_consultation,
    a_published_answer,
    checked,
    drafted,
    in_signing,
    match,
    published,
)
from tests.support.apps import App
from tests.support.databases import Databases

pytestmark = pytest.mark.anyio

DIRECT = {"text": "Ottakaa yhteys perheneuvolaan.", "recommendations": [ROW]}


async def a_signed_answer(app: App, **given: object) -> Consultation:
    made = await a_consultation(app, **given)  # type: ignore[arg-type]
    await in_signing(made)
    for one in made.team:
        checked(await made.sign(one))
    return made


def events(databases: Databases, type: str) -> list[dict[str, object]]:
    with databases.superuser("consultation") as connection:
        rows = connection.execute("select data from event where type = %s order by entered", [type]).fetchall()
    return [row[0] for row in rows]


async def test_a_published_answer_has_its_number_and_moves_the_case(consultation: App) -> None:
    made = await a_signed_answer(consultation)
    assert checked(await made.publish())["state"] == "answered"
    answer = await made.answer(made.asker)
    assert answer["state"] == "published"
    assert answer["number"] == "I-M-2026-001"
    assert answer["published_at"].startswith("2026-11-24T07:40")
    assert [edition["edition"] for edition in answer["versions"]] == [1]
    assert answer["blocks"]["considerations"]["text"] == "Vaikeneminen on keino selvitä."


async def test_the_published_answer_is_seen_by_asker_team_and_coordinator_alike(consultation: App) -> None:
    made, _ = await a_published_answer(consultation)
    seen = [await made.answer(one) for one in (made.asker, *made.team, made.coordinator)]
    texts = [(one["blocks"], one["recommendations"], one["signatures"], one["digest"]) for one in seen]
    assert all(one == texts[0] for one in texts)


async def test_it_waits_for_every_signature_until_the_deadline(consultation: App) -> None:
    made = await a_consultation(consultation, members=2)
    await in_signing(made, days=2)
    checked(await made.sign(made.chair))
    early = await made.publish()
    assert (early.status_code, early.json()["code"]) == (409, "signatures_open")
    assert early.json()["waiting"] == 2


async def test_past_the_deadline_the_silent_are_named_as_not_having_signed(
    consultation: App, clock: MovedClock
) -> None:
    made = await a_consultation(consultation, members=2)
    await in_signing(made, days=2)
    checked(await made.sign(made.members[0], "dissent", text="En keskeyttäisi."))
    clock.move(timedelta(days=2))
    checked(await made.publish())
    answer = await made.answer(made.asker)
    states = {one["name"]: one["state"] for one in answer["signatures"]}
    assert states == {"Tuomas Rinne": "not_signed", "Jäsen 1": "dissent", "Jäsen 2": "not_signed"}
    assert {one["at"] is None for one in answer["signatures"] if one["state"] == "not_signed"} == {True}


async def test_a_dissent_stands_in_the_answer_with_its_words_and_its_recommendation(consultation: App) -> None:
    made = await a_consultation(consultation)
    row = (await in_signing(made, rows=2))["recommendations"][1]["id"]
    checked(await made.sign(made.chair))
    checked(await made.sign(made.members[0], "dissent", text="En keskeyttäisi.", recommendation=row))
    checked(await made.publish())
    dissent = next(one for one in (await made.answer(made.asker))["signatures"] if one["state"] == "dissent")
    assert (dissent["text"], dissent["recommendation"]) == ("En keskeyttäisi.", row)


async def test_an_ordinary_member_does_not_publish(consultation: App) -> None:
    made = await a_signed_answer(consultation)
    refused = await made.publish(made.members[0])
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_act")


async def test_the_coordinator_publishes_as_well_as_the_chair(consultation: App) -> None:
    made = await a_signed_answer(consultation)
    assert checked(await made.publish(made.coordinator))["state"] == "answered"


async def test_publishing_needs_the_version_of_the_case_that_was_seen(consultation: App) -> None:
    made = await a_signed_answer(consultation)
    stale = await made.publish(version=3)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    bare = await made.as_(made.chair).post(f"{made.path}/publish")
    assert bare.status_code == 428


async def test_two_who_publish_at_once_publish_once(consultation: App) -> None:
    made = await a_signed_answer(consultation)
    version = (await made.answer())["case_version"]
    answers = await asyncio.gather(
        made.publish(made.chair, version=version), made.publish(made.coordinator, version=version)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert (await made.answer())["number"] == "I-M-2026-001"


async def test_a_publication_sent_twice_with_one_key_is_done_once(consultation: App) -> None:
    made = await a_signed_answer(consultation)
    version = (await made.answer())["case_version"]
    chair = made.as_(made.chair, **{"Idempotency-Key": "publish-1"})
    first, second = [await chair.post(f"{made.path}/publish", headers=match(version)) for _ in range(2)]
    assert checked(first)["state"] == checked(second)["state"] == "answered"
    assert second.headers["Idempotent-Replayed"] == "true"


async def test_many_published_at_once_are_numbered_without_gaps(consultation: App) -> None:
    cases = [await a_signed_answer(consultation) for _ in range(6)]
    for answer in await asyncio.gather(*(made.publish() for made in cases)):
        checked(answer)
    numbers = sorted([(await made.answer())["number"] for made in cases])
    assert numbers == [f"I-M-2026-{serial:03d}" for serial in range(1, 7)]


async def test_a_publication_that_fails_leaves_no_gap(consultation: App, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = [await a_signed_answer(consultation) for _ in range(3)]
    checked(await first.publish())
    from services.consultation.answers import store

    real = store.seal_publication

    async def broken(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(store, "seal_publication", broken)
    version = (await second.answer())["case_version"]
    assert (await second.publish(version=version)).status_code == 500
    monkeypatch.setattr(store, "seal_publication", real)
    checked(await third.publish())
    assert (await third.answer())["number"] == "I-M-2026-002"
    assert (await second.answer())["state"] == "signing"
    checked(await second.publish())
    assert (await second.answer())["number"] == "I-M-2026-003"


async def test_notes_statements_centres_and_years_are_numbered_apart(consultation: App, clock: MovedClock) -> None:
    note, _ = await a_published_answer(consultation)
    statement, _ = await a_published_answer(consultation, line="ryhma-14", group_14=True, identification="statement")
    south, _ = await a_published_answer(consultation, yta="lansi")
    clock.set(datetime(2026, 12, 31, 22, 30, tzinfo=UTC))
    next_year, _ = await a_published_answer(consultation)
    numbers = [(await made.answer())["number"] for made in (note, statement, south, next_year)]
    assert numbers == ["I-M-2026-001", "I-L-2026-001", "L-M-2026-001", "I-M-2027-001"]


async def test_nothing_of_a_published_answer_can_be_changed_by_its_writers(consultation: App) -> None:
    made, answer = await a_published_answer(consultation)
    row = f"{made.path}/answer/recommendations/{answer['recommendations'][0]['id']}"
    tries = [
        await made.save(made.chair, "limits", "Sitoo kaikkia.", 1),
        await made.as_(made.chair).put(row, json=ROW, headers=match(1)),
        await made.as_(made.coordinator).delete(row, headers=match(1)),
        await made.as_(made.chair).post(f"{made.path}/answer/recommendations", json=ROW),
        await made.sign(made.chair, "dissent", text="Sittenkin."),
        await made.publish(),
    ]
    assert {one.json()["code"] for one in tries} == {"answer_already_published"}
    assert await made.answer() == answer


@pytest.mark.parametrize(
    "statement",
    [
        "update answers set serial = 99",
        "delete from answers",
        "update answer_blocks set version = 99",
        "delete from recommendations",
        "update recommendations set position = 9",
        "update signatures set state = 'agree'",
        "delete from signatures",
    ],
)
async def test_the_database_itself_refuses_to_change_what_is_published(consultation: App, statement: str) -> None:
    made, _ = await a_published_answer(consultation)
    async with consultation.app.state.database.write(made.coordinator) as session:
        done = await session.execute(text(statement))
        assert done.rowcount == 0


async def rows_seen(app: App, caller: Caller, tables: Sequence[str]) -> dict[str, int]:
    async with app.app.state.database.write(caller) as session:
        return {table: int(await session.scalar(text(f"select count(*) from {table}")) or 0) for table in tables}


DRAFT_TABLES = ("answers", "answer_blocks", "recommendations", "signatures")


async def test_row_level_security_hides_a_draft_from_the_asker_and_everything_from_others(consultation: App) -> None:
    made = await a_consultation(consultation)
    other = await a_consultation(consultation, yta="lansi")
    await in_signing(made)
    checked(await made.sign(made.chair))
    none = dict.fromkeys(DRAFT_TABLES, 0)
    assert await rows_seen(consultation, made.asker, DRAFT_TABLES) == none
    for stranger in (other.asker, other.coordinator, other.chair):
        assert await rows_seen(consultation, stranger, DRAFT_TABLES) == none
    seen = await rows_seen(consultation, made.chair, DRAFT_TABLES)
    assert seen == {"answers": 1, "answer_blocks": 2, "recommendations": 1, "signatures": 1}


async def test_who_left_the_team_reads_neither_draft_nor_publication(consultation: App) -> None:
    made = await a_consultation(consultation)
    await in_signing(made)
    gone = made.members[0]
    async with consultation.app.state.database.duty("test") as session:
        await session.execute(text("delete from case_access where person_id = :id"), {"id": UUID(gone.id)})
        await session.execute(
            text("update invitations set state = 'recused' where person_id = :id"), {"id": UUID(gone.id)}
        )
    assert (await made.as_(gone).get(f"{made.path}/answer")).status_code == 404
    assert await rows_seen(consultation, gone, DRAFT_TABLES) == dict.fromkeys(DRAFT_TABLES, 0)
    checked(await made.sign(made.chair))
    checked(await made.publish())
    assert [one["name"] for one in (await made.answer())["signatures"]] == ["Tuomas Rinne"]


async def test_what_people_wrote_lies_sealed_in_the_database(consultation: App, databases: Databases) -> None:
    made = await a_consultation(consultation)
    await in_signing(made)
    checked(await made.sign(made.chair, "remark", text="Kanarialintu laulaa"))
    with databases.superuser("consultation") as connection:
        for table in DRAFT_TABLES:
            for (row,) in connection.execute(f"select t::text from {table} t").fetchall():
                assert b"Vaikeneminen".hex() not in row
                assert b"Kanarialintu".hex() not in row
                assert "Vaikeneminen" not in row


async def test_the_event_tells_counts_and_never_texts_or_names(consultation: App, databases: Databases) -> None:
    made = await a_consultation(consultation)
    await in_signing(made, rows=3)
    checked(await made.sign(made.chair))
    checked(await made.sign(made.members[0], "dissent", text="En keskeyttäisi."))
    checked(await made.publish())
    (told,) = events(databases, "answer.published")
    assert told["kind"] == "note"
    assert told["yta"] == "ita"
    assert (told["recommendations"], told["dissents"], told["remarks"], told["not_signed"]) == (3, 1, 0, 0)
    with databases.superuser("consultation") as connection:
        everything = str(connection.execute("select data from event").fetchall())
        logged = str(connection.execute("select data from case_log").fetchall())
    for canary in ("keskeyttäisi", "Vaikeneminen", "Nimetkää", "Tuomas", "Jäsen"):
        assert canary not in everything + logged


async def test_every_act_on_an_answer_leaves_a_row_in_the_access_log(consultation: App, databases: Databases) -> None:
    made, _ = await a_published_answer(consultation)
    await made.answer(made.asker)
    with databases.superuser("consultation") as connection:
        rows = connection.execute(
            "select act, ground from access_log where subject = %s and person = %s", [str(made.id), made.asker.id]
        ).fetchall()
        acts = {a for (a,) in connection.execute("select act from access_log").fetchall()}
    assert ("look", "asker of the case") in rows
    assert acts >= {"start_answer", "save_answer", "ask_signatures", "sign_answer", "publish"}


async def test_the_asker_never_learns_from_the_log_how_the_draft_was_made(consultation: App) -> None:
    made = await a_signed_answer(consultation)
    async with consultation.app.state.database.write(made.asker) as session:
        acts = set(await session.scalars(text("select act from case_log")))
    assert acts & {"start_answer", "save_answer", "ask_signatures", "sign_answer"} == set()


async def test_the_coordinator_answers_directly_under_a_number_of_its_own(consultation: App) -> None:
    made = await a_consultation(consultation, state="accepted", members=0)
    url = f"{made.path}/answer-directly"
    answered = checked(await made.as_(made.coordinator).post(url, json=DIRECT, headers=match(4)))
    assert answered["state"] == "answered"
    answer = await made.answer(made.asker)
    assert answer["number"] == "I-M-2026-001"
    assert answer["blocks"]["considerations"]["text"] == "Ottakaa yhteys perheneuvolaan."
    assert answer["blocks"]["who"]["text"] == "Sanna Heiskanen, OT-koordinaattori"
    assert [(one["name"], one["state"]) for one in answer["signatures"]] == [("Sanna Heiskanen", "agree")]
    assert len(answer["recommendations"]) == 1


async def test_only_the_coordinator_answers_directly_and_only_before_the_team_began(consultation: App) -> None:
    made = await a_consultation(consultation)
    url = f"{made.path}/answer-directly"
    assert (await made.as_(made.chair).post(url, json=DIRECT, headers=match(4))).status_code == 403
    late = await made.as_(made.coordinator).post(url, json=DIRECT, headers=match(4))
    assert (late.status_code, late.json()["code"]) == (409, "act_not_possible")


async def test_a_correction_is_a_new_version_under_the_same_number(consultation: App) -> None:
    made, first = await a_published_answer(consultation)
    url = f"{made.path}/answer/corrections"
    draft = checked(await made.as_(made.chair).post(url, json={"reason": "Päivä oli väärin"}))
    assert (draft["state"], draft["edition"], draft["number"]) == ("drafting", 2, None)
    assert draft["blocks"]["background"]["text"] == first["blocks"]["background"]["text"]
    assert (await made.answer(made.asker))["edition"] == 1
    checked(await made.save(made.chair, "considerations", "Korjattu arvio.", 1))
    await ask_again(made)
    for one in made.team:
        checked(await made.sign(one))
    assert checked(await made.publish())["state"] == "answered"
    corrected = await made.answer(made.asker)
    assert (corrected["number"], corrected["edition"]) == (first["number"], 2)
    assert corrected["blocks"]["considerations"]["text"] == "Korjattu arvio."
    assert [(one["edition"], one["reason"]) for one in corrected["versions"]] == [(2, "Päivä oli väärin"), (1, None)]
    second, _ = await a_published_answer(consultation)
    assert (await second.answer())["number"] == "I-M-2026-002"


async def ask_again(made: Consultation) -> None:
    version = (await made.answer())["version"]
    body = {"due": "2026-12-01T10:00:00Z"}
    url = f"{made.path}/answer/ask-signatures"
    checked(await made.as_(made.coordinator).post(url, json=body, headers=match(version)))


async def test_a_direct_note_is_corrected_by_the_coordinator_alone(consultation: App) -> None:
    made = await a_consultation(consultation, state="accepted", members=0)
    async with consultation.app.state.database.duty("test") as session:
        await session.execute(text("delete from case_access where relation = 'chair'"))
        await session.execute(text("update invitations set state = 'removed'"))
    coordinator = made.as_(made.coordinator)
    checked(await coordinator.post(f"{made.path}/answer-directly", json=DIRECT, headers=match(4)))
    checked(await coordinator.post(f"{made.path}/answer/corrections", json={"reason": "Lisäys"}))
    checked(await made.save(made.coordinator, "background", "Tausta lisätty.", 1))
    version = (await made.answer(made.coordinator))["version"]
    asked = {"due": "2026-12-01T10:00:00Z"}
    checked(await coordinator.post(f"{made.path}/answer/ask-signatures", json=asked, headers=match(version)))
    case_version = (await made.answer(made.coordinator))["case_version"]
    checked(await made.publish(made.coordinator, version=case_version))
    answer = await made.answer(made.asker)
    assert (answer["edition"], answer["blocks"]["background"]["text"]) == (2, "Tausta lisätty.")


async def test_there_is_nothing_to_correct_before_it_is_published(consultation: App) -> None:
    made = await a_consultation(consultation)
    await drafted(made)
    refused = await made.as_(made.chair).post(f"{made.path}/answer/corrections", json={"reason": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "answer_not_published")


async def test_a_team_that_all_left_publishes_nothing(consultation: App) -> None:
    made = await a_signed_answer(consultation)
    async with consultation.app.state.database.duty("test") as session:
        await session.execute(text("update invitations set state = 'removed'"))
    refused = await made.publish(made.coordinator, version=4)
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_to_sign")


async def test_the_pdf_comes_in_both_languages_and_says_what_the_page_says(consultation: App) -> None:
    made, answer = await a_published_answer(consultation)
    for language, title in (("fi", "Muistio I-M-2026-001"), ("sv", "Promemoria I-M-2026-001")):
        printed = await made.as_(made.asker).get(f"{made.path}/answer.pdf", params={"lang": language})
        assert printed.headers["content-type"] == "application/pdf"
        assert answer["number"] in printed.headers["content-disposition"]
        with pikepdf.open(BytesIO(printed.content)) as pdf, pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == title
            assert str(pdf.Root.Lang).lower().startswith(language)


async def test_a_draft_can_be_previewed_by_the_team(consultation: App) -> None:
    made = await a_consultation(consultation)
    await in_signing(made)
    printed = await made.as_(made.members[0]).get(f"{made.path}/answer.pdf")
    with pikepdf.open(BytesIO(printed.content)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Muistio"


async def test_an_unknown_language_of_the_pdf_is_refused_by_its_field(consultation: App) -> None:
    made, _ = await a_published_answer(consultation)
    refused = await made.as_(made.asker).get(f"{made.path}/answer.pdf", params={"lang": "en"})
    assert (refused.status_code, refused.json()["fields"][0]["path"]) == (422, "lang")


async def test_a_reopened_case_gets_an_answer_of_another_number(consultation: App) -> None:
    made, first = await a_published_answer(consultation)
    async with consultation.app.state.database.duty("test") as session:
        await session.execute(text("update cases set state = 'in_consultation', version = version + 1"))
    again = await published(made)
    assert (first["number"], again["number"]) == ("I-M-2026-001", "I-M-2026-002")
    assert [one["edition"] for one in again["versions"]] == [1]
