from collections.abc import Sequence
from uuid import UUID

from services.registry.access import grounds_for
from services.registry.days import today
from services.registry.experts.tables import Expert
from services.registry.experts.views import about as about_expert
from services.registry.groups import store
from services.registry.groups.schemas import (
    GroupChange,
    GroupMemberView,
    GroupPage,
    GroupRole,
    GroupView,
    NewGroup,
)
from services.registry.groups.tables import ExpertGroup, GroupMember
from services.registry.history.operations import read_history
from services.registry.history.schemas import EntryKind, HistoryPage
from services.registry.organisations.operations import about
from services.registry.organisations.store import get_organisation
from services.registry.organisations.tables import Organisation
from services.registry.terms.listing import Limits, page_of_named
from services.registry.terms.named import (
    FIELDS,
    TOLD,
    NamedEnd,
    change_named,
    create_named,
    end_named,
    known_parts,
    named_views,
)
from services.registry.terms.operations import Kind, Values
from services.registry.terms.rules import state_of
from services.registry.terms.store import get_term
from services.shared.database import ReadSession, WriteSession
from services.shared.identity import Caller


async def _check(session: ReadSession, owner: Organisation, values: Values) -> None:
    """Raises UnknownArea, UnknownConcept."""
    await known_parts(session, values, {"group_type": ("group_types", values["group_type"])})


GROUPS = Kind(
    name="group",
    entry=EntryKind.GROUPS,
    table=ExpertGroup,
    view=GroupView,
    fields=(*FIELDS, "group_type", "rhythm", "meets", "next_meeting"),
    told=(*TOLD, "group_type", "rhythm", "next_meeting"),
    check=_check,
    columns={"name": "names"},
    acts=("end_group", "add_group_member", "end_group_member"),
)


async def list_groups(
    session: ReadSession,
    caller: Caller,
    limits: Limits,
    *,
    group_type: str | None,
    expert: UUID | None,
    limit: int,
    after: str | None,
) -> GroupPage:
    """`expert`: those that the expert is in, or comes to."""
    query = store.groups_within(limits, today(session), group_type=group_type, expert=expert)
    rows, following = await page_of_named(session, ExpertGroup, query, limit=limit, after=after)
    return GroupPage(items=await _views(session, caller, rows), next=following)


async def read_group(session: ReadSession, caller: Caller, group: UUID) -> GroupView:
    """Raises NotFound."""
    return (await _views(session, caller, [await get_term(session, ExpertGroup, group)]))[0]


async def create_group(session: WriteSession, caller: Caller, new: NewGroup) -> GroupView:
    """Raises Forbidden, UnknownOrganisation, UnknownArea, UnknownConcept, EndsBeforeItBegins."""
    made = await create_named(session, caller, GROUPS, new)
    return await read_group(session, caller, made.id)


async def change_group(
    session: WriteSession, caller: Caller, group: UUID, change: GroupChange, *, expected: int
) -> GroupView:
    """Raises NotFound, Forbidden, StaleVersion, UnknownArea, UnknownConcept, EndsBeforeItBegins."""
    await change_named(session, caller, GROUPS, group, change, expected=expected)
    return await read_group(session, caller, group)


async def end_group(session: WriteSession, caller: Caller, group: UUID, body: NamedEnd, *, expected: int) -> GroupView:
    """Raises NotFound, Forbidden, StaleVersion, EndedAlready, EndsBeforeItBegins."""
    await end_named(session, caller, GROUPS, group, body, expected=expected)
    return await read_group(session, caller, group)


async def list_group_history(
    session: ReadSession, caller: Caller, group: UUID, *, limit: int, after: str | None
) -> HistoryPage:
    """Who came and left is for those who keep the group: some of them are in no list. Raises NotFound."""
    row = await get_term(session, ExpertGroup, group)
    owner = await get_organisation(session, row.organisation_id)
    hidden = () if grounds_for("change_group", caller, about(owner)) else ("group_member",)
    return await read_history(session, EntryKind.GROUPS, row.id, limit=limit, after=after, hidden=hidden)


async def _views(session: ReadSession, caller: Caller, rows: Sequence[ExpertGroup]) -> list[GroupView]:
    views = await named_views(session, caller, GROUPS, rows)
    members: dict[UUID, list[GroupMemberView]] = {}
    for member, expert in await store.members_of(session, [row.id for row in rows]):
        members.setdefault(member.group_id, []).append(_member(session, caller, member, expert))
    for view in views:
        view.members = sorted(members.get(view.id, []), key=lambda one: one.state == "ended")
    return views


def _member(session: ReadSession, caller: Caller, member: GroupMember, expert: Expert) -> GroupMemberView:
    """Somebody who is in no list is told without a name to those who don't look after them."""
    listed = expert.active and expert.consent_listed
    seen = listed or bool(grounds_for("read_unlisted_expert", caller, about_expert(expert)))
    return GroupMemberView(
        id=member.id,
        expert=expert.id if seen else None,
        name=expert.name if seen else None,
        title=expert.title if seen else None,
        role=GroupRole(member.role),
        valid_from=member.valid_from,
        valid_to=member.valid_to,
        state=state_of(member.valid_from, member.valid_to, today(session)),
    )
