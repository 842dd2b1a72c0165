"""How far the first run of an installation has come: one row, made with its first code."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from services.registry.members.tables import Person


class FirstRun(Base):
    """Only the hash of the code is kept. Once claimed it makes nobody an administrator again."""

    __tablename__ = "first_run"

    one: Mapped[bool] = mapped_column(primary_key=True, default=True, server_default=text("true"))
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    claimed_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    mail_sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (CheckConstraint("one", name="single"),)
