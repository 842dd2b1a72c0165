"""What a list of experts may be narrowed by."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Filters:
    theme: str | None = None
    discipline: str | None = None
    profession: str | None = None
    language: str | None = None
    area: str | None = None
    yta: str | None = None
    employer: UUID | None = None
    q: str | None = None
    ids: frozenset[UUID] | None = None
    terms: str | None = None
    """What `q` was understood as (search.operations.matching); None where nothing can be searched by it."""
    available: bool | None = None
