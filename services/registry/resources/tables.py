"""What an organisation has to do its work with: people's time and money."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from services.registry.terms.tables import Term


class Resource(Term, Base):
    __tablename__ = "resource"

    funding: Mapped[str]
    """A code: whose money it is (`resources.schemas.Funding`)."""
    note: Mapped[str]
    area: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    """Whom it is for; none = all that the organisation serves."""
    person_years: Mapped[float | None] = mapped_column(Numeric(7, 2, asdecimal=False))
    euros: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="days"),
        CheckConstraint("person_years is not null or euros is not null", name="something"),
        CheckConstraint("person_years >= 0 and euros >= 0", name="amounts"),
        Index(None, "valid_to"),
    )
