"""What a list of invitations may be narrowed by."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class InvitationFilters:
    state: str | None = None
    organisation: UUID | None = None
