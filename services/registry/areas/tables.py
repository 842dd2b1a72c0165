"""Collaborative areas (YTA), the areas that organise services, and how one area follows another."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base, Named, Versioned
from services.shared.database import new_id


class CollaborativeArea(Named, Base):
    __tablename__ = "collaborative_area"

    key: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    letter: Mapped[str] = mapped_column(unique=True)
    """Begins the codes of its cases and answers: OT-I-7K42M."""
    university_hospital: Mapped[dict[str, Any] | None]


class Area(Named, Versioned, Base):
    """A wellbeing services county, Helsinki, Åland, or HUS (which has no official code: ours is "HUS")."""

    __tablename__ = "area"

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    yta: Mapped[str | None] = mapped_column(ForeignKey(CollaborativeArea.key), index=True)
    bilingual: Mapped[bool]
    in_ot_scope: Mapped[bool]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    """The last day. The row stays for ever: what was written with its code can still be read."""


class AreaChange(Versioned, Base):
    """A merge or a split of areas as it was decided. It is carried out on its day."""

    __tablename__ = "area_change"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    state: Mapped[str]
    yta: Mapped[str] = mapped_column(ForeignKey(CollaborativeArea.key))
    areas: Mapped[list[str]]
    """Those that end."""
    into: Mapped[list[str]]
    """Those that follow them. Of a split the first takes whatever nobody placed."""
    effective_on: Mapped[date]
    placements: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Of a split: by the organisation's slug, the part it belongs to."""
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_by_name: Mapped[str]
    """As they were called at the time."""
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    carried_out_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancel_reason: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        CheckConstraint("kind in ('merge', 'split')", name="kind"),
        CheckConstraint("state in ('planned', 'done', 'cancelled')", name="state"),
        Index("ix_area_change_planned", "effective_on", postgresql_where="state = 'planned'"),
    )


class AreaSuccession(Base):
    """One area followed another. A merge has several `from_code`, a split several `to_code`."""

    __tablename__ = "area_succession"

    from_code: Mapped[str] = mapped_column(ForeignKey(Area.code), primary_key=True)
    to_code: Mapped[str] = mapped_column(ForeignKey(Area.code), primary_key=True, index=True)
    effective_on: Mapped[date]
