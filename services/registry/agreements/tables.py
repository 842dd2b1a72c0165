"""Who may use the experts of an organisation, for what, and within which limits."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from services.registry.terms.tables import Term


class Agreement(Term, Base):
    """The experts of the organisation may be used by these areas, and by the areas of these organisations."""

    __tablename__ = "agreement"

    areas: Mapped[list[str]]
    organisations: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    themes: Mapped[list[str]]
    """What they may be used for; none = everything."""
    cost: Mapped[str]
    """What it costs, in words."""
    euros_limit: Mapped[int | None] = mapped_column(BigInteger)
    month_limit: Mapped[int | None]
    """How many consultations a month, all experts of the organisation together."""
    secrecy_by: Mapped[str]
    secrecy_on: Mapped[date | None]
    """Who undertook to keep secrecy, and when; empty and none while nobody has."""
    end_reason: Mapped[str] = mapped_column(default="")
    """Why it ended before its day; empty where it did not."""

    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="days"),
        CheckConstraint("(secrecy_by = '') = (secrecy_on is null)", name="secrecy_whole"),
        Index(None, "valid_to"),
        Index("ix_agreement_areas", "areas", postgresql_using="gin"),
        Index("ix_agreement_organisations", "organisations", postgresql_using="gin"),
    )
