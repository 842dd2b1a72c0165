"""A service with nothing of its own, on a real database, for the promises that every service inherits."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Annotated, Any
from uuid import UUID

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, Query, Response
from pydantic import BaseModel
from sqlalchemy import text

from services.shared.access_log import log_access
from services.shared.application import create_service
from services.shared.clock import MovedClock
from services.shared.database import new_id
from services.shared.errors import Conflict, NotFound
from services.shared.identity import Caller, Membership, Who
from services.shared.journal import record_event
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag
from services.shared.settings import Settings
from tests.support.apps import App, House

ONE = "consultation"
"""The process whose database and address the probe borrows."""

router = APIRouter()


class Thing(BaseModel):
    id: UUID
    word: str = ""


class AlreadyDone(Conflict):
    code = "already_done"


@router.post("/things", operation_id="make_thing", status_code=201)
async def make_thing(thing: Thing, session: Writing, once: Once) -> Thing:
    async def act() -> Thing:
        made = Thing(id=new_id(), word=thing.word)
        await record_event(session, "thing.made", subject=made.id)
        await log_access(session, act="make_thing", subject=made.id)
        return made

    async def again(known: str) -> Thing:
        return Thing(id=UUID(known))

    return await once.run(act, again)


@router.post("/failing-commits", operation_id="fail_at_commit")
async def fail_at_commit(session: Writing) -> dict[str, str]:
    await record_event(session, "never.happened", subject="x")
    await session.execute(text("create temp table twice (n int unique deferrable initially deferred) on commit drop"))
    await session.execute(text("insert into twice values (1), (1)"))
    return {"status": "done"}


@router.post("/refusals", operation_id="refuse")
async def refuse(session: Writing) -> None:
    await record_event(session, "never.happened", subject="x")
    raise AlreadyDone(by="Sanna")


@router.post("/surprises", operation_id="surprise")
async def surprise(session: Writing) -> None:
    await record_event(session, "never.happened", subject="x")
    raise RuntimeError("salainen teksti")


@router.get("/writes-in-a-read", operation_id="write_in_a_read")
async def write_in_a_read(session: Reading) -> None:
    await session.execute(text("update journal set last = 7"))


@router.get("/things/{thing_id}", operation_id="read_thing")
async def read_thing(thing_id: str, session: Writing) -> None:
    raise NotFound()


@router.put("/things/{thing_id}", operation_id="change_thing")
async def change_thing(thing_id: UUID, expected: IfMatch, response: Response, caller: SignedIn) -> Thing:
    etag(response, expected + 1)
    return Thing(id=thing_id)


@router.get("/settings", operation_id="read_settings")
async def read_settings(session: Writing) -> dict[str, Any]:
    row = (
        await session.execute(
            text("select current_setting('ot.person') p, current_setting('ot.ytas') y, current_setting('ot.duty') d")
        )
    ).one()
    return {"person": row.p, "ytas": row.y, "duty": row.d}


@router.get("/unlisted", operation_id="unlisted")
async def unlisted(caller: SignedIn) -> None:
    raise AssertionError("a route that isn't listed was reached")


@router.get("/bounded", operation_id="read_bounded")
async def read_bounded(number: Annotated[int, Query()], session: Reading) -> int:
    return int(await session.scalar(text("select cast(:n as int)"), {"n": number}) or 0)


ACCESS = {
    name: Who(everyone=True)
    for name in (
        "make_thing",
        "fail_at_commit",
        "refuse",
        "surprise",
        "write_in_a_read",
        "read_thing",
        "change_thing",
        "read_settings",
        "read_bounded",
    )
}
TRUSTED = {"gateway": frozenset({"person", "system", "service"}), "registry": frozenset({"service"})}


@pytest.fixture
def sanna() -> Caller:
    membership = Membership("coordinator", None, "Itä-Suomen OT-keskus", None, "ita")
    return Caller(kind="person", id=str(new_id()), name="Sanna Heiskanen", memberships=(membership,))


@pytest.fixture
async def probe(house: House, clock: MovedClock) -> AsyncIterator[App]:
    settings: Settings = house.settings_for(ONE)
    app: FastAPI = create_service(
        Settings(**{name: getattr(settings, name) for name in Settings.model_fields}),
        title="Probe",
        routers=[router],
        access=ACCESS,
        trusted=TRUSTED,
        clock=clock,
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        client = await stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://probe.test"))
        yield App(ONE, app, client, house)


@pytest.fixture
def rows(house: House) -> Callable[[str], list[dict[str, Any]]]:
    """What is really in a table of the probe's database."""

    def read(query: str) -> list[dict[str, Any]]:
        with house.databases.superuser(ONE) as connection:
            cursor = connection.execute(query)
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return read
