from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from services.registry.members.filters import MembershipFilters
from services.registry.members.tables import AccessRequest, DomainRule, Membership, Person
from services.registry.organisations.tables import Organisation
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import NotFound
from services.shared.paging import decode_cursor, encode_cursor

Granter, Revoker, Confirmer = aliased(Person), aliased(Person), aliased(Person)


def in_force(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    return and_(
        Membership.revoked_at.is_(None),
        Membership.valid_from <= day,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= day),
    )


def _of_state(state: str, day: date) -> ColumnElement[bool]:
    live = Membership.revoked_at.is_(None)
    match state:
        case "current":
            return in_force(day)
        case "future":
            return and_(live, Membership.valid_from > day)
        case "ended":
            return and_(live, Membership.valid_to < day)
        case _:
            return Membership.revoked_at.is_not(None)


# people


async def memberships_in_force(session: ReadSession, people: Iterable[UUID], day: date) -> Sequence[RowMapping]:
    """Each with its organisation, the widest role's order left to the reader; oldest first."""
    query = (
        select(Membership, Organisation)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id.in_({*people}), in_force(day))
        .order_by(Membership.granted_at, Membership.id)
    )
    return (await session.execute(query)).mappings().all()


async def people_by_id(session: ReadSession, ids: Iterable[UUID]) -> Sequence[Person]:
    return (await session.scalars(select(Person).where(Person.id.in_({*ids})).order_by(Person.id))).all()


async def get_person(session: ReadSession, person: UUID) -> Person:
    """Raises NotFound."""
    found = await session.get(Person, person)
    if found is None:
        raise NotFound()
    return found


async def coordinators(session: ReadSession, yta: str | None, day: date) -> Sequence[RowMapping]:
    query = (
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == "coordinator", in_force(day))
        .order_by(Membership.yta, Membership.deputy, Membership.granted_at, Membership.id)
    )
    if yta:
        query = query.where(Membership.yta == yta)
    return (await session.execute(query)).mappings().all()


# memberships


@dataclass(frozen=True)
class Seeing:
    """Whose memberships the caller may list: own ones, and those tied to an area or organisation; or all."""

    everything: bool
    person: UUID | None
    ytas: list[str]
    organisations: list[UUID]


def _memberships() -> Select[Membership, Person, Organisation, str, str, str]:
    names = (
        Granter.name.label("granter"),
        Revoker.name.label("revoker"),
        Confirmer.name.label("confirmer"),
    )
    return (
        select(Membership, Person, Organisation, *names)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Granter, Granter.id == Membership.granted_by)
        .outerjoin(Revoker, Revoker.id == Membership.revoked_by)
        .outerjoin(Confirmer, Confirmer.id == Membership.confirmed_by)
    )


async def get_membership(session: ReadSession, membership: UUID) -> RowMapping:
    """Raises NotFound."""
    found = (await session.execute(_memberships().where(Membership.id == membership))).mappings().one_or_none()
    if found is None:
        raise NotFound()
    return found


async def lock_membership(session: WriteSession, membership: UUID) -> RowMapping:
    """Raises NotFound."""
    await session.execute(select(Membership.id).where(Membership.id == membership).with_for_update())
    return await get_membership(session, membership)


async def page_of_memberships(
    session: ReadSession, filters: MembershipFilters, seeing: Seeing, *, day: date, limit: int, after: str | None
) -> tuple[Sequence[RowMapping], str | None]:
    """Newest first."""
    query = _filtered(_memberships(), filters, day)
    if not seeing.everything:
        query = query.where(_tied(seeing))
    if after:
        at, id = decode_cursor(after, [datetime, UUID])
        query = query.where(tuple_(Membership.granted_at, Membership.id) < tuple_(literal(at), literal(id)))
    query = query.order_by(Membership.granted_at.desc(), Membership.id.desc()).limit(limit + 1)
    rows = (await session.execute(query)).mappings().all()
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]["Membership"]
    return rows[:limit], encode_cursor([last.granted_at, last.id])


