"""Inviting, accepting, declining, leaving: what each opens and what each closes."""

import asyncio
from datetime import timedelta

import pytest

from services.shared.clock import MovedClock
from tests.builders.people import a_person
from tests.builders.work import (
    CANARIES,
    QUESTION,
    Work,
    a_usual_team,
    an_expert,
    ok,
    refused,
    some_work,
    version,
)
from tests.support.apps import App
from tests.support.databases import Databases

pytestmark = pytest.mark.anyio


@pytest.fixture
async def work(consultation: App, registry: App) -> Work:
    made = await some_work(consultation, registry)
    await a_usual_team(made)
    await made.proposal()
    return made


async def test_the_proposed_team_is_invited_without_a_reason(work: Work) -> None:
    tuomas, leena, _ = work.experts.values()
    team = ok(await work.invite(tuomas, leena))
    assert [(one["name"], one["role"], one["state"]) for one in team["members"]] == [
        ("Tuomas Rinne", "chair", "invited"),
        ("Leena Vartiainen", "member", "invited"),
    ]


async def test_an_invited_person_sees_theme_age_language_and_questions_and_nothing_else(work: Work) -> None:
    tuomas, leena, _ = work.experts.values()
    ok(await work.invite(tuomas, leena))
    seen = ok(await work.invitation(leena))
    assert seen["themes"] == ["sijaishuolto"]
    assert seen["age_groups"] == ["14-17"]
    assert seen["language"] == "fi"
    assert seen["questions"] == [QUESTION]
    assert not {"situation", "subject", "asker", "area", "line"} & set(seen)
    assert [text for text in CANARIES if text in str(seen)] == [QUESTION]
    assert "Maria Lehtola" not in str(seen)


@pytest.mark.parametrize(
    "path", ["team", "messages", "team-notes", "meetings", "minutes", "team-proposal", "competence-gaps", ""]
)
async def test_an_invited_person_gets_nothing_of_the_case_before_accepting(work: Work, path: str) -> None:
    tuomas, leena, _ = work.experts.values()
    ok(await work.invite(tuomas, leena))
    answer = await work.as_(leena).get(f"{work.path}/{path}".rstrip("/"))
    assert answer.status_code in (403, 404)


async def test_an_invitation_is_nobody_elses(work: Work) -> None:
    tuomas, leena, pia = work.experts.values()
    ok(await work.invite(tuomas, leena))
    url = f"/v1/invitations/{(await work.seat(leena))['invitation']}"
    for somebody in (pia.caller, tuomas.caller, work.asker, a_person("coordinator", yta="lansi")):
        refused(await work.as_(somebody).get(url), 404, "not_found")
        accept = await work.as_(somebody).post(f"{url}/accept", json={"no_conflict": True}, headers={"If-Match": '"1"'})
        refused(accept, 404, "not_found")


async def test_the_first_acceptance_begins_the_consultation_and_opens_the_case(work: Work) -> None:
    tuomas, leena, _ = work.experts.values()
    ok(await work.invite(tuomas, leena))
    accepted = ok(await work.answer(tuomas, "accept"))
    assert accepted["state"] == "accepted"
    assert accepted["questions"] == []
    assert (await work.row()).state == "in_consultation"
    assert ok(await work.as_(tuomas).get(f"{work.path}/messages"))["items"] == []
    ok(await work.answer(leena, "accept"))
    assert len(await work.events("case.team_ready")) == 1
    assert len(await work.events("invitation.accepted")) == 2


async def test_nobody_joins_without_declaring_that_there_is_no_conflict(work: Work) -> None:
    tuomas, *_ = work.experts.values()
    ok(await work.invite(tuomas))
    refused(await work.answer(tuomas, "accept", {"no_conflict": False}), 422, "no_conflict_required")
    refused(await work.answer(tuomas, "accept", {}), 422, "invalid")
    assert (await work.seat(tuomas))["state"] == "invited"


async def test_an_invitation_is_answered_once(work: Work) -> None:
    tuomas, *_ = work.experts.values()
    ok(await work.invite(tuomas))
    seen = await work.seat(tuomas)
    ok(await work.answer(tuomas, "accept"))
    url = f"/v1/invitations/{seen['invitation']}/accept"
    again = await work.as_(tuomas).post(url, json={"no_conflict": True}, headers=version(seen))
    refused(again, 412, "stale_version")
    refused(await work.answer(tuomas, "decline"), 409, "invitation_answered")


async def test_an_acceptance_sent_twice_with_one_key_is_one(work: Work) -> None:
    tuomas, *_ = work.experts.values()
    ok(await work.invite(tuomas))
    seen = await work.seat(tuomas)
    client = work.as_(tuomas, **{"Idempotency-Key": "accept-1"})
    url = f"/v1/invitations/{seen['invitation']}/accept"
    first, second = [await client.post(url, json={"no_conflict": True}, headers=version(seen)) for _ in range(2)]
    assert ok(first) == ok(second)
    assert len(await work.events("invitation.accepted")) == 1


