"""Who is in an expert group: each change of it is a change of the group, with its version and in its history."""

from typing import Any
from uuid import UUID

from services.registry.changes import expect_version, may
from services.registry.errors import EndsBeforeItBegins
from services.registry.groups import store
from services.registry.groups.errors import AlreadyInGroup, MemberLeft, UnknownExpert
from services.registry.groups.operations import read_group
from services.registry.groups.schemas import GroupMemberEnd, GroupView, NewGroupMember
from services.registry.groups.tables import ExpertGroup, GroupMember
from services.registry.history.operations import record_change
from services.registry.history.schemas import EntryKind
from services.registry.organisations.operations import about
from services.registry.organisations.store import get_organisation
from services.registry.terms.rules import is_backwards, meet
from services.registry.terms.store import lock_term
from services.shared.access_log import log_access
from services.shared.database import WriteSession, new_id
from services.shared.errors import FieldProblem
from services.shared.identity import Caller
from services.shared.journal import record_event


async def add_group_member(
    session: WriteSession, caller: Caller, group: UUID, new: NewGroupMember, *, expected: int
) -> GroupView:
    """Raises NotFound, Forbidden, StaleVersion, UnknownExpert, AlreadyInGroup, EndsBeforeItBegins."""
    row = await _lock(session, caller, group, "add_group_member", expected)
    _check_days(new.valid_from, new.valid_to)
    expert = await store.active_expert(session, new.expert)
    if expert is None:
        raise UnknownExpert(fields=[FieldProblem(path="expert", code="unknown_expert")])
    days = (new.valid_from, new.valid_to)
    if any(meet(days, (one.valid_from, one.valid_to)) for one in await store.stays_of(session, group, expert.id)):
        raise AlreadyInGroup(fields=[FieldProblem(path="expert", code="already_in_group")])
    member = GroupMember(
        id=new_id(),
        group_id=row.id,
        expert_id=expert.id,
        role=new.role.value,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
    )
    await store.add_member(session, member)
    await _keep(session, caller, row, member, "add_group_member", before=None, after=_told(member, expert.name))
    return await read_group(session, caller, group)


async def end_group_member(
    session: WriteSession, caller: Caller, group: UUID, member: UUID, body: GroupMemberEnd, *, expected: int
) -> GroupView:
    """Raises NotFound, Forbidden, StaleVersion, MemberLeft, EndsBeforeItBegins."""
    row = await _lock(session, caller, group, "end_group_member", expected)
    found, expert = await store.get_member(session, group, member)
    if found.valid_to is not None and found.valid_to < body.valid_to:
        raise MemberLeft(fields=[FieldProblem(path="valid_to", code="member_left")])
    _check_days(found.valid_from, body.valid_to)
    before = _told(found, expert.name)
    found.valid_to = body.valid_to
    await _keep(session, caller, row, found, "end_group_member", before=before, after=_told(found, expert.name))
    return await read_group(session, caller, group)


async def _lock(session: WriteSession, caller: Caller, group: UUID, act: str, expected: int) -> ExpertGroup:
    row = await lock_term(session, ExpertGroup, group)
    may(act, caller, about(await get_organisation(session, row.organisation_id)))
    expect_version(row.version, expected)
    return row


def _check_days(valid_from: Any, valid_to: Any) -> None:
    if is_backwards(valid_from, valid_to):
        raise EndsBeforeItBegins(fields=[FieldProblem(path="valid_to", code="ends_before_it_begins")])


def _told(member: GroupMember, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "group_role": member.role,
        "valid_from": member.valid_from,
        "valid_to": member.valid_to,
    }


async def _keep(
    session: WriteSession,
    caller: Caller,
    row: ExpertGroup,
    member: GroupMember,
    act: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    """The group's version grows, its history names the one whose place changed, and the event tells ids alone."""
    row.version += 1
    row.changed_at = session.clock.now()
    await session.flush()
    await record_change(
        session,
        EntryKind.GROUPS,
        row.id,
        act=act,
        version=row.version,
        before={"group_member": before},
        after={"group_member": after},
    )
    await _tell(session, row, member, act)
    owner = await get_organisation(session, row.organisation_id)
    grounds = may(act, caller, about(owner))
    await log_access(session, act=act, subject=row.id, part=str(member.expert_id), ground=grounds[0])


async def _tell(session: WriteSession, row: ExpertGroup, member: GroupMember, act: str) -> None:
    word = "member_added" if act == "add_group_member" else "member_ended"
    await record_event(
        session,
        f"group.{word}",
        subject=row.id,
        expert=str(member.expert_id),
        role=member.role,
        valid_from=member.valid_from.isoformat(),
        valid_to=member.valid_to.isoformat() if member.valid_to else None,
    )
