from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from services.registry.invitations.filters import InvitationFilters
from services.registry.invitations.tables import MembershipInvitation
from services.registry.members.store import Seeing, in_force
from services.registry.members.tables import Membership, Person
from services.registry.organisations.tables import Organisation
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import NotFound
from services.shared.paging import decode_cursor, encode_cursor

Inviter, Accepter = aliased(Person), aliased(Person)
Rows = Select[MembershipInvitation, Organisation, str, str]


def _invitations() -> Rows:
    return (
        select(MembershipInvitation, Organisation, Inviter.name.label("inviter"), Accepter.name.label("accepter"))
        .outerjoin(Organisation, Organisation.id == MembershipInvitation.organisation_id)
        .outerjoin(Inviter, Inviter.id == MembershipInvitation.invited_by)
        .outerjoin(Accepter, Accepter.id == MembershipInvitation.accepted_by)
    )


def is_open(now: datetime) -> ColumnElement[bool]:
    return and_(
        MembershipInvitation.accepted_at.is_(None),
        MembershipInvitation.revoked_at.is_(None),
        MembershipInvitation.expires_at > now,
    )


async def get_invitation(session: ReadSession, invitation: UUID) -> RowMapping:
    """Raises NotFound."""
    return await _only(session, _invitations().where(MembershipInvitation.id == invitation))


async def lock_invitation(session: WriteSession, invitation: UUID) -> RowMapping:
    """Raises NotFound."""
    await session.execute(
        select(MembershipInvitation.id).where(MembershipInvitation.id == invitation).with_for_update()
    )
    return await get_invitation(session, invitation)


async def find_by_hash(session: ReadSession, hash: bytes) -> RowMapping:
    """Raises NotFound."""
    return await _only(session, _invitations().where(MembershipInvitation.token_hash == hash))


async def lock_by_hash(session: WriteSession, hash: bytes) -> RowMapping:
    """Of presses at once each waits for the one before it. Raises NotFound."""
    await session.execute(
        select(MembershipInvitation.id).where(MembershipInvitation.token_hash == hash).with_for_update()
    )
    return await find_by_hash(session, hash)


async def _only(session: ReadSession, query: Rows) -> RowMapping:
    found = (await session.execute(query)).mappings().one_or_none()
    if found is None:
        raise NotFound()
    return found


async def page_of_invitations(
    session: ReadSession, filters: InvitationFilters, seeing: Seeing, *, now: datetime, limit: int, after: str | None
) -> tuple[Sequence[RowMapping], str | None]:
    """Newest first."""
    query = _filtered(_invitations(), filters, now)
    if not seeing.everything:
        query = query.where(
            or_(
                MembershipInvitation.yta.in_(seeing.ytas),
                Organisation.ytas.overlap(seeing.ytas),
                MembershipInvitation.organisation_id.in_(seeing.organisations),
            )
        )
    if after:
        at, id = decode_cursor(after, [datetime, UUID])
        key = tuple_(MembershipInvitation.invited_at, MembershipInvitation.id)
        query = query.where(key < tuple_(literal(at), literal(id)))
    order = (MembershipInvitation.invited_at.desc(), MembershipInvitation.id.desc())
    rows = (await session.execute(query.order_by(*order).limit(limit + 1))).mappings().all()
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]["MembershipInvitation"]
    return rows[:limit], encode_cursor([last.invited_at, last.id])


def _filtered(query: Rows, filters: InvitationFilters, now: datetime) -> Rows:
    if filters.organisation:
        query = query.where(MembershipInvitation.organisation_id == filters.organisation)
    match filters.state:
        case "open":
            query = query.where(is_open(now))
        case "accepted":
            query = query.where(MembershipInvitation.accepted_at.is_not(None))
        case "revoked":
            query = query.where(MembershipInvitation.revoked_at.is_not(None))
        case "expired":
            unused = and_(MembershipInvitation.accepted_at.is_(None), MembershipInvitation.revoked_at.is_(None))
            query = query.where(unused, MembershipInvitation.expires_at <= now)
    return query


async def open_ones_to(
    session: ReadSession, emails: Sequence[str], now: datetime
) -> set[tuple[str, str, UUID | None, str | None]]:
    """What is offered to these addresses already: address, role, organisation, area."""
    found = MembershipInvitation
    query = select(found.email, found.role, found.organisation_id, found.yta)
    rows = await session.execute(query.where(found.email.in_(emails), is_open(now)))
    return {tuple(row) for row in rows}  # type: ignore[misc]


async def people_with(session: ReadSession, emails: Sequence[str]) -> dict[str, list[UUID]]:
    """Who has signed in with these addresses, as their logins vouch."""
    address = func.lower(Person.email)
    query = select(address, Person.id).where(address.in_(emails), Person.email_verified)
    people: dict[str, list[UUID]] = {}
    for email, person in await session.execute(query):
        people.setdefault(email, []).append(person)
    return people


async def memberships_of(
    session: ReadSession, emails: Sequence[str], day: date
) -> set[tuple[str, str, UUID | None, str | None]]:
    """What those who have signed in with these addresses hold: address, role, organisation, area."""
    address = func.lower(Person.email)
    query = (
        select(address, Membership.role, Membership.organisation_id, Membership.yta)
        .join(Membership, Membership.person_id == Person.id)
        .where(address.in_(emails), Person.email_verified, in_force(day))
    )
    return {tuple(row) for row in await session.execute(query)}


async def lock_unmailed(session: WriteSession, now: datetime, limit: int) -> Sequence[MembershipInvitation]:
    """Oldest first."""
    query = select(MembershipInvitation).where(
        is_open(now),
        MembershipInvitation.delivery == "mail",
        MembershipInvitation.mailed_at.is_(None),
        MembershipInvitation.mail_trouble.is_(None),
    )
    ordered = query.order_by(MembershipInvitation.invited_at).limit(limit).with_for_update(skip_locked=True)
    return (await session.scalars(ordered)).all()
