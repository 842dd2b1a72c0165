from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.registry.deltas.asking import LINES, Ask, Keys, ids_of
from services.registry.deltas.schemas import Delta
from services.registry.groups import members, operations
from services.registry.groups.schemas import (
    GroupChange,
    GroupMemberEnd,
    GroupPage,
    GroupView,
    NewGroup,
    NewGroupMember,
)
from services.registry.history.schemas import HistoryPage
from services.registry.organisations.schemas import Code
from services.registry.terms.listing import Limits
from services.registry.terms.named import NamedEnd
from services.registry.texts import Query as Words
from services.shared.database import ReadSession
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag

router = APIRouter(tags=["groups"])


@router.get(
    "/groups",
    operation_id="list_groups",
    summary="Expert groups of the network, by name",
    response_model=GroupPage | Delta[GroupView],
    responses=LINES,
)
async def list_groups(
    ask: Ask,
    caller: SignedIn,
    group_type: Annotated[Code | None, Query(examples=["lsl14"])] = None,
    area: Annotated[Code | None, Query(description="Serving this area", examples=["12"])] = None,
    yta: Annotated[Code | None, Query(description="Serving this collaborative area", examples=["ita"])] = None,
    theme: Annotated[Code | None, Query(examples=["haastavat_erot"])] = None,
    language: Annotated[Code | None, Query(examples=["sv"])] = None,
    organisation: UUID | None = None,
    expert: Annotated[UUID | None, Query(description="That the expert is in")] = None,
    ended: bool = False,
    q: Annotated[Words | None, Query(description="Words of the name")] = None,
) -> Any:
    limits = Limits(organisation=organisation, area=area, yta=yta, theme=theme, language=language, q=q, ended=ended)

    async def listed(session: ReadSession, limit: int, after: str | None, keys: Keys) -> GroupPage:
        within = replace(limits, ids=ids_of(keys))
        return await operations.list_groups(
            session, caller, within, group_type=group_type, expert=expert, limit=limit, after=after
        )

    return await ask.tell("groups", listed)


@router.post("/groups", operation_id="create_group", summary="Add an expert group", status_code=201)
async def create_group(body: NewGroup, session: Writing, caller: SignedIn, once: Once, response: Response) -> GroupView:
    made = await once.run(
        lambda: operations.create_group(session, caller, body),
        lambda id: operations.read_group(session, caller, UUID(id)),
    )
    etag(response, made.version)
    return made


@router.get("/groups/{group}", operation_id="read_group", summary="One expert group, with its members")
async def read_group(group: UUID, session: Reading, caller: SignedIn, response: Response) -> GroupView:
    found = await operations.read_group(session, caller, group)
    etag(response, found.version)
    return found


@router.patch("/groups/{group}", operation_id="change_group", summary="Change an expert group")
async def change_group(
    group: UUID, body: GroupChange, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> GroupView:
    changed = await operations.change_group(session, caller, group, body, expected=expected)
    etag(response, changed.version)
    return changed


@router.post("/groups/{group}/end", operation_id="end_group", summary="End an expert group, with a reason")
async def end_group(
    group: UUID,
    body: NamedEnd,
    session: Writing,
    caller: SignedIn,
    expected: IfMatch,
    once: Once,
    response: Response,
) -> GroupView:
    ended = await once.run(
        lambda: operations.end_group(session, caller, group, body, expected=expected),
        lambda id: operations.read_group(session, caller, UUID(id)),
    )
    etag(response, ended.version)
    return ended


@router.post(
    "/groups/{group}/members",
    operation_id="add_group_member",
    summary="Add an expert to a group",
    status_code=201,
)
async def add_group_member(
    group: UUID,
    body: NewGroupMember,
    session: Writing,
    caller: SignedIn,
    expected: IfMatch,
    once: Once,
    response: Response,
) -> GroupView:
    changed = await once.run(
        lambda: members.add_group_member(session, caller, group, body, expected=expected),
        lambda id: operations.read_group(session, caller, UUID(id)),
    )
    etag(response, changed.version)
    return changed


@router.post(
    "/groups/{group}/members/{member}/end",
    operation_id="end_group_member",
    summary="Say when an expert leaves a group",
)
async def end_group_member(
    group: UUID,
    member: UUID,
    body: GroupMemberEnd,
    session: Writing,
    caller: SignedIn,
    expected: IfMatch,
    once: Once,
    response: Response,
) -> GroupView:
    changed = await once.run(
        lambda: members.end_group_member(session, caller, group, member, body, expected=expected),
        lambda id: operations.read_group(session, caller, UUID(id)),
    )
    etag(response, changed.version)
    return changed


@router.get(
    "/groups/{group}/history",
    operation_id="list_group_history",
    summary="What was changed in an expert group, by whom and when",
)
async def list_group_history(
    group: UUID, session: Reading, caller: SignedIn, limit: Limit = 50, after: After = None
) -> HistoryPage:
    return await operations.list_group_history(session, caller, group, limit=limit, after=after)
