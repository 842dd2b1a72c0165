"""What reporting knows: facts from the feeds, where each feed was left, and what could not be understood."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.reporting.base import Base


class Fact(Base):
    """One event in codes, numbers and times: no name, no text.

    The year leads the key so that the table can be partitioned by it.
    """

    __tablename__ = "fact"
    __table_args__ = (Index(None, "type", "at"), Index(None, "case_id"))

    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    type: Mapped[str] = mapped_column(Text)
    case_id: Mapped[UUID] = mapped_column(Uuid)
    yta: Mapped[str | None] = mapped_column(Text)
    area: Mapped[str | None] = mapped_column(Text)
    line: Mapped[str | None] = mapped_column(Text)
    urgency: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    form: Mapped[str | None] = mapped_column(Text)
    themes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    age_groups: Mapped[list[str]] = mapped_column(ARRAY(Text))
    client_languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    disciplines: Mapped[list[str]] = mapped_column(ARRAY(Text))
    outcome: Mapped[str | None] = mapped_column(Text)
    measures: Mapped[dict[str, float]] = mapped_column(JSONB)


class FeedCursor(Base):
    """Where a feed was left. Moves in the same transaction as the facts, so nothing is counted twice."""

    __tablename__ = "feed_cursor"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    last_event_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    caught_up_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SetAside(Base):
    """An event of a kind we count that could not be understood. Its content stays at its source, at this position."""

    __tablename__ = "set_aside"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(Text)
    problems: Mapped[list[str]] = mapped_column(ARRAY(Text))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PassedOver(Base):
    """Events of kinds that no figure counts, by kind: seen, and on purpose not kept."""

    __tablename__ = "passed_over"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    type: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class AreaSuccession(Base):
    """One area followed another. Two `to_code` of one area: it was split."""

    __tablename__ = "area_succession"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    from_code: Mapped[str] = mapped_column(Text, primary_key=True)
    to_code: Mapped[str] = mapped_column(Text, primary_key=True)
    effective_on: Mapped[date]


class Label(Base):
    """What a code is called, as its owner says; the parent of an area is its collaborative area."""

    __tablename__ = "label"

    scheme: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    fi: Mapped[str] = mapped_column(Text)
    sv: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(Text)
    counted_as: Mapped[str | None] = mapped_column(Text)
    """The code that stands for a merged one: facts keep the old one, figures count it there."""
    rank: Mapped[int] = mapped_column(SmallInteger)
