"""What was changed in an entry: by whom, when, and each field before and after."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from services.shared.database import new_id


class EntryChange(Base):
    """Nobody changes or removes a row: the database refuses it."""

    __tablename__ = "entry_change"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    entry: Mapped[str]
    """The entry's id, or what stands for one: a concept's is `themes/kunniavakivalta`."""
    version: Mapped[int]
    """The entry's, after the change."""
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    person: Mapped[str]
    name: Mapped[str]
    """As they were called at the time."""
    act: Mapped[str]
    reason: Mapped[str]
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{"title": ["psykologi", "johtava psykologi"]}: before and after, of those that differ."""

    __table_args__ = (Index(None, "kind", "entry", "at", "id"),)
