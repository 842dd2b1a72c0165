"""The queue, one's own cases, counts, what waits, and the sweep that lets nothing be silently late."""

import asyncio
from datetime import timedelta

import psycopg
import pytest

from services.consultation.app import SWEEPS
from services.consultation.cases.drafts import drop_forgotten_keys
from services.consultation.cases.watching import watch_clocks
from services.shared.clock import MovedClock
from services.shared.database import new_id
from services.shared.identity import Caller
from services.shared.jobs import Sweep, run_sweep
from tests.builders.cases import ACase, Answer, a_case, a_draft, got, refused
from tests.builders.people import a_person
from tests.support.apps import App
from tests.support.waiting import what_waits

pytestmark = pytest.mark.anyio


async def listed(app: App, caller: Caller, **params: str | int) -> Answer:
    return dict(got(await app.as_(caller).get("/v1/cases", params=params)))


async def ids(app: App, caller: Caller, **params: str | int) -> list[str]:
    return [row["id"] for row in (await listed(app, caller, **params))["items"]]


async def waiting(app: App, caller: Caller) -> list[tuple[str, str]]:
    return [(one["kind"], one["code"]) for one in await what_waits(app.as_(caller))]


async def sweep(app: App) -> None:
    for one in SWEEPS:
        await run_sweep(app.app.state.database, one)


