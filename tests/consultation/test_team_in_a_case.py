"""The team's part of a case that went through the real acts: whose turn it is, the clocks, and what ends a team."""

import asyncio
from uuid import UUID

import pytest

from tests.builders.cases import ACase, a_case
from tests.builders.work import Work, a_usual_team, ok, refused, version
from tests.support.apps import App
from tests.support.waiting import what_waits

pytestmark = pytest.mark.anyio


@pytest.fixture
async def case(consultation: App, registry: App) -> ACase:
    return await a_case(consultation, registry, state="accepted")


async def work_on(case: ACase) -> Work:
    work = Work(case.app, case.registry, UUID(case.id), case.code, case.people.asker, case.people.coordinator)
    await a_usual_team(work)
    await work.proposal()
    return work


async def test_the_case_tells_whose_turn_it_is_from_proposal_to_team(case: ACase) -> None:
    coordinator = case.people.coordinator
    work = await work_on(case)
    tuomas, leena, _ = work.experts.values()
    assert (await case.read(coordinator))["next"]["act"] == "invite_team"
    assert [item["kind"] for item in await what_waits(work.app.as_(coordinator))] == ["case.team"]
    ok(await work.invite(tuomas, leena))
    waiting = (await case.read(coordinator))["next"]
    assert (waiting["code"], set(waiting["who"])) == ("await_team", {"Tuomas Rinne", "Leena Vartiainen"})
    told = await what_waits(work.app.as_(coordinator))
    assert [(item["kind"], item["turn"]) for item in told] == [("invitation.silent", False)] * 2
    ok(await work.answer(tuomas, "accept"))
    view = await case.read(tuomas.caller)
    assert (view["state"], view["relation"]) == ("in_consultation", ["chair"])
    assert view["situation"].startswith("Kanarialintu")
    assert {"send_message", "write_team_note", "propose_meeting", "recuse_invitation"} <= set(case.allowed())
    refused(await work.as_(leena).get(case.path), 404, "not_found")


async def test_the_first_meeting_held_stops_the_clock_that_promised_it(case: ACase) -> None:
    work = await work_on(case)
    tuomas = work.experts["tuomas"]
    ok(await work.invite(tuomas))
    ok(await work.answer(tuomas, "accept"))
    body = {"starts_at": "2026-11-26T07:00:00Z", "ends_at": "2026-11-26T08:00:00Z", "place": "Mikkeli"}
    meeting = ok(await work.as_(tuomas).post(f"{work.path}/meetings", json=body))
    clocks = {clock["name"]: clock for clock in (await case.read())["clocks"]}
    assert clocks["first"]["stopped"] is None
    held = {"attended": [tuomas.caller.id], "minutes_text": "Sovittiin jatkosta."}
    ok(await work.as_(tuomas).post(f"/v1/meetings/{meeting['id']}/hold", json=held, headers=version(meeting)))
    clocks = {clock["name"]: clock for clock in (await case.read())["clocks"]}
    assert clocks["first"]["state"] == "done"
    assert clocks["answer"]["stopped"] is None


async def test_a_case_handed_to_another_centre_leaves_its_team_behind(case: ACase) -> None:
    work = await work_on(case)
    tuomas, leena, _ = work.experts.values()
    ok(await work.invite(tuomas, leena))
    ok(await work.answer(tuomas, "accept"))
    await case.read(case.people.coordinator)
    ok(await case.try_(case.people.coordinator, "transfer"))
    refused(await work.as_(tuomas).get(case.path), 404, "not_found")
    for one in (tuomas, leena):
        [seat] = [row for row in await _own_seats(work, one.caller.id) if row]
        assert seat == "lapsed"
    assert ok(await work.as_(case.people.elsewhere).get(case.path))["state"] == "submitted"


async def _own_seats(work: Work, person: str) -> list[str]:
    with work.app.house.databases.superuser("consultation") as connection:
        rows = connection.execute("select state from invitations where person_id = %s", [person]).fetchall()
    return [state for (state,) in rows]


async def test_a_withdrawn_case_ends_every_invitation_and_every_seat(case: ACase) -> None:
    work = await work_on(case)
    tuomas, leena, _ = work.experts.values()
    ok(await work.invite(tuomas, leena))
    ok(await work.answer(tuomas, "accept"))
    await case.read()
    await case.do(case.people.asker, "withdraw")
    assert ok(await work.invitation(leena))["state"] == "lapsed"
    refused(await work.as_(tuomas).get(f"{work.path}/messages"), 404, "not_found")


async def test_a_coordinator_of_another_area_invites_nobody(case: ACase) -> None:
    work = await work_on(case)
    body = {"members": [{"expert": work.experts["tuomas"].id, "role": "chair"}]}
    answer = await work.as_(case.people.elsewhere).post(f"{work.path}/invitations", json=body)
    refused(answer, 404, "not_found")
    refused(await work.as_(case.people.asker).post(f"{work.path}/invitations", json=body), 403, "forbidden")


async def test_the_invitation_is_the_only_thing_of_the_case_in_the_lists_of_an_invited_person(case: ACase) -> None:
    work = await work_on(case)
    leena = work.experts["leena"]
    ok(await work.invite(leena, leena="chair"))
    for scope in ("queue", "mine", "team"):
        assert ok(await work.as_(leena).get("/v1/cases", params={"scope": scope}))["items"] == []
    [item] = await what_waits(work.as_(leena))
    assert item["href_kind"] == "invitation"
    assert "Kanarialintu" not in str(item)


async def test_the_asker_sees_who_has_accepted_and_nobody_who_was_only_asked(case: ACase) -> None:
    """While the case itself is accepted, and after: an invitation's state isn't its case's."""
    work = await work_on(case)
    tuomas, leena, _ = work.experts.values()
    ok(await work.invite(tuomas, leena))
    assert (await case.read(case.people.asker))["team"] == []
    ok(await work.answer(tuomas, "accept"))
    assert [one["name"] for one in (await case.read(case.people.asker))["team"]] == [tuomas.name]
    assert {one["name"] for one in (await case.read(case.people.coordinator))["team"]} == {tuomas.name, leena.name}


async def test_accepting_while_the_asker_withdraws_ends_in_one_of_the_two_and_never_in_a_failure(case: ACase) -> None:
    work = await work_on(case)
    tuomas = work.experts["tuomas"]
    ok(await work.invite(tuomas))
    await case.read()
    accepted, withdrawn = await asyncio.gather(work.answer(tuomas, "accept"), case.try_(case.people.asker, "withdraw"))
    assert {accepted.status_code, withdrawn.status_code} <= {200, 409, 412}
    assert 200 in (accepted.status_code, withdrawn.status_code)
    if withdrawn.status_code == 200:
        refused(await work.as_(tuomas).get(f"{work.path}/messages"), 404, "not_found")
