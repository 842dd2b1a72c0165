from uuid import UUID

from fastapi import APIRouter, Response

from services.registry.agreements import operations as agreements
from services.registry.agreements.operations import AGREEMENTS
from services.registry.agreements.schemas import (
    AgreementChange,
    AgreementEnd,
    AgreementPage,
    AgreementView,
    NewAgreement,
)
from services.registry.history.schemas import HistoryPage
from services.registry.organisations.routes import IdOrSlug
from services.registry.terms import operations
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag

router = APIRouter(tags=["agreements"])


@router.get(
    "/organisations/{organisation}/agreements",
    operation_id="list_agreements",
    summary="Agreements on using the experts of an organisation",
)
async def list_agreements(
    organisation: IdOrSlug, session: Reading, caller: SignedIn, limit: Limit = 50, after: After = None
) -> AgreementPage:
    found = await operations.list_terms(session, caller, AGREEMENTS, organisation, limit=limit, after=after)
    return AgreementPage(items=found.items, next=found.next)


@router.post(
    "/organisations/{organisation}/agreements",
    operation_id="create_agreement",
    summary="Record an agreement on using an organisation's experts",
    status_code=201,
)
async def create_agreement(
    organisation: IdOrSlug, body: NewAgreement, session: Writing, caller: SignedIn, once: Once, response: Response
) -> AgreementView:
    made = await once.run(
        lambda: operations.create_term(session, caller, AGREEMENTS, organisation, body),
        lambda id: operations.read_term(session, caller, AGREEMENTS, UUID(id)),
    )
    etag(response, made.version)
    return made


@router.get(
    "/agreements/{agreement}",
    operation_id="read_agreement",
    summary="One agreement, and which others meet it",
)
async def read_agreement(agreement: UUID, session: Reading, caller: SignedIn, response: Response) -> AgreementView:
    found = await operations.read_term(session, caller, AGREEMENTS, agreement)
    etag(response, found.version)
    return found


@router.patch("/agreements/{agreement}", operation_id="change_agreement", summary="Change an agreement")
async def change_agreement(
    agreement: UUID, body: AgreementChange, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> AgreementView:
    changed = await agreements.change_agreement(session, caller, agreement, body, expected=expected)
    etag(response, changed.version)
    return changed


@router.get(
    "/agreements/{agreement}/history",
    operation_id="list_agreement_history",
    summary="What was changed in an agreement, by whom and when",
)
async def list_agreement_history(
    agreement: UUID, session: Reading, limit: Limit = 50, after: After = None
) -> HistoryPage:
    return await operations.list_term_history(session, AGREEMENTS, agreement, limit=limit, after=after)


@router.post("/agreements/{agreement}/end", operation_id="end_agreement", summary="End an agreement before its day")
async def end_agreement(
    agreement: UUID,
    body: AgreementEnd,
    session: Writing,
    caller: SignedIn,
    expected: IfMatch,
    once: Once,
    response: Response,
) -> AgreementView:
    ended = await once.run(
        lambda: agreements.end_agreement(session, caller, agreement, body, expected=expected),
        lambda id: operations.read_term(session, caller, AGREEMENTS, UUID(id)),
    )
    etag(response, ended.version)
    return ended
