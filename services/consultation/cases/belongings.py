"""All that hangs on a case and is shown with it, read in one question; two where an answer is being written."""

from dataclasses import dataclass

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.consultation.answers.contents import Contents
from services.consultation.answers.store import contents_in
from services.consultation.answers.tables import Answer, AnswerBlock, Recommendation, Signature
from services.consultation.cases.tables import Case, CaseAddition, CaseClock, CaseLog
from services.consultation.lines.tables import Line
from services.consultation.meetings.tables import WorkMinutes
from services.consultation.messages.tables import Message
from services.consultation.teams.tables import Invitation
from services.shared.database import ReadSession
from services.shared.encryption import SealingKey
from services.shared.statements import Row, Together

THREAD_SHOWN = 200
"""So many messages come with a case; the rest are asked for by themselves."""
_ID = bindparam("case_id", type_=Uuid)
_PARTS = {
    "line": select(Line.slug, Line.name).where(Line.slug == bindparam("line")),
    # the newest round of each
    "clocks": select(*CaseClock.__table__.columns)
    .where(CaseClock.case_id == _ID)
    .order_by(CaseClock.name, CaseClock.round.desc())
    .ext(distinct_on(CaseClock.name)),
    "seats": select(*Invitation.__table__.columns)
    .where(Invitation.case_id == _ID)
    .order_by(Invitation.invited_at, Invitation.id),
    "minutes": select(WorkMinutes.person_id, func.sum(WorkMinutes.minutes).label("total"))
    .where(WorkMinutes.case_id == _ID)
    .group_by(WorkMinutes.person_id),
    "additions": select(*CaseAddition.__table__.columns)
    .where(CaseAddition.case_id == _ID)
    .order_by(CaseAddition.at, CaseAddition.id),
    "log": select(CaseLog.at, CaseLog.act, CaseLog.person_name, CaseLog.data)
    .where(CaseLog.case_id == _ID)
    .order_by(CaseLog.at, CaseLog.id),
    # the edition being written
    "answers": select(*Answer.__table__.columns).where(Answer.case_id == _ID, Answer.published_at.is_(None)),
}
_thread = (
    select(*Message.__table__.columns)
    .where(Message.case_id == _ID)
    .order_by(Message.at, Message.id)
    .limit(THREAD_SHOWN + 1)
)
_ALL = Together(**_PARTS)
_ALL_AND_THREAD = Together(**_PARTS, thread=_thread)


_answer = bindparam("answer_id", type_=Uuid)
_CONTENTS = Together(
    # the newest version of each
    blocks=select(*AnswerBlock.__table__.columns)
    .where(AnswerBlock.answer_id == _answer)
    .order_by(AnswerBlock.block, AnswerBlock.version.desc())
    .ext(distinct_on(AnswerBlock.block)),
    recommendations=select(*Recommendation.__table__.columns)
    .where(Recommendation.answer_id == _answer)
    .order_by(Recommendation.position),
    signatures=select(*Signature.__table__.columns)
    .where(Signature.answer_id == _answer)
    .order_by(Signature.at, Signature.id),
)


@dataclass(frozen=True)
class Belongings:
    """Rows as their tables have them; `line` and `answers` hold one at most. `thread` is empty unless asked for."""

    line: list[Row]
    clocks: list[Row]
    seats: list[Row]
    minutes: list[Row]
    additions: list[Row]
    log: list[Row]
    answers: list[Row]
    thread: list[Row]


async def belongings_of(session: ReadSession, row: Case, *, thread: bool) -> Belongings:
    """Row-level security leaves out what the caller may not see."""
    found = await (_ALL_AND_THREAD if thread else _ALL).lists(session, case_id=row.id, line=row.line)
    found["clocks"].sort(key=lambda clock: (clock.started_at, clock.due_at))
    return Belongings(**({"thread": []} | found))


async def draft_contents(session: ReadSession, answer: Answer, key: SealingKey) -> Contents:
    """Of the edition being written: its texts as they stand."""
    return contents_in(**await _CONTENTS.lists(session, answer_id=answer.id), key=key)
