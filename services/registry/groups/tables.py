"""Expert groups: who sits together, about what, and how often."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from services.registry.terms.tables import NamedTerm
from services.shared.database import new_id

RHYTHMS = ("weekly", "biweekly", "monthly", "quarterly", "as_needed")
ROLES = ("chair", "secretary", "member")


def one_of(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class ExpertGroup(NamedTerm, Base):
    __tablename__ = "expert_group"

    group_type: Mapped[str] = mapped_column(index=True)
    rhythm: Mapped[str]
    meets: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The weekday and the time, as people say them."""
    next_meeting: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="days"),
        CheckConstraint(f"rhythm in ({one_of(RHYTHMS)})", name="rhythm"),
        Index(None, "sort_key", "id"),
        Index("ix_expert_group_areas", "areas", postgresql_using="gin"),
        Index("ix_expert_group_themes", "themes", postgresql_using="gin"),
    )


class GroupMember(Base):
    """An expert in a group for a time. Whoever leaves stays in what the group was."""

    __tablename__ = "group_member"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("expert_group.id"), index=True)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), index=True)
    role: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="days"),
        CheckConstraint(f"role in ({one_of(ROLES)})", name="role"),
    )
