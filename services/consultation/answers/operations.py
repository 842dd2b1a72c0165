"""Reading an answer, and writing its draft by many hands: each part is saved against the version it was opened in."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.consultation.access import ground_of, may_read_team_notes
from services.consultation.answers import store
from services.consultation.answers.contents import Advice, Written
from services.consultation.answers.errors import (
    AnswerAlreadyPublished,
    AnswerAlreadyStarted,
    AnswerNotFound,
    BlockChanged,
    RecommendationChanged,
    RecommendationNotFound,
    StatementNotPossible,
    TooManyRecommendations,
)
from services.consultation.answers.rules import MOST_RECOMMENDATIONS, AnswerKind, AnswerState, Block
from services.consultation.answers.schemas import AnswerView, RecommendationText
from services.consultation.answers.tables import Answer
from services.consultation.answers.team import signatories
from services.consultation.answers.views import editions_in, filled, is_possible, view_of
from services.consultation.cases.acts import tell
from services.consultation.cases.operations import open_case
from services.consultation.cases.store import OpenCase, write_log
from services.consultation.errors import ActBlocked, ActNotPossible, NotYourAct
from services.consultation.lines.store import find_line
from services.consultation.workflow import ACTS, Group
from services.shared.access_log import log_access
from services.shared.database import WriteSession, new_id


async def read_answer(session: WriteSession, case_id: str) -> AnswerView:
    """The draft for those who write it, else what is published. Raises AnswerNotFound."""
    case = await open_case(session, case_id, part="answer")
    return await shown(session, case, await visible_answer(session, case))


async def visible_answer(session: WriteSession, case: OpenCase) -> Answer:
    draft = await store.draft_of(session, case.id) if may_read_team_notes(case.relations) else None
    published = [] if draft else await store.published_of(session, case.id)
    if draft is None and not published:
        raise AnswerNotFound()
    return draft or published[0]


async def shown(session: WriteSession, case: OpenCase, answer: Answer) -> AnswerView:
    contents = await store.contents_of(session, answer, case.key)
    editions = _editions(answer, await store.published_of(session, case.id))
    return view_of(
        case,
        answer,
        contents,
        team=await signatories(session, case.id),
        editions=editions_in([(one, store.reason_of(one, case.key)) for one in editions]),
        now=session.clock.now(),
    )


def _editions(answer: Answer, published: list[Answer]) -> list[Answer]:
    """Those of the same number; a reopened case has an answer of another number besides."""
    number = next(
        ((one.kind, one.year, one.serial) for one in published if one.id in (answer.id, answer.corrects)), None
    )
    return [one for one in published if (one.kind, one.year, one.serial) == number]


def require(case: OpenCase, name: str, answer: Answer) -> None:
    """Raises NotYourAct, ActNotPossible, ActBlocked. Whoever asks for an answer has no part in writing it."""
    if is_possible(case, answer, name):
        return _require_consent(case, name)
    if Group.ASKER in case.groups or not case.groups & set(ACTS[name].who):
        raise NotYourAct(act=name)
    raise ActNotPossible(act=name, state=case.row.state)


def _require_consent(case: OpenCase, name: str) -> None:
    """Where the case rests on a consent that is missing or withdrawn, its answer rests too."""
    if not case.row.team_may_read and name != "answer_directly":
        raise ActBlocked(act=name, reason="consent_withdrawn" if case.row.choice_due else "consent_missing")


async def draft_for(session: WriteSession, case: OpenCase, act: str) -> Answer:
    """The draft, locked for an act. Raises AnswerNotFound, AnswerAlreadyPublished, NotYourAct, ActNotPossible."""
    draft = await store.draft_of(session, case.id, lock=True) if may_read_team_notes(case.relations) else None
    if draft is None:
        raise AnswerAlreadyPublished() if await store.published_of(session, case.id) else AnswerNotFound()
    require(case, act, draft)
    return draft


async def start_answer(session: WriteSession, case_id: str, kind: AnswerKind | None) -> AnswerView:
    """Raises StatementNotPossible, AnswerAlreadyStarted."""
    case = await open_case(session, case_id, part="answer")
    answer = new_draft(session, case, kind or _wanted_kind(case))
    require(case, "start_answer", answer)
    await _check_kind(session, case, AnswerKind(answer.kind))
    left_over = await store.draft_of(session, case.id, lock=True)
    if left_over is not None and left_over.edition > 1:
        answer = _begun_anew(left_over, answer)
        await session.flush()
    else:
        await add_draft(session, answer)
    await leave_trace(session, case, "start_answer", event="answer.started", kind=answer.kind)
    return await shown(session, case, answer)


async def add_draft(session: WriteSession, answer: Answer) -> None:
    """Raises AnswerAlreadyStarted: a case has one draft at a time."""
    try:
        async with session.begin_nested():
            await store.add_answer(session, answer)
    except IntegrityError as taken:
        raise AnswerAlreadyStarted() from taken


def _begun_anew(correction: Answer, fresh: Answer) -> Answer:
    """The case was reopened while a correction was being written: its text becomes the draft of the new answer."""
    correction.kind, correction.edition = fresh.kind, fresh.edition
    correction.state, correction.signing_due = fresh.state, None
    correction.corrects = correction.reason_sealed = None
    return correction


def _wanted_kind(case: OpenCase) -> AnswerKind:
    return AnswerKind.statement if case.row.identification == "statement" else AnswerKind.note


async def _check_kind(session: WriteSession, case: OpenCase, kind: AnswerKind) -> None:
    if kind is AnswerKind.note:
        return
    line = await find_line(session, case.row.line) if case.row.line else None
    if line is None or not line.group_14 or case.row.identification != "statement":
        raise StatementNotPossible()


def new_draft(session: WriteSession, case: OpenCase, kind: AnswerKind) -> Answer:
    return Answer(
        id=new_id(),
        case_id=case.id,
        kind=kind.value,
        state=AnswerState.drafting.value,
        version=1,
        edition=1,
        started_by=UUID(session.caller.person),
        started_at=session.clock.now(),
    )


async def save_block(session: WriteSession, case_id: str, block: Block, text: str, expected: int) -> AnswerView:
    """Raises BlockChanged with the other's text where somebody saved since; the same text twice changes nothing."""
    case = await open_case(session, case_id, part="answer")
    answer = await draft_for(session, case, "save_answer")
    standing = await _standing(session, case, answer, block)
    if text != standing.text:
        if standing.version != expected:
            raise BlockChanged(
                current=standing.version, block=block.value, text=standing.text, written_by=standing.name or ""
            )
        await store.add_block(session, answer.id, block, _by_caller(session, text, standing.version + 1), case.key)
        await content_changed(session, case, answer)
    return await shown(session, case, answer)


