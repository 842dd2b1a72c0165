"""What every change of an entry leaves behind: its version, its history, an event and a line of the log."""

from typing import Any

from services.registry.experts.tables import Expert
from services.registry.experts.views import kept
from services.registry.history.operations import record_change
from services.registry.history.schemas import EntryKind
from services.shared.access_log import log_access
from services.shared.database import WriteSession
from services.shared.journal import record_event

_ACT_OF = {
    "created": "create_expert",
    "changed": "change_expert",
    "assured": "assure_competences",
    "checked": "check_registration",
    "deactivated": "deactivate_expert",
    "reactivated": "reactivate_expert",
}


async def touched(
    session: WriteSession, row: Expert, *, act: str, before: dict[str, Any] | None, reason: str = ""
) -> None:
    row.version += 1
    row.changed_at = session.clock.now()
    await session.flush()
    await keep_history(session, row, act=act, before=before, reason=reason)


async def keep_history(
    session: WriteSession, row: Expert, *, act: str, before: dict[str, Any] | None, reason: str = ""
) -> None:
    await record_change(
        session,
        EntryKind.EXPERTS,
        row.id,
        act=act,
        version=row.version,
        before=before,
        after=await kept(session, row),
        reason=reason,
    )


async def tell(session: WriteSession, what: str, row: Expert, *, ground: str, part: str = "") -> None:
    facts = {
        "profession": row.profession,
        "disciplines": row.disciplines,
        "themes": row.themes,
        "languages": row.languages,
        "area": row.area,
        "yta": row.yta,
        "capacity_month": row.capacity_month,
        "active": row.active,
    }
    await record_event(session, f"expert.{what}", subject=row.id, **facts)
    await log_access(session, act=_ACT_OF[what], subject=row.id, part=part, ground=ground)
