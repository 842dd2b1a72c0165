"""The thread between who asks and the team. The team's own notes live elsewhere: see `notes`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.consultation.base import Base


class Message(Base):
    __tablename__ = "messages"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    person_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    relation: Mapped[str] = mapped_column(Text)
    """What the writer was to the case when writing."""
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "case_id", "at", "id"),)
