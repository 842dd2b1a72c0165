"""Services: for whom, how one comes to them, and whether they take anybody now."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from services.registry.terms.tables import NamedTerm

CAPACITIES = ("open", "queue", "closed")


class Offering(NamedTerm, Base):
    """A service of an organisation. Its fields follow HSDS 3 as far as it has them (docs/services-hsds.md)."""

    __tablename__ = "offering"

    offering_kind: Mapped[str] = mapped_column(index=True)
    age_groups: Mapped[list[str]]
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    eligibility: Mapped[dict[str, Any]] = mapped_column(JSONB)
    ways_in: Mapped[list[str]]
    application_process: Mapped[dict[str, Any]] = mapped_column(JSONB)
    url: Mapped[str]
    fees: Mapped[dict[str, Any]] = mapped_column(JSONB)
    schedule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    remote: Mapped[bool]
    capacity: Mapped[str]
    waiting_weeks: Mapped[int | None]
    free_places: Mapped[int | None]
    capacity_on: Mapped[date]
    """When the capacity was told."""
    assured_on: Mapped[date]
    """When somebody last said that the entry is right."""
    assured_by: Mapped[str]
    """As they were called at the time."""

    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="days"),
        CheckConstraint("capacity in ('open', 'queue', 'closed')", name="capacity"),
        CheckConstraint("minimum_age <= maximum_age", name="ages"),
        CheckConstraint("free_places is null or capacity = 'open'", name="free_places"),
        CheckConstraint("waiting_weeks is null or capacity = 'queue'", name="waiting_weeks"),
        Index(None, "sort_key", "id"),
        Index(None, "assured_on"),
        Index("ix_offering_areas", "areas", postgresql_using="gin"),
        Index("ix_offering_themes", "themes", postgresql_using="gin"),
    )
