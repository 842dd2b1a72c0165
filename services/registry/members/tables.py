"""People, what they may do, and the systems that connect. A person is (issuer, subject) of a login, not an e-mail."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base, Versioned
from services.shared.database import new_id


class Person(Versioned, Base):
    """Without issuer and subject somebody who is known (an expert) but has not signed in yet."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    issuer: Mapped[str | None]
    subject: Mapped[str | None]
    tenant: Mapped[str | None]
    name: Mapped[str]
    email: Mapped[str | None]
    email_verified: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str]
    mail: Mapped[str] = mapped_column(default="each")
    """When to be nudged: `each` time, in a daily `digest`, or `none`."""
    first_seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    example: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("(issuer is null) = (subject is null)", name="login_is_whole"),
        CheckConstraint("mail in ('each', 'digest', 'none')", name="mail"),
    )


class DomainRule(Base):
    """Verified e-mail of this domain, from this very issuer (and tenant), makes a professional of the organisation."""

    __tablename__ = "domain_rule"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    issuer: Mapped[str]
    tenant: Mapped[str | None]
    domain: Mapped[str]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str]
    reason: Mapped[str]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    end_reason: Mapped[str | None]
    example: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index(
            "uq_domain_rule_current",
            "issuer",
            "domain",
            text("coalesce(tenant, '')"),
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )


class Membership(Versioned, Base):
    """A role from one day to another (both included), unless revoked before. Granted by a person or by a rule."""

    __tablename__ = "membership"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True)
    role: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    yta: Mapped[str | None] = mapped_column(ForeignKey("collaborative_area.key"))
    deputy: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    granted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    granted_by_rule: Mapped[UUID | None] = mapped_column(ForeignKey(DomainRule.id))
    reason: Mapped[str]
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    revoke_reason: Mapped[str | None]
    review_due: Mapped[date | None]
    """When somebody must have confirmed it next; None of what a domain rule grants, since each login vouches for it."""
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    example: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="ends_after_it_begins"),
        CheckConstraint("role <> 'coordinator' or yta is not null", name="coordinators_have_an_area"),
        CheckConstraint("(revoked_at is null) = (revoke_reason is null)", name="revoked_with_a_reason"),
        Index(None, "role", "yta"),
        Index(None, "granted_at", "id"),
        Index(
            "ix_membership_review_due",
            "review_due",
            postgresql_where=text("revoked_at is null and review_due is not null"),
        ),
    )


class AccessRequest(Versioned, Base):
    __tablename__ = "access_request"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True)
    role: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    organisation_name: Mapped[str | None]
    """As the asker wrote it, where the organisation isn't in the registry."""
    ytas: Mapped[list[str]]
    """The collaborative areas whose coordinators decide; empty = an admin."""
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    decision_reason: Mapped[str | None]
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey(Membership.id))
    example: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("state in ('open', 'granted', 'refused')", name="state"),
        Index("uq_access_request_open", "person_id", unique=True, postgresql_where=text("state = 'open'")),
        Index(None, "state", "asked_at", "id"),
    )


class ConnectedSystem(Base):
    """A system of an organisation that signs in with client credentials, and what it may ask for."""

    __tablename__ = "connected_system"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    issuer: Mapped[str]
    client: Mapped[str]
    name: Mapped[str]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    example: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("issuer", "client"),)