async def test_two_who_accept_at_once_are_both_in_and_the_case_begins_once(work: Work) -> None:
    tuomas, leena, _ = work.experts.values()
    ok(await work.invite(tuomas, leena))
    answers = await asyncio.gather(work.answer(tuomas, "accept"), work.answer(leena, "accept"))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(await work.events("case.team_ready")) == 1


async def test_who_declines_sees_nothing_more_and_the_coordinator_learns_why(work: Work) -> None:
    tuomas, leena, _ = work.experts.values()
    ok(await work.invite(tuomas, leena))
    declined = ok(await work.answer(leena, "decline", {"reason_code": "away", "text": "Olen lomalla."}))
    assert (declined["state"], declined["questions"], declined["themes"]) == ("declined", [], [])
    assert ok(await work.invitation(leena))["questions"] == []
    seat = await work.seat(leena)
    assert (seat["reason_code"], seat["reason"]) == ("away", "Olen lomalla.")
    [event] = await work.events("invitation.declined")
    assert event["data"]["reason_code"] == "away"
    assert event["data"]["yta"] == "ita"
    assert "lomalla" not in str(event)


@pytest.mark.parametrize("accepted_first", [False, True])
async def test_recusal_closes_the_case_at_once(work: Work, accepted_first: bool) -> None:
    tuomas, leena, _ = work.experts.values()
    ok(await work.invite(tuomas, leena))
    ok(await work.answer(tuomas, "accept"))
    if accepted_first:
        ok(await work.answer(leena, "accept"))
        ok(await work.as_(leena).get(f"{work.path}/messages"))
    ok(await work.answer(leena, "recuse", {"reason_code": "knows_the_family", "reason": "Tuttu perhe."}))
    for path in ("messages", "team-notes", "meetings", "team"):
        refused(await work.as_(leena).get(f"{work.path}/{path}"), 404, "not_found")
    assert ok(await work.invitation(leena))["state"] == "recused"
    assert (await work.seat(leena))["reason_code"] == "knows_the_family"


async def test_a_removed_member_is_out_at_once(work: Work) -> None:
    tuomas, leena, _ = work.experts.values()
    await work.with_team(tuomas, leena)
    seat = await work.seat(leena)
    url = f"/v1/invitations/{seat['invitation']}/remove"
    refused(await work.as_(tuomas).post(url, json={"reason": "Ei."}, headers=version(seat)), 403, "forbidden")
    ok(await work.as_(work.coordinator).post(url, json={"reason": "Vaihtui."}, headers=version(seat)))
    refused(await work.as_(leena).get(f"{work.path}/messages"), 404, "not_found")
    assert (await work.seat(leena))["state"] == "removed"


LEAVING = ["invited", "declined", "recused", "removed"]


@pytest.mark.parametrize("how", LEAVING)
async def test_the_database_itself_shows_nothing_to_who_is_not_or_no_longer_in_the_team(
    work: Work, how: str, databases: Databases
) -> None:
    tuomas, leena, _ = work.experts.values()
    ok(await work.invite(tuomas, leena))
    ok(await work.answer(tuomas, "accept"))
    if how in ("recused", "removed"):
        ok(await work.answer(leena, "accept"))
    ok(await work.as_(tuomas).post(f"{work.path}/messages", json={"text": "Hei"}))
    ok(await work.as_(tuomas).post(f"{work.path}/team-notes", json={"text": "Vain meille"}))
    seat = await work.seat(leena)
    if how == "removed":
        url = f"/v1/invitations/{seat['invitation']}/remove"
        ok(await work.as_(work.coordinator).post(url, json={"reason": "Vaihtui."}, headers=version(seat)))
    elif how != "invited":
        ok(await work.answer(leena, {"declined": "decline", "recused": "recuse"}[how]))
    async with work.app.app.state.database.read(leena.caller) as session:
        connection = await session.connection()
        for table in ("cases", "case_access", "messages", "team_notes", "meetings", "competence_gaps", "case_clocks"):
            rows = (await connection.exec_driver_sql(f"select * from {table}")).all()
            assert rows == [], table
        seats = (await connection.exec_driver_sql("select person_id, questions_sealed, themes from invitations")).all()
    assert [str(person) for person, *_ in seats] == [leena.caller.id]
    if how != "invited":
        assert [(sealed, themes) for _, sealed, themes in seats] == [(None, [])]


async def test_who_left_does_not_know_who_asked_even_in_the_database(work: Work, databases: Databases) -> None:
    tuomas, leena, _ = work.experts.values()
    ok(await work.invite(tuomas, leena))
    async with work.app.app.state.database.read(leena.caller) as session:
        connection = await session.connection()
        [row] = (await connection.exec_driver_sql("select * from invitations")).mappings().all()
    assert work.asker.id not in str(dict(row))
    assert "Maria" not in str(dict(row))


