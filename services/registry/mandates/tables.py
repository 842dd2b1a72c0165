"""What an organisation is there to do, and on what ground."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from services.registry.base import Base
from services.registry.terms.tables import Term


class Mandate(Term, Base):
    __tablename__ = "mandate"

    task: Mapped[str]
    basis: Mapped[str]
    """The law, decision or agreement that gives the task."""

    __table_args__ = (CheckConstraint("valid_to >= valid_from", name="days"), Index(None, "valid_to"))
