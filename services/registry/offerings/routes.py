from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.registry.deltas.asking import LINES, Ask, Keys, ids_of
from services.registry.deltas.schemas import Delta
from services.registry.history.schemas import HistoryPage
from services.registry.offerings import operations
from services.registry.offerings.filters import Sought
from services.registry.offerings.schemas import (
    Age,
    Capacity,
    CapacityTold,
    NewOffering,
    OfferingChange,
    OfferingPage,
    OfferingView,
)
from services.registry.organisations.operations import is_known
from services.registry.organisations.schemas import Code
from services.registry.terms.listing import Limits
from services.registry.terms.named import NamedEnd
from services.registry.texts import Query as Words
from services.shared.database import ReadSession
from services.shared.identity import Caller
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag

router = APIRouter(tags=["offerings"])


def _keep(response: Response, caller: Caller) -> None:
    """What anybody may read may be kept for a while on the way; what members see is theirs."""
    response.headers["Cache-Control"] = "private, no-cache" if is_known(caller) else "public, max-age=300"
    response.headers["Vary"] = "Authorization"


@router.get(
    "/offerings",
    operation_id="list_offerings",
    summary="Services of the network, by name",
    response_model=OfferingPage | Delta[OfferingView],
    responses=LINES,
)
async def list_offerings(
    ask: Ask,
    caller: SignedIn,
    response: Response,
    offering_kind: Annotated[Code | None, Query(examples=["demanding"])] = None,
    area: Annotated[Code | None, Query(description="Serving this area", examples=["12"])] = None,
    yta: Annotated[Code | None, Query(description="Serving this collaborative area", examples=["ita"])] = None,
    theme: Annotated[Code | None, Query(examples=["traumat"])] = None,
    language: Annotated[Code | None, Query(examples=["sv"])] = None,
    age: Annotated[Age | None, Query(description="For somebody of this age, in years")] = None,
    age_group: Annotated[Code | None, Query(examples=["14-17"])] = None,
    capacity: Capacity | None = None,
    organisation: UUID | None = None,
    overdue: Annotated[bool, Query(description="That nobody has said to be right for longer than is set")] = False,
    ended: bool = False,
    q: Annotated[Words | None, Query(description="Words of the name")] = None,
) -> Any:
    _keep(response, caller)
    limits = Limits(organisation=organisation, area=area, yta=yta, theme=theme, language=language, q=q, ended=ended)
    sought = Sought(
        offering_kind=offering_kind, age=age, age_group=age_group, capacity=capacity.value if capacity else None
    )

    async def listed(session: ReadSession, limit: int, after: str | None, keys: Keys) -> OfferingPage:
        within = replace(limits, ids=ids_of(keys))
        return await operations.list_offerings(
            session, caller, within, sought, overdue=overdue, limit=limit, after=after
        )

    return await ask.tell("offerings", listed)


@router.post("/offerings", operation_id="create_offering", summary="Add a service", status_code=201)
async def create_offering(
    body: NewOffering, session: Writing, caller: SignedIn, once: Once, response: Response
) -> OfferingView:
    made = await once.run(
        lambda: operations.create_offering(session, caller, body),
        lambda id: operations.read_offering(session, caller, UUID(id)),
    )
    etag(response, made.version)
    return made


@router.get("/offerings/{offering}", operation_id="read_offering", summary="One service")
async def read_offering(offering: UUID, session: Reading, caller: SignedIn, response: Response) -> OfferingView:
    found = await operations.read_offering(session, caller, offering)
    _keep(response, caller)
    etag(response, found.version)
    return found


@router.patch("/offerings/{offering}", operation_id="change_offering", summary="Change a service")
async def change_offering(
    offering: UUID, body: OfferingChange, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> OfferingView:
    changed = await operations.change_offering(session, caller, offering, body, expected=expected)
    etag(response, changed.version)
    return changed


@router.post(
    "/offerings/{offering}/capacity",
    operation_id="tell_capacity",
    summary="Tell whether a service takes anybody now",
)
async def tell_capacity(
    offering: UUID,
    body: CapacityTold,
    session: Writing,
    caller: SignedIn,
    expected: IfMatch,
    once: Once,
    response: Response,
) -> OfferingView:
    told = await once.run(
        lambda: operations.tell_capacity(session, caller, offering, body, expected=expected),
        lambda id: operations.read_offering(session, caller, UUID(id)),
    )
    etag(response, told.version)
    return told


@router.post(
    "/offerings/{offering}/confirm", operation_id="confirm_offering", summary="Say that a service's entry is right"
)
async def confirm_offering(
    offering: UUID, session: Writing, caller: SignedIn, expected: IfMatch, once: Once, response: Response
) -> OfferingView:
    confirmed = await once.run(
        lambda: operations.confirm_offering(session, caller, offering, expected=expected),
        lambda id: operations.read_offering(session, caller, UUID(id)),
    )
    etag(response, confirmed.version)
    return confirmed


@router.post("/offerings/{offering}/end", operation_id="end_offering", summary="End a service, with a reason")
async def end_offering(
    offering: UUID,
    body: NamedEnd,
    session: Writing,
    caller: SignedIn,
    expected: IfMatch,
    once: Once,
    response: Response,
) -> OfferingView:
    ended = await once.run(
        lambda: operations.end_offering(session, caller, offering, body, expected=expected),
        lambda id: operations.read_offering(session, caller, UUID(id)),
    )
    etag(response, ended.version)
    return ended


@router.get(
    "/offerings/{offering}/history",
    operation_id="list_offering_history",
    summary="What was changed in a service, by whom and when",
)
async def list_offering_history(
    offering: UUID, session: Reading, limit: Limit = 50, after: After = None
) -> HistoryPage:
    return await operations.list_offering_history(session, offering, limit=limit, after=after)
