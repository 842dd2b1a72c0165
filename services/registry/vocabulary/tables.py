"""Concepts as in SKOS: schemes of concepts with names, other labels and relations. A slug never changes."""

from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base, Named


class Concept(Named, Base):
    __tablename__ = "concept"

    scheme: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    alt: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Other labels by language: {"fi": ["lastensuojelut"]}."""
    yso_uri: Mapped[str | None]
    yso_match: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What only this scheme tells: min_age, max_age, kind, sector."""
    sources: Mapped[list[str]]
    search_text: Mapped[str]

    __table_args__ = (
        Index(
            "ix_concept_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )


class ConceptRelation(Base):
    """`kind` says what the other concept is to this one: required, useful, profession, age_group, group, broader."""

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
