"""Signing: asked with a deadline, given by each member of one version of the text, void when the text changes."""

from datetime import datetime, timedelta
from uuid import UUID

from services.consultation.answers import store
from services.consultation.answers.contents import Contents, Signed
from services.consultation.answers.errors import (
    AnswerIncomplete,
    DeadlinePassed,
    DeadlineTooFar,
    NobodyToSign,
    OpinionNeedsText,
    SignaturesNotAsked,
    UnknownRecommendation,
)
from services.consultation.answers.operations import draft_for, leave_trace, shown
from services.consultation.answers.rules import LONGEST_SIGNING_DAYS, AnswerState, Opinion, SignatureState, empty_parts
from services.consultation.answers.schemas import AnswerView, Opined, SignaturesAsked
from services.consultation.answers.tables import Answer
from services.consultation.answers.team import signatories
from services.consultation.answers.views import filled
from services.consultation.cases.operations import open_case
from services.consultation.cases.store import OpenCase
from services.consultation.notifications.operations import notify
from services.shared.database import WriteSession, new_id
from services.shared.errors import FieldProblem, StaleVersion


async def ask_signatures(session: WriteSession, case_id: str, asked: SignaturesAsked, expected: int) -> AnswerView:
    """Asks anew, or moves the deadline. Raises StaleVersion, AnswerIncomplete, NobodyToSign,
    DeadlinePassed, DeadlineTooFar."""
    case = await open_case(session, case_id, part="answer")
    answer = await draft_for(session, case, "ask_signatures")
    _check_version(answer, expected)
    _check_deadline(asked.due, session.clock.now())
    await _check_complete(session, case, answer)
    answer.state = AnswerState.signing.value
    answer.signing_due = asked.due
    await session.flush()
    await leave_trace(session, case, "ask_signatures", event="answer.signatures_asked", due=asked.due.isoformat())
    return await shown(session, case, answer)


def _check_deadline(due: datetime, now: datetime) -> None:
    if due <= now:
        raise DeadlinePassed(fields=[FieldProblem(path="due", code="in_the_past")])
    if due > now + timedelta(days=LONGEST_SIGNING_DAYS):
        raise DeadlineTooFar(
            days=LONGEST_SIGNING_DAYS,
            fields=[FieldProblem(path="due", code="deadline_too_far", limit=LONGEST_SIGNING_DAYS)],
        )


async def _check_complete(session: WriteSession, case: OpenCase, answer: Answer) -> None:
    contents = await store.contents_of(session, answer, case.key)
    team = await signatories(session, case.id)
    texts = {block: written.text for block, written in filled(case, contents, team).items()}
    if empty := empty_parts(texts, len(contents.recommendations)):
        raise AnswerIncomplete(fields=[FieldProblem(path=part, code="missing") for part in empty])
    if not team and answer.edition == 1:
        raise NobodyToSign()


async def sign_answer(session: WriteSession, case_id: str, opined: Opined, expected: int) -> AnswerView:
    """A member's opinion of the version they read; until it is published they may give another.

    Raises StaleVersion where the text has changed since, SignaturesNotAsked, OpinionNeedsText, UnknownRecommendation.
    """
    case = await open_case(session, case_id, part="answer")
    answer = await draft_for(session, case, "sign_answer")
    if answer.state != AnswerState.signing:
        raise SignaturesNotAsked()
    _check_version(answer, expected)
    contents = await store.contents_of(session, answer, case.key)
    _check_opinion(opined, contents)
    person = UUID(session.caller.person)
    await store.void_signatures(session, answer.id, person=person)
    await store.add_signature(session, answer.id, _signed(session, opined, answer), case.key)
    await leave_trace(session, case, "sign_answer", event="answer.signed", opinion=opined.opinion.value)
    view = await shown(session, case, answer)
    await _tell_of_signature(session, case, opined, view)
    return view


async def _tell_of_signature(session: WriteSession, case: OpenCase, opined: Opined, view: AnswerView) -> None:
    """The chair hears of a dissent at once, and when everybody has signed; not of each one who agrees."""
    if all(one.at is not None for one in view.signatures):
        dissents = sum(one.state is SignatureState.dissent for one in view.signatures)
        await notify(session, case.id, "answer.all_signed", data={"dissents": dissents})
    elif opined.opinion is Opinion.dissent:
        await notify(session, case.id, "answer.dissented")


def _check_opinion(opined: Opined, contents: Contents) -> None:
    if opined.opinion is not Opinion.agree and not opined.text:
        raise OpinionNeedsText(fields=[FieldProblem(path="text", code="opinion_needs_text")])
    known = {row.id for row in contents.recommendations}
    if opined.recommendation is not None and opined.recommendation not in known:
        raise UnknownRecommendation(fields=[FieldProblem(path="recommendation", code="unknown_recommendation")])


def _signed(session: WriteSession, opined: Opined, answer: Answer) -> Signed:
    return Signed(
        id=new_id(),
        person=UUID(session.caller.person),
        name=session.caller.name,
        state=SignatureState(opined.opinion.value),
        text=opined.text,
        recommendation=opined.recommendation,
        of_version=answer.version,
        at=session.clock.now(),
        voided_at=None,
    )


def _check_version(answer: Answer, expected: int) -> None:
    """A signature is of what was read: a text that changed meanwhile must be read again."""
    if answer.version != expected:
        raise StaleVersion(current=answer.version)
