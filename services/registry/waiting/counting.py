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
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
)

from services.registry.experts.tables import Competence, Expert
from services.registry.members.store import in_force
from services.registry.members.tables import AccessRequest, Membership
from services.registry.organisations.tables import Organisation
from services.registry.waiting.store import MOST
from services.shared.database import ReadSession
from services.shared.statements import Prepared

_PERSON, _YTAS = bindparam("person", type_=Uuid), bindparam("ytas", type_=ARRAY(Text))
_EVERYTHING, _UNTIL = bindparam("everything", type_=Boolean), bindparam("until", type_=Date)
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
        in_force(bindparam("day", type_=Date)),
        Membership.valid_to <= _UNTIL,
        or_(
            _EVERYTHING,
            Membership.yta == any_(_YTAS),
            Organisation.ytas.overlap(_YTAS),
            Membership.organisation_id == any_(bindparam("organisations", type_=ARRAY(Uuid))),
        ),
    )
)
_REVIEWS = select(_ONE).where(
    Expert.active,
    Expert.person_id.is_distinct_from(_PERSON),
    Expert.yta == any_(_YTAS),
    Expert.id.in_(select(Competence.expert_id).where(Competence.review_due <= _UNTIL)),
)


def _number(rows: Select[Any]) -> ColumnElement[int]:
    """At most as many as the list would show of a kind."""
    return select(func.count()).select_from(rows.limit(MOST).subquery()).scalar_subquery()


_COUNT = Prepared(select((_number(_REQUESTS) + _number(_ENDING) + _number(_REVIEWS)).label("waiting")))


async def count_turns(
    session: ReadSession,
    *,
    person: UUID,
    ytas: list[str],
    organisations: list[UUID],
    everything: bool,
    day: date,
    until: date,
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
    )
    return cast(int, row.waiting)
