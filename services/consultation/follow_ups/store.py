"""Replies, goals and follow-ups in the database. Texts are sealed and opened here and nowhere else."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.consultation.follow_ups.rules import Change, Promise, Result, WithoutAdvice
from services.consultation.follow_ups.schemas import (
    FollowUpIn,
    FollowUpRowView,
    FollowUpView,
    GoalIn,
    GoalView,
    ReplyIn,
    ReplyRowView,
    ReplyView,
)
from services.consultation.follow_ups.tables import (
    FollowUp,
    FollowUpRow,
    Goal,
    GoalResult,
    GoalSet,
    Reply,
    ReplyRow,
)
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.encryption import SealingKey


def _sealed(text: str, place: str, key: SealingKey) -> bytes | None:
    return key.seal(text, place) if text else None


def _opened(sealed: bytes | None, place: str, key: SealingKey) -> str:
    return "" if sealed is None else key.open(sealed, place)


async def add_reply(session: WriteSession, said: ReplyIn, *, case_id: UUID, answer_id: UUID, key: SealingKey) -> UUID:
    reply_id = new_id()
    session.add(
        Reply(
            id=reply_id,
            case_id=case_id,
            answer_id=answer_id,
            person_id=UUID(session.caller.person),
            person_name=session.caller.name,
            at=session.clock.now(),
            usefulness=said.usefulness,
            plan_changed=said.plan_changed.value,
            without_advice=said.without_advice.value,
            text_sealed=_sealed(said.text, "replies.text", key),
        )
    )
    await session.flush()
    session.add_all(
        ReplyRow(
            reply_id=reply_id,
            recommendation_id=row.recommendation,
            reply=row.reply.value,
            why_sealed=_sealed(row.why, "reply_rows.why", key),
        )
        for row in said.rows
    )
    await session.flush()
    return reply_id


async def newest_reply(session: ReadSession, case_id: UUID, key: SealingKey) -> ReplyView | None:
    query = select(Reply).where(Reply.case_id == case_id).order_by(Reply.at.desc()).limit(1)
    reply = (await session.scalars(query)).one_or_none()
    if reply is None:
        return None
    rows = await session.scalars(select(ReplyRow).where(ReplyRow.reply_id == reply.id))
    return ReplyView(
        id=reply.id,
        answer=reply.answer_id,
        by=reply.person_name,
        at=reply.at,
        rows=[
            ReplyRowView(
                recommendation=row.recommendation_id,
                reply=Promise(row.reply),
                why=_opened(row.why_sealed, "reply_rows.why", key),
            )
            for row in rows
        ],
        usefulness=reply.usefulness,
        plan_changed=Change(reply.plan_changed),
        without_advice=WithoutAdvice(reply.without_advice),
        text=_opened(reply.text_sealed, "replies.text", key),
    )


async def goal_version(session: ReadSession, case_id: UUID, *, lock: bool = False) -> int:
    """0 where the case has no goals yet."""
    query = select(GoalSet.version).where(GoalSet.case_id == case_id)
    return await session.scalar(query.with_for_update() if lock else query) or 0


async def add_goals(session: WriteSession, goals: Sequence[GoalIn], *, case_id: UUID, key: SealingKey) -> None:
    """All the goals of the case anew, as the next version of the set."""
    who = {"person_id": UUID(session.caller.person), "person_name": session.caller.name, "at": session.clock.now()}
    row = insert(GoalSet).values(case_id=case_id, version=1, **who)
    written = row.on_conflict_do_update(index_elements=["case_id"], set_={"version": GoalSet.version + 1, **who})
    version = (await session.execute(written.returning(GoalSet.version))).scalar_one()
    session.add_all(
        Goal(
            id=new_id(),
            case_id=case_id,
            of_version=version,
            position=place,
            title_sealed=key.seal(goal.title, "goals.title"),
            levels_sealed=key.seal(json.dumps(goal.levels, ensure_ascii=False), "goals.levels"),
            weight=goal.weight,
            baseline=goal.baseline,
        )
        for place, goal in enumerate(goals, start=1)
    )
    await session.flush()


async def goals_of(session: ReadSession, case_id: UUID, key: SealingKey) -> list[GoalView]:
    """In their order, each with the level of the newest follow-up."""
    newest = select(FollowUp.id).where(FollowUp.case_id == case_id).order_by(FollowUp.at.desc()).limit(1)
    reached = select(GoalResult).where(GoalResult.follow_up_id == newest.scalar_subquery())
    levels = {row.goal_id: row.level for row in await session.scalars(reached)}
    current = select(GoalSet.version).where(GoalSet.case_id == case_id).scalar_subquery()
    query = select(Goal).where(Goal.case_id == case_id, Goal.of_version == current).order_by(Goal.position)
    return [
        GoalView(
            id=goal.id,
            title=key.open(goal.title_sealed, "goals.title"),
            weight=goal.weight,
            levels=json.loads(key.open(goal.levels_sealed, "goals.levels")),
            baseline=goal.baseline,
            level=levels.get(goal.id),
        )
        for goal in await session.scalars(query)
    ]


async def add_follow_up(
    session: WriteSession,
    said: FollowUpIn,
    *,
    case_id: UUID,
    answer_id: UUID,
    scores: tuple[float | None, float | None],
    key: SealingKey,
) -> UUID:
    """`scores`: T at the start and now."""
    follow_up_id = new_id()
    session.add(
        FollowUp(
            id=follow_up_id,
            case_id=case_id,
            answer_id=answer_id,
            person_id=UUID(session.caller.person),
            person_name=session.caller.name,
            at=session.clock.now(),
            wanted_change=said.wanted_change.value,
            text_sealed=_sealed(said.text, "follow_ups.text", key),
            gas_start=scores[0],
            gas_end=scores[1],
        )
    )
    await session.flush()
    session.add_all(
        FollowUpRow(
            follow_up_id=follow_up_id,
            recommendation_id=row.recommendation,
            result=row.result.value,
            why_sealed=_sealed(row.why, "follow_up_rows.why", key),
        )
        for row in said.rows
    )
    session.add_all(GoalResult(follow_up_id=follow_up_id, goal_id=one.goal, level=one.level) for one in said.goals)
    await session.flush()
    return follow_up_id


async def newest_follow_up(session: ReadSession, case_id: UUID, key: SealingKey) -> FollowUpView | None:
    query = select(FollowUp).where(FollowUp.case_id == case_id).order_by(FollowUp.at.desc()).limit(1)
    follow_up = (await session.scalars(query)).one_or_none()
    if follow_up is None:
        return None
    rows = await session.scalars(select(FollowUpRow).where(FollowUpRow.follow_up_id == follow_up.id))
    start, end = follow_up.gas_start, follow_up.gas_end
    return FollowUpView(
        id=follow_up.id,
        answer=follow_up.answer_id,
        by=follow_up.person_name,
        at=follow_up.at,
        rows=[
            FollowUpRowView(
                recommendation=row.recommendation_id,
                result=Result(row.result),
                why=_opened(row.why_sealed, "follow_up_rows.why", key),
            )
            for row in rows
        ],
        wanted_change=Change(follow_up.wanted_change),
        text=_opened(follow_up.text_sealed, "follow_ups.text", key),
        gas_start=start,
        gas_end=end,
        gas_change=None if start is None or end is None else round(end - start, 2),
    )
