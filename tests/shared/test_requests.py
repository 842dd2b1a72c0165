"""What every service promises of a request, seen through a service with nothing of its own."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.shared.identity import Caller
from tests.support.apps import App

Rows = Callable[[str], list[dict[str, Any]]]
THING = {"id": str(uuid4()), "word": "sana"}


async def test_a_failed_commit_is_never_answered_as_done(probe: App, sanna: Caller, rows: Rows) -> None:
    answer = await probe.as_(sanna).post("/v1/failing-commits")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert rows("select * from event") == []


async def test_a_refusal_undoes_everything_and_says_its_code(probe: App, sanna: Caller, rows: Rows) -> None:
    answer = await probe.as_(sanna).post("/v1/refusals")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["code"], problem["by"], problem["type"]) == (
        "already_done",
        "Sanna",
        "urn:ot-verkko:problem:already_done",
    )
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    assert rows("select * from event") == []


async def test_a_surprise_is_told_without_its_words(
    probe: App, sanna: Caller, rows: Rows, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = await probe.as_(sanna).post("/v1/surprises")
    assert answer.status_code == 500
    said = capfd.readouterr()
    assert "salainen teksti" not in answer.text + said.err + said.out
    assert answer.json()["request_id"] in said.err
    assert "RuntimeError" in said.err
    assert rows("select * from event") == []


async def test_a_reading_session_cannot_write(probe: App, sanna: Caller, rows: Rows) -> None:
    assert (await probe.as_(sanna).get("/v1/writes-in-a-read")).status_code == 500
    assert rows("select last from journal") == [{"last": 0}]


async def test_the_database_is_told_who_asks(probe: App, sanna: Caller) -> None:
    told = (await probe.as_(sanna).get("/v1/settings")).json()
    assert told == {"person": sanna.id, "ytas": "ita", "duty": ""}


async def test_what_one_caller_was_is_forgotten_before_the_next(probe: App, sanna: Caller) -> None:
    other = Caller(kind="person", id=str(uuid4()), name="Erik")
    callers = [sanna, other] * 40
    told = await asyncio.gather(*(probe.as_(caller).get("/v1/settings") for caller in callers))
    assert [answer.json()["person"] for answer in told] == [caller.id for caller in callers]
    assert {answer.json()["ytas"] for answer in told[1::2]} == {""}


async def test_an_operation_that_is_not_listed_is_denied(probe: App, sanna: Caller) -> None:
    assert (await probe.as_(sanna).get("/v1/unlisted")).status_code == 403


async def test_nobody_gets_in_without_a_token(probe: App) -> None:
    answer = await probe.client.post("/v1/things", json=THING)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"
    assert "WWW-Authenticate" in answer.headers


async def test_a_refused_look_is_kept_in_the_log(probe: App, sanna: Caller, rows: Rows) -> None:
    assert (await probe.as_(sanna).get("/v1/things/OT-I-7K42M")).status_code == 404
    (row,) = rows("select person, act, subject, outcome, unit from access_log")
    assert row == {
        "person": sanna.id,
        "act": "read_thing",
        "subject": "OT-I-7K42M",
        "outcome": "not_found",
        "unit": "Itä-Suomen OT-keskus",
    }


@pytest.mark.parametrize("typed", ["131052-308T", "Pekka Nieminen", "päiväkoti"])
async def test_what_is_no_identifier_does_not_come_to_stand_in_the_log(
    probe: App, sanna: Caller, rows: Rows, typed: str
) -> None:
    assert (await probe.as_(sanna).get(f"/v1/things/{typed}")).status_code == 404
    assert rows("select subject, outcome from access_log") == [{"subject": "", "outcome": "not_found"}]


async def test_the_log_can_only_grow(probe: App, sanna: Caller, rows: Rows) -> None:
    await probe.as_(sanna).get("/v1/things/x")
    for attempt in ("update access_log set person = 'x'", "delete from access_log", "truncate access_log"):
        with pytest.raises(DBAPIError):
            async with probe.app.state.database.duty("test") as session:
                await session.execute(text(attempt))
    assert len(rows("select * from access_log")) == 1


async def test_the_same_key_does_one_thing(probe: App, sanna: Caller, rows: Rows) -> None:
    client = probe.as_(sanna, **{"Idempotency-Key": "k1"})
    first, second = await client.post("/v1/things", json=THING), await client.post("/v1/things", json=THING)
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(rows("select * from event")) == 1


async def test_a_double_click_does_one_thing(probe: App, sanna: Caller, rows: Rows) -> None:
    client = probe.as_(sanna, **{"Idempotency-Key": "k1"})
    answers = await asyncio.gather(*(client.post("/v1/things", json=THING) for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert len(rows("select * from event")) == 1


async def test_a_key_cannot_be_used_for_another_request(probe: App, sanna: Caller) -> None:
    client = probe.as_(sanna, **{"Idempotency-Key": "k1"})
    await client.post("/v1/things", json=THING)
    answer = await client.post("/v1/things", json={**THING, "word": "toinen"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_two_people_may_choose_the_same_key(probe: App, sanna: Caller, rows: Rows) -> None:
    other = Caller(kind="person", id=str(uuid4()))
    for caller in (sanna, other):
        await probe.as_(caller, **{"Idempotency-Key": "k1"}).post("/v1/things", json=THING)
    assert len(rows("select * from event")) == 2


async def test_a_key_keeps_no_body(probe: App, sanna: Caller, rows: Rows) -> None:
    await probe.as_(sanna, **{"Idempotency-Key": "k1"}).post("/v1/things", json={**THING, "word": "arkaluonteinen"})
    assert "arkaluonteinen" not in str(rows("select * from idempotency_key"))


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({}, 428, "precondition_required"),
        ({"If-Match": "x"}, 422, "invalid"),
        ({"If-Match": '"99999999999"'}, 422, "invalid"),
        ({"If-Match": '"-1"'}, 422, "invalid"),
    ],
)
async def test_a_change_needs_the_version_that_was_read(
    probe: App, sanna: Caller, sent: dict[str, str], status: int, code: str
) -> None:
    answer = await probe.as_(sanna, **sent).put(f"/v1/things/{uuid4()}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_change_answers_with_the_new_version(probe: App, sanna: Caller) -> None:
    answer = await probe.as_(sanna, **{"If-Match": '"7"'}).put(f"/v1/things/{uuid4()}")
    assert answer.headers["ETag"] == '"8"'


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"id": "\xff"}', 422, "unreadable_text"),
        (b'{"id": "\\u0000"}', 422, "unreadable_text"),
        (b'{"word": "\\ud800"}', 422, "unreadable_text"),
        (b'{"word": "a\x00"}', 422, "invalid"),
        (b"{", 422, "invalid"),
        (b"[[[[", 422, "invalid"),
        (b'{"id": 7}', 422, "invalid"),
        (b"x" * (1024 * 1024 + 1), 413, "body_too_large"),
    ],
)
async def test_a_body_that_cannot_be_used_is_refused(
    probe: App, sanna: Caller, rows: Rows, body: bytes, status: int, code: str
) -> None:
    client = probe.as_(sanna, **{"Content-Type": "application/json"})
    answer = await client.post("/v1/things", content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert rows("select * from event") == []


async def test_a_backslash_that_somebody_typed_is_only_text(probe: App, sanna: Caller) -> None:
    answer = await probe.as_(sanna).post("/v1/things", json={**THING, "word": "kirjoitin \\u0000 ja \\ud800"})
    assert answer.status_code == 201


async def test_an_emoji_written_as_a_pair_of_escapes_is_only_text(probe: App, sanna: Caller) -> None:
    body = b'{"id": "%s", "word": "\\ud83d\\ude42"}' % str(uuid4()).encode()
    client = probe.as_(sanna, **{"Content-Type": "application/json"})
    assert (await client.post("/v1/things", content=body)).status_code == 201


async def test_an_error_names_the_field(probe: App, sanna: Caller) -> None:
    answer = await probe.as_(sanna).post("/v1/things", json={"word": "x"})
    assert answer.json()["fields"] == [{"path": "id", "code": "missing"}]


async def test_a_number_past_its_column_is_the_callers_to_mend(probe: App, sanna: Caller) -> None:
    answer = await probe.as_(sanna).get("/v1/bounded?number=99999999999999")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("path", ["/v1/things/a%00b", "/v1/bounded?number=%00"])
async def test_a_null_character_in_an_address_is_refused(probe: App, sanna: Caller, path: str) -> None:
    assert (await probe.as_(sanna).get(path)).status_code == 422


async def test_what_is_not_there_and_what_is_not_allowed_answer_as_problems(probe: App, sanna: Caller) -> None:
    missing, wrong = await probe.as_(sanna).get("/v1/nowhere"), await probe.as_(sanna).delete("/v1/things")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")


async def test_health_says_ready_and_metrics_hold_no_path(probe: App, sanna: Caller) -> None:
    await probe.as_(sanna).get("/v1/things/OT-I-7K42M")
    assert (await probe.client.get("/health/live")).json() == {"status": "ok"}
    assert (await probe.client.get("/health/ready")).json() == {"status": "ok"}
    metrics = (await probe.client.get("/metrics")).text
    assert 'operation="read_thing"' in metrics
    assert "7K42M" not in metrics


async def test_the_log_line_holds_the_operation_and_no_address(
    probe: App, sanna: Caller, capfd: pytest.CaptureFixture[str]
) -> None:
    await probe.as_(sanna).get("/v1/things/OT-I-7K42M?q=salainen")
    said = capfd.readouterr().err
    assert '"operation": "read_thing"' in said
    assert "7K42M" not in said
    assert "salainen" not in said
    assert sanna.name not in said


async def test_a_request_keeps_the_id_it_came_with(probe: App) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await probe.client.get("/health/live", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert answer.headers["X-Request-ID"] == trace
