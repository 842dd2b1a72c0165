"""What a list of roles may be narrowed by."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class MembershipFilters:
    role: str | None = None
    organisation: UUID | None = None
    yta: str | None = None
    person: UUID | None = None
    state: str | None = None
    ending_by: date | None = None
    review_by: date | None = None
    q: str | None = None