async def test_the_queue_has_the_most_urgent_clock_first_and_the_paused_last(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    first = await a_case(consultation, registry)
    clock.move(timedelta(hours=1))
    people = first.people
    paused = await a_case(consultation, registry, state="returned", people=people)
    third = await a_case(consultation, registry, people=people)
    urgent = await a_case(consultation, registry, people=people, line="vakivaltaepaily-tiimi",
                          themes=["hoidon_laiminlyonti"], state="accepted")  # fmt: skip
    assert await ids(consultation, people.coordinator, scope="queue") == [first.id, third.id, urgent.id, paused.id]


async def test_a_row_tells_the_clock_and_whose_turn_it_is(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    row = (await listed(consultation, case.people.coordinator, scope="queue"))["items"][0]
    assert (row["code"], row["turn"], row["subject"]) == (case.code, True, case.view["subject"])
    assert (row["clock"]["name"], row["clock"]["state"]) == ("receipt", "ok")
    assert row["line"]["name"]["sv"] == "Vård utom hemmet och omhändertagande"
    mine = (await listed(consultation, case.people.asker))["items"][0]
    assert (mine["id"], mine["turn"]) == (case.id, False)


async def test_pages_follow_one_another_without_gaps_or_repeats(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    made = [case.id, *[(await a_case(consultation, registry, people=case.people)).id for _ in range(4)]]
    seen: list[str] = []
    after: str | None = None
    while True:
        params: dict[str, str | int] = {"scope": "queue", "limit": 2}
        if after:
            params["after"] = after
        page = await listed(consultation, case.people.coordinator, **params)
        seen += [row["id"] for row in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(made)


async def test_a_made_up_cursor_is_refused(consultation: App) -> None:
    response = await consultation.as_(a_person()).get("/v1/cases", params={"after": "höpö"})
    refused(response, 422, "bad_cursor")


async def test_filters_narrow_the_queue(consultation: App, registry: App) -> None:
    one = await a_case(consultation, registry)
    other = await a_case(consultation, registry, people=one.people, area="13", line="neuropsykiatria",
                         themes=["autismikirjo"], state="accepted")  # fmt: skip
    coordinator = one.people.coordinator
    for params, found in (
        ({"area": "13"}, other),
        ({"line": "neuropsykiatria"}, other),
        ({"state": "accepted"}, other),
        ({"state": "submitted"}, one),
        ({"theme": "autismikirjo"}, other),
    ):
        assert await ids(consultation, coordinator, scope="queue", **params) == [found.id]


async def test_the_counts_are_those_of_the_views(consultation: App, registry: App, clock: MovedClock) -> None:
    case = await a_case(consultation, registry)
    coordinator = case.people.coordinator
    await a_case(consultation, registry, people=case.people, state="answered")
    clock.move(timedelta(days=4))
    await a_case(consultation, registry, people=case.people, state="returned")
    counts = got(await consultation.as_(coordinator).get("/v1/cases/counts"))
    assert counts["states"] == {"submitted": 1, "answered": 1, "returned": 1}
    for view, params in (("queue", {}), ("late", {"late": True}), ("coordinated", {"mine": True})):
        assert counts[view] == len(await ids(consultation, coordinator, scope="queue", **params)), view
    assert (counts["queue"], counts["late"], counts["coordinated"]) == (2, 1, 2)


async def test_each_sees_the_queue_of_their_own_areas(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    for caller in (case.people.elsewhere, case.people.asker, a_person("expert")):
        assert await ids(consultation, caller, scope="queue") == []


async def test_after_the_answer_a_case_is_in_the_queue_only_when_its_asker_is_late(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    case = await a_case(consultation, registry, state="answered")
    coordinator = case.people.coordinator
    assert await ids(consultation, coordinator, scope="queue") == []
    assert await ids(consultation, coordinator, scope="queue", state="answered") == [case.id]
    clock.move(timedelta(days=14))
    assert await ids(consultation, coordinator, scope="queue") == [case.id]


async def test_an_ended_case_is_still_in_ones_own_list_after_the_open_ones(consultation: App, registry: App) -> None:
    ended = await a_case(consultation, registry, state="declined")
    draft = await a_draft(consultation, registry, ended.people)
    running = await a_case(consultation, registry, people=ended.people)
    assert await ids(consultation, ended.people.asker) == [running.id, draft.id, ended.id]
    assert await ids(consultation, ended.people.coordinator, scope="queue", state="declined") == [ended.id]


async def test_a_partner_has_the_case_among_their_own(consultation: App, registry: App) -> None:
    partner = a_person(name="Anu Hakkarainen")
    case = await a_case(consultation, registry, partner=partner.id)
    assert await ids(consultation, partner) == [case.id]


async def test_a_look_at_a_list_is_one_row_with_the_ids(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    await listed(consultation, case.people.coordinator, scope="queue")
    with consultation.house.databases.superuser("consultation") as connection:
        rows = connection.execute(
            "select subjects, name, part from access_log where act = 'list_cases' order by at"
        ).fetchall()
    assert [([str(one) for one in row[0]], *row[1:]) for row in rows] == [([case.id], "Sanna Heiskanen", "list")]


async def test_counts_are_those_of_the_lists(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    await a_case(consultation, registry, state="returned", people=case.people)
    await a_draft(consultation, registry, case.people)
    counts = got(await consultation.as_(case.people.coordinator).get("/v1/cases/counts"))
    views = {"queue": 2, "late": 0, "coordinated": 2}
    assert counts == {**views, "states": {"submitted": 1, "returned": 1}, "mine": 0, "waiting": 1}
    counts = got(await consultation.as_(case.people.asker).get("/v1/cases/counts"))
    assert (counts["queue"], counts["states"], counts["mine"], counts["waiting"]) == (0, {}, 2, 1)
    with consultation.house.databases.superuser("consultation") as connection:
        counted = connection.execute("select count(*) from access_log where act in ('list_waiting', 'count_cases')")
        assert counted.fetchone() == (0,), "a number shows nothing of a case"


async def test_what_waits_is_told_to_the_one_it_waits_for(consultation: App, registry: App) -> None:
    sent = await a_case(consultation, registry)
    people = sent.people
    accepted = await a_case(consultation, registry, state="accepted", people=people)
    returned = await a_case(consultation, registry, state="returned", people=people)
    answered = await a_case(consultation, registry, state="answered", people=people)
    assert sorted(await waiting(consultation, people.coordinator)) == sorted(
        [("case.triage", sent.code), ("case.team", accepted.code)]
    )
    assert sorted(await waiting(consultation, people.asker)) == sorted(
        [("case.complete", returned.code), ("reply", answered.code)]
    )
    assert await waiting(consultation, a_person("coordinator", name="Pekka Nousiainen")) == []


async def test_what_is_late_waits_for_every_coordinator_of_the_area(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    case = await a_case(consultation, registry)
    clock.move(timedelta(days=2))
    assert await waiting(consultation, a_person("coordinator", name="Pekka Nousiainen")) == [("case.triage", case.code)]
    assert await waiting(consultation, case.people.elsewhere) == []


async def test_a_withdrawn_consent_waits_for_its_choice(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="accepted", identification="with_consent")
    await case.consent()
    await case.do(case.people.asker, "withdraw-consent")
    assert await waiting(consultation, case.people.asker) == [("case.choose", case.code)]


def noted(view: Answer) -> list[tuple[str, str]]:
    return [(one["act"], one["data"]["clock"]) for one in view["log"] if one["act"].startswith("clock_")]


async def test_lateness_is_warned_of_told_and_escalated_once_each(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    case = await a_case(consultation, registry)
    await sweep(consultation)
    assert noted(await case.read()) == []
    # Tuesday 9.40 + 6 working hours = 15.40; due on Wednesday 9.40; all are told on Thursday 9.40.
    for step, expected in (
        (timedelta(hours=6), ["clock_warned"]),
        (timedelta(hours=18), ["clock_warned", "clock_late"]),
        (timedelta(hours=24), ["clock_warned", "clock_late", "clock_escalated"]),
        (timedelta(hours=24), ["clock_warned", "clock_late", "clock_escalated"]),
    ):
        clock.move(step)
        await sweep(consultation)
        await sweep(consultation)
        assert noted(await case.read()) == [(act, "receipt") for act in expected]
    told = [event for event in await case.events() if event["type"].startswith("case.clock_")]
    assert [(one["type"], one["data"]["told"]) for one in told] == [
        ("case.clock_warned", "coordinator"),
        ("case.clock_late", "deputy"),
        ("case.clock_escalated", "all_coordinators"),
    ]


async def test_a_sweep_that_was_away_for_long_notes_everything_at_once(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    case = await a_case(consultation, registry)
    clock.move(timedelta(days=6))
    await sweep(consultation)
    acts = noted(await case.read())
    assert [act for act, name in acts if name == "receipt"] == ["clock_warned", "clock_late", "clock_escalated"]
    assert [act for act, name in acts if name == "first"] == ["clock_warned"]


async def test_a_paused_or_stopped_clock_is_never_late(consultation: App, registry: App, clock: MovedClock) -> None:
    paused = await a_case(consultation, registry, state="returned")
    stopped = await a_case(consultation, registry, state="declined", people=paused.people)
    clock.move(timedelta(days=60))
    await sweep(consultation)
    assert noted(await paused.read()) == noted(await stopped.read()) == []


async def test_two_processes_sweeping_at_once_note_a_lateness_once(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    case = await a_case(consultation, registry)
    clock.move(timedelta(days=2))
    database, work = consultation.app.state.database, Sweep("clocks", watch_clocks)
    await asyncio.gather(*(run_sweep(database, work) for _ in range(4)))
    assert noted(await case.read()).count(("clock_late", "receipt")) == 1


async def test_a_key_that_no_case_names_is_dropped_after_an_hour_and_no_other(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    case = await a_case(consultation, registry)
    keys, orphan = consultation.app.state.database._info["keys"], new_id()
    await keys.create(orphan)
    work = Sweep("forgotten_keys", drop_forgotten_keys)

    async def kept() -> set[str]:
        with consultation.house.databases.superuser("keys") as connection:
            return {str(row[0]) for row in connection.execute("select record from record_key").fetchall()}

    clock.move(timedelta(minutes=59))
    await run_sweep(consultation.app.state.database, work)
    assert await kept() == {case.id, str(orphan)}
    clock.move(timedelta(minutes=2))
    await run_sweep(consultation.app.state.database, work)
    assert await kept() == {case.id}


async def test_the_queue_is_read_from_the_index_of_open_cases(consultation: App, registry: App) -> None:
    """Closed history must cost nothing: the plan may not walk the whole table however large it grows."""
    case = await a_case(consultation, registry)
    await _history(consultation, case, 3000)
    with psycopg.connect(consultation.app.state.settings.database) as connection:
        connection.execute("select set_config('ot.ytas', 'ita', false), set_config('ot.person', %s, false)", [case.id])
        plan = "\n".join(
            row[0]
            for row in connection.execute(
                "explain select * from cases where yta = 'ita' and is_open and (state not in ('answered',"
                " 'in_follow_up') or next_due <= now()) order by next_due, id limit 51"
            ).fetchall()
        )
    assert "ix_cases_open_queue" in plan, plan
    assert "Seq Scan on cases" not in plan, plan


async def _history(app: App, case: ACase, size: int) -> None:
    """Copies of the case as ended ones."""
    with app.house.databases.superuser("consultation") as connection:
        columns = [
            row[0]
            for row in connection.execute(
                "select column_name from information_schema.columns where table_name = 'cases'"
            ).fetchall()
        ]
        changed = {
            "id": "gen_random_uuid()",
            "code": "'old-' || n",
            "state": "'closed'",
            "is_open": "false",
            "next_due": "timestamptz '9200-01-01'",
        }
        values = ", ".join(changed.get(column, f"c.{column}") for column in columns)
        connection.execute(
            f"insert into cases ({', '.join(columns)}) select {values} from cases c, generate_series(1, %s) n"
            " where c.id = %s",
            [size, case.id],
        )
        connection.execute("analyze cases")
