from uuid import UUID

from fastapi import APIRouter, Response

from services.registry.affiliations.operations import AFFILIATIONS
from services.registry.affiliations.schemas import AffiliationChange, AffiliationPage, AffiliationView, NewAffiliation
from services.registry.history.schemas import HistoryPage
from services.registry.organisations.routes import IdOrSlug
from services.registry.terms import operations
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag

router = APIRouter(tags=["affiliations"])


@router.get(
    "/organisations/{organisation}/affiliations",
    operation_id="list_affiliations",
    summary="Where an organisation belongs beside the one it is a part of",
)
async def list_affiliations(
    organisation: IdOrSlug, session: Reading, caller: SignedIn, limit: Limit = 50, after: After = None
) -> AffiliationPage:
    found = await operations.list_terms(session, caller, AFFILIATIONS, organisation, limit=limit, after=after)
    return AffiliationPage(items=found.items, next=found.next)


@router.post(
    "/organisations/{organisation}/affiliations",
    operation_id="create_affiliation",
    summary="Say where an organisation belongs",
    status_code=201,
)
async def create_affiliation(
    organisation: IdOrSlug, body: NewAffiliation, session: Writing, caller: SignedIn, once: Once, response: Response
) -> AffiliationView:
    made = await once.run(
        lambda: operations.create_term(session, caller, AFFILIATIONS, organisation, body),
        lambda id: operations.read_term(session, caller, AFFILIATIONS, UUID(id)),
    )
    etag(response, made.version)
    return made


@router.get("/affiliations/{affiliation}", operation_id="read_affiliation", summary="One affiliation")
async def read_affiliation(
    affiliation: UUID, session: Reading, caller: SignedIn, response: Response
) -> AffiliationView:
    found = await operations.read_term(session, caller, AFFILIATIONS, affiliation)
    etag(response, found.version)
    return found


@router.patch("/affiliations/{affiliation}", operation_id="change_affiliation", summary="Change an affiliation")
async def change_affiliation(
    affiliation: UUID,
    body: AffiliationChange,
    session: Writing,
    caller: SignedIn,
    expected: IfMatch,
    response: Response,
) -> AffiliationView:
    changed = await operations.change_term(session, caller, AFFILIATIONS, affiliation, body, expected=expected)
    etag(response, changed.version)
    return changed


@router.get(
    "/affiliations/{affiliation}/history",
    operation_id="list_affiliation_history",
    summary="What was changed in an affiliation, by whom and when",
)
async def list_affiliation_history(
    affiliation: UUID, session: Reading, limit: Limit = 50, after: After = None
) -> HistoryPage:
    return await operations.list_term_history(session, AFFILIATIONS, affiliation, limit=limit, after=after)
