from datetime import date

from sqlalchemy import Select, or_, select

from services.registry.offerings.filters import Sought
from services.registry.offerings.tables import Offering
from services.registry.organisations.tables import Organisation
from services.registry.terms.listing import Limits, narrowed


def offerings_within(limits: Limits, sought: Sought, day: date) -> Select[Offering]:
    query = narrowed(Offering, limits, day)
    if sought.offering_kind:
        query = query.where(Offering.offering_kind == sought.offering_kind)
    if sought.age is not None:
        query = query.where(or_(Offering.minimum_age.is_(None), Offering.minimum_age <= sought.age))
        query = query.where(or_(Offering.maximum_age.is_(None), Offering.maximum_age >= sought.age))
    if sought.age_group:
        query = query.where(Offering.age_groups.contains([sought.age_group]))
    if sought.capacity:
        query = query.where(Offering.capacity == sought.capacity)
    if sought.unassured_since:
        query = query.where(Offering.assured_on < sought.unassured_since)
    if sought.kept_by:
        of_area = select(Organisation.id).where(Organisation.ytas.overlap(sought.kept_by.ytas))
        own = Offering.organisation_id.in_(sought.kept_by.organisations)
        query = query.where(or_(own, Offering.organisation_id.in_(of_area)))
    return query
