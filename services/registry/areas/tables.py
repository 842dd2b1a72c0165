"""Collaborative areas (YTA) and the areas that organise services."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base, Named


class CollaborativeArea(Named, Base):
    __tablename__ = "collaborative_area"

    key: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    letter: Mapped[str] = mapped_column(unique=True)
    """Begins the codes of its cases and answers: OT-I-7K42M."""
    university_hospital: Mapped[dict[str, Any] | None]


class Area(Named, Base):
    """A wellbeing services county, Helsinki, Åland, or HUS (which has no official code: ours is "HUS")."""

    __tablename__ = "area"

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    yta: Mapped[str | None] = mapped_column(ForeignKey(CollaborativeArea.key), index=True)
    bilingual: Mapped[bool]
    in_ot_scope: Mapped[bool]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
