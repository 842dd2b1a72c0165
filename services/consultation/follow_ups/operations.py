"""The loop after an answer: what the asker means to do, what became of it, and how far the goals were reached."""

from collections.abc import Iterable
from uuid import UUID

from services.consultation.answers.published import published_recommendations
from services.consultation.cases.acts import check, move, note
from services.consultation.cases.checks import refuse_blocked
from services.consultation.cases.operations import open_case, take_case
from services.consultation.cases.store import OpenCase, put_texts
from services.consultation.cases.timekeeping import clocks_of
from services.consultation.follow_ups import store
from services.consultation.follow_ups.errors import (
    FollowUpNotFound,
    NoReplyYet,
    ReplyNotFound,
    RowsMissing,
    RowsUnknown,
)
from services.consultation.follow_ups.rules import Attainment, Promise, Result, counts, gas_change, gas_score
from services.consultation.follow_ups.schemas import (
    FollowUpIn,
    FollowUpView,
    GoalIn,
    GoalLevelIn,
    GoalsView,
    GoalView,
    ReplyIn,
    ReplyView,
)
from services.consultation.lines.store import times_of
from services.consultation.workflow import ACTS, State
from services.shared.database import WriteSession
from services.shared.errors import FieldProblem, StaleVersion

# What the asker owes in a state: the act and its clock have the same name.
_AWAITED = {State.ANSWERED: "reply", State.IN_FOLLOW_UP: "follow_up"}


async def reply_to_answer(session: WriteSession, case_id: str, said: ReplyIn, expected: int) -> OpenCase:
    """Straight to closed on a line without follow-up. Raises StaleVersion, RowsMissing, RowsUnknown."""
    case = await take_case(session, case_id, expected)
    check(case, "reply")
    answer = await published_recommendations(session, case)
    _check_rows("rows", [row.recommendation for row in said.rows], answer.recommendations)
    await store.add_reply(session, said, case_id=case.id, answer_id=answer.id, key=case.key)
    facts = {
        "rows": counts(Promise, [row.reply for row in said.rows]),
        "usefulness": said.usefulness,
        "plan_changed": said.plan_changed.value,
        "without_advice": said.without_advice.value,
    }
    await move(session, case, "reply", to=await _after_reply(session, case), event=facts)
    return case


async def _after_reply(session: WriteSession, case: OpenCase) -> State:
    months = (await times_of(session, case.row.line)).follow_up_months if case.row.line else None
    return State.IN_FOLLOW_UP if months else State.CLOSED


def _check_rows(name: str, given: list[UUID], wanted: Iterable[UUID]) -> None:
    """One row for each, and none for anything else."""
    known = list(wanted)
    strange = [str(place) for place, one in enumerate(given) if one not in known or one in given[:place]]
    if strange:
        raise RowsUnknown(fields=[FieldProblem(path=f"{name}.{place}", code="unknown") for place in strange])
    if missing := [one for one in known if one not in given]:
        raise RowsMissing(fields=[FieldProblem(path=f"{name}.{one}", code="missing") for one in missing])


async def read_reply(session: WriteSession, case_id: str) -> ReplyView:
    case = await open_case(session, case_id, part="reply")
    reply = await store.newest_reply(session, case.id, case.key)
    if reply is None:
        raise ReplyNotFound()
    return reply


async def list_goals(session: WriteSession, case_id: str) -> GoalsView:
    return await _goals(session, await open_case(session, case_id, part="goals"))


async def _goals(session: WriteSession, case: OpenCase) -> GoalsView:
    goals = await store.goals_of(session, case.id, case.key)
    after = [Attainment(goal.weight, goal.level) for goal in goals if goal.level is not None]
    act = ACTS["set_goals"]
    return GoalsView(
        version=await store.goal_version(session, case.id),
        items=goals,
        score=_rounded(gas_score(_baselines(goals))),
        score_after=_rounded(gas_score(after)),
        may_set=bool(case.groups & set(act.who)) and case.state in act.before,
    )


async def set_goals(session: WriteSession, case_id: str, goals: list[GoalIn], expected: int) -> GoalsView:
    """All goals at once, against the version of the set; they are fixed once the follow-up has begun."""
    case = await take_case(session, case_id)
    check(case, "set_goals")
    version = await store.goal_version(session, case.id)
    if version != expected:
        raise StaleVersion(current=version)
    await store.add_goals(session, goals, case_id=case.id, key=case.key)
    await note(session, case, "set_goals", part="goals", event="case.goals_set", count=len(goals))
    return await _goals(session, case)


async def follow_up_case(session: WriteSession, case_id: str, said: FollowUpIn, expected: int) -> OpenCase:
    """Not before its day. Raises StaleVersion, ActBlocked, RowsMissing, RowsUnknown."""
    case = await take_case(session, case_id, expected)
    check(case, "follow_up")
    await refuse_blocked(session, case, "follow_up")
    answer = await published_recommendations(session, case)
    _check_rows("rows", [row.recommendation for row in said.rows], answer.recommendations)
    goals = await store.goals_of(session, case.id, case.key)
    _check_rows("goals", [one.goal for one in said.goals], [goal.id for goal in goals])
    before, after = _baselines(goals), _reached(goals, said.goals)
    scores = (_rounded(gas_score(before)), _rounded(gas_score(after)))
    await store.add_follow_up(session, said, case_id=case.id, answer_id=answer.id, scores=scores, key=case.key)
    facts = {
        "rows": counts(Result, [row.result for row in said.rows]),
        "wanted_change": said.wanted_change.value,
        "goals": len(goals),
        "gas_change": gas_change(before, after),
    }
    await move(session, case, "follow_up", event=facts)
    return case


def _baselines(goals: Iterable[GoalView]) -> list[Attainment]:
    return [Attainment(goal.weight, goal.baseline) for goal in goals]


def _reached(goals: Iterable[GoalView], levels: Iterable[GoalLevelIn]) -> list[Attainment]:
    now = {one.goal: one.level for one in levels}
    return [Attainment(goal.weight, now[goal.id]) for goal in goals]


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 2)


async def read_follow_up(session: WriteSession, case_id: str) -> FollowUpView:
    case = await open_case(session, case_id, part="follow-up")
    follow_up = await store.newest_follow_up(session, case.id, case.key)
    if follow_up is None:
        raise FollowUpNotFound()
    return follow_up


async def close_case(session: WriteSession, case_id: str, text: str, expected: int) -> OpenCase:
    """The coordinator closes a case whose asker stayed silent past the promised day. Raises NoReplyYet."""
    case = await take_case(session, case_id, expected)
    check(case, "close")
    await _check_silence(session, case)
    put_texts(case.row, case.key, {"exit_text": text})
    case.row.exit_act = "close"
    await move(session, case, "close", event={"no_reply": True, "awaited": _AWAITED[case.state]})
    return case


async def _check_silence(session: WriteSession, case: OpenCase) -> None:
    running = [clock for clock in await clocks_of(session, case.id) if clock.name == _AWAITED[case.state]]
    now = session.clock.now()
    early = next((clock for clock in running if clock.stopped_at is None and now < clock.due_at), None)
    if early is not None:
        raise NoReplyYet(due=early.due_at.isoformat(), awaited=early.name)
