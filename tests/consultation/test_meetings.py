"""Meetings with their calendar invitation, attendance and minutes, and the work of experts."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from icalendar import Calendar

from services.shared.clock import MovedClock
from tests.builders.people import a_person
from tests.builders.work import CANARIES, Answer, Work, a_usual_team, ok, refused, some_work, version
from tests.support.apps import App
from tests.support.databases import Databases
from tests.support.waiting import what_waits

pytestmark = pytest.mark.anyio

LINK = "https://etayhteys.example/kanarialintu-huone"
BODY = {
    "starts_at": "2026-11-26T07:00:00Z",
    "ends_at": "2026-11-26T08:00:00Z",
    "place": "Kanarialintu-talo",
    "remote_link": LINK,
    "agenda": "Kanarialintu-asialista",
}


@pytest.fixture
async def work(consultation: App, registry: App) -> Work:
    made = await some_work(consultation, registry)
    tuomas, leena, _ = await a_usual_team(made)
    await made.with_team(tuomas, leena)
    return made


async def a_meeting(work: Work, **changed: Any) -> Answer:
    chair = work.as_(work.experts["tuomas"])
    found: Answer = ok(await chair.post(f"{work.path}/meetings", json={**BODY, **changed}))
    return found


async def hold(work: Work, meeting: Answer, **changed: Any) -> Any:
    body = {"attended": [], "minutes_text": "Puhuttiin.", "decisions": "Sovittiin."} | changed
    chair = work.as_(work.experts["tuomas"])
    return await chair.post(f"/v1/meetings/{meeting['id']}/hold", json=body, headers=version(meeting))


async def test_a_meeting_is_for_asker_coordinator_and_team_where_nobody_is_named(work: Work) -> None:
    meeting = await a_meeting(work)
    assert {(one["name"], one["relation"], one["attended"]) for one in meeting["participants"]} == {
        ("Maria Lehtola", "asker", None),
        ("Sanna Heiskanen", "coordinator", None),
        ("Tuomas Rinne", "chair", None),
        ("Leena Vartiainen", "member", None),
    }
    assert ok(await work.as_(work.asker).get(f"/v1/meetings/{meeting['id']}"))["agenda"] == BODY["agenda"]
    assert [one["id"] for one in ok(await work.as_(work.asker).get(f"{work.path}/meetings"))["items"]] == [
        meeting["id"]
    ]


async def test_only_people_of_the_case_can_be_named(work: Work) -> None:
    outsider = await work.as_(work.coordinator).post(
        f"{work.path}/meetings", json={**BODY, "participants": [work.asker.id, str(uuid4())]}
    )
    assert refused(outsider, 422, "not_a_participant")["fields"][0]["path"] == "participants.1"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ends_at": "2026-11-26T07:00:00Z"}, "ends_before_start"),
        ({"ends_at": "2026-11-27T07:00:00Z"}, "too_long"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "out_of_range"),
        ({"place": "", "remote_link": ""}, "place_or_link"),
        ({"starts_at": "2026-11-26T07:00:00"}, "timezone_aware"),
        ({"remote_link": "javascript:alert(1)"}, "string_pattern_mismatch"),
        ({"agenda": "131052-308T"}, "hetu_found"),
        ({"place": "131052-308T"}, "hetu_found"),
    ],
)
async def test_an_impossible_meeting_is_refused_with_its_reason(work: Work, changed: Answer, code: str) -> None:
    answer = await work.as_(work.coordinator).post(f"{work.path}/meetings", json={**BODY, **changed})
    assert code in {field["code"] for field in refused(answer, 422, "invalid")["fields"]}


@pytest.mark.parametrize(
    ("language", "title"), [("fi", "OT-konsultaatio"), ("sv", "OT-konsultation"), ("en", "OT consultation")]
)
async def test_the_calendar_invitation_tells_time_and_link_and_nothing_of_the_case(
    consultation: App, registry: App, language: str, title: str
) -> None:
    work = await some_work(consultation, registry, asker=a_person(language=language))
    await a_usual_team(work)
    await work.with_team(work.experts["tuomas"])
    meeting = await a_meeting(work)
    answer = await work.as_(work.asker).get(f"/v1/meetings/{meeting['id']}/calendar")
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.text)
    assert calendar["method"] == "REQUEST"
    event: Any = calendar.walk("VEVENT")[0]
    assert str(event["summary"]) == title
    assert event["dtstart"].dt == datetime(2026, 11, 26, 7, tzinfo=UTC)
    assert event["dtend"].dt == datetime(2026, 11, 26, 8, tzinfo=UTC)
    assert str(event["location"]) == LINK
    assert int(event["sequence"]) == 0
    plain = answer.text.replace("\r\n ", "")
    told = (*CANARIES, BODY["place"], BODY["agenda"], work.code, str(work.id), "Tuomas", "sijaishuolto", "ita@")
    assert not [text for text in told if text in plain]


async def test_the_calendar_is_only_for_those_who_take_part(work: Work) -> None:
    meeting = await a_meeting(work, participants=[work.experts["tuomas"].caller.id])
    url = f"/v1/meetings/{meeting['id']}/calendar"
    ok_answer = await work.as_(work.experts["tuomas"]).get(url)
    assert ok_answer.status_code == 200
    refused(await work.as_(work.asker).get(url), 404, "not_found")
    refused(await work.as_(a_person()).get(url), 404, "not_found")


async def test_a_held_meeting_keeps_attendance_minutes_and_decisions(work: Work) -> None:
    meeting = await a_meeting(work)
    held = ok(await hold(work, meeting, attended=[work.asker.id, work.experts["tuomas"].caller.id]))
    assert (held["state"], held["minutes_text"], held["decisions"]) == ("held", "Puhuttiin.", "Sovittiin.")
    attended = {one["name"]: one["attended"] for one in held["participants"]}
    assert attended == {
        "Maria Lehtola": True,
        "Tuomas Rinne": True,
        "Sanna Heiskanen": False,
        "Leena Vartiainen": False,
    }
    assert held["allowed"] == []
    [event] = await work.events("meeting.held")
    assert (event["data"]["minutes"], event["data"]["attended"]) == (60, 2)
    assert "Puhuttiin" not in str(event)


async def test_a_meeting_is_held_once_and_a_second_writer_is_told(work: Work) -> None:
    meeting = await a_meeting(work)
    held = ok(await hold(work, meeting))
    refused(await hold(work, meeting), 412, "stale_version")
    refused(await hold(work, held), 409, "meeting_held")


async def test_nobody_attends_who_was_not_invited(work: Work) -> None:
    meeting = await a_meeting(work)
    answer = await hold(work, meeting, attended=[str(uuid4())])
    assert refused(answer, 422, "not_a_participant")["fields"][0]["path"] == "attended.0"


async def test_who_asks_reads_the_minutes_but_does_not_write_them(work: Work) -> None:
    meeting = await a_meeting(work)
    body = {"attended": [], "minutes_text": "Minun versioni"}
    url = f"/v1/meetings/{meeting['id']}"
    refused(await work.as_(work.asker).post(f"{url}/hold", json=body, headers=version(meeting)), 403, "not_your_act")
    refused(await work.as_(work.asker).post(f"{work.path}/meetings", json=BODY), 403, "not_your_act")
    ok(await hold(work, meeting))
    assert ok(await work.as_(work.asker).get(url))["minutes_text"] == "Puhuttiin."


async def test_a_member_who_left_finds_no_meeting(work: Work) -> None:
    meeting = await a_meeting(work)
    ok(await work.answer(work.experts["leena"], "recuse"))
    for url in (f"/v1/meetings/{meeting['id']}", f"/v1/meetings/{meeting['id']}/calendar", f"{work.path}/meetings"):
        refused(await work.as_(work.experts["leena"]).get(url), 404, "not_found")


async def test_meeting_texts_are_sealed(work: Work, databases: Databases) -> None:
    ok(await hold(work, await a_meeting(work), minutes_text="Kanarialintu-pöytäkirja"))
    with databases.superuser("consultation") as connection:
        for table in ("meetings", "meeting_participants", "event", "access_log", "case_log"):
            rows = connection.execute(f"select * from {table}").fetchall()
            assert b"anarialintu" not in b"".join(bytes(v) for row in rows for v in row if isinstance(v, bytes))
            assert "anarialintu" not in str([[v for v in row if not isinstance(v, bytes)] for row in rows])


async def test_a_meeting_waits_for_its_people_and_then_for_its_minutes(work: Work, clock: MovedClock) -> None:
    meeting = await a_meeting(work)

    async def kinds(who: Any) -> list[str]:
        items = await what_waits(work.as_(who))
        return [item["kind"] for item in items if item["subject"] == meeting["id"]]

    assert await kinds(work.asker) == ["meeting"]
    assert await kinds(work.experts["tuomas"]) == ["meeting"]
    clock.set(datetime(2026, 11, 26, 8, 30, tzinfo=UTC))
    assert await kinds(work.asker) == []
    assert await kinds(work.experts["tuomas"]) == ["meeting.minutes"]
    ok(await hold(work, meeting))
    assert await kinds(work.experts["tuomas"]) == []


async def test_an_invitation_waits_for_the_invited_and_is_late_after_its_time(work: Work, clock: MovedClock) -> None:
    pia = work.experts["pia"]
    ok(await work.invite(pia, reason="Mukaan.", pia="member"))
    [item] = await what_waits(work.as_(pia))
    assert (item["kind"], item["code"], item["title"]) == ("invitation", work.code, "")
    clock.move(timedelta(days=7))
    assert (await what_waits(work.as_(pia)))[0]["state"] == "late"


async def test_work_is_recorded_by_each_and_summed_for_team_and_coordinator(work: Work) -> None:
    tuomas, leena = work.experts["tuomas"], work.experts["leena"]
    first = ok(await work.as_(tuomas).post(f"{work.path}/minutes", json={"minutes": 60, "for": "meeting"}))
    assert (first["for"], first["profession"]) == ("meeting", "sosiaalityontekija")
    ok(await work.as_(leena).post(f"{work.path}/minutes", json={"minutes": 25, "for": "preparation"}))
    assert ok(await work.as_(work.coordinator).get(f"{work.path}/minutes"))["total"] == 85
    assert {name: one["minutes"] for name, one in (await work.team()).items()} == {
        "Tuomas Rinne": 60,
        "Leena Vartiainen": 25,
    }
    refused(await work.as_(work.asker).get(f"{work.path}/minutes"), 404, "not_found")
    refused(
        await work.as_(work.asker).post(f"{work.path}/minutes", json={"minutes": 5, "for": "other"}),
        403,
        "not_your_act",
    )
    events = await work.events("minutes.recorded")
    assert [(event["data"]["minutes"], event["data"]["profession"]) for event in events] == [
        (60, "sosiaalityontekija"),
        (25, "nuorisopsykiatri"),
    ]


@pytest.mark.parametrize("body", [{"minutes": 0, "for": "other"}, {"minutes": 2000, "for": "other"}, {"minutes": 5}])
async def test_impossible_minutes_are_refused(work: Work, body: Answer) -> None:
    refused(await work.as_(work.coordinator).post(f"{work.path}/minutes", json=body), 422, "invalid")


async def test_a_meeting_and_minutes_sent_twice_with_one_key_are_one(work: Work) -> None:
    client = work.as_(work.experts["tuomas"], **{"Idempotency-Key": "once"})
    first, second = [await client.post(f"{work.path}/meetings", json=BODY) for _ in range(2)]
    assert ok(first) == ok(second)
    other = work.as_(work.experts["tuomas"], **{"Idempotency-Key": "minutes"})
    for _ in range(2):
        ok(await other.post(f"{work.path}/minutes", json={"minutes": 10, "for": "other"}))
    assert ok(await work.as_(work.coordinator).get(f"{work.path}/minutes"))["total"] == 10
