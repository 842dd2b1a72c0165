"""Teams: what was proposed, who was invited and what they said, and what nobody could be found for.

Columns ending in `_sealed` hold ciphertext under the case's key: only `store.py` writes and opens them.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.consultation.base import Base

CODES = ARRAY(Text)
MOMENT = DateTime(timezone=True)


class TeamProposal(Base):
    """One answer of the solver with all it was asked from, so that it can be explained a year later. Codes only."""

    __tablename__ = "team_proposals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    inputs_hash: Mapped[str] = mapped_column(Text)
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(MOMENT)
    shown_at: Mapped[datetime] = mapped_column(MOMENT)
    """The last time this very answer was given: the newest is what the coordinator had before them."""

    __table_args__ = (UniqueConstraint("case_id", "inputs_hash"), Index(None, "case_id", "shown_at"))


class Invitation(Base):
    """A seat in a team, from the invitation on. Carries its own copy of what an invited person may see, so that
    their page never touches the case; the copy is emptied when they answer."""

    __tablename__ = "invitations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    case_code: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    """invited, accepted, declined, recused, removed, lapsed (the case went on without an answer)"""
    role: Mapped[str] = mapped_column(Text)

    expert: Mapped[UUID]
    person_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    profession: Mapped[str | None] = mapped_column(Text)
    employer: Mapped[UUID | None]
    employer_name: Mapped[str | None] = mapped_column(Text)
    area: Mapped[str | None] = mapped_column(Text)
    yta: Mapped[str | None] = mapped_column(Text)
    cross_area: Mapped[bool]
    """The expert comes from another collaborative area than the case."""
    agreement_ok: Mapped[bool]
    """False: no agreement lets the case's area use the employer's experts; shown to the coordinator."""
    agreement: Mapped[UUID | None]
    """The one that was used; none where the employer serves the area itself."""
    agreement_why: Mapped[str | None] = mapped_column(Text)
    """Why there was none: missing, ended, coming, themes, month_full."""
    exception_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why the expert was invited all the same."""
    disciplines: Mapped[list[str]] = mapped_column(CODES)
    """Needed disciplines this person brings."""
    proposed: Mapped[bool]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    override_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    themes: Mapped[list[str]] = mapped_column(CODES)
    age_groups: Mapped[list[str]] = mapped_column(CODES)
    language: Mapped[str | None] = mapped_column(Text)
    client_languages: Mapped[list[str]] = mapped_column(CODES)
    form: Mapped[str | None] = mapped_column(Text)
    questions_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    invited_by: Mapped[UUID]
    invited_by_name: Mapped[str] = mapped_column(Text)
    invited_at: Mapped[datetime] = mapped_column(MOMENT)
    answer_due: Mapped[datetime] = mapped_column(MOMENT)
    answered_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When accepted or declined."""
    left_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When recused, removed or lapsed."""
    no_conflict_declared_at: Mapped[datetime | None] = mapped_column(MOMENT)
    reason_code: Mapped[str | None] = mapped_column(Text)
    """Why declined, or the kind of conflict."""
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What the person, or the coordinator who removed them, wrote; the coordinator reads it."""

    __table_args__ = (
        Index(
            "ix_invitations_one_seat",
            "case_id",
            "person_id",
            unique=True,
            postgresql_where=text("state in ('invited', 'accepted')"),
        ),
        Index(
            "ix_invitations_one_chair",
            "case_id",
            unique=True,
            postgresql_where=text("role = 'chair' and state in ('invited', 'accepted')"),
        ),
        Index(
            "ix_invitations_agreement",
            "agreement",
            "invited_at",
            postgresql_where=text("agreement is not null"),
        ),
        Index("ix_invitations_person", "person_id", "case_id"),
        Index("ix_invitations_invited", "case_id", postgresql_where=text("state = 'invited'")),
        Index(None, "case_id", "invited_at"),
        CheckConstraint(
            "state = 'invited' or (questions_sealed is null and themes = '{}')", name="copy_only_while_invited"
        ),
        CheckConstraint("state <> 'accepted' or no_conflict_declared_at is not null", name="no_conflict_declared"),
    )


class CompetenceGap(Base):
    """A discipline the case needed and nobody could be found for: theme x discipline x language x area."""

    __tablename__ = "competence_gaps"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    theme: Mapped[str] = mapped_column(Text)
    discipline: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    """`nobody`, `no_capacity`, `away`, `conflict`, or `reported` by the coordinator."""
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)

    __table_args__ = (UniqueConstraint("case_id", "theme", "discipline", "language"),)
