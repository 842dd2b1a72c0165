"""Who did or saw what, on what ground. Rows are only ever added: the database refuses anything else."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert

from services.shared.database import ReadSession, WriteSession, access_log_table, new_id
from services.shared.statements import Prepared

_WRITE = Prepared(insert(access_log_table), columns=access_log_table.columns.keys())


async def log_access(
    session: WriteSession,
    *,
    act: str,
    subject: UUID | str = "",
    subjects: Sequence[UUID] = (),
    part: str = "",
    ground: str = "",
    role: str = "",
    outcome: str = "done",
) -> None:
    """One row for an act or a look; a list page is one row with `subjects`. `outcome` is `done` or a refusal's code."""
    caller = session.caller
    await _WRITE.hold(
        session,
        id=new_id(),
        at=session.clock.now(),
        person=caller.person or caller.id,
        name=caller.name,
        role=role or ",".join(sorted(caller.roles)) or caller.kind,
        unit=_unit(session, role),
        via=caller.via,
        act=act,
        subject=str(subject),
        subjects=list(subjects) or None,
        part=part,
        ground=ground,
        outcome=outcome,
        request_id=session.request_id,
    )


def _unit(session: ReadSession, role: str) -> str:
    membership = session.caller.membership_as(role) if role else None
    return membership.organisation_name if membership else session.caller.unit
