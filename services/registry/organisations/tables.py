"""Organisations of the network."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base, Named, Versioned
from services.shared.database import new_id


class Organisation(Named, Versioned, Base):
    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str] = mapped_column(index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    area: Mapped[str | None] = mapped_column(ForeignKey("area.code"), index=True)
    """Where it is: the area whose coordinator looks after the entry."""
    areas: Mapped[list[str]]
    """Which areas it serves."""
    ytas: Mapped[list[str]]
    """The collaborative areas of all these; kept with the areas so that lists need no join."""
    centre_of: Mapped[str | None] = mapped_column(ForeignKey("collaborative_area.key"), unique=True)
    languages: Mapped[list[str]]
    contact: Mapped[dict[str, Any]] = mapped_column(JSONB)
    example: Mapped[bool] = mapped_column(default=False)
    sort_key: Mapped[str]
    search_text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index(None, "sort_key", "id"),
        Index("ix_organisation_areas", "areas", postgresql_using="gin"),
        Index("ix_organisation_ytas", "ytas", postgresql_using="gin"),
        Index(
            "ix_organisation_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )
