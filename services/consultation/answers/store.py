"""Answers in the database. Texts are sealed and opened here and nowhere else."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import case as sql_case
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from services.consultation.answers.contents import Advice, Contents, Signed, Written
from services.consultation.answers.rules import AnswerKind, AnswerState, Block, SignatureState
from services.consultation.answers.tables import Answer, AnswerBlock, AnswerNumber, Recommendation, Signature
from services.consultation.cases.tables import Case, CaseAccess
from services.consultation.teams.tables import Invitation
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.encryption import SealingKey
from services.shared.statements import Row


async def draft_of(session: ReadSession, case_id: UUID, *, lock: bool = False) -> Answer | None:
    """The edition being written. Locked, so that two who save at once come one after the other."""
    query = select(Answer).where(Answer.case_id == case_id, Answer.published_at.is_(None))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(query)).one_or_none()


async def published_of(session: ReadSession, case_id: UUID) -> list[Answer]:
    """Published editions, the newest first."""
    query = (
        select(Answer)
        .where(Answer.case_id == case_id, Answer.published_at.is_not(None))
        .order_by(Answer.published_at.desc(), Answer.id.desc())
    )
    return list(await session.scalars(query))


async def find_answer(session: ReadSession, answer_id: UUID) -> Answer:
    return await session.get_one(Answer, answer_id)


def reason_of(answer: Answer, key: SealingKey) -> str | None:
    return key.open(answer.reason_sealed, "answers.reason") if answer.reason_sealed else None


async def add_answer(session: WriteSession, answer: Answer) -> None:
    session.add(answer)
    await session.flush()


async def contents_of(session: ReadSession, answer: Answer, key: SealingKey) -> Contents:
    return Contents(
        blocks=await _blocks(session, answer.id, key),
        recommendations=await _recommendations(session, answer.id, key),
        signatures=await _signatures(session, answer.id, key),
    )


def contents_in(
    blocks: Iterable[Row], recommendations: Iterable[Row], signatures: Iterable[Row], key: SealingKey
) -> Contents:
    """Of rows that were read already: the newest of each block, the others in their order."""
    return Contents(
        blocks={Block(row.block): _open_block(row, key) for row in blocks},
        recommendations=[_open_recommendation(row, place, key) for place, row in enumerate(recommendations, start=1)],
        signatures=[_open_signature(row, key) for row in signatures],
    )


async def newest_block(session: ReadSession, answer_id: UUID, block: Block, key: SealingKey) -> Written | None:
    query = (
        select(AnswerBlock)
        .where(AnswerBlock.answer_id == answer_id, AnswerBlock.block == block.value)
        .order_by(AnswerBlock.version.desc())
        .limit(1)
    )
    row = (await session.scalars(query)).one_or_none()
    return None if row is None else _open_block(row, key)


async def _blocks(session: ReadSession, answer_id: UUID, key: SealingKey) -> dict[Block, Written]:
    query = (
        select(AnswerBlock)
        .where(AnswerBlock.answer_id == answer_id)
        .ext(distinct_on(AnswerBlock.block))
        .order_by(AnswerBlock.block, AnswerBlock.version.desc())
    )
    return {Block(row.block): _open_block(row, key) for row in await session.scalars(query)}


def _open_block(row: AnswerBlock, key: SealingKey) -> Written:
    return Written(
        text=key.open(row.text_sealed, "answer_blocks.text"),
        version=row.version,
        person=row.person_id,
        name=row.person_name,
        at=row.at,
    )


async def add_block(session: WriteSession, answer_id: UUID, block: Block, written: Written, key: SealingKey) -> None:
    session.add(
        AnswerBlock(
            answer_id=answer_id,
            block=block.value,
            version=written.version,
            text_sealed=key.seal(written.text, "answer_blocks.text"),
            person_id=written.person,
            person_name=written.name or "",
            at=written.at,
        )
    )
    await session.flush()


async def _recommendations(session: ReadSession, answer_id: UUID, key: SealingKey) -> list[Advice]:
    query = (
        select(Recommendation)
        .where(Recommendation.answer_id == answer_id)
        .order_by(Recommendation.position)
        .execution_options(populate_existing=True)
    )
    return [_open_recommendation(row, place, key) for place, row in enumerate(await session.scalars(query), start=1)]


def _open_recommendation(row: Recommendation, order: int, key: SealingKey) -> Advice:
    return Advice(
        id=row.id,
        order=order,
        version=row.version,
        what=key.open(row.what_sealed, "recommendations.what"),
        who=key.open(row.who_sealed, "recommendations.who"),
        by_when=key.open(row.by_when_sealed, "recommendations.by_when"),
        method=None if row.method_sealed is None else key.open(row.method_sealed, "recommendations.method"),
    )


async def put_recommendation(session: WriteSession, answer_id: UUID, advice: Advice, key: SealingKey) -> None:
    """Adds the row, or writes it anew."""
    values = {
        "position": advice.order,
        "version": advice.version,
        "what_sealed": key.seal(advice.what, "recommendations.what"),
        "who_sealed": key.seal(advice.who, "recommendations.who"),
        "by_when_sealed": key.seal(advice.by_when, "recommendations.by_when"),
        "method_sealed": None if advice.method is None else key.seal(advice.method, "recommendations.method"),
    }
    row = insert(Recommendation).values(id=advice.id, answer_id=answer_id, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))


async def order_recommendations(session: WriteSession, ids: Sequence[UUID]) -> None:
    if ids:
        places = sql_case({one: place for place, one in enumerate(ids, start=1)}, value=Recommendation.id)
        await session.execute(
            update(Recommendation)
            .where(Recommendation.id.in_(ids))
            .values(position=places)
            .execution_options(synchronize_session=False)
        )


async def remove_recommendation(session: WriteSession, recommendation_id: UUID) -> None:
    await session.execute(delete(Recommendation).where(Recommendation.id == recommendation_id))


async def _signatures(session: ReadSession, answer_id: UUID, key: SealingKey) -> list[Signed]:
    query = (
        select(Signature)
        .where(Signature.answer_id == answer_id)
        .order_by(Signature.at, Signature.id)
        .execution_options(populate_existing=True)
    )
    return [_open_signature(row, key) for row in await session.scalars(query)]


def _open_signature(row: Signature, key: SealingKey) -> Signed:
    return Signed(
        id=row.id,
        person=row.person_id,
        name=row.person_name,
        state=SignatureState(row.state),
        text="" if row.text_sealed is None else key.open(row.text_sealed, "signatures.text"),
        recommendation=row.recommendation_id,
        of_version=row.of_version,
        at=row.at,
        voided_at=row.voided_at,
    )


async def add_signature(session: WriteSession, answer_id: UUID, signed: Signed, key: SealingKey) -> None:
    session.add(
        Signature(
            id=signed.id,
            answer_id=answer_id,
            person_id=signed.person,
            person_name=signed.name,
            state=signed.state.value,
            text_sealed=key.seal(signed.text, "signatures.text") if signed.text else None,
            recommendation_id=signed.recommendation,
            of_version=signed.of_version,
            at=signed.at,
        )
    )
    await session.flush()


async def void_signatures(session: WriteSession, answer_id: UUID, *, person: UUID | None = None) -> int:
    """Takes the force from one person's signature, or from all. How many there were."""
    query = update(Signature).where(Signature.answer_id == answer_id, Signature.voided_at.is_(None))
    if person is not None:
        query = query.where(Signature.person_id == person)
    voided = await session.execute(
        query.values(voided_at=session.clock.now()).returning(Signature.id).execution_options(synchronize_session=False)
    )
    return len(voided.all())


