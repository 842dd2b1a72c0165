"""What a person is told, and which daily digests went out. Kinds, codes and times: nothing anybody wrote."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.consultation.base import Base

MOMENT = DateTime(timezone=True)


class Notification(Base):
    """One person and one kind of happening in a case. While it is unseen the same kind again makes it newer, not more:
    ten messages are one line. Rows come only from the function `tell_of_case`."""

    __tablename__ = "notifications"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None]
    of_centre: Mapped[str | None] = mapped_column(Text)
    """Instead of a person: the centre's `deputies` or `coordinators`, until the sweep has learned who they are."""
    kind: Mapped[str] = mapped_column(Text)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    case_code: Mapped[str] = mapped_column(Text)
    subject: Mapped[UUID | None]
    """The invitation or the meeting, where it is not the case itself."""
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    times: Mapped[int]
    at: Mapped[datetime] = mapped_column(MOMENT)
    seen_at: Mapped[datetime | None] = mapped_column(MOMENT)
    mailed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When the nudge went out, or it was settled that none does."""
    mail_after: Mapped[datetime | None] = mapped_column(MOMENT)
    """Somebody is sending it, or a try has failed: not again before this."""
    mail_tries: Mapped[int]

    __table_args__ = (
        CheckConstraint("(person_id is null) <> (of_centre is null)", name="somebody_is_told"),
        Index(
            "ix_notifications_unseen",
            "person_id",
            "case_id",
            "kind",
            unique=True,
            postgresql_where=text("seen_at is null and person_id is not null"),
        ),
        Index("ix_notifications_person", "person_id", "at", "id"),
        Index("ix_notifications_case_id", "case_id"),
        Index(
            "ix_notifications_unmailed",
            "at",
            postgresql_where=text("mailed_at is null and seen_at is null and person_id is not null"),
        ),
        Index("ix_notifications_of_centre", "at", postgresql_where=text("of_centre is not null")),
        Index("ix_notifications_seen", "seen_at", postgresql_where=text("seen_at is not null")),
    )


class MailDigest(Base):
    """A person's digest of a day is settled: sent, or not wanted."""

    __tablename__ = "mail_digests"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    at: Mapped[datetime] = mapped_column(MOMENT)

    __table_args__ = (Index(None, "day"),)
