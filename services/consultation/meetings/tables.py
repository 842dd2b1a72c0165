"""Meetings, who takes part in them, and the minutes of work that experts record."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.consultation.base import Base

MOMENT = DateTime(timezone=True)


class Meeting(Base):
    """Where it is held is sealed too: a place or a link may name people."""

    __tablename__ = "meetings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    """planned, held"""
    starts_at: Mapped[datetime] = mapped_column(MOMENT)
    ends_at: Mapped[datetime] = mapped_column(MOMENT)
    place_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    remote_link_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    agenda_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    minutes_text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    decisions_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    proposed_by: Mapped[UUID]
    proposed_by_name: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime] = mapped_column(MOMENT)
    held_by: Mapped[UUID | None]
    held_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When attendance and minutes were written, not when people met."""

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("(state = 'held') = (held_at is not null)", name="held_has_moment"),
        Index(None, "case_id", "starts_at"),
        Index("ix_meetings_planned", "ends_at", postgresql_where=text("state = 'planned'")),
    )


class MeetingParticipant(Base):
    __tablename__ = "meeting_participants"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    relation: Mapped[str] = mapped_column(Text)
    attended: Mapped[bool | None]
    """None until the meeting was held."""

    __table_args__ = (Index(None, "person_id", "meeting_id"), Index(None, "case_id"))


class WorkMinutes(Base):
    """Work an expert did for a case: their employer must be able to see it as work."""

    __tablename__ = "work_minutes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    person_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    profession: Mapped[str | None] = mapped_column(Text)
    minutes: Mapped[int]
    purpose: Mapped[str] = mapped_column(Text)
    """meeting, preparation, reading, writing, travel, other"""
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)

    __table_args__ = (CheckConstraint("minutes > 0", name="some_minutes"), Index(None, "case_id", "person_id"))
