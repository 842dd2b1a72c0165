"""How an answer is shown: the texts as they stand, the team's signatures, and what the reader may do next."""

from collections.abc import Sequence
from datetime import datetime

from services.consultation.answers.contents import Advice, Contents, Signed, Written
from services.consultation.answers.rules import (
    LIMITS,
    AnswerKind,
    AnswerState,
    Block,
    SignatureState,
    digest_of,
    empty_parts,
    lines_of,
    number_of,
)
from services.consultation.answers.schemas import (
    AllowedAct,
    AnswerView,
    BlockedAct,
    BlockView,
    EditionView,
    RecommendationView,
    SignatureView,
    VoidedView,
)
from services.consultation.answers.tables import Answer
from services.consultation.answers.team import Signatory
from services.consultation.answers.wording import who_answered
from services.consultation.cases.store import OpenCase, questions_of
from services.consultation.workflow import ACTS, Group, State


def filled(case: OpenCase, contents: Contents, team: Sequence[Signatory]) -> dict[Block, Written]:
    """All five blocks: what nobody has written stands as it follows from the case and its team."""
    language = case.row.language or "fi"
    unwritten = {
        Block.questions: lines_of(questions_of(case)),
        Block.who: who_answered([(one.name, one.title, one.role) for one in team], language),
        Block.limits: LIMITS[language] if language in LIMITS else LIMITS["fi"],
    }
    return {block: contents.blocks.get(block) or Written(unwritten.get(block, "")) for block in Block}


def number_in(answer: Answer) -> str | None:
    if answer.yta is None or answer.year is None or answer.serial is None:
        return None
    return number_of(yta=answer.yta, kind=AnswerKind(answer.kind), year=answer.year, serial=answer.serial)


def view_of(
    case: OpenCase,
    answer: Answer,
    contents: Contents,
    *,
    team: Sequence[Signatory],
    editions: Sequence[EditionView],
    now: datetime,
) -> AnswerView:
    blocks = filled(case, contents, team)
    signatures = signatures_in(answer, contents, team, now)
    allowed, blocked = _acts(case, answer, blocks, contents, signatures)
    return AnswerView(
        id=answer.id,
        case_id=case.id,
        case_version=case.row.version,
        kind=AnswerKind(answer.kind),
        state=AnswerState(answer.state),
        version=answer.version,
        edition=answer.edition,
        number=number_in(answer),
        language=case.row.language or "fi",
        blocks={block: _block(written) for block, written in blocks.items()},
        recommendations=[
            RecommendationView.model_validate(row, from_attributes=True) for row in contents.recommendations
        ],
        signatures=signatures,
        signing_due=answer.signing_due,
        published_at=answer.published_at,
        digest=digest_of(contents.plain(blocks)),
        versions=list(editions),
        allowed=allowed,
        blocked=blocked,
    )


def _recommendation(row: Advice) -> RecommendationView:
    return RecommendationView.model_validate(row, from_attributes=True)


def _block(written: Written) -> BlockView:
    return BlockView(text=written.text, version=written.version, written_by=written.name or None, written_at=written.at)


def signatures_in(answer: Answer, contents: Contents, team: Sequence[Signatory], now: datetime) -> list[SignatureView]:
    """Of a published answer those it was published with; of a draft one for each member of the team."""
    if answer.published_at is not None:
        return [_given(one, None) for one in contents.signatures if one.voided_at is None]
    return [_of_member(one, contents, answer.signing_due, now) for one in team]


def _of_member(one: Signatory, contents: Contents, due: datetime | None, now: datetime) -> SignatureView:
    given = contents.signed_by(one.person)
    if given is not None:
        return _given(given, one)
    late = due is not None and now >= due
    return SignatureView(
        person=one.person,
        name=one.name,
        title=one.title,
        role=one.role,
        state=SignatureState.not_signed if late else SignatureState.open,
        voided=_voided(contents.voided_of(one.person)),
    )


def _given(signed: Signed, one: Signatory | None) -> SignatureView:
    return SignatureView(
        person=signed.person,
        name=signed.name,
        title=one.title if one else None,
        role=one.role if one else None,
        state=signed.state,
        text=signed.text,
        recommendation=signed.recommendation,
        at=None if signed.state is SignatureState.not_signed else signed.at,
    )


def _voided(signed: Signed | None) -> VoidedView | None:
    if signed is None:
        return None
    return VoidedView.model_validate(signed, from_attributes=True)


def _acts(
    case: OpenCase,
    answer: Answer,
    blocks: dict[Block, Written],
    contents: Contents,
    signatures: Sequence[SignatureView],
) -> tuple[list[AllowedAct], list[BlockedAct]]:
    if answer.published_at is not None:
        return [_allow(name) for name in ("correct_answer",) if is_possible(case, answer, name)], []
    allowed: list[AllowedAct] = []
    blocked: list[BlockedAct] = []
    for name in ("save_answer", "ask_signatures", "sign_answer", "publish"):
        if not is_possible(case, answer, name):
            continue
        obstacle = _obstacle(name, answer, blocks, contents, signatures)
        if obstacle is None:
            allowed.append(_allow(name))
        else:
            blocked.append(obstacle)
    return allowed, blocked


def _allow(name: str) -> AllowedAct:
    return AllowedAct(act=name, needs=list(ACTS[name].needs))


def is_possible(case: OpenCase, answer: Answer, name: str) -> bool:
    """Whether this person may and the state allows. A correction is written in the states where it may be begun."""
    act = ACTS[name]
    states = ACTS["correct_answer"].before if answer.edition > 1 else act.before
    return bool(case.groups & set(act.who)) and Group.ASKER not in case.groups and State(case.row.state) in states


def _obstacle(
    name: str,
    answer: Answer,
    blocks: dict[Block, Written],
    contents: Contents,
    signatures: Sequence[SignatureView],
) -> BlockedAct | None:
    signing = answer.state == AnswerState.signing
    if name == "ask_signatures":
        if empty := empty_parts({block: one.text for block, one in blocks.items()}, len(contents.recommendations)):
            return BlockedAct(act=name, code="answer_incomplete", data={"empty": empty})
        return None if signatures else BlockedAct(act=name, code="nobody_to_sign")
    if name in ("sign_answer", "publish") and not signing:
        return BlockedAct(act=name, code="signatures_not_asked")
    if name == "publish":
        waiting = sum(one.state is SignatureState.open for one in signatures)
        if waiting:
            data = {"waiting": waiting, "due": answer.signing_due and answer.signing_due.isoformat()}
            return BlockedAct(act=name, code="signatures_open", data=data)
    return None


def editions_in(published: Sequence[tuple[Answer, str | None]]) -> list[EditionView]:
    """Newest first; each with the reason it was corrected for."""
    return [
        EditionView(edition=row.edition, published_at=row.published_at, published_by=row.published_by_name, reason=why)
        for row, why in published
        if row.published_at is not None
    ]
