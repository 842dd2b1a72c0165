"""Answers: the document, its blocks in every version, recommendation rows, signatures, and the running numbers.

Columns ending in `_sealed` hold ciphertext: only `store.py` writes and opens them. A published answer and all under it
can't be changed: the database refuses (see the migration).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.consultation.base import Base

MOMENT = DateTime(timezone=True)


class Answer(Base):
    """One edition of an answer. A correction is another row with the same number and the next edition."""

    __tablename__ = "answers"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    """Grows with every change of the content: a signature is of one version."""
    edition: Mapped[int] = mapped_column(SmallInteger)
    corrects: Mapped[UUID | None] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why a correction is made."""
    yta: Mapped[str | None] = mapped_column(Text)
    year: Mapped[int | None] = mapped_column(SmallInteger)
    serial: Mapped[int | None] = mapped_column(Integer)
    started_by: Mapped[UUID] = mapped_column(Uuid)
    started_at: Mapped[datetime] = mapped_column(MOMENT)
    signing_due: Mapped[datetime | None] = mapped_column(MOMENT)
    published_by: Mapped[UUID | None] = mapped_column(Uuid)
    published_by_name: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (
        CheckConstraint("(state = 'published') = (published_at is not null)", name="published_has_moment"),
        CheckConstraint("(published_at is not null) = (serial is not null)", name="published_has_number"),
        UniqueConstraint("yta", "kind", "year", "serial", "edition"),
        # One draft at a time in a case, whoever starts it.
        Index("ix_answers_one_draft", "case_id", unique=True, postgresql_where=text("published_at is null")),
        Index(None, "case_id", "published_at"),
        Index("ix_answers_signing", "case_id", postgresql_where=text("state = 'signing'")),
    )


class AnswerBlock(Base):
    """One saved version of one block; the newest is the text. Rows are only added."""

    __tablename__ = "answer_blocks"

    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    block: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[UUID] = mapped_column(Uuid)
    person_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(MOMENT)


class Recommendation(Base):
    __tablename__ = "recommendations"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(Integer)
    what_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    who_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    by_when_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    method_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class Signature(Base):
    """What one member said of one version of the answer. A changed answer leaves it, with the moment it lost force."""

    __tablename__ = "signatures"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(Uuid)
    person_name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    recommendation_id: Mapped[UUID | None] = mapped_column(Uuid)
    """Not a foreign key: a recommendation may be removed from the draft, and what was said of it stays said."""
    of_version: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(MOMENT)
    voided_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (
        Index(
            "ix_signatures_standing", "answer_id", "person_id", unique=True, postgresql_where=text("voided_at is null")
        ),
    )


class AnswerNumber(Base):
    """The last number given in a centre, kind and year. The row is locked from the drawing to the commit."""

    __tablename__ = "answer_numbers"

    yta: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)
