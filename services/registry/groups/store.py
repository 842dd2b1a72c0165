from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, or_, select

from services.registry.experts.tables import Expert
from services.registry.groups.tables import ExpertGroup, GroupMember
from services.registry.terms.listing import Limits, narrowed
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import NotFound

_ROLE_ORDER = case({"chair": 0, "secretary": 1}, value=GroupMember.role, else_=2)


def groups_within(limits: Limits, day: date, *, group_type: str | None, expert: UUID | None) -> Select[ExpertGroup]:
    query = narrowed(ExpertGroup, limits, day)
    if group_type:
        query = query.where(ExpertGroup.group_type == group_type)
    if expert:
        known = select(GroupMember.group_id).where(GroupMember.expert_id == expert, _not_over(day))
        query = query.where(ExpertGroup.id.in_(known))
    return query


def _not_over(day: date) -> ColumnElement[bool]:
    return or_(GroupMember.valid_to.is_(None), GroupMember.valid_to >= day)


async def members_of(session: ReadSession, groups: Iterable[UUID]) -> Sequence[tuple[GroupMember, Expert]]:
    """The chair first, then by name."""
    wanted = [*groups]
    if not wanted:
        return []
    query = select(GroupMember, Expert).join(Expert, Expert.id == GroupMember.expert_id)
    query = query.where(GroupMember.group_id.in_(wanted)).order_by(_ROLE_ORDER, Expert.sort_key, GroupMember.id)
    return [(member, expert) for member, expert in (await session.execute(query)).all()]


async def stays_of(session: ReadSession, group: UUID, expert: UUID) -> Sequence[GroupMember]:
    """Every time that the expert has been in the group."""
    query = select(GroupMember).where(GroupMember.group_id == group, GroupMember.expert_id == expert)
    return (await session.scalars(query)).all()


async def active_expert(session: ReadSession, expert: UUID) -> Expert | None:
    return await session.scalar(select(Expert).where(Expert.id == expert, Expert.active))


async def get_member(session: ReadSession, group: UUID, member: UUID) -> tuple[GroupMember, Expert]:
    """Raises NotFound."""
    query = select(GroupMember, Expert).join(Expert, Expert.id == GroupMember.expert_id)
    row = (await session.execute(query.where(GroupMember.id == member, GroupMember.group_id == group))).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]


async def add_member(session: WriteSession, member: GroupMember) -> None:
    session.add(member)
    await session.flush()
