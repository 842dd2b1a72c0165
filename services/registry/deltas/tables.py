"""When each entry was last changed. The database writes it, so that no way of changing an entry is forgotten."""

from datetime import datetime

from sqlalchemy import DateTime, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base


class EntryMark(Base):
    """Of the database's own clock, which nothing sets back or moves on."""

    __tablename__ = "entry_mark"

    kind: Mapped[str] = mapped_column(primary_key=True)
    """`organisations`, and of concepts each vocabulary for itself: `concepts/themes`."""
    entry: Mapped[str] = mapped_column(primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    over: Mapped[bool] = mapped_column(default=False, server_default="false")
    """It was marked again when its last day had passed: that day changes no row."""

    __table_args__ = (Index(None, "kind", "changed_at", "entry"),)
