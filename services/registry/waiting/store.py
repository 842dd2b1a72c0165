from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping, func, or_, select

from services.registry.access import GRANTABLE, Ground
from services.registry.experts.tables import Competence, Expert
from services.registry.members.store import in_force
from services.registry.members.tables import AccessRequest, Membership, Person
from services.registry.offerings.tables import Offering
from services.registry.organisations.tables import Organisation
from services.shared.database import ReadSession

MOST = 200
REVIEWED_BY_AREAS = tuple(sorted(GRANTABLE[Ground.COORDINATOR]))


async def open_requests(
    session: ReadSession, *, person: UUID, ytas: list[str], everything: bool
) -> Sequence[RowMapping]:
    query = (
        select(AccessRequest, Person.name)
        .join(Person, Person.id == AccessRequest.person_id)
        .where(AccessRequest.state == "open")
        .order_by(AccessRequest.asked_at, AccessRequest.id)
        .limit(MOST)
    )
    if not everything:
        query = query.where(or_(AccessRequest.person_id == person, AccessRequest.ytas.overlap(ytas)))
    return (await session.execute(query)).mappings().all()


async def ending_memberships(
    session: ReadSession, *, ytas: list[str], organisations: list[UUID], everything: bool, day: date, until: date
) -> Sequence[RowMapping]:
    query = (
        select(Membership, Person.name, Organisation.name_fi, Organisation.name_sv, Organisation.name_en)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(in_force(day), Membership.valid_to <= until)
        .order_by(Membership.valid_to, Membership.id)
        .limit(MOST)
    )
    if not everything:
        tied = Membership.organisation_id.in_(organisations)
        query = query.where(or_(Membership.yta.in_(ytas), Organisation.ytas.overlap(ytas), tied))
    return (await session.execute(query)).mappings().all()


async def memberships_to_review(
    session: ReadSession, *, person: UUID, ytas: list[str], organisations: list[UUID], day: date, until: date
) -> RowMapping:
    """How many, and the earliest day. Nobody confirms their own."""
    tied = Membership.organisation_id.in_(organisations) & (Membership.role == "professional")
    of_area = or_(Membership.yta.in_(ytas), Organisation.ytas.overlap(ytas))
    kept_by_area = of_area & Membership.role.in_(REVIEWED_BY_AREAS)
    query = (
        select(func.count().label("count"), func.min(Membership.review_due).label("due"))
        .select_from(Membership)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(in_force(day), Membership.review_due <= until, Membership.person_id != person)
        .where(or_(tied, kept_by_area))
    )
    return (await session.execute(query)).mappings().one()


async def offerings_to_confirm(
    session: ReadSession, *, ytas: list[str], organisations: list[UUID], day: date, since: date
) -> RowMapping:
    """How many services nobody has said to be right since that day, and the earliest day on which somebody did."""
    query = (
        select(func.count().label("count"), func.min(Offering.assured_on).label("assured_on"))
        .select_from(Offering)
        .join(Organisation, Organisation.id == Offering.organisation_id)
        .where(Offering.assured_on < since, or_(Offering.valid_to.is_(None), Offering.valid_to >= day))
        .where(or_(Organisation.ytas.overlap(ytas), Offering.organisation_id.in_(organisations)))
    )
    return (await session.execute(query)).mappings().one()


async def competences_to_review(
    session: ReadSession, *, person: UUID, ytas: list[str], until: date
) -> Sequence[RowMapping]:
    """One row per expert, with the earliest day."""
    query = (
        select(
            Expert.id,
            Expert.name,
            Expert.person_id,
            func.min(Competence.review_due).label("review_due"),
            func.min(Competence.assured_on).label("assured_on"),
        )
        .join(Competence, Competence.expert_id == Expert.id)
        .where(Expert.active, Competence.review_due <= until)
        .where(or_(Expert.person_id == person, Expert.yta.in_(ytas)))
        .group_by(Expert.id)
        .order_by(func.min(Competence.review_due), Expert.id)
        .limit(MOST)
    )
    return (await session.execute(query)).mappings().all()
