"""The team as different people may see it, and the invitations that wait for somebody."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.consultation.access import Relation, may_read_team_notes
from services.consultation.cases.operations import open_case
from services.consultation.cases.store import OpenCase
from services.consultation.teams import store
from services.consultation.teams.rules import LIVE, Seat
from services.consultation.teams.schemas import Team, TeamMember
from services.consultation.teams.tables import Invitation
from services.shared.database import ReadSession, WriteSession

_SHOWN = (
    "expert",
    "name",
    "title",
    "profession",
    "employer_name",
    "role",
    "state",
    "version",
    "invited_at",
    "left_at",
    "cross_area",
    "agreement_ok",
    "agreement_why",
    "disciplines",
)


async def list_team(session: WriteSession, case_id: UUID | str) -> Team:
    case = await open_case(session, case_id, part="team")
    return Team(id=case.id, members=await team_of(session, case))


async def team_of(session: ReadSession, case: OpenCase) -> list[TeamMember]:
    inside = may_read_team_notes(case.relations)
    minutes = await store.minutes_by_person(session, case.id) if inside else {}
    return team_in(case, await store.seats_of(session, case.id), minutes)


def team_in(case: OpenCase, seats: Sequence[Invitation], minutes: Mapping[UUID, int]) -> list[TeamMember]:
    """The coordinator sees everybody who was asked and what they said, members one another, the asker the members."""
    inside = may_read_team_notes(case.relations)
    coordinates = inside and Relation.COORDINATOR in case.relations
    if not coordinates:
        seats = [seat for seat in seats if seat.state in (LIVE if inside else (Seat.ACCEPTED,))]
    return [
        _member(case, seat, coordinates=coordinates, minutes=minutes.get(seat.person_id, 0) if inside else None)
        for seat in seats
    ]


def _member(case: OpenCase, seat: Invitation, *, coordinates: bool, minutes: int | None) -> TeamMember:
    return TeamMember(
        **{name: getattr(seat, name) for name in _SHOWN},
        invitation=seat.id,
        person=seat.person_id,
        answer_due=seat.answer_due if seat.state == Seat.INVITED else None,
        accepted_at=seat.answered_at if seat.no_conflict_declared_at else None,
        reason_code=seat.reason_code if coordinates else None,
        reason=store.reason_of(case.key, seat) if coordinates else None,
        exception_reason=store.exception_reason_of(case.key, seat) if coordinates else None,
        minutes=minutes,
    )
