"""How much waits for the caller's own turn, as `list_waiting` would tell it, in one statement and without its content.

Every page of who decides on something asks for this number. A test keeps the two the same.
"""

from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Date,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from services.registry.ending.store import ENDING_OF_AREAS
from services.registry.experts.tables import Competence, Expert
from services.registry.members.store import in_force
from services.registry.members.tables import AccessRequest, Membership
from services.registry.offerings.tables import Offering
from services.registry.organisations.tables import Organisation
from services.registry.waiting.store import MOST, REVIEWED_BY_AREAS
from services.shared.database import ReadSession
from services.shared.statements import Prepared

_PERSON, _YTAS = bindparam("person", type_=Uuid), bindparam("ytas", type_=ARRAY(Text))
_EVERYTHING, _UNTIL = bindparam("everything", type_=Boolean), bindparam("until", type_=Date)
_DAY, _EVER = bindparam("day", type_=Date), bindparam("ever", type_=Date)
_ONE = literal(1)
_REQUESTS = select(_ONE).where(
    AccessRequest.state == "open",
    AccessRequest.person_id != _PERSON,
    or_(_EVERYTHING, AccessRequest.ytas.overlap(_YTAS)),
)
_ENDING = (
    select(_ONE)
    .select_from(Membership)
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .where(
        bindparam("renews", type_=Boolean),
        in_force(_DAY),
        Membership.valid_to.between(_DAY, _UNTIL),
        or_(
            _EVERYTHING,
            Membership.yta == any_(_YTAS),
            Organisation.ytas.overlap(_YTAS),
            Membership.organisation_id == any_(bindparam("organisations", type_=ARRAY(Uuid))),
        ),
    )
)
_EDITED = any_(bindparam("organisations", type_=ARRAY(Uuid)))
# all of them are one thing to do
_MEMBERSHIPS = (
    select(_ONE)
    .select_from(Membership)
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .where(
        in_force(bindparam("day", type_=Date)),
        Membership.review_due <= _UNTIL,
        Membership.person_id != _PERSON,
        or_(
            and_(Membership.role == "professional", Membership.organisation_id == _EDITED),
            and_(
                Membership.role.in_([literal_column(f"'{role}'") for role in REVIEWED_BY_AREAS]),
                or_(Membership.yta == any_(_YTAS), Organisation.ytas.overlap(_YTAS)),
            ),
        ),
    )
)
_REVIEWS = select(_ONE).where(
    Expert.active,
    Expert.person_id.is_distinct_from(_PERSON),
    Expert.yta == any_(_YTAS),
    # between two days the planner expects few, which they are; before one day a third of all
    Expert.id.in_(select(Competence.expert_id).where(Competence.review_due.between(_EVER, _UNTIL))),
)

# all of them are one thing to do
_OFFERINGS = (
    select(_ONE)
    .select_from(Offering)
    .join(Organisation, Organisation.id == Offering.organisation_id)
    .where(
        Offering.assured_on.between(_EVER, bindparam("unassured_until", type_=Date)),
        or_(Offering.valid_to.is_(None), Offering.valid_to >= _DAY),
        or_(Organisation.ytas.overlap(_YTAS), Offering.organisation_id == _EDITED),
    )
)


def _number(rows: Select[Any], most: int = MOST) -> ColumnElement[int]:
    """At most as many as the list would show of a kind."""
    return select(func.count()).select_from(rows.limit(most).subquery()).scalar_subquery()


_COUNT = Prepared(
    select(
        (
            _number(_REQUESTS)
            + _number(_ENDING)
            + _number(_REVIEWS)
            + _number(_MEMBERSHIPS, 1)
            + _number(_OFFERINGS, 1)
            + _number(ENDING_OF_AREAS)
        ).label("waiting")
    )
)


async def count_turns(
    session: ReadSession,
    *,
    person: UUID,
    ytas: list[str],
    organisations: list[UUID],
    everything: bool,
    day: date,
    until: date,
    terms_until: date,
    unassured_until: date,
) -> int:
    """`organisations` are those that the caller edits; `everything`: whoever keeps the installation."""
    row = await _COUNT.row(
        session,
        person=person,
        ytas=ytas,
        organisations=organisations,
        everything=everything,
        renews=bool(ytas or organisations),
        day=day,
        until=until,
        ever=date.min,
        terms_until=terms_until,
        unassured_until=unassured_until,
    )
    return cast(int, row.waiting)
