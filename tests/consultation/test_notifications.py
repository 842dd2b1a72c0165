"""Who is told of what: from the one table, through the real acts, and nobody else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.consultation.cases.acts import tell
from services.consultation.cases.operations import take_case
from services.consultation.cases.watching import watch_clocks
from services.consultation.notifications.operations import forget_seen, notify, settle_past
from services.consultation.notifications.rules import (
    APART,
    BY_THE_CENTRE,
    FORGOTTEN_AFTER,
    QUIET,
    TELLS,
    Told,
    kinds,
    told_of,
)
from services.consultation.workflow import ACTS
from services.shared.clock import MovedClock
from services.shared.identity import Caller
from tests.builders.answers import Consultation, a_consultation, in_signing
from tests.builders.cases import CANARIES, a_case, got
from tests.builders.people import a_person
from tests.builders.work import a_usual_team, ok, some_work
from tests.support.apps import App
from tests.support.hearing import counted

pytestmark = pytest.mark.anyio

PARTNER = a_person(name="Pauli Pari")
STRANGER = a_person(name="Outi Outo")


@pytest.fixture
async def made(consultation: App) -> Consultation:
    """A case with everybody: asker, partner, coordinator, chair and member."""
    found = await a_consultation(consultation)
    with consultation.house.databases.superuser("consultation") as connection:
        connection.execute("update cases set partner = %s where id = %s", [PARTNER.id, found.id])
    return found


def people_of(made: Consultation) -> dict[Told, set[str]]:
    return {
        Told.ASKER: {made.asker.id},
        Told.PARTNER: {PARTNER.id},
        Told.COORDINATOR: {made.coordinator.id},
        Told.TEAM: {one.id for one in made.team},
        Told.CHAIR: {made.chair.id},
        Told.LEFT: set(),
        Told.NAMED: {STRANGER.id},
    }


def rows(app: App) -> list[dict[str, Any]]:
    with app.house.databases.superuser("consultation") as connection:
        cursor = connection.execute("select * from notifications order by at, kind, person_id")
        names = [one.name for one in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


async def told(app: App, caller: Caller) -> list[dict[str, Any]]:
    return list(got(await app.as_(caller).get("/v1/notifications"))["items"])


async def kinds_told(app: App, caller: Caller) -> list[str]:
    return sorted(one["kind"] for one in await told(app, caller))


@pytest.mark.parametrize("clock", ["receipt", "first", "answer", "reply", "follow_up"])
@pytest.mark.parametrize("doer", ["asker", "coordinator", "chair"])
async def test_each_happening_tells_whom_the_table_says_and_nobody_else(
    made: Consultation, consultation: App, doer: str, clock: str
) -> None:
    caller: Caller = getattr(made, doer)
    known = people_of(made)
    for kind in sorted(kinds()):
        async with consultation.app.state.database.write(caller) as session:
            await notify(session, made.id, kind, people={UUID(STRANGER.id): None}, data={"clock": clock})
    seen: dict[str, set[str]] = {kind: set() for kind in kinds()}
    for row in rows(consultation):
        if row["person_id"]:
            seen[row["kind"]].add(str(row["person_id"]))
    for kind in kinds():
        roles = told_of(kind, clock)
        expected = set().union(*(known.get(role, set()) for role in roles), known[Told.NAMED])
        if kind in APART:
            expected -= known[Told.ASKER] | known[Told.PARTNER]
        assert seen[kind] == expected - {caller.id} - (set() if roles else expected), kind
    addressed = {(row["kind"], row["of_centre"]) for row in rows(consultation) if row["of_centre"]}
    assert addressed == {(kind, role) for kind in kinds() for role in told_of(kind, clock) if role in BY_THE_CENTRE}


def test_every_event_of_the_table_of_acts_tells_somebody_or_is_named_as_quiet() -> None:
    events = {act.event for act in ACTS.values() if act.event}
    assert events <= kinds() | QUIET
    assert kinds() & QUIET == set()
    assert kinds() >= APART
    assert all(TELLS.values())


async def test_an_unknown_clock_is_our_mistake_and_not_silence() -> None:
    with pytest.raises(KeyError):
        told_of("case.clock_late", "lunch")


async def test_a_request_from_its_sending_to_its_acceptance(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    coordinator, asker = case.people.coordinator, case.people.asker
    assert await kinds_told(consultation, coordinator) == ["case.submitted"]
    assert await told(consultation, asker) == []
    await case.do(coordinator, "return")
    await case.do(asker, "complete")
    await case.do(coordinator, "accept")
    items = await told(consultation, asker)
    assert {one["kind"] for one in items} == {"case.accepted", "case.returned"}
    items.sort(key=lambda one: str(one["kind"]))
    assert items[0] | {"code": case.code, "times": 1, "can_be_opened": True, "subject": None} == items[0]
    assert await told(consultation, case.people.elsewhere) == []


async def test_a_transferred_case_tells_its_new_coordinator(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    await case.do(case.people.coordinator, "transfer")
    assert await kinds_told(consultation, case.people.elsewhere) == ["case.arrived"]
    assert "case.transferred" in await kinds_told(consultation, case.people.asker)


async def test_the_invited_are_told_and_a_team_that_is_let_go_too(consultation: App, registry: App) -> None:
    work = await some_work(consultation, registry)
    tuomas, leena, pia = await a_usual_team(work)
    ok(await work.invite(tuomas, leena, pia, reason="Sovittu."))
    invited = await told(consultation, pia.caller)
    assert [(one["kind"], one["can_be_opened"]) for one in invited] == [("invitation.sent", True)]
    assert invited[0]["subject"] == (await work.seat(pia))["invitation"]
    ok(await work.answer(tuomas, "accept"))
    ok(await work.answer(leena, "decline"))
    assert set(await kinds_told(consultation, work.coordinator)) == {"invitation.accepted", "invitation.declined"}
    assert await kinds_told(consultation, work.asker) == ["case.team_ready"]
    view = ok(await work.as_(work.asker).get(work.path))
    headers = {"If-Match": f'"{view["version"]}"'}
    ok(await work.as_(work.asker).post(f"{work.path}/withdraw", json={"reason": "Ratkesi."}, headers=headers))
    for one in (tuomas, pia):
        assert "case.withdrawn" in await kinds_told(consultation, one.caller)
    assert "case.withdrawn" not in await kinds_told(consultation, leena.caller)
    shut_out = next(one for one in await told(consultation, tuomas.caller) if one["kind"] == "case.withdrawn")
    assert (shut_out["code"], shut_out["can_be_opened"]) == (work.code, False)


async def test_ten_messages_are_one_line_until_they_are_seen(made: Consultation, consultation: App) -> None:
    for _ in range(3):
        ok(await made.as_(made.asker).post(f"{made.path}/messages", json={"text": CANARIES[1]}))
    items = await told(consultation, made.chair)
    assert [(one["kind"], one["times"], one["seen_at"]) for one in items] == [("message.sent", 3, None)]
    ok(await made.as_(made.chair).get(made.path))
    ok(await made.as_(made.asker).post(f"{made.path}/messages", json={"text": CANARIES[1]}))
    items = await told(consultation, made.chair)
    assert [(one["times"], one["seen_at"] is None) for one in items] in (
        [(1, True), (3, False)],
        [(3, False), (1, True)],
    )
    assert all(CANARIES[1] not in str(row) and made.asker.name not in str(row) for row in rows(consultation))


async def test_a_note_of_the_team_never_tells_who_asks_even_as_coordinator(
    made: Consultation, consultation: App
) -> None:
    with consultation.house.databases.superuser("consultation") as connection:
        connection.execute("update cases set asker = %s where id = %s", [made.coordinator.id, made.id])
    ok(await made.as_(made.chair).post(f"{made.path}/team-notes", json={"text": "Vain meille."}))
    assert await told(consultation, made.coordinator) == []
    assert await kinds_told(consultation, made.members[0]) == ["team_note.written"]


async def test_a_dissent_is_told_at_once_and_then_that_all_have_signed(made: Consultation, consultation: App) -> None:
    await in_signing(made)
    assert "answer.signatures_asked" in await kinds_told(consultation, made.members[0])
    ok(await made.sign(made.members[0], "dissent", text="Olen eri mieltä."))
    assert "answer.dissented" in await kinds_told(consultation, made.chair)
    assert "answer.all_signed" not in await kinds_told(consultation, made.coordinator)
    ok(await made.sign(made.chair))
    last = next(one for one in await told(consultation, made.coordinator) if one["kind"] == "answer.all_signed")
    assert last["data"] == {"dissents": 1}
    ok(await made.publish())
    assert await kinds_told(consultation, made.asker) == ["answer.published"]


async def test_a_meeting_tells_those_who_were_chosen(made: Consultation, consultation: App, clock: MovedClock) -> None:
    starts = clock.now() + timedelta(days=1)
    body = {
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=1)).isoformat(),
        "place": "Etänä",
        "participants": [made.chair.id, made.members[0].id],
    }
    meeting = ok(await made.as_(made.chair).post(f"{made.path}/meetings", json=body))
    (item,) = await told(consultation, made.members[0])
    assert (item["kind"], item["subject"]) == ("meeting.proposed", meeting["id"])
    assert await told(consultation, made.asker) == []


async def test_nobody_reads_or_marks_anothers(made: Consultation, consultation: App) -> None:
    ok(await made.as_(made.asker).post(f"{made.path}/messages", json={"text": "Hei"}))
    assert ok(await consultation.as_(STRANGER).post("/v1/notifications/mark-seen", json={})) == {"marked": 0}
    assert await told(consultation, STRANGER) == []
    mine = await told(consultation, made.chair)
    async with consultation.app.state.database.read(STRANGER) as session:
        from sqlalchemy import text

        assert await session.scalar(text("select count(*) from notifications")) == 0
    assert mine[0]["seen_at"] is None


async def test_all_are_marked_seen_but_what_came_since(
    made: Consultation, consultation: App, clock: MovedClock
) -> None:
    ok(await made.as_(made.asker).post(f"{made.path}/messages", json={"text": "Hei"}))
    looked = clock.now()
    clock.move(timedelta(minutes=1))
    ok(await made.as_(made.chair).post(f"{made.path}/team-notes", json={"text": "Muistio"}))
    chair, coordinator = consultation.as_(made.chair), consultation.as_(made.coordinator)
    assert ok(await coordinator.get("/v1/notifications/count"))["unseen"] == 2
    marked = ok(await coordinator.post("/v1/notifications/mark-seen", json={"until": looked.isoformat()}))
    assert marked == {"marked": 1}
    assert ok(await coordinator.get("/v1/notifications/count"))["unseen"] == 1
    assert ok(await chair.get("/v1/notifications/count"))["unseen"] == 1


async def test_a_page_loses_and_repeats_nothing(made: Consultation, consultation: App) -> None:
    for kind in sorted(TELLS):
        async with consultation.app.state.database.write(made.chair) as session:
            await notify(session, made.id, kind)
    everything = [one["id"] for one in await told(consultation, made.coordinator)]
    pages, after = [], None
    while True:
        answer = await consultation.as_(made.coordinator).get(
            "/v1/notifications", params={"limit": 4, **({"after": after} if after else {})}
        )
        pages += [one["id"] for one in ok(answer)["items"]]
        after = ok(answer)["next"]
        if after is None:
            break
    assert pages == everything
    assert len(everything) > 8


async def test_an_act_pays_one_statement_for_telling_and_none_where_nobody_is_told(
    made: Consultation, consultation: App
) -> None:
    with counted() as asked:
        ok(await made.as_(made.asker).post(f"{made.path}/messages", json={"text": "Hei"}))
    assert sum("notifications" in one or "tell_of_case" in one for one in asked) == 1
    with counted() as asked:
        async with consultation.app.state.database.write(made.chair) as session:
            await notify(session, made.id, "minutes.recorded")
            await notify(session, made.id, "meeting.proposed")
    assert not any("tell_of_case" in one for one in asked)


async def test_clocks_tell_the_awaited_then_the_deputies_then_everybody_and_the_opening_once(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    case = await a_case(consultation, registry)
    database = consultation.app.state.database

    async def sweep() -> list[tuple[str, str]]:
        async with database.duty("clocks") as session:
            await watch_clocks(session)
        return sorted({(row["kind"], row["of_centre"] or "person") for row in rows(consultation)})

    clock.move(timedelta(hours=23))
    assert ("case.clock_warned", "person") in await sweep()
    clock.move(timedelta(hours=3))
    assert ("case.clock_late", "deputies") in await sweep()
    clock.move(timedelta(days=2))
    assert ("case.clock_escalated", "coordinators") in await sweep()
    before = await sweep()
    assert await sweep() == before
    late = [one for one in await told(consultation, case.people.asker) if one["kind"] == "case.clock_late"]
    assert late[0]["data"]["clock"] == "receipt"


async def test_old_seen_ones_are_forgotten_and_unseen_ones_kept(
    made: Consultation, consultation: App, clock: MovedClock
) -> None:
    ok(await made.as_(made.asker).post(f"{made.path}/messages", json={"text": "Hei"}))
    ok(await made.as_(made.chair).get(made.path))
    for moved, left in ((FORGOTTEN_AFTER - timedelta(hours=1), 4), (timedelta(hours=2), 3)):
        clock.move(moved)
        async with consultation.app.state.database.duty("seen_notifications") as session:
            await forget_seen(session)
        assert len(rows(consultation)) == left


async def test_a_past_that_was_brought_in_is_mailed_to_nobody(
    made: Consultation, consultation: App, clock: MovedClock
) -> None:
    ok(await made.as_(made.asker).post(f"{made.path}/messages", json={"text": "Hei"}))
    clock.move(timedelta(days=1))
    ok(await made.as_(made.chair).post(f"{made.path}/team-notes", json={"text": "Muistio"}))
    async with consultation.app.state.database.duty("story") as session:
        await settle_past(session, seen_before=clock.now() - timedelta(hours=1))
    assert all(row["mailed_at"] for row in rows(consultation))
    assert {row["kind"] for row in rows(consultation) if row["seen_at"] is None} == {"team_note.written"}


async def test_a_refused_act_tells_nobody(made: Consultation, consultation: App) -> None:
    async def told_and_then_failed() -> None:
        async with consultation.app.state.database.write(made.asker) as session:
            case = await take_case(session, made.id)
            await tell(session, case.row, "message.sent", relation="asker")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await told_and_then_failed()
    assert rows(consultation) == []


async def test_a_systems_look_is_not_the_persons(made: Consultation, consultation: App) -> None:
    from dataclasses import replace

    with consultation.house.databases.superuser("consultation") as connection:
        connection.execute(
            "update cases set asker_organisation = %s where id = %s", [made.asker.memberships[0].organisation, made.id]
        )
        connection.execute(
            "update case_access set organisation = %s where case_id = %s and relation = 'asker'",
            [made.asker.memberships[0].organisation, made.id],
        )
    ok(await made.as_(made.chair).post(f"{made.path}/messages", json={"text": "Hei"}))
    through = replace(made.asker, via="a-system", scopes=frozenset({"cases:read"}))
    ok(await consultation.as_(through).get(made.path))
    assert (await consultation.as_(through).get("/v1/notifications")).status_code == 403
    assert (await told(consultation, made.asker))[0]["seen_at"] is None
