"""Terms that run out and that nothing goes on from."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Date,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from services.registry.agreements.tables import Agreement
from services.registry.mandates.tables import Mandate
from services.registry.organisations.tables import Organisation
from services.registry.resources.tables import Resource
from services.registry.terms.tables import Term
from services.shared.database import ReadSession
from services.shared.statements import Prepared, Row

MOST = 200
DAY, UNTIL = bindparam("day", type_=Date), bindparam("terms_until", type_=Date)
YTAS = bindparam("ytas", type_=ARRAY(Text))


def _ending(kind: str, table: type[Term], what: Any, goes_on: Any, next: Any) -> Select[*tuple[Any, ...]]:
    """Those whose last day comes by then; not where another begins at the latest on the day after and goes on."""
    later = or_(next.valid_to.is_(None), next.valid_to > table.valid_to)
    continued = exists().where(
        next.organisation_id == table.organisation_id, next.valid_from <= table.valid_to + 1, later, goes_on
    )
    columns = (literal(kind).label("kind"), table.id, table.organisation_id, what.label("what"), table.valid_to)
    return select(*columns).where(table.valid_to >= DAY, table.valid_to <= UNTIL, ~continued)


def _every() -> Any:
    mandate, resource, agreement = aliased(Mandate), aliased(Resource), aliased(Agreement)
    same_resource = and_(resource.funding == Resource.funding, resource.area.is_not_distinct_from(Resource.area))
    same_agreement = and_(
        agreement.areas.contains(Agreement.areas),
        agreement.organisations.contains(Agreement.organisations),
        or_(agreement.themes == [], agreement.themes.contains(Agreement.themes)),
    )
    # an agreement that somebody ended has been thought about already
    ended_by_hand = Agreement.end_reason == ""
    return union_all(
        _ending("mandate", Mandate, Mandate.task, mandate.task == Mandate.task, mandate),
        _ending("resource", Resource, Resource.funding, same_resource, resource),
        _ending("agreement", Agreement, literal(""), same_agreement, agreement).where(ended_by_hand),
    ).subquery("ending")


ENDING = _every()
"""kind, id, organisation_id, what, valid_to of everything that ends between `day` and `terms_until`."""
OF_AREA = Organisation.ytas.overlap(YTAS)
ENDING_OF_AREAS = (
    select(literal(1))
    .select_from(ENDING)
    .join(Organisation, Organisation.id == ENDING.c.organisation_id)
    .where(OF_AREA)
)

_LIST = Prepared(
    select(
        ENDING,
        Organisation.slug,
        Organisation.name_fi,
        Organisation.name_sv,
        Organisation.name_en,
    )
    .join(Organisation, Organisation.id == ENDING.c.organisation_id)
    .where(
        or_(
            OF_AREA,
            bindparam("everything", type_=Boolean),
            Organisation.id == any_(bindparam("organisations", type_=ARRAY(Uuid))),
        )
    )
    .order_by(ENDING.c.valid_to, ENDING.c.id)
    .limit(MOST)
)


async def ending_terms(
    session: ReadSession, *, ytas: list[str], organisations: list[UUID], everything: bool, day: date, until: date
) -> Sequence[Row]:
    """What ends soonest, first; at most 200."""
    return await _LIST.rows(
        session, ytas=ytas, organisations=organisations, everything=everything, day=day, terms_until=until
    )
