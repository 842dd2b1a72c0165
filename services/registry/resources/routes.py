from uuid import UUID

from fastapi import APIRouter, Response

from services.registry.history.schemas import HistoryPage
from services.registry.organisations.routes import IdOrSlug
from services.registry.resources.operations import RESOURCES
from services.registry.resources.schemas import NewResource, ResourceChange, ResourcePage, ResourceView
from services.registry.terms import operations
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag

router = APIRouter(tags=["resources"])


@router.get(
    "/organisations/{organisation}/resources",
    operation_id="list_resources",
    summary="People's time and money of an organisation",
)
async def list_resources(
    organisation: IdOrSlug, session: Reading, caller: SignedIn, limit: Limit = 50, after: After = None
) -> ResourcePage:
    found = await operations.list_terms(session, caller, RESOURCES, organisation, limit=limit, after=after)
    return ResourcePage(items=found.items, next=found.next)


@router.post(
    "/organisations/{organisation}/resources",
    operation_id="create_resource",
    summary="Write down a resource of an organisation",
    status_code=201,
)
async def create_resource(
    organisation: IdOrSlug, body: NewResource, session: Writing, caller: SignedIn, once: Once, response: Response
) -> ResourceView:
    made = await once.run(
        lambda: operations.create_term(session, caller, RESOURCES, organisation, body),
        lambda id: operations.read_term(session, caller, RESOURCES, UUID(id)),
    )
    etag(response, made.version)
    return made


@router.get("/resources/{resource}", operation_id="read_resource", summary="One resource")
async def read_resource(resource: UUID, session: Reading, caller: SignedIn, response: Response) -> ResourceView:
    found = await operations.read_term(session, caller, RESOURCES, resource)
    etag(response, found.version)
    return found


@router.patch("/resources/{resource}", operation_id="change_resource", summary="Change a resource")
async def change_resource(
    resource: UUID, body: ResourceChange, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> ResourceView:
    changed = await operations.change_term(session, caller, RESOURCES, resource, body, expected=expected)
    etag(response, changed.version)
    return changed


@router.get(
    "/resources/{resource}/history",
    operation_id="list_resource_history",
    summary="What was changed in a resource, by whom and when",
)
async def list_resource_history(
    resource: UUID, session: Reading, limit: Limit = 50, after: After = None
) -> HistoryPage:
    return await operations.list_term_history(session, RESOURCES, resource, limit=limit, after=after)
