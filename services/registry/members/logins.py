"""What is read and written when somebody signs in: one query for a person who is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, select
from sqlalchemy.dialects.postgresql import insert

from services.registry.experts.tables import Expert
from services.registry.members.store import in_force
from services.registry.members.tables import AccessRequest, ConnectedSystem, Membership, Person
from services.registry.organisations.tables import Organisation
from services.shared.database import ReadSession, WriteSession


@dataclass(frozen=True)
class Known:
    """A person with what they may do today."""

    person: Person
    memberships: Sequence[tuple[Membership, Organisation | None]]
    expert: UUID | None
    pending: UUID | None


async def find_login(session: ReadSession, issuer: str, subject: str, day: date) -> Known | None:
    return await _known(session, and_(Person.issuer == issuer, Person.subject == subject), day)


async def find_person(session: ReadSession, person: UUID, day: date) -> Known | None:
    return await _known(session, Person.id == person, day)


async def _known(session: ReadSession, who: ColumnElement[bool], day: date) -> Known | None:
    query = (
        select(Person, Membership, Organisation, Expert.id.label("expert"), AccessRequest.id.label("pending"))
        .outerjoin(Membership, and_(Membership.person_id == Person.id, in_force(day)))
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Expert, and_(Expert.person_id == Person.id, Expert.active))
        .outerjoin(AccessRequest, and_(AccessRequest.person_id == Person.id, AccessRequest.state == "open"))
        .where(who)
        .order_by(Membership.granted_at, Membership.id)
    )
    rows = (await session.execute(query)).mappings().all()
    if not rows:
        return None
    held = [(row["Membership"], row["Organisation"]) for row in rows if row["Membership"] is not None]
    return Known(rows[0]["Person"], held, rows[0]["expert"], rows[0]["pending"])


async def add_login(session: WriteSession, person: Person) -> bool:
    """False where the same login was added meanwhile, by another first request of the same person."""
    values = {column.key: getattr(person, column.key) for column in Person.__table__.columns}
    added = await session.execute(
        insert(Person).values(values).on_conflict_do_nothing(index_elements=["issuer", "subject"]).returning(Person.id)
    )
    return added.one_or_none() is not None


async def find_system(session: ReadSession, issuer: str, client: str) -> RowMapping | None:
    query = (
        select(ConnectedSystem, Organisation)
        .join(Organisation, Organisation.id == ConnectedSystem.organisation_id)
        .where(ConnectedSystem.issuer == issuer, ConnectedSystem.client == client, ConnectedSystem.ended_at.is_(None))
    )
    return (await session.execute(query)).mappings().one_or_none()