async def _standing(session: WriteSession, case: OpenCase, answer: Answer, block: Block) -> Written:
    contents = await store.contents_of(session, answer, case.key)
    return filled(case, contents, await signatories(session, case.id))[block]


def _by_caller(session: WriteSession, text: str, version: int) -> Written:
    caller = session.caller
    return Written(text, version=version, person=UUID(caller.person), name=caller.name, at=session.clock.now())


async def content_changed(session: WriteSession, case: OpenCase, answer: Answer) -> None:
    """Signatures are of a text: where it changes they lose their force, and are asked for again."""
    answer.version += 1
    await log_access(session, act="save_answer", subject=case.id, part="answer", ground=ground_of(case.relations))
    if answer.state == AnswerState.signing:
        answer.state = AnswerState.drafting.value
        answer.signing_due = None
        voided = await store.void_signatures(session, answer.id)
        await write_log(session, case.id, "void_signatures", team_only=True, count=voided)
        await tell(session, case.row, "answer.signatures_voided", count=voided)
    await session.flush()


async def add_recommendation(session: WriteSession, case_id: str, row: RecommendationText) -> AnswerView:
    case = await open_case(session, case_id, part="answer")
    answer = await draft_for(session, case, "save_answer")
    rows = list((await store.contents_of(session, answer, case.key)).recommendations)
    if len(rows) >= MOST_RECOMMENDATIONS:
        raise TooManyRecommendations(limit=MOST_RECOMMENDATIONS)
    await _put_in_order(
        session, case, answer, rows, as_advice(row, new_id(), version=1, order=len(rows) + 1), row.order
    )
    return await shown(session, case, answer)


async def change_recommendation(
    session: WriteSession, case_id: str, recommendation: UUID, row: RecommendationText, expected: int
) -> AnswerView:
    """Raises RecommendationNotFound, RecommendationChanged with the row as it stands."""
    case = await open_case(session, case_id, part="answer")
    answer = await draft_for(session, case, "save_answer")
    rows = list((await store.contents_of(session, answer, case.key)).recommendations)
    standing = _find(rows, recommendation)
    wanted = as_advice(row, standing.id, version=standing.version, order=row.order or standing.order)
    if wanted != standing:
        _check_version(standing, expected)
        rest = [one for one in rows if one.id != standing.id]
        await _put_in_order(session, case, answer, rest, replace(wanted, version=standing.version + 1), wanted.order)
    return await shown(session, case, answer)


async def remove_recommendation(session: WriteSession, case_id: str, recommendation: UUID, expected: int) -> AnswerView:
    """Raises RecommendationNotFound, RecommendationChanged."""
    case = await open_case(session, case_id, part="answer")
    answer = await draft_for(session, case, "save_answer")
    rows = (await store.contents_of(session, answer, case.key)).recommendations
    _check_version(_find(rows, recommendation), expected)
    await store.remove_recommendation(session, recommendation)
    await store.order_recommendations(session, [one.id for one in rows if one.id != recommendation])
    await content_changed(session, case, answer)
    return await shown(session, case, answer)


def as_advice(row: RecommendationText, id: UUID, *, version: int, order: int) -> Advice:
    return Advice(
        id=id, order=order, version=version, what=row.what, who=row.who, by_when=row.by_when, method=row.method or None
    )


def _find(rows: Sequence[Advice], recommendation: UUID) -> Advice:
    found = next((one for one in rows if one.id == recommendation), None)
    if found is None:
        raise RecommendationNotFound()
    return found


def _check_version(standing: Advice, expected: int) -> None:
    if standing.version != expected:
        raise RecommendationChanged(
            current=standing.version,
            what=standing.what,
            who=standing.who,
            by_when=standing.by_when,
            method=standing.method,
        )


async def _put_in_order(
    session: WriteSession, case: OpenCase, answer: Answer, others: list[Advice], advice: Advice, order: int | None
) -> None:
    await store.put_recommendation(session, answer.id, advice, case.key)
    ids = [one.id for one in others]
    ids.insert((order or len(ids) + 1) - 1, advice.id)
    await store.order_recommendations(session, ids)
    await content_changed(session, case, answer)


async def leave_trace(session: WriteSession, case: OpenCase, act: str, *, event: str, **data: object) -> None:
    """Of an act on a draft: a log row of access, a row of the case's log that only the team sees, an event."""
    await log_access(session, act=act, subject=case.id, part="answer", ground=ground_of(case.relations))
    await write_log(session, case.id, act, team_only=True, **data)
    await tell(session, case.row, event, **data)
