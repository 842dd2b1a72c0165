"""The floor that everything is measured against: the same reads and writes with nothing around them.

Bare Starlette, psycopg and SQL written by hand, in one process: no login, no access check, no row-level security,
text in plain, no log of who looked, no events. What is above it is the price of all that.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import uvicorn
from jinja2 import Template
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

CONNECTIONS = 10
CASE = "select c.*, l.name as line_name from cases c left join lines l on l.slug = c.line where c.id = %s"
MESSAGES = "select * from messages where case_id = %s order by at, id limit 201"
CLOCKS = "select * from case_clocks where case_id = %s order by started_at, due_at"
LOG = "select at, act, person_name, data from case_log where case_id = %s order by at, id"
TEAM = "select * from invitations where case_id = %s order by invited_at, id"
QUEUE = """
    select c.id, c.code, c.state, c.subject, c.themes, c.age_groups, c.area, c.urgency, c.language, c.submitted_at,
           c.asker_name, c.coordinator_name, c.version, l.name as line_name, k.name as clock, k.due_at, k.warn_at
    from cases c left join lines l on l.slug = c.line
    left join lateral (
        select name, due_at, warn_at from case_clocks where case_id = c.id and stopped_at is null
        order by paused_at is not null, due_at limit 1
    ) k on true
    where c.yta = %s and c.is_open and c.state = %s and (%s::text is null or c.area = %s)
    order by c.next_due, c.id limit 51
"""
CREATE = """
    insert into cases (id, code, state, version, line, area, themes, age_groups, client_languages, language, urgency,
        form, identification, handing_on, subject, situation, questions, asker, asker_name, asker_organisation_name,
        team_may_read, created_at, changed_by, changed_by_name, changed_at, changed_act, is_open, next_due)
    values (%(id)s, %(code)s, 'draft', 1, %(line)s, %(area)s, %(themes)s, %(age_groups)s, %(client_languages)s,
        %(language)s, 'normal', %(form)s, 'anonymous', false, %(subject)s, %(situation)s, %(questions)s, %(asker)s,
        'Somebody', '', false, %(now)s, %(asker)s, 'Somebody', %(now)s, 'create', false, '9000-01-01')
"""
LOCK = "select state, is_open from cases where id = %s for update"
SEND = "insert into messages (id, case_id, at, person_id, name, relation, text) values (%s, %s, %s, %s, %s, %s, %s)"
SEARCH = """
    select id, name, title, word_similarity(%(q)s, search_text) as score from expert
    where %(q)s <%% search_text and active and consent_listed order by score desc, sort_key limit 20
"""
PAGE = Template(
    """<!doctype html><html lang="fi"><head><title>Jono</title></head><body><table>
{% for row in rows %}<tr><td>{{ row.due_at }}</td><th><a href="/cases/{{ row.code }}">{{ row.subject }}</a>
<span>{{ row.code }} {{ row.line_name.fi }}</span></th><td>{{ row.area }}</td><td>{{ row.state }}</td>
<td>{{ row.coordinator_name }}</td><td><a href="/cases/{{ row.code }}">Avaa</a></td></tr>
{% endfor %}</table></body></html>""",
    autoescape=True,
)


async def read_case(request: Request) -> Response:
    asked = [request.path_params["id"]]
    async with request.app.state.pool.connection() as connection:
        case = await (await connection.execute(CASE, asked)).fetchone()
        for name, query in (("messages", MESSAGES), ("clocks", CLOCKS), ("log", LOG), ("team", TEAM)):
            case[name] = await (await connection.execute(query, asked)).fetchall()
    return _json(case)


async def list_queue(request: Request) -> Response:
    return _json({"items": await _queue(request)})


async def show_queue(request: Request) -> Response:
    return HTMLResponse(PAGE.render(rows=await _queue(request)))


async def _queue(request: Request) -> list[dict[str, Any]]:
    asked = request.query_params
    area = asked.get("area")
    async with request.app.state.pool.connection() as connection:
        rows = await (await connection.execute(QUEUE, [asked["yta"], asked["state"], area, area])).fetchall()
    return list(rows[:50])


async def create_case(request: Request) -> Response:
    body, identity = await request.json(), uuid4()
    fresh = {"id": identity, "code": identity.hex, "now": datetime.now(UTC), "asker": uuid4()}
    async with request.app.state.pool.connection() as connection:
        await connection.execute(CREATE, {**body, **fresh, "questions": json.dumps(body["questions"])})
    return _json({**body, "id": identity, "code": fresh["code"]}, 201)


async def send_message(request: Request) -> Response:
    body, case = await request.json(), request.path_params["id"]
    row = [uuid4(), case, datetime.now(UTC), uuid4(), "Somebody", "coordinator", body["text"]]
    async with request.app.state.pool.connection() as connection, connection.transaction():
        found = await (await connection.execute(LOCK, [case])).fetchone()
        if not found["is_open"]:
            return _json({}, 409)
        await connection.execute(SEND, row)
    return _json({"id": row[0], "at": row[2], "name": row[4], "text": row[6]}, 201)


async def search_experts(request: Request) -> Response:
    async with request.app.state.pool.connection() as connection:
        rows = await (await connection.execute(SEARCH, {"q": request.query_params["q"]})).fetchall()
    return _json({"items": rows})


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value, default=str, ensure_ascii=False), status, media_type="application/json")


class Pool:
    """Connections that are handed out and given back, the last one first."""

    def __init__(self, connections: list[AsyncConnection[dict[str, Any]]]) -> None:
        self._free: asyncio.LifoQueue[AsyncConnection[dict[str, Any]]] = asyncio.LifoQueue()
        for connection in connections:
            self._free.put_nowait(connection)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection[dict[str, Any]]]:
        connection = await self._free.get()
        try:
            yield connection
        finally:
            self._free.put_nowait(connection)


@asynccontextmanager
async def _connected(app: Starlette) -> AsyncIterator[None]:
    database = os.environ["FLOOR_DATABASE"]
    options: dict[str, Any] = {"autocommit": True, "row_factory": dict_row, "prepare_threshold": 2}
    app.state.pool = Pool([await AsyncConnection.connect(database, **options) for _ in range(CONNECTIONS)])
    yield


def create_floor() -> Starlette:
    routes = [
        Route("/cases/{id}", read_case),
        Route("/queue", list_queue),
        Route("/queue.html", show_queue),
        Route("/cases", create_case, methods=["POST"]),
        Route("/cases/{id}/messages", send_message, methods=["POST"]),
        Route("/experts", search_experts),
    ]
    return Starlette(routes=routes, lifespan=_connected)


def main() -> None:
    listening = socket.create_server(("127.0.0.1", int(os.environ["FLOOR_PORT"])))
    config = uvicorn.Config(create_floor(), log_config=None, access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
