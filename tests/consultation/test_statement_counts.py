"""How many statements an answer costs: few, written here, and the same however much there is to answer."""

from __future__ import annotations

import pytest

from services.consultation.cases import store
from services.consultation.cases.codes import new_code
from services.shared.database import new_id
from tests.builders.cases import ACase, a_case, got
from tests.support.apps import App
from tests.support.hearing import counted

pytestmark = pytest.mark.anyio

DRAFT = {"subject": "Lyhyt otsikko", "situation": "Tilanne.", "line": "sijaishuolto"}
STATEMENTS = {
    # begin, case, key, log row, what hangs on it
    "read_case": 5,
    # begin, page, log row, keys
    "list_cases": 4,
    # begin, every number of a menu and a queue
    "count_notifications": 2,
    # begin, request's key, case's key, line, case, its asker, what hangs on it, request's key with the log row
    "create_case": 8,
    # begin, request's key, case, key, clocks, notifications with the event, request's key with log rows and message
    "send_message": 7,
}


async def ask(case: ACase, operation: str) -> int:
    """The statements of one request of the case's coordinator or asker."""
    sanna, maria = case.people.coordinator, case.people.asker
    once = {"Idempotency-Key": str(new_id())}
    with counted() as asked:
        match operation:
            case "read_case":
                got(await case.as_(sanna).get(case.path, params={"thread": True}))
            case "list_cases":
                got(await case.as_(sanna).get("/v1/cases", params={"scope": "queue", "state": "accepted"}))
            case "count_notifications":
                got(await case.as_(sanna).get("/v1/notifications/count"))
            case "create_case":
                got(await case.as_(maria, **once).post("/v1/cases", json=DRAFT))
            case "send_message":
                got(await case.as_(maria, **once).post(f"{case.path}/messages", json={"text": "Viesti."}))
    return len([one for one in asked if "update notifications" not in one.lower()])


@pytest.mark.parametrize("operation", STATEMENTS)
async def test_an_operation_asks_as_often_as_is_written_here(consultation: App, registry: App, operation: str) -> None:
    case = await a_case(consultation, registry, state="accepted")
    assert await ask(case, operation) == STATEMENTS[operation]


async def test_what_there_is_more_of_is_asked_as_often(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="accepted")
    before = {operation: await ask(case, operation) for operation in ("read_case", "list_cases")}
    for _ in range(3):
        await a_case(consultation, registry, people=case.people, state="accepted")
        await ask(case, "send_message")
    assert {operation: await ask(case, operation) for operation in before} == before
    shown = got(await case.as_(case.people.coordinator).get(case.path, params={"thread": True}))
    assert [one["text"] for one in shown["thread"]["items"]] == ["Viesti."] * 3
    assert got(await case.as_(case.people.coordinator).get(case.path))["thread"] is None


async def test_a_code_that_somebody_has_already_is_not_given_twice(
    consultation: App, registry: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the other case is not the asker's to see."""
    taken = await a_case(consultation, registry)
    codes = iter([taken.code, taken.code])
    monkeypatch.setattr(store, "new_code", lambda yta: next(codes, None) or new_code(yta))
    fresh = got(await consultation.as_(taken.people.elsewhere).post("/v1/cases", json=DRAFT))
    assert fresh["code"] != taken.code
    assert next(codes, None) is None