def _tied(seeing: Seeing) -> ColumnElement[bool]:
    return or_(
        Membership.person_id == seeing.person,
        Membership.yta.in_(seeing.ytas),
        Organisation.ytas.overlap(seeing.ytas),
        Membership.organisation_id.in_(seeing.organisations),
    )


def _filtered(
    query: Select[Membership, Person, Organisation, str, str, str], filters: MembershipFilters, day: date
) -> Select[Membership, Person, Organisation, str, str, str]:
    if filters.role:
        query = query.where(Membership.role == filters.role)
    if filters.organisation:
        query = query.where(Membership.organisation_id == filters.organisation)
    if filters.yta:
        query = query.where(or_(Membership.yta == filters.yta, Organisation.ytas.contains([filters.yta])))
    if filters.person:
        query = query.where(Membership.person_id == filters.person)
    if filters.state:
        query = query.where(_of_state(filters.state, day))
    if filters.ending_by:
        query = query.where(in_force(day), Membership.valid_to <= filters.ending_by)
    if filters.review_by:
        query = query.where(in_force(day), Membership.review_due <= filters.review_by)
    for word in (filters.q or "").lower().split():
        of_organisation = Organisation.search_text.contains(word, autoescape=True)
        query = query.where(or_(func.lower(Person.name).contains(word, autoescape=True), of_organisation))
    return query


async def has_same_in_force(session: ReadSession, wanted: Membership) -> bool:
    """Whether the person already holds this role there, on any day of the wanted time."""
    ends = wanted.valid_to or date.max
    query = select(func.count()).where(
        Membership.person_id == wanted.person_id,
        Membership.role == wanted.role,
        Membership.organisation_id.is_not_distinct_from(wanted.organisation_id),
        Membership.yta.is_not_distinct_from(wanted.yta),
        Membership.revoked_at.is_(None),
        Membership.valid_from <= ends,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= wanted.valid_from),
    )
    return bool(await session.scalar(query))


async def lock_memberships(session: WriteSession, ids: Iterable[UUID]) -> Sequence[RowMapping]:
    """In the order of their ids, so that two who confirm the same at once wait for each other and never in a circle."""
    wanted = {*ids}
    await session.execute(
        select(Membership.id).where(Membership.id.in_(wanted)).order_by(Membership.id).with_for_update()
    )
    query = _memberships().where(Membership.id.in_(wanted)).order_by(Membership.id)
    return (await session.execute(query)).mappings().all()


async def lock_unconfirmed(session: WriteSession, day: date, due_before: date) -> Sequence[Membership]:
    """In force, and not confirmed in time. An administrator's is never among them: somebody must be left to mend it."""
    query = select(Membership).where(in_force(day), Membership.review_due < due_before, Membership.role != "admin")
    return (await session.scalars(query.order_by(Membership.id).with_for_update(skip_locked=True))).all()


async def lock_person(session: WriteSession, person: UUID) -> Person | None:
    """Two grants to one person wait for each other, so that neither misses the other's."""
    return await session.scalar(select(Person).where(Person.id == person).with_for_update())


async def lock_admins(session: WriteSession, day: date) -> int:
    """How many hold the role now; two revocations at once wait for each other."""
    query = select(Membership.id).where(Membership.role == "admin", in_force(day)).with_for_update()
    return len((await session.execute(query)).all())


async def organisations_by_slug(session: ReadSession, slugs: Iterable[str]) -> dict[str, Organisation]:
    """Those that exist."""
    rows = await session.scalars(select(Organisation).where(Organisation.slug.in_({*slugs})))
    return {row.slug: row for row in rows if row.slug}


# requests for access


def _requests() -> Select[AccessRequest, Person, Organisation]:
    return (
        select(AccessRequest, Person, Organisation)
        .join(Person, Person.id == AccessRequest.person_id)
        .outerjoin(Organisation, Organisation.id == AccessRequest.organisation_id)
    )


