"""The answer of a case, over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.consultation.answers import operations, printing, publishing, signing
from services.consultation.answers.pdf import make_pdf
from services.consultation.answers.rules import Block
from services.consultation.answers.schemas import (
    AnswerView,
    BlockText,
    CorrectionReason,
    DirectNote,
    Opined,
    RecommendationText,
    SignaturesAsked,
    Start,
)
from services.consultation.cases.routes import CaseId
from services.consultation.cases.routes import shown as case_shown
from services.consultation.cases.schemas import CaseView
from services.consultation.cases.views import view_case
from services.consultation.registry_part import AskRegistry
from services.shared.requests import IfMatch, Once, Writing, etag

router = APIRouter(tags=["answers"])

BLOCK_DESCRIPTION = "If-Match is the version of the block; 412 `block_changed` carries what the other one wrote"


@router.get(
    "/cases/{case_id}/answer",
    operation_id="read_answer",
    summary="The draft for those who write it, else what is published",
)
async def read_answer(case_id: CaseId, session: Writing, response: Response) -> AnswerView:
    return _shown(response, await operations.read_answer(session, case_id))


@router.post(
    "/cases/{case_id}/answer",
    operation_id="start_answer",
    summary="Begin the answer; a case has one draft at a time",
    status_code=201,
)
async def start_answer(case_id: CaseId, body: Start, session: Writing, once: Once, response: Response) -> AnswerView:
    async def act() -> AnswerView:
        return await operations.start_answer(session, case_id, body.kind)

    return _shown(response, await once.run(act, lambda _: operations.read_answer(session, case_id)))


@router.put(
    "/cases/{case_id}/answer/blocks/{block}",
    operation_id="save_block",
    summary="Save one block against the version it was opened in",
    description=BLOCK_DESCRIPTION,
)
async def save_block(
    case_id: CaseId, block: Block, body: BlockText, session: Writing, expected: IfMatch, response: Response
) -> AnswerView:
    return _shown(response, await operations.save_block(session, case_id, block, body.text, expected))


@router.post(
    "/cases/{case_id}/answer/recommendations",
    operation_id="add_recommendation",
    summary="Another row of advice",
    status_code=201,
)
async def add_recommendation(
    case_id: CaseId, body: RecommendationText, session: Writing, once: Once, response: Response
) -> AnswerView:
    async def act() -> AnswerView:
        return await operations.add_recommendation(session, case_id, body)

    return _shown(response, await once.run(act, lambda _: operations.read_answer(session, case_id)))


@router.put(
    "/cases/{case_id}/answer/recommendations/{recommendation}",
    operation_id="change_recommendation",
    summary="If-Match is the version of the row",
)
async def change_recommendation(
    case_id: CaseId,
    recommendation: UUID,
    body: RecommendationText,
    session: Writing,
    expected: IfMatch,
    response: Response,
) -> AnswerView:
    return _shown(response, await operations.change_recommendation(session, case_id, recommendation, body, expected))


@router.delete(
    "/cases/{case_id}/answer/recommendations/{recommendation}",
    operation_id="remove_recommendation",
    summary="If-Match is the version of the row",
)
async def remove_recommendation(
    case_id: CaseId, recommendation: UUID, session: Writing, expected: IfMatch, response: Response
) -> AnswerView:
    return _shown(response, await operations.remove_recommendation(session, case_id, recommendation, expected))


@router.post(
    "/cases/{case_id}/answer/ask-signatures",
    operation_id="ask_signatures",
    summary="From each member, until a deadline",
)
async def ask_signatures(
    case_id: CaseId, body: SignaturesAsked, session: Writing, expected: IfMatch, once: Once, response: Response
) -> AnswerView:
    async def act() -> AnswerView:
        return await signing.ask_signatures(session, case_id, body, expected)

    return _shown(response, await once.run(act, lambda _: operations.read_answer(session, case_id)))


@router.post(
    "/cases/{case_id}/answer/signature", operation_id="sign_answer", summary="Agree, agree with a remark, or dissent"
)
async def sign_answer(
    case_id: CaseId, body: Opined, session: Writing, expected: IfMatch, once: Once, response: Response
) -> AnswerView:
    async def act() -> AnswerView:
        return await signing.sign_answer(session, case_id, body, expected)

    return _shown(response, await once.run(act, lambda _: operations.read_answer(session, case_id)))


@router.post(
    "/cases/{case_id}/answer/corrections",
    operation_id="correct_answer",
    summary="A published answer is corrected by a new version",
    status_code=201,
)
async def correct_answer(
    case_id: CaseId, body: CorrectionReason, session: Writing, once: Once, response: Response
) -> AnswerView:
    async def act() -> AnswerView:
        return await publishing.correct_answer(session, case_id, body.reason)

    return _shown(response, await once.run(act, lambda _: operations.read_answer(session, case_id)))


@router.post("/cases/{case_id}/publish", operation_id="publish_answer", summary="Once everybody has had their say")
async def publish_answer(
    case_id: CaseId, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await publishing.publish_answer(session, case_id, expected))

    return case_shown(response, await once.run(act, lambda _: view_case(session, case_id)))


@router.post(
    "/cases/{case_id}/answer-directly",
    operation_id="answer_directly",
    summary="The coordinator's own note, where no team is needed",
)
async def answer_directly(
    case_id: CaseId, body: DirectNote, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await publishing.publish_direct_note(session, case_id, body, expected))

    return case_shown(response, await once.run(act, lambda _: view_case(session, case_id)))


@router.get(
    "/cases/{case_id}/answer.pdf",
    operation_id="read_answer_pdf",
    summary="The answer on paper, accessible",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "PDF/UA-1"}},
)
async def read_answer_pdf(
    case_id: CaseId,
    session: Writing,
    registry: AskRegistry,
    lang: Annotated[Literal["fi", "sv"] | None, Query(description="Of the headings; else the case's own")] = None,
) -> Response:
    printed = await printing.read_answer_pdf(session, registry, case_id, lang)
    name = f"{printed.number or printed.case_code}.pdf"
    return Response(
        await make_pdf(printed),
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _shown(response: Response, view: AnswerView) -> AnswerView:
    etag(response, view.version)
    return view
