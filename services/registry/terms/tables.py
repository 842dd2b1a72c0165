"""A term: what an organisation has from one day to another, both included: a mandate, a resource, an agreement."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from services.registry.base import Versioned
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
