"""What a list of organisations may be narrowed by."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Filters:
    type: str | None = None
    area: str | None = None
    yta: str | None = None
    parent: UUID | None = None
    q: str | None = None
    ids: frozenset[UUID] | None = None
