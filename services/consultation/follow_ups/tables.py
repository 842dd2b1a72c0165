"""The loop after an answer: the asker's reply row by row, the goals and their levels, the follow-up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    Text,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.consultation.base import Base

MOMENT = DateTime(timezone=True)


class Reply(Base):
    """What the asker means to do about an answer, and what the answer was worth. One per published answer."""

    __tablename__ = "replies"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[UUID] = mapped_column(Uuid)
    person_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(MOMENT)
    usefulness: Mapped[int] = mapped_column(SmallInteger)
    plan_changed: Mapped[str] = mapped_column(Text)
    without_advice: Mapped[str] = mapped_column(Text)
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (CheckConstraint("usefulness between 1 and 5", name="usefulness_range"),)


class ReplyRow(Base):
    __tablename__ = "reply_rows"

    reply_id: Mapped[UUID] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True)
    recommendation_id: Mapped[UUID] = mapped_column(
        ForeignKey("recommendations.id", ondelete="CASCADE"), primary_key=True
    )
    reply: Mapped[str] = mapped_column(Text)
    why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class GoalSet(Base):
    """The goals of one case as a whole: they are changed together, against one version."""

    __tablename__ = "goal_sets"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[UUID] = mapped_column(Uuid)
    person_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(MOMENT)


class Goal(Base):
    """`levels_sealed` holds the five descriptions as one sealed JSON object, keys "-2" to "2".

    Changed goals are new rows of the next version of their set: what was reached of the old ones stays true.
    """

    __tablename__ = "goals"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("goal_sets.case_id", ondelete="CASCADE"))
    of_version: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(SmallInteger)
    title_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    levels_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    weight: Mapped[int] = mapped_column(SmallInteger)
    baseline: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (
        CheckConstraint("baseline between -2 and 2", name="baseline_range"),
        CheckConstraint("weight > 0", name="weight_range"),
        Index(None, "case_id", "of_version", "position"),
    )


class FollowUp(Base):
    """What had happened by the follow-up. One per published answer."""

    __tablename__ = "follow_ups"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[UUID] = mapped_column(Uuid)
    person_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(MOMENT)
    wanted_change: Mapped[str] = mapped_column(Text)
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    gas_start: Mapped[float | None] = mapped_column(Numeric(5, 2, asdecimal=False))
    gas_end: Mapped[float | None] = mapped_column(Numeric(5, 2, asdecimal=False))


class FollowUpRow(Base):
    __tablename__ = "follow_up_rows"

    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), primary_key=True)
    recommendation_id: Mapped[UUID] = mapped_column(
        ForeignKey("recommendations.id", ondelete="CASCADE"), primary_key=True
    )
    result: Mapped[str] = mapped_column(Text)
    why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class GoalResult(Base):
    __tablename__ = "goal_results"

    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), primary_key=True)
    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goals.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (CheckConstraint("level between -2 and 2", name="level_range"),)
