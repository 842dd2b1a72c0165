from uuid import UUID

from fastapi import APIRouter, Response

from services.registry.history.schemas import HistoryPage
from services.registry.mandates.operations import MANDATES
from services.registry.mandates.schemas import MandateChange, MandatePage, MandateView, NewMandate
from services.registry.organisations.routes import IdOrSlug
from services.registry.terms import operations
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag

router = APIRouter(tags=["mandates"])


@router.get(
    "/organisations/{organisation}/mandates",
    operation_id="list_mandates",
    summary="What an organisation is there to do, what began last first",
)
async def list_mandates(
    organisation: IdOrSlug, session: Reading, caller: SignedIn, limit: Limit = 50, after: After = None
) -> MandatePage:
    found = await operations.list_terms(session, caller, MANDATES, organisation, limit=limit, after=after)
    return MandatePage(items=found.items, next=found.next)


@router.post(
    "/organisations/{organisation}/mandates",
    operation_id="create_mandate",
    summary="Write down a task of an organisation",
    status_code=201,
)
async def create_mandate(
    organisation: IdOrSlug, body: NewMandate, session: Writing, caller: SignedIn, once: Once, response: Response
) -> MandateView:
    made = await once.run(
        lambda: operations.create_term(session, caller, MANDATES, organisation, body),
        lambda id: operations.read_term(session, caller, MANDATES, UUID(id)),
    )
    etag(response, made.version)
    return made


@router.get("/mandates/{mandate}", operation_id="read_mandate", summary="One task, its basis and its days")
async def read_mandate(mandate: UUID, session: Reading, caller: SignedIn, response: Response) -> MandateView:
    found = await operations.read_term(session, caller, MANDATES, mandate)
    etag(response, found.version)
    return found


@router.patch("/mandates/{mandate}", operation_id="change_mandate", summary="Change a task, its basis or its days")
async def change_mandate(
    mandate: UUID, body: MandateChange, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> MandateView:
    changed = await operations.change_term(session, caller, MANDATES, mandate, body, expected=expected)
    etag(response, changed.version)
    return changed


@router.get(
    "/mandates/{mandate}/history",
    operation_id="list_mandate_history",
    summary="What was changed in a task, by whom and when",
)
async def list_mandate_history(mandate: UUID, session: Reading, limit: Limit = 50, after: After = None) -> HistoryPage:
    return await operations.list_term_history(session, MANDATES, mandate, limit=limit, after=after)
