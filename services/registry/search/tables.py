"""What experts are searched by, apart from their rows and narrow: the database fills both tables itself.

A trigger of `expert` keeps them: pages, imports and bulk loading alike are found in the moment they are written.
"""

from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, Integer
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base


class Word(Base):
    """Each word of the entries once, so that likeness is asked of thousands of words and not of every entry."""

    __tablename__ = "word"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    text: Mapped[str] = mapped_column(unique=True)

    __table_args__ = (
        Index(
            "ix_word_text",
            "text",
            postgresql_using="gin",
            postgresql_ops={"text": "gin_trgm_ops"},
            postgresql_with={"fastupdate": "off"},
        ),
    )


class ExpertSearch(Base):
    __tablename__ = "expert_search"

    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), primary_key=True)
    listed: Mapped[bool]
    """Active, and with consent to be found."""
    words: Mapped[list[int]] = mapped_column(ARRAY(Integer))

    __table_args__ = (
        Index(
            "ix_expert_search_words",
            "words",
            postgresql_using="gin",
            postgresql_ops={"words": "gin__int_ops"},
            postgresql_with={"fastupdate": "off"},
        ),
    )
