"""Whose signatures an answer needs: the members of the team as it is now."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.consultation.teams.store import members_of
from services.consultation.teams.tables import Invitation
from services.shared.database import ReadSession


@dataclass(frozen=True)
class Signatory:
    person: UUID
    name: str
    title: str | None
    role: str


async def signatories(session: ReadSession, case_id: UUID) -> list[Signatory]:
    """The chair first, then the secretary, then the members by name."""
    return signatories_in(await members_of(session, case_id))


def signatories_in(members: Iterable[Invitation]) -> list[Signatory]:
    order = {"chair": 0, "secretary": 1}
    found = [Signatory(one.person_id, one.name, one.title, one.role) for one in members]
    return sorted(found, key=lambda one: (order.get(one.role, 2), one.name))