async def test_somebody_who_was_not_proposed_needs_a_reason(work: Work) -> None:
    other = await an_expert(work.registry, "Aivan Muu", "poliisi")
    problem = refused(await work.invite(other), 422, "override_reason_required")
    assert problem["fields"][0]["path"] == "override_reason"
    team = ok(await work.invite(other, reason="Tuntee alueen."))
    assert team["members"][0]["name"] == "Aivan Muu"
    log = await work.events("invitation.sent")
    assert log[0]["data"]["proposed"] is False
    assert "Tuntee" not in str(log)


async def test_a_known_conflict_is_never_invited_whatever_the_reason(work: Work) -> None:
    conflicted = await an_expert(work.registry, "Esteellinen", "poliisi", conflicts=[{"area": "12"}])
    refused(await work.invite(conflicted, reason="Haluan silti."), 409, "expert_has_conflict")


async def test_nobody_is_invited_twice_nor_two_chairs(work: Work) -> None:
    tuomas, leena, pia = work.experts.values()
    refused(await work.invite(tuomas, leena, leena="chair"), 422, "chair_required")
    refused(await work.invite(tuomas, tuomas, tuomas="chair"), 409, "already_in_team")
    ok(await work.invite(tuomas))
    refused(await work.invite(tuomas, tuomas="member"), 409, "already_in_team")
    refused(await work.invite(pia, pia="chair"), 422, "chair_required")
    ok(await work.invite(pia, pia="secretary"))


async def test_a_team_without_a_chair_is_refused(work: Work) -> None:
    tuomas, *_ = work.experts.values()
    refused(await work.invite(tuomas, tuomas="member"), 422, "chair_required")


async def test_an_unknown_expert_is_pointed_out(work: Work) -> None:
    body = {"members": [{"expert": work.asker.id, "role": "chair"}], "override_reason": "x"}
    answer = await work.as_(work.coordinator).post(f"{work.path}/invitations", json=body)
    assert refused(answer, 422, "expert_unknown")["fields"][0]["path"] == "members.0.expert"


async def test_two_coordinators_who_invite_the_same_person_make_one_seat(work: Work) -> None:
    tuomas, *_ = work.experts.values()
    answers = await asyncio.gather(work.invite(tuomas), work.invite(tuomas))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_no_expert_is_invited_before_the_consent_that_the_case_needs(work: Work) -> None:
    tuomas, *_ = work.experts.values()
    await work.change(identification="with_consent", team_may_read=False)
    assert refused(await work.invite(tuomas), 409, "act_blocked")["reason"] == "consent_missing"


async def test_a_withdrawn_consent_takes_the_open_invitations_with_it(work: Work) -> None:
    tuomas, leena, _ = work.experts.values()
    ok(await work.invite(tuomas, leena))
    ok(await work.answer(tuomas, "accept"))
    await work.change(team_may_read=False)
    seen = ok(await work.invitation(leena))
    assert (seen["state"], seen["questions"], seen["allowed"]) == ("lapsed", [], [])
    refused(await work.as_(tuomas).get(f"{work.path}/messages"), 404, "not_found")


@pytest.mark.parametrize("state", ["answered", "withdrawn", "advised_elsewhere", "merged"])
async def test_an_invitation_lapses_when_the_case_goes_on_without_it(work: Work, state: str) -> None:
    tuomas, *_ = work.experts.values()
    ok(await work.invite(tuomas))
    await work.change(state=state)
    assert ok(await work.invitation(tuomas))["state"] == "lapsed"
    refused(await work.answer(tuomas, "accept"), 409, "invitation_answered")


async def test_nobody_accepts_while_the_case_waits_for_more_information(work: Work) -> None:
    tuomas, *_ = work.experts.values()
    ok(await work.invite(tuomas))
    await work.change(state="returned", state_before="accepted")
    refused(await work.answer(tuomas, "accept"), 409, "act_not_possible")
    assert ok(await work.invitation(tuomas))["state"] == "invited"


async def test_the_time_to_answer_follows_the_urgency(work: Work, clock: MovedClock) -> None:
    tuomas, *_ = work.experts.values()
    await work.change(urgency="urgent")
    ok(await work.invite(tuomas))
    seen = ok(await work.invitation(tuomas))
    assert seen["answer_due"] == (clock.now() + timedelta(hours=4)).isoformat().replace("+00:00", "Z")


