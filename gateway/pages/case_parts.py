"""The parts of a case's page, asked for side by side. One that does not answer is left out and named."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from gateway.clients import Clients
from services.shared.errors import Refusal, ServiceUnavailable

Row = dict[str, Any]
NOT_YOURS = frozenset({403, 404})
NO_THREAD_YET = frozenset({"draft", "disposed"})
TEAM = frozenset({"coordinator", "member", "chair", "secretary"})
ASKING = frozenset({"asker", "partner"})


@dataclass(frozen=True)
class Parts:
    """None: not the reader's to see, or lost. `lost`: the names of parts that did not answer."""

    messages: list[Row] | None
    notes: list[Row] | None
    meetings: list[Row] | None
    goals: Row | None
    answer: Row | None
    outcome: Row | None
    lost: tuple[str, ...]


async def parts_of(request: Request, case: Row) -> Parts:
    clients: Clients = request.state.clients
    code, relation = case["code"], set(case["relation"])
    if case["state"] in NO_THREAD_YET:
        return Parts(None, None, None, None, None, None, ())
    lost: list[str] = []
    ended = case["state"] == "closed" and bool(case["replied_at"])
    team = bool(relation & TEAM) and not relation & ASKING
    messages, notes, meetings, goals, answer, outcome = await asyncio.gather(
        _part("thread", clients.consultation.messages.list_messages(code), lost),
        _part("team-notes", clients.consultation.messages.list_team_notes(code), lost) if team else _nothing(),
        _part("meetings", clients.consultation.meetings.list_meetings(code), lost),
        _part("goals", clients.consultation.follow_ups.list_goals(code), lost) if case["accepted_at"] else _nothing(),
        _part("answer", clients.consultation.answers.read_answer(code), lost),
        _part("answer", clients.consultation.follow_ups.read_follow_up(code), lost) if ended else _nothing(),
    )
    return Parts(_items(messages), _items(notes), _items(meetings), goals, answer, outcome, tuple(lost))


async def _part(name: str, asked: Awaitable[Row], lost: list[str]) -> Row | None:
    try:
        return await asked
    except ServiceUnavailable:
        lost.append(name)
    except Refusal as refusal:
        if refusal.status not in NOT_YOURS:
            raise
    return None


async def _nothing() -> None:
    return None


def _items(answer: Row | None) -> list[Row] | None:
    return None if answer is None else list(answer["items"])
