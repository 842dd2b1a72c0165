"""A membership that is offered by a link to an address. Only the hash of the link's secret is kept."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base, Versioned
from services.registry.members.tables import Membership, Person
from services.shared.database import new_id


class MembershipInvitation(Versioned, Base):
    """`delivery` is `mail` or `link`: by the post, which makes the secret when it sends it, or shown once."""

    __tablename__ = "membership_invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str]
    name: Mapped[str | None]
    language: Mapped[str]
    role: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    yta: Mapped[str | None] = mapped_column(ForeignKey("collaborative_area.key"))
    deputy: Mapped[bool] = mapped_column(default=False)
    valid_to: Mapped[date | None]
    """Of the membership; the invitation itself ends at `expires_at`."""
    reason: Mapped[str]
    delivery: Mapped[str]
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    invited_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    mailed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    mail_trouble: Mapped[str | None]
    """`refused` where the address will never take a letter."""
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey(Membership.id))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    example: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("delivery in ('mail', 'link')", name="delivery"),
        CheckConstraint("accepted_at is null or revoked_at is null", name="accepted_or_revoked"),
        CheckConstraint("(accepted_at is null) = (accepted_by is null)", name="accepted_by_somebody"),
        Index(None, "invited_at", "id"),
        Index(None, "email"),
        Index(
            "ix_membership_invitation_unmailed",
            "invited_at",
            postgresql_where=text(
                "delivery = 'mail' and mailed_at is null and accepted_at is null and revoked_at is null"
            ),
        ),
    )
