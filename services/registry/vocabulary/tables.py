"""Concepts as in SKOS: schemes of concepts with names, other labels and relations. A slug never changes."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base, Named, Versioned


class Concept(Named, Versioned, Base):
    __tablename__ = "concept"

    scheme: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    alt: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Other labels by language: {"fi": ["lastensuojelut"]}."""
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What it means, by language: {"fi": "…"}."""
    mappings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """The same or a near concept of another vocabulary: [{"uri": "…", "match": "exact"}]."""
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What only this scheme tells: min_age, max_age, kind, sector."""
    sources: Mapped[list[str]]
    search_text: Mapped[str]
    edited: Mapped[bool] = mapped_column(default=False)
    """Somebody has changed it here: what comes with a release no longer overwrites it."""
    retired_on: Mapped[date | None]
    """No longer offered since then. What refers to it still can tell its name."""
    replaced_by: Mapped[str | None]
    """What is used instead."""
    merged: Mapped[bool] = mapped_column(default=False)
    """It is the same as what replaced it: whoever still knows it by this slug means that one."""

    __table_args__ = (
        ForeignKeyConstraint(["scheme", "replaced_by"], ["concept.scheme", "concept.slug"]),
        CheckConstraint("replaced_by is null or retired_on is not null", name="replaced"),
        CheckConstraint("not merged or replaced_by is not null", name="merged"),
        Index(
            "ix_concept_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )


class ConceptRelation(Base):
    """`kind` says what the other concept is to this one: required, useful, profession, age_group, group, broader,
    related. The last one holds in both directions and stands here in one."""

    __tablename__ = "concept_relation"

    scheme: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    other_scheme: Mapped[str] = mapped_column(primary_key=True)
    other_slug: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["scheme", "slug"], ["concept.scheme", "concept.slug"]),
        ForeignKeyConstraint(["other_scheme", "other_slug"], ["concept.scheme", "concept.slug"]),
        Index(None, "other_scheme", "other_slug"),
    )
