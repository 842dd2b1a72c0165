from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from services.registry.terms.schemas import NewTerm, TermChange, TermView
from services.registry.texts import Name
from services.shared.paging import Page


class AffiliationKind(StrEnum):
    """How one organisation belongs to another. Our own list."""

    MEMBER = "member"
    PARTNER = "partner"
    HOSTED = "hosted"
    FUNDED = "funded"
    OTHER = "other"


class AffiliationView(TermView):
    of: UUID = Field(description="The organisation that it belongs to")
    of_slug: str
    of_name: Name
    how: AffiliationKind


class AffiliationPage(Page[AffiliationView]):
    pass


class NewAffiliation(NewTerm):
    of: UUID
    how: AffiliationKind


class AffiliationChange(TermChange):
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"valid_to"})
    of: UUID | None = None
    how: AffiliationKind | None = None
