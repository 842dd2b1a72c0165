"""What a team of the past did, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from demo.story.history_case import PastCase, Seat, Somebody
from services.consultation.follow_ups.rules import (
    Attainment,
    Change,
    Promise,
    Result,
    WithoutAdvice,
    counts,
    gas_change,
    gas_score,
)
from services.consultation.meetings.rules import length_in_minutes
from services.consultation.workflow import State

# ---- working together -----------------------------------------------------------------------------------------------


def send_message(case: PastCase, who: Somebody, at: datetime, text: str) -> None:
    relation = case.relation_of(who)
    case.note("send_message", who, at, "thread", event="message.sent", relation=relation)
    sealed = case.seal(text, "messages.text")
    case.world.rows.add("messages", (case.next_id(at), case.id, at, who.id, who.name, relation, sealed))


def write_team_note(case: PastCase, who: Somebody, at: datetime, text: str) -> None:
    case.note("write_team_note", who, at, "team notes", team_only=True)
    sealed = case.seal(text, "team_notes.text")
    case.world.rows.add("team_notes", (case.next_id(at), case.id, at, who.id, who.name, case.relation_of(who), sealed))


def hold_meeting(
    case: PastCase,
    who: Somebody,
    proposed_at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    held_at: datetime,
    texts: Mapping[str, str],
    absent: frozenset[UUID],
) -> None:
    """Proposed and held: asker, coordinator and the members as they are now."""
    people = _people_of(case)
    propose_meeting(case, who, proposed_at, starts_at)
    meeting, attended = case.next_id(proposed_at), [one for one in people if one not in absent]
    minutes = length_in_minutes(starts_at, ends_at)
    log = {"meeting": str(meeting), "attended": len(attended)}
    facts: dict[str, Any] = {**log, "minutes": minutes, "invited": len(people)}
    case.note("hold_meeting", who, held_at, "meeting", event="meeting.held", log=log, **facts)
    sealed = {f"{name}_sealed": case.seal(text, f"meetings.{name}") for name, text in texts.items()}
    row = {
        "id": meeting,
        "case_id": case.id,
        "version": 2,
        "state": "held",
        "starts_at": starts_at,
        "ends_at": ends_at,
        "proposed_by": who.id,
        "proposed_by_name": who.name,
        "proposed_at": proposed_at,
        "held_by": who.id,
        "held_at": held_at,
    }
    case.world.rows.take("meetings", row | sealed)
    for person, (name, relation) in people.items():
        taken = (meeting, person, case.id, name, relation, person not in absent)
        case.world.rows.add("meeting_participants", taken)


def propose_meeting(case: PastCase, who: Somebody, at: datetime, starts_at: datetime) -> None:
    case.note("propose_meeting", who, at, "meeting", log={"starts_at": starts_at.isoformat()})


def _people_of(case: PastCase) -> dict[UUID, tuple[str, str]]:
    row = case.row
    people = {row["asker"]: (row["asker_name"], "asker")}
    if row["coordinator"]:
        people.setdefault(row["coordinator"], (row["coordinator_name"] or "", "coordinator"))
    return people | {seat.knower.who.id: (seat.row["name"], seat.row["role"]) for seat in case.members()}


def record_minutes(case: PastCase, seat: Seat, at: datetime, minutes: int, purpose: str) -> None:
    who, profession = seat.knower.who, seat.row["profession"]
    case.note(
        "record_minutes",
        who,
        at,
        "minutes of work",
        team_only=True,
        event="minutes.recorded",
        log={"minutes": minutes, "for": purpose},
        minutes=minutes,
        purpose=purpose,
        profession=profession,
        employer_yta=seat.row["yta"],
    )
    row = (case.next_id(at), case.id, who.id, who.name, profession, minutes, purpose, at)
    case.world.rows.add("work_minutes", row)


@dataclass(frozen=True, slots=True)
class PastGoal:
    id: UUID
    weight: int
    baseline: int


def set_goals(
    case: PastCase, who: Somebody, at: datetime, goals: Sequence[tuple[str, Mapping[str, str], int, int]]
) -> list[PastGoal]:
    """Each: title, the five levels in words, weight, baseline."""
    case.world.rows.add("goal_sets", (case.id, 1, who.id, who.name, at))
    made = []
    for place, (title, levels, weight, baseline) in enumerate(goals, start=1):
        goal = PastGoal(case.next_id(at), weight, baseline)
        title_sealed = case.seal(title, "goals.title")
        levels_sealed = case.seal(json.dumps(dict(levels), ensure_ascii=False), "goals.levels")
        case.world.rows.add("goals", (goal.id, case.id, 1, place, title_sealed, levels_sealed, weight, baseline))
        made.append(goal)
    case.note("set_goals", who, at, "goals", event="case.goals_set", count=len(goals))
    return made


# ---- what came of it ------------------------------------------------------------------------------------------------


def reply(
    case: PastCase,
    who: Somebody,
    at: datetime,
    answer: UUID,
    rows: Sequence[tuple[UUID, Promise, str]],
    *,
    usefulness: int,
    plan_changed: Change,
    without_advice: WithoutAdvice,
    text: str,
    to: State,
) -> None:
    made = case.next_id(at)
    sealed = case.seal(text, "replies.text")
    told = (usefulness, plan_changed.value, without_advice.value, sealed)
    case.world.rows.add("replies", (made, case.id, answer, who.id, who.name, at, *told))
    for recommendation, promise, why in rows:
        why_sealed = case.seal(why, "reply_rows.why")
        case.world.rows.add("reply_rows", (made, recommendation, promise.value, why_sealed))
    facts = {
        "rows": counts(Promise, [promise for _, promise, _ in rows]),
        "usefulness": usefulness,
        "plan_changed": plan_changed.value,
        "without_advice": without_advice.value,
    }
    case.move("reply", who, at, to=to, event=facts)


def follow_up(
    case: PastCase,
    who: Somebody,
    at: datetime,
    answer: UUID,
    rows: Sequence[tuple[UUID, Result, str]],
    goals: Sequence[tuple[PastGoal, int]],
    wanted_change: Change,
    text: str,
) -> None:
    before = [Attainment(goal.weight, goal.baseline) for goal, _ in goals]
    after = [Attainment(goal.weight, level) for goal, level in goals]
    made, sealed = case.next_id(at), case.seal(text, "follow_ups.text")
    scores = (_rounded(gas_score(before)), _rounded(gas_score(after)))
    case.world.rows.add(
        "follow_ups", (made, case.id, answer, who.id, who.name, at, wanted_change.value, sealed, *scores)
    )
    for recommendation, result, why in rows:
        why_sealed = case.seal(why, "follow_up_rows.why")
        case.world.rows.add("follow_up_rows", (made, recommendation, result.value, why_sealed))
    for goal, level in goals:
        case.world.rows.add("goal_results", (made, goal.id, level))
    facts = {
        "rows": counts(Result, [result for _, result, _ in rows]),
        "wanted_change": wanted_change.value,
        "goals": len(goals),
        "gas_change": gas_change(before, after),
    }
    case.move("follow_up", who, at, event=facts)


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 2)
