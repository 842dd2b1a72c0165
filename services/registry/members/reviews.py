"""Once a year somebody says of each membership that it is still right; what nobody says it of ends by itself."""

from typing import cast
from uuid import UUID

from sqlalchemy import RowMapping

from services.registry.access import grounds_for
from services.registry.days import today
from services.registry.members import store
from services.registry.members.granting import fields_of, keep_history
from services.registry.members.memberships import UNCONFIRMED, about_membership, validity_of, why_not_confirmed
from services.registry.members.schemas import Confirmed, NotConfirmed
from services.registry.members.tables import Membership
from services.registry.settings import RegistrySettings
from services.shared.access_log import log_access
from services.shared.database import WriteSession
from services.shared.identity import Caller
from services.shared.journal import record_event


async def confirm_memberships(session: WriteSession, caller: Caller, ids: list[UUID]) -> Confirmed:
    """Each for itself: what can't be confirmed is told with its reason and holds up none of the others."""
    rows = {row["Membership"].id: row for row in await store.lock_memberships(session, ids)}
    confirmed, left = [], []
    for id in dict.fromkeys(ids):
        code = _why_not(session, caller, rows[id]) if id in rows else "not_found"
        if code:
            left.append(NotConfirmed.model_validate({"id": id, "code": code}))
        else:
            await _confirm(session, caller, rows[id]["Membership"])
            confirmed.append(id)
    if confirmed:
        await log_access(session, act="confirm_memberships", subjects=confirmed)
    await session.flush()
    return Confirmed(confirmed=confirmed, left=left)


def _why_not(session: WriteSession, caller: Caller, row: RowMapping) -> str:
    held: Membership = row["Membership"]
    grounds = grounds_for("confirm_membership", caller, about_membership(row))
    return why_not_confirmed(held, caller, validity_of(held).state_on(today(session)), grounds)


async def _confirm(session: WriteSession, caller: Caller, held: Membership) -> None:
    before, due = fields_of(held), today(session) + _settings(session).review_every
    held.confirmed_at, held.confirmed_by = session.clock.now(), UUID(caller.person)
    if held.review_due == due:  # pressed twice
        return
    held.review_due = due
    held.version += 1
    await keep_history(session, held, act="confirm_membership", before=before)
    await record_event(session, "membership.confirmed", subject=held.id, role=held.role, yta=held.yta)


async def end_unconfirmed(session: WriteSession) -> None:
    """The duty of the yearly review: what is past its day and the time of grace."""
    day = today(session)
    for held in await store.lock_unconfirmed(session, day, day - _settings(session).review_grace):
        before = fields_of(held)
        held.revoked_at, held.revoke_reason = session.clock.now(), UNCONFIRMED
        held.version += 1
        await keep_history(session, held, act="end_unconfirmed", before=before, reason=UNCONFIRMED)
        await record_event(
            session,
            "membership.revoked",
            subject=held.id,
            person=held.person_id,
            role=held.role,
            organisation=held.organisation_id,
            yta=held.yta,
        )
        await log_access(session, act="end_unconfirmed", subject=held.id, part=held.role, ground="yearly review")
    await session.flush()


def _settings(session: WriteSession) -> RegistrySettings:
    return cast(RegistrySettings, session.settings)
