"""Consultation lines: the doors one asks at."""

from datetime import datetime

from sqlalchemy import ARRAY, DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.consultation.base import Base


class Line(Base):
    """`yta` and `area` null: open to all. `who_may_ask` empty: any organisation. Times null: the service's defaults."""

    __tablename__ = "lines"

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[dict[str, str]] = mapped_column(JSONB)
    description: Mapped[dict[str, str]] = mapped_column(JSONB)
    yta: Mapped[str | None] = mapped_column(Text)
    area: Mapped[str | None] = mapped_column(Text)
    themes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    forms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    who_may_ask: Mapped[list[str]] = mapped_column(ARRAY(Text))
    group_14: Mapped[bool]
    guide_me: Mapped[bool]
    follow_up_months: Mapped[int | None]
    """None: this line has no follow-up."""
    receipt_hours: Mapped[int]
    first_days: Mapped[int]
    answer_working_days: Mapped[int]
    reply_days: Mapped[int]
    open: Mapped[bool]
    place: Mapped[int]
    """Its place in the list people choose from."""
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