async def get_access_request(session: ReadSession, request: UUID) -> RowMapping:
    """Raises NotFound."""
    found = (await session.execute(_requests().where(AccessRequest.id == request))).mappings().one_or_none()
    if found is None:
        raise NotFound()
    return found


async def lock_access_request(session: WriteSession, request: UUID) -> RowMapping:
    """Raises NotFound."""
    await session.execute(select(AccessRequest.id).where(AccessRequest.id == request).with_for_update())
    return await get_access_request(session, request)


async def page_of_access_requests(
    session: ReadSession, seeing: Seeing, *, state: str | None, limit: int, after: str | None
) -> tuple[Sequence[RowMapping], str | None]:
    """Oldest first: who has waited longest is decided first."""
    query = _requests()
    if not seeing.everything:
        query = query.where(or_(AccessRequest.person_id == seeing.person, AccessRequest.ytas.overlap(seeing.ytas)))
    if state:
        query = query.where(AccessRequest.state == state)
    if after:
        at, id = decode_cursor(after, [datetime, UUID])
        query = query.where(tuple_(AccessRequest.asked_at, AccessRequest.id) > tuple_(literal(at), literal(id)))
    rows = (
        (await session.execute(query.order_by(AccessRequest.asked_at, AccessRequest.id).limit(limit + 1)))
        .mappings()
        .all()
    )
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]["AccessRequest"]
    return rows[:limit], encode_cursor([last.asked_at, last.id])


async def open_request_of(session: ReadSession, person: UUID) -> UUID | None:
    query = select(AccessRequest.id).where(AccessRequest.person_id == person, AccessRequest.state == "open")
    return await session.scalar(query)


# domain rules


async def page_of_rules(
    session: ReadSession, *, limit: int, after: str | None
) -> tuple[Sequence[RowMapping], str | None]:
    query = (
        select(DomainRule, Organisation)
        .join(Organisation, Organisation.id == DomainRule.organisation_id)
        .where(DomainRule.ended_at.is_(None))
    )
    if after:
        domain, id = decode_cursor(after, [str, UUID])
        query = query.where(tuple_(DomainRule.domain, DomainRule.id) > tuple_(literal(domain), literal(id)))
    rows = (await session.execute(query.order_by(DomainRule.domain, DomainRule.id).limit(limit + 1))).mappings().all()
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]["DomainRule"]
    return rows[:limit], encode_cursor([last.domain, last.id])


async def rules_for(session: ReadSession, issuer: str, domain: str) -> Sequence[RowMapping]:
    query = (
        select(DomainRule, Organisation)
        .join(Organisation, Organisation.id == DomainRule.organisation_id)
        .where(DomainRule.issuer == issuer, DomainRule.domain == domain, DomainRule.ended_at.is_(None))
        .order_by(DomainRule.id)
    )
    return (await session.execute(query)).mappings().all()


async def was_ever_granted(session: ReadSession, person: UUID, rule: DomainRule) -> bool:
    """Also a role that somebody revoked: a rule does not give back what a human took away."""
    query = select(func.count()).where(
        Membership.person_id == person,
        Membership.role == rule.role,
        Membership.organisation_id == rule.organisation_id,
    )
    return bool(await session.scalar(query))


async def lock_rule(session: WriteSession, rule: UUID) -> RowMapping:
    """Raises NotFound."""
    await session.execute(select(DomainRule.id).where(DomainRule.id == rule).with_for_update())
    return await get_rule(session, rule)


async def get_rule(session: ReadSession, rule: UUID) -> RowMapping:
    """Raises NotFound."""
    query = (
        select(DomainRule, Organisation)
        .join(Organisation, Organisation.id == DomainRule.organisation_id)
        .where(DomainRule.id == rule)
    )
    found = (await session.execute(query)).mappings().one_or_none()
    if found is None:
        raise NotFound()
    return found
