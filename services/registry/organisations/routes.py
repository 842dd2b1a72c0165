from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.registry.deltas.asking import LINES, Ask, Keys, ids_of
from services.registry.deltas.schemas import Delta
from services.registry.history.schemas import HistoryPage
from services.registry.organisations import operations, tree
from services.registry.organisations.filters import Filters
from services.registry.organisations.schemas import (
    Code,
    NewOrganisation,
    OrganisationChange,
    OrganisationPage,
    OrganisationTree,
    OrganisationView,
    SimilarOrganisations,
)
from services.registry.texts import Query as Words
from services.shared.database import ReadSession
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag

router = APIRouter(tags=["organisations"])

IdOrSlug = Annotated[
    UUID | Annotated[str, Path(max_length=80, pattern=r"^[a-z0-9_]+$")], Path(description="Id or slug")
]


@router.get(
    "/organisations",
    operation_id="list_organisations",
    summary="Organisations of the network, by name",
    response_model=OrganisationPage | Delta[OrganisationView],
    responses=LINES,
)
async def list_organisations(
    ask: Ask,
    caller: SignedIn,
    type: Annotated[Code | None, Query(examples=["yliopistollinen_sairaala"])] = None,
    area: Annotated[Code | None, Query(description="Serving this area", examples=["12"])] = None,
    yta: Annotated[Code | None, Query(description="Serving this collaborative area", examples=["ita"])] = None,
    parent: UUID | None = None,
    q: Annotated[Words | None, Query(description="Words of the name")] = None,
) -> Any:
    filters = Filters(type=type, area=area, yta=yta, parent=parent, q=q)

    async def listed(session: ReadSession, limit: int, after: str | None, keys: Keys) -> OrganisationPage:
        within = replace(filters, ids=ids_of(keys))
        return await operations.list_organisations(session, caller, within, limit=limit, after=after)

    return await ask.tell("organisations", listed)


@router.get(
    "/organisations/{organisation}", operation_id="read_organisation", summary="One organisation, by id or slug"
)
async def read_organisation(
    organisation: IdOrSlug, session: Reading, caller: SignedIn, response: Response
) -> OrganisationView:
    found = await operations.read_organisation(session, caller, organisation)
    etag(response, found.version)
    return found


@router.get(
    "/organisations/{organisation}/history",
    operation_id="list_organisation_history",
    summary="What was changed in an organisation's entry, by whom and when",
)
async def list_organisation_history(
    organisation: IdOrSlug, session: Reading, limit: Limit = 50, after: After = None
) -> HistoryPage:
    return await operations.list_organisation_history(session, organisation, limit=limit, after=after)


@router.get(
    "/organisations/{organisation}/tree",
    operation_id="read_organisation_tree",
    summary="What an organisation is a part of, and its parts",
)
async def read_organisation_tree(organisation: IdOrSlug, session: Reading) -> OrganisationTree:
    return await tree.read_organisation_tree(session, organisation)


@router.get(
    "/similar-organisations",
    operation_id="list_similar_organisations",
    summary="Organisations with nearly this name, to be looked at before adding another",
)
async def list_similar_organisations(
    session: Reading, name: Annotated[Words, Query(examples=["Siltapaika"])]
) -> SimilarOrganisations:
    return await tree.list_similar_organisations(session, name)


@router.post(
    "/organisations", operation_id="create_organisation", summary="Add an organisation of your area", status_code=201
)
async def create_organisation(
    body: NewOrganisation, session: Writing, caller: SignedIn, once: Once, response: Response
) -> OrganisationView:
    made = await once.run(
        lambda: operations.create_organisation(session, caller, body),
        lambda id: operations.read_organisation(session, caller, UUID(id)),
    )
    etag(response, made.version)
    return made


@router.patch(
    "/organisations/{organisation_id}", operation_id="change_organisation", summary="Change an organisation's entry"
)
async def change_organisation(
    organisation_id: UUID,
    body: OrganisationChange,
    session: Writing,
    caller: SignedIn,
    expected: IfMatch,
    response: Response,
) -> OrganisationView:
    changed = await operations.change_organisation(session, caller, organisation_id, body, expected=expected)
    etag(response, changed.version)
    return changed