async def test_who_asks_sees_the_members_and_not_who_was_asked_or_declined(work: Work) -> None:
    tuomas, leena, pia = work.experts.values()
    ok(await work.invite(tuomas, leena, pia))
    ok(await work.answer(tuomas, "accept"))
    ok(await work.answer(leena, "decline"))
    assert {name: one["minutes"] for name, one in (await work.team(work.asker)).items()} == {"Tuomas Rinne": None}
    assert set(await work.team(tuomas)) == {"Tuomas Rinne", "Pia Laine"}
    assert set(await work.team()) == {"Tuomas Rinne", "Leena Vartiainen", "Pia Laine"}


async def test_a_discipline_nobody_has_is_told_to_the_country_once(work: Work) -> None:
    tuomas, leena, pia = work.experts.values()
    await work.change(age_groups=["7-9"], themes=["huostaanotto", "sijaishuolto"])
    await work.proposal()
    ok(await work.invite(tuomas, pia))
    ok(await work.invite(leena, reason="Mukaan myös.", leena="member"))
    gaps = {gap["data"]["discipline"]: gap for gap in await work.events("competence.gap")}
    assert set(gaps) == {"lastenpsykiatria", "oikeus_perheoikeus"}
    gap = gaps["lastenpsykiatria"]
    assert (gap["data"]["theme"], gap["data"]["language"], gap["data"]["area"]) == ("sijaishuolto", "fi", "12")


async def test_a_coordinator_records_a_gap_of_their_own(work: Work) -> None:
    url = f"{work.path}/competence-gaps"
    client = work.as_(work.coordinator)
    for _ in range(2):
        found = ok(await client.post(url, json={"discipline": "poliisi"}))
    assert [(gap["discipline"], gap["code"]) for gap in found["items"]] == [("poliisi", "reported")]
    assert len(await work.events("competence.gap")) == 1
    refused(await client.post(url, json={"discipline": "noituus"}), 422, "invalid")


async def test_a_hetu_is_refused_in_every_text_of_a_team(work: Work) -> None:
    tuomas, leena, _ = work.experts.values()
    hetu = "Kyse on 131052-308T lapsesta"
    refused(await work.invite(tuomas, reason=hetu), 422, "invalid")
    ok(await work.invite(tuomas, leena))
    refused(await work.answer(leena, "decline", {"reason_code": "other", "text": hetu}), 422, "invalid")
    refused(await work.answer(leena, "recuse", {"reason": hetu}), 422, "invalid")


async def test_no_text_of_a_case_is_in_any_event_or_log_row(work: Work, databases: Databases) -> None:
    tuomas, leena, pia = work.experts.values()
    ok(await work.invite(tuomas, leena, pia, reason="Kanarialintu-syy"))
    ok(await work.answer(tuomas, "accept"))
    ok(await work.answer(leena, "decline", {"reason_code": "other", "text": "Kanarialintu-kielto"}))
    ok(await work.answer(pia, "recuse", {"reason": "Kanarialintu-este"}))
    with databases.superuser("consultation") as connection:
        for table in ("event", "access_log", "case_log", "invitations", "team_proposals", "competence_gaps"):
            rows = connection.execute(f"select t::text from {table} t").fetchall()
            assert rows or table == "competence_gaps"
            assert not [row for row in rows if "Kanarialintu" in str(row)], table


async def test_every_look_and_answer_leaves_its_row_in_the_access_log(work: Work, databases: Databases) -> None:
    tuomas, *_ = work.experts.values()
    ok(await work.invite(tuomas))
    ok(await work.invitation(tuomas))
    ok(await work.answer(tuomas, "accept"))
    with databases.superuser("consultation") as connection:
        rows = connection.execute("select act, part from access_log where person = %s", [tuomas.caller.id]).fetchall()
    assert ("look", "invitation") in rows
    assert ("accept_invitation", "team") in rows


async def test_without_an_agreement_somebody_joins_only_by_a_recorded_exception(work: Work) -> None:
    other = await an_expert(work.registry, "Sopimukseton Osaaja", "poliisi")
    problem = refused(await work.invite(other, reason="Ainoa.", exception=None), 422, "exception_reason_required")
    assert problem["fields"][0]["path"] == "exception_reason"
    assert problem["experts"] == [other.id]
    assert await work.events("invitation.sent") == []
    team = ok(await work.invite(other, reason="Ainoa.", exception="Sovittu esihenkilön kanssa tästä yhdestä."))
    [seat] = team["members"]
    assert (seat["agreement_ok"], seat["agreement_why"]) == (False, "missing")
    assert seat["exception_reason"] == "Sovittu esihenkilön kanssa tästä yhdestä."
    ok(await work.answer(other, "accept"))
    [seen] = (await work.team(other)).values()
    assert seen["exception_reason"] is None, "the reason is between the coordinators"
    [sent] = await work.events("invitation.sent")
    assert (sent["data"]["agreement_ok"], sent["data"]["agreement_why"]) == (False, "missing")
    assert "esihenkilön" not in str(sent)
