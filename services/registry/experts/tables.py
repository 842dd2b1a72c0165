"""Experts: who can be asked, for what, and when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.registry.base import Base, Versioned
from services.shared.database import new_id

SHOWN_AT_FIRST = ("bio", "employer")
"""How to reach somebody is shown only when they say so."""


class Expert(Versioned, Base):
    __tablename__ = "expert"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    name: Mapped[str]
    title: Mapped[str]
    profession: Mapped[str] = mapped_column(index=True)
    employer_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    area: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    """Where the expert works."""
    yta: Mapped[str | None] = mapped_column(ForeignKey("collaborative_area.key"), index=True)
    areas: Mapped[list[str]]
    """Which areas the expert serves."""
    languages: Mapped[list[str]]
    disciplines: Mapped[list[str]]
    """Derived from profession and competences (rules.disciplines_of); kept here so that matching needs one table."""
    themes: Mapped[list[str]]
    """The themes among the competences, kept for the same reason."""
    capacity_month: Mapped[int]
    """How many consultations a month the expert can take; 0 = not now."""
    capacity_usual: Mapped[int] = mapped_column(default=1, server_default="1")
    """What it is again after a "not now"."""
    away_from: Mapped[date | None]
    """Of the absence that goes on, or else of the next; kept here so that matching needs one table."""
    away_to: Mapped[date | None]
    email: Mapped[str] = mapped_column(default="", server_default="")
    phone: Mapped[str] = mapped_column(default="", server_default="")
    shown: Mapped[list[str]] = mapped_column(default=lambda: [*SHOWN_AT_FIRST], server_default="{bio,employer}")
    """Which of the fields that the expert may keep to the coordinators everybody who is signed in sees."""
    register_kind: Mapped[str | None]
    register_number: Mapped[str | None]
    register_checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    register_checked_on: Mapped[date | None]
    consent_listed: Mapped[bool]
    active: Mapped[bool] = mapped_column(default=True)
    inactive_since: Mapped[date | None]
    inactive_reason: Mapped[str] = mapped_column(default="", server_default="")
    bio: Mapped[str]
    example: Mapped[bool] = mapped_column(default=False)
    sort_key: Mapped[str]
    search_text: Mapped[str]
    """Every word the expert is found by; the database takes it apart (search.tables)."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    competences: Mapped[list["Competence"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Competence.scheme.desc(), Competence.position"
    )
    conflicts: Mapped[list["ConflictOfInterest"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ConflictOfInterest.id"
    )
    absences: Mapped[list["ExpertAbsence"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ExpertAbsence.away_from"
    )

    __table_args__ = (
        CheckConstraint("away_to is null or away_from is not null and away_to >= away_from", name="absence"),
        CheckConstraint("capacity_month between 0 and 40", name="capacity"),
        CheckConstraint("capacity_usual between 1 and 40", name="capacity_usual"),
        CheckConstraint("shown <@ array['bio', 'email', 'employer', 'phone']", name="shown"),
        CheckConstraint("register_kind in ('terhikki', 'suosikki')", name="register_kind"),
        CheckConstraint("(register_kind is null) = (register_number is null)", name="register_whole"),
        CheckConstraint(
            "(register_checked_by is null) = (register_checked_on is null)"
            " and (register_checked_by is null or register_number is not null)",
            name="register_checked",
        ),
        Index(None, "sort_key", "id"),
        Index("ix_expert_areas", "areas", postgresql_using="gin"),
        Index("ix_expert_languages", "languages", postgresql_using="gin"),
        Index("ix_expert_disciplines", "disciplines", postgresql_using="gin"),
        Index("ix_expert_themes", "themes", postgresql_using="gin"),
    )


class Competence(Base):
    """What an expert knows: 1 supporting, 2 solid, 3 strong. Assured = a coordinator has checked it."""

    __tablename__ = "competence"

    expert_id: Mapped[UUID] = mapped_column(ForeignKey(Expert.id), primary_key=True)
    scheme: Mapped[str] = mapped_column(primary_key=True)
    concept: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    level: Mapped[int]
    evidence: Mapped[str]
    assured_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    assured_on: Mapped[date | None]
    review_due: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(["scheme", "concept"], ["concept.scheme", "concept.slug"]),
        CheckConstraint("scheme in ('themes', 'disciplines')", name="scheme"),
        CheckConstraint("level between 1 and 3", name="level"),
        CheckConstraint("(assured_by is null) = (assured_on is null)", name="assured_whole"),
        Index(None, "scheme", "concept"),
        Index(None, "review_due"),
    )


class ExpertAbsence(Base):
    """From one day to another, both included; without an end until further notice. What is over is forgotten."""

    __tablename__ = "expert_absence"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey(Expert.id))
    away_from: Mapped[date]
    away_to: Mapped[date | None] = mapped_column(index=True)

    __table_args__ = (
        UniqueConstraint("expert_id", "away_from"),
        CheckConstraint("away_to >= away_from", name="days"),
    )


class ConflictOfInterest(Base):
    """Exactly one of the three is set: the expert may not work on cases of it."""

    __tablename__ = "conflict_of_interest"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey(Expert.id), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    area: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (CheckConstraint("num_nonnulls(organisation_id, area, person_id) = 1", name="one_party"),)
