"""Which other organisations an organisation belongs to, beside the one it is a part of."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from services.registry.terms.tables import Term


class Affiliation(Term, Base):
    __tablename__ = "affiliation"

    of_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str]
    """A code: how it belongs there (`affiliations.schemas.AffiliationKind`)."""

    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="days"),
        CheckConstraint("of_id <> organisation_id", name="another"),
    )