async def draw_serial(session: WriteSession, *, yta: str, kind: AnswerKind, year: int) -> int:
    """The next number of a centre, kind and year. The row stays locked until the commit: draw it last.

    A transaction that fails gives its number back, so there are no gaps.
    """
    first = insert(AnswerNumber).values(yta=yta, kind=kind.value, year=year, last=1)
    drawn = await session.execute(
        first.on_conflict_do_update(
            index_elements=["yta", "kind", "year"], set_={"last": AnswerNumber.last + 1}
        ).returning(AnswerNumber.last)
    )
    return drawn.scalar_one()


async def seal_publication(session: WriteSession, answer: Answer) -> None:
    """The last write to the row: after it the database refuses every other."""
    answer.state = AnswerState.published.value
    answer.published_at = session.clock.now()
    answer.published_by = UUID(session.caller.person)
    answer.published_by_name = session.caller.name
    await session.flush()


async def copy_texts(session: WriteSession, source: Answer, target: Answer, key: SealingKey) -> None:
    """Blocks and recommendations of one answer as those of another."""
    contents = await contents_of(session, source, key)
    for block, written in contents.blocks.items():
        await add_block(session, target.id, block, replace(written, version=1), key)
    for advice in contents.recommendations:
        await put_recommendation(session, target.id, replace(advice, id=new_id(), version=1), key)


async def unsigned_drafts(session: ReadSession, person: UUID) -> Sequence[Answer]:
    """Answers in signing that the person can see and has not signed."""
    mine = select(Signature.id).where(
        Signature.answer_id == Answer.id, Signature.person_id == person, Signature.voided_at.is_(None)
    )
    query = select(Answer).where(Answer.state == AnswerState.signing.value, ~mine.exists()).order_by(Answer.signing_due)
    return list(await session.scalars(query))


async def cases_to_write(session: ReadSession, person: UUID, limit: int) -> Sequence[Case]:
    """Cases whose answer the person's team is at, and has not yet asked signatures for."""
    on_team = select(CaseAccess.case_id).where(
        CaseAccess.person_id == person, CaseAccess.relation.in_(["chair", "secretary", "member"])
    )
    signing = select(Answer.id).where(Answer.case_id == Case.id, Answer.state == AnswerState.signing.value)
    query = (
        select(Case)
        .where(Case.id.in_(on_team), Case.state == "in_consultation", Case.team_may_read, ~signing.exists())
        .order_by(Case.next_due, Case.id)
        .limit(limit)
    )
    return list(await session.scalars(query))


async def publishable_cases(session: ReadSession, person: UUID, now: datetime) -> Sequence[Case]:
    """Cases whose answer waits only to be published, by their chair or by the coordinator they name."""
    chaired = select(CaseAccess).where(
        CaseAccess.case_id == Case.id, CaseAccess.person_id == person, CaseAccess.relation == "chair"
    )
    signed = (
        select(Signature)
        .where(Signature.answer_id == Answer.id, Signature.person_id == Invitation.person_id)
        .where(Signature.voided_at.is_(None))
        .correlate(Answer, Invitation)  # two floors up: left to itself it would take a signature of any answer
    )
    unsigned = select(Invitation).where(Invitation.case_id == Case.id, Invitation.state == "accepted", ~signed.exists())
    query = (
        select(Case)
        .join(Answer, Answer.case_id == Case.id)
        .where(Answer.state == AnswerState.signing.value, Case.is_open)
        .where((Case.coordinator == person) | chaired.exists())
        .where((Answer.signing_due <= now) | ~unsigned.exists())
        .order_by(Answer.signing_due)
    )
    return list(await session.scalars(query))
