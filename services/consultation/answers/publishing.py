"""Publishing: the texts are fixed as they stand, the number is drawn last, and after that nothing can change."""

from dataclasses import replace
from uuid import UUID

from services.consultation.answers import store
from services.consultation.answers.contents import Contents, Signed, Written
from services.consultation.answers.errors import (
    AnswerNotPublished,
    NobodyToSign,
    SignaturesNotAsked,
    SignaturesOpen,
)
from services.consultation.answers.operations import (
    add_draft,
    as_advice,
    draft_for,
    leave_trace,
    new_draft,
    require,
    shown,
)
from services.consultation.answers.rules import (
    AnswerKind,
    AnswerState,
    Block,
    SignatureState,
    Signer,
    number_year,
    still_waited_for,
)
from services.consultation.answers.schemas import AnswerView, DirectNote
from services.consultation.answers.tables import Answer
from services.consultation.answers.team import Signatory, signatories
from services.consultation.answers.views import filled
from services.consultation.cases.acts import move, tell
from services.consultation.cases.operations import open_case, take_case
from services.consultation.cases.store import OpenCase
from services.shared.database import WriteSession, new_id


async def publish_answer(session: WriteSession, case_id: str, expected: int) -> OpenCase:
    """`expected` is the version of the case. A correction is published without moving the case.

    Raises StaleVersion, SignaturesNotAsked, SignaturesOpen, NobodyToSign, AnswerAlreadyPublished.
    """
    case = await take_case(session, case_id, expected)
    answer = await draft_for(session, case, "publish")
    if answer.state != AnswerState.signing:
        raise SignaturesNotAsked()
    team = await signatories(session, case.id) or _coordinator_alone(session, answer)
    contents = await store.contents_of(session, answer, case.key)
    _check_signed(session, answer, contents, team)
    await _fix_texts(session, case, answer, contents, team)
    await _fix_signatures(session, case, answer, contents, team)
    contents = await store.contents_of(session, answer, case.key)
    facts = {"kind": answer.kind, "edition": answer.edition, "direct": False, **_counts(contents)}
    if answer.edition == 1:
        await move(session, case, "publish", event=facts)
    else:
        await leave_trace(session, case, "publish", event="answer.corrected", **facts)
    await _seal(session, case, answer)
    return case


def _coordinator_alone(session: WriteSession, answer: Answer) -> list[Signatory]:
    """A direct note has no team: whoever corrects it signs by publishing. Raises NobodyToSign for any other answer."""
    if answer.edition == 1:
        raise NobodyToSign()
    caller = session.caller
    return [Signatory(UUID(caller.person), caller.name, None, "coordinator")]


def _check_signed(session: WriteSession, answer: Answer, contents: Contents, team: list[Signatory]) -> None:
    signers = [Signer(str(one.person), contents.opinion_of(one.person)) for one in team if one.role != "coordinator"]
    waited = still_waited_for(signers, due=answer.signing_due, now=session.clock.now())
    if waited:
        raise SignaturesOpen(waiting=len(waited), due=answer.signing_due and answer.signing_due.isoformat())


async def _fix_texts(
    session: WriteSession, case: OpenCase, answer: Answer, contents: Contents, team: list[Signatory]
) -> None:
    """What followed from the case and its team until now is written down as it is today."""
    now, caller = session.clock.now(), session.caller
    for block, written in filled(case, contents, team).items():
        if written.version == 0:
            fixed = replace(written, version=1, person=UUID(caller.person), name=caller.name, at=now)
            await store.add_block(session, answer.id, block, fixed, case.key)


async def _fix_signatures(
    session: WriteSession, case: OpenCase, answer: Answer, contents: Contents, team: list[Signatory]
) -> None:
    """Silence past the deadline is written down too; the word of one who has left the team is not counted."""
    members = {one.person for one in team}
    for signed in contents.signatures:
        if signed.voided_at is None and signed.person not in members:
            await store.void_signatures(session, answer.id, person=signed.person)
    for one in team:
        if contents.signed_by(one.person) is None:
            state = SignatureState.agree if one.role == "coordinator" else SignatureState.not_signed
            await store.add_signature(session, answer.id, _without_words(session, answer, one, state), case.key)


def _without_words(session: WriteSession, answer: Answer, one: Signatory, state: SignatureState) -> Signed:
    return Signed(
        id=new_id(),
        person=one.person,
        name=one.name,
        state=state,
        text="",
        recommendation=None,
        of_version=answer.version,
        at=session.clock.now(),
        voided_at=None,
    )


def _counts(contents: Contents) -> dict[str, int]:
    states = [one.state for one in contents.signatures if one.voided_at is None]
    return {
        "recommendations": len(contents.recommendations),
        "dissents": states.count(SignatureState.dissent),
        "remarks": states.count(SignatureState.remark),
        "not_signed": states.count(SignatureState.not_signed),
    }


async def _seal(session: WriteSession, case: OpenCase, answer: Answer) -> None:
    """The number last: its row is locked from here to the commit. A correction keeps the number it corrects."""
    corrected = await store.find_answer(session, answer.corrects) if answer.corrects else None
    if corrected is not None:
        answer.yta, answer.year, answer.serial = corrected.yta, corrected.year, corrected.serial
    else:
        await _draw_number(session, case, answer)
    await store.seal_publication(session, answer)


async def _draw_number(session: WriteSession, case: OpenCase, answer: Answer) -> None:
    assert case.row.yta is not None, "a case that was submitted has its centre"
    kind, year = AnswerKind(answer.kind), number_year(session.clock.now())
    serial = await store.draw_serial(session, yta=case.row.yta, kind=kind, year=year)
    answer.yta, answer.year, answer.serial = case.row.yta, year, serial


async def publish_direct_note(session: WriteSession, case_id: str, note: DirectNote, expected: int) -> OpenCase:
    """The coordinator's own note, where no team is needed: written, signed and published in one act."""
    case = await take_case(session, case_id, expected)
    answer = new_draft(session, case, AnswerKind.note)
    require(case, "answer_directly", answer)
    await store.add_answer(session, answer)
    caller = session.caller
    coordinator = Signatory(UUID(caller.person), caller.name, None, "coordinator")
    texts = {Block.background: note.background, Block.considerations: note.text}
    written = Contents(
        blocks={block: Written(text) for block, text in texts.items()}, recommendations=[], signatures=[]
    )
    await _fix_texts(session, case, answer, written, [coordinator])
    for order, row in enumerate(note.recommendations, start=1):
        await store.put_recommendation(session, answer.id, as_advice(row, new_id(), version=1, order=order), case.key)
    await _fix_signatures(session, case, answer, written, [coordinator])
    facts = {"kind": answer.kind, "edition": 1, "direct": True}
    contents = await store.contents_of(session, answer, case.key)
    await move(session, case, "answer_directly", event=facts)
    await tell(session, case.row, "answer.published", **facts, **_counts(contents))
    await _seal(session, case, answer)
    return case


async def correct_answer(session: WriteSession, case_id: str, reason: str) -> AnswerView:
    """A draft of the next edition, with the texts of the published one; signed and published like any answer.

    Raises AnswerNotPublished, AnswerAlreadyStarted.
    """
    case = await open_case(session, case_id, part="answer")
    published = await store.published_of(session, case.id)
    if not published:
        raise AnswerNotPublished()
    corrected = published[0]
    draft = new_draft(session, case, AnswerKind(corrected.kind))
    draft.edition, draft.corrects = corrected.edition + 1, corrected.id
    draft.reason_sealed = case.key.seal(reason, "answers.reason")
    require(case, "correct_answer", draft)
    await add_draft(session, draft)
    await store.copy_texts(session, corrected, draft, case.key)
    await leave_trace(session, case, "correct_answer", event="answer.correction_started", edition=draft.edition)
    return await shown(session, case, draft)
