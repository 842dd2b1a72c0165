"""A file that somebody sent, with what would become of each of its rows: kept for a while, until it is written."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base, Versioned
from services.registry.members.tables import Person
from services.shared.database import new_id


class EntryImport(Versioned, Base):
    """`counts` is how many rows have each fate. Swept away with its rows, written or not."""

    __tablename__ = "entry_import"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    encoding: Mapped[str]
    delimiter: Mapped[str]
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    written_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index(None, "at"),)


class EntryImportRow(Base):
    """`problems` as [{"column": "email", "code": "missing", "row": null}].

    `changes` are the columns in which it differs from the entry that is there, in the version that was looked at.
    """

    __tablename__ = "entry_import_row"

    import_id: Mapped[UUID] = mapped_column(ForeignKey(EntryImport.id, ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    fate: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    changes: Mapped[list[str]] = mapped_column(server_default="{}")
    version: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (Index(None, "import_id", "fate", "number"),)
