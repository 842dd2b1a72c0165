"""A term: what an organisation has from one day to another, both included: a mandate, a resource, an agreement."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from services.registry.base import Named, Versioned
from services.registry.texts import searchable, sort_key
from services.shared.database import new_id


class Term(Versioned):
    """Without a last day until further notice. Nothing of it is removed: it ends."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    example: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    @declared_attr
    def organisation_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("organisation.id"), index=True)


class NamedTerm(Named, Term):
    """One with a name of its own, listed by it over all organisations: an expert group, a service."""

    areas: Mapped[list[str]]
    """None: the whole country."""
    themes: Mapped[list[str]]
    languages: Mapped[list[str]]
    description: Mapped[dict[str, Any]] = mapped_column(JSONB)
    contact: Mapped[dict[str, Any]] = mapped_column(JSONB)
    end_reason: Mapped[str] = mapped_column(default="")
    sort_key: Mapped[str]
    search_text: Mapped[str]

    @property
    def names(self) -> dict[str, str | None]:
        return self.name

    @names.setter
    def names(self, names: Mapping[str, str | None]) -> None:
        """With what a list is sorted and searched by."""
        self.name_fi, self.name_sv, self.name_en = names["fi"] or "", names["sv"] or "", names.get("en")
        self.sort_key, self.search_text = sort_key(self.name_fi), searchable(*names.values())
