"""The one way a membership comes to be, whoever or whatever grants it."""

from typing import Any, cast

from services.registry.days import today
from services.registry.history.operations import record_change
from services.registry.history.schemas import EntryKind
from services.registry.members.tables import Membership
from services.registry.organisations.tables import Organisation
from services.registry.settings import RegistrySettings
from services.shared.access_log import log_access
from services.shared.database import WriteSession
from services.shared.journal import record_event


async def grant(
    session: WriteSession, membership: Membership, organisation: Organisation | None, *, ground: str
) -> Membership:
    """Adds it with its event and its log row."""
    settle_area(membership, organisation)
    membership.granted_at = session.clock.now()
    if membership.granted_by_rule is None:
        every = cast(RegistrySettings, session.settings).review_every
        membership.review_due = max(membership.valid_from, today(session)) + every
    session.add(membership)
    await session.flush()
    await keep_history(session, membership, act="grant_membership", before=None, reason=membership.reason)
    await record_event(
        session,
        "membership.granted",
        subject=membership.id,
        person=membership.person_id,
        role=membership.role,
        organisation=membership.organisation_id,
        area=organisation.area if organisation else None,
        yta=membership.yta,
        by_rule=membership.granted_by_rule is not None,
    )
    await log_access(session, act="grant_membership", subject=membership.id, part=membership.role, ground=ground)
    return membership


def fields_of(membership: Membership) -> dict[str, Any]:
    """What is kept of each change."""
    return {name: getattr(membership, name) for name in _KEPT} | {"ended": membership.revoked_at is not None}


_KEPT = ("person_id", "role", "organisation_id", "yta", "deputy", "valid_from", "valid_to", "review_due")


async def keep_history(
    session: WriteSession, membership: Membership, *, act: str, before: dict[str, Any] | None, reason: str = ""
) -> None:
    await record_change(
        session,
        EntryKind.MEMBERSHIPS,
        membership.id,
        act=act,
        version=membership.version or 1,
        before=before,
        after=fields_of(membership),
        reason=reason,
    )


def settle_area(membership: Membership, organisation: Organisation | None) -> None:
    """A role is of its organisation's collaborative area, if that is one: serving several, it is of none of them."""
    if membership.yta is None and organisation is not None and len(organisation.ytas) == 1:
        membership.yta = organisation.ytas[0]
