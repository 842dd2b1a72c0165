"""What everything is searched by, apart from the entries' own rows and narrow: the database fills it all itself.

Triggers of each kind's table keep it (migrations/registry/searched.py), so that pages, imports and bulk loading alike
are found in the moment they are written.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from services.registry.base import Base


class QueryInt(UserDefinedType[str]):
    """The database's query of integers: 1&(2|3)."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "query_int"


class SearchWord(Base):
    """Each form of a word once, so that likeness is asked of thousands of forms and not of every entry."""

    __tablename__ = "search_word"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    form: Mapped[str] = mapped_column(unique=True)
    """In small letters, without dots and accents."""
    stems: Mapped[list[str]]

    __table_args__ = (
        Index(
            "ix_search_word_form",
            "form",
            postgresql_using="gin",
            postgresql_ops={"form": "gin_trgm_ops"},
            postgresql_with={"fastupdate": "off"},
        ),
        Index("ix_search_word_beginning", "form", postgresql_ops={"form": "text_pattern_ops"}),
        Index("ix_search_word_stems", "stems", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )


def _numbers(name: str, column: str, where: str | None = None) -> Index:
    return Index(
        name,
        column,
        postgresql_using="gin",
        postgresql_ops={column: "gin__int_ops"},
        postgresql_with={"fastupdate": "off"},
        postgresql_where=text(where) if where else None,
    )


class SearchEntry(Base):
    """An entry of any kind: what a search reads by the thousand."""

    __tablename__ = "search_entry"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str]
    slug: Mapped[str]
    source: Mapped[UUID | None] = mapped_column(index=True)
    """Its id, where it has one."""
    listed: Mapped[bool]
    people: Mapped[bool]
    """Tells of people: for members only."""
    names: Mapped[int]
    """Words of its name: of two that match alike the shorter comes first."""
    words: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    """Numbers of its words; below zero: the entries that this one is about."""
    named: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    """The words of its names."""
    about: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    """The entries that it is about, as far as a search may be narrowed by them."""
    takes: Mapped[bool | None]
    away_from: Mapped[date | None]
    away_to: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("kind", "slug"),
        _numbers("ix_search_entry_words", "words"),
        _numbers("ix_search_entry_named", "named"),
        _numbers("ix_search_entry_named_things", "named", where="not people"),
    )


class SearchCard(Base):
    """What is shown of an entry: read for the few that are."""

    __tablename__ = "search_card"

    entry: Mapped[int] = mapped_column(ForeignKey(SearchEntry.id, ondelete="CASCADE"), primary_key=True)
    label_fi: Mapped[str]
    label_sv: Mapped[str]
    label_en: Mapped[str | None]
    others: Mapped[list[str]]
    title: Mapped[str]
    body: Mapped[str]
