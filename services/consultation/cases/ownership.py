"""Who owns a case: its county, collaborative area, coordinator and code. Asks the registry."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update

from services.consultation.cases.codes import letter_of, new_code
from services.consultation.cases.tables import Case, CaseAccess
from services.consultation.duty import on_duty
from services.consultation.errors import NoCoordinator
from services.consultation.registry_answers import CoordinatorFound
from services.consultation.registry_client import Registry
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import FieldProblem, Invalid
from services.shared.http import RemoteRefusal


async def yta_of(registry: Registry, area: str | None) -> str:
    """The collaborative area a county belongs to. Raises Invalid for an unknown one, one outside OT centres, and one
    that a new request can't name any more or yet."""
    found = (await registry.areas()).get(area or "")
    if found is None or found.yta is None:
        code = "unknown" if found is None else "outside_ot_centres"
        raise Invalid(fields=[FieldProblem(path="area", code=code)])
    if found.state != "in_force":
        code = "area_ended" if found.state == "ended" else "area_not_yet"
        raise Invalid(fields=[FieldProblem(path="area", code=code)])
    return found.yta


async def area_now(registry: Registry, area: str | None) -> str | None:
    """The county that stands for this one; a county that was split stands for itself, since nobody knows which part."""
    found = (await registry.areas()).get(area or "")
    return found.heirs[0] if found is not None and len(found.heirs) == 1 else area


async def areas_followed(registry: Registry, area: str | None) -> frozenset[str]:
    """The counties that this one stands for: a line of theirs is a line of its."""
    return frozenset(code for code, one in (await registry.areas()).items() if area in one.heirs)


async def organisation_type(registry: Registry, organisation: UUID | None) -> str | None:
    if organisation is None:
        return None
    try:
        return (await registry.organisation(str(organisation))).type
    except RemoteRefusal:
        # The token's organisation may have been taken away since: the request is still a professional's.
        return None


@dataclass(frozen=True)
class NewOwner:
    """What the registry says of the centre a case goes to; asked before the case is locked, so that nobody waits for a
    neighbour that is slow."""

    yta: str
    coordinators: Sequence[CoordinatorFound]


async def owner_in(session: ReadSession, registry: Registry, yta: str) -> NewOwner:
    return NewOwner(yta, await registry.coordinators(yta, act=session.caller.person))


async def hand_to(session: WriteSession, row: Case, owner: NewOwner) -> None:
    """Gives the case to a collaborative area and names the coordinator who has the fewest open cases.

    Raises NoCoordinator.
    """
    async with on_duty(session, "ownership"):
        chosen = await _least_loaded(session, owner.coordinators)
        row.yta = owner.yta
        row.coordinator, row.coordinator_name = UUID(chosen.person), chosen.name
        if row.submitted_at is None and row.code[3] != letter_of(owner.yta):
            row.code = await free_code(session, owner.yta)
        await session.execute(update(CaseAccess).where(CaseAccess.case_id == row.id).values(yta=owner.yta))


async def free_code(session: WriteSession, yta: str | None) -> str:
    """A code that no case has. Call it on duty: a code is taken also by cases the caller doesn't see."""
    while True:
        code = new_code(yta)
        if await session.scalar(select(Case.id).where(Case.code == code)) is None:
            return code


async def _least_loaded(session: WriteSession, found: Sequence[CoordinatorFound]) -> CoordinatorFound:
    """Deputies only where there is nobody else."""
    at_work = [one for one in found if not one.deputy] or list(found)
    if not at_work:
        raise NoCoordinator()
    people = [UUID(one.person) for one in at_work]
    query = (
        select(Case.coordinator, func.count())
        .where(Case.is_open, Case.coordinator.in_(people))
        .group_by(Case.coordinator)
    )
    load = {str(person): number for person, number in await session.execute(query)}
    return min(at_work, key=lambda one: (load.get(one.person, 0), one.person))
