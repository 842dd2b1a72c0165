"""The one way a membership comes to be, whoever or whatever grants it."""

from services.registry.members.tables import Membership
from services.registry.organisations.tables import Organisation
from services.shared.access_log import log_access
from services.shared.database import WriteSession
from services.shared.journal import record_event


async def grant(
    session: WriteSession, membership: Membership, organisation: Organisation | None, *, ground: str
) -> Membership:
    """Adds it with its event and its log row."""
    settle_area(membership, organisation)
    membership.granted_at = session.clock.now()
    session.add(membership)
    await session.flush()
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


def settle_area(membership: Membership, organisation: Organisation | None) -> None:
    """A role is of its organisation's collaborative area, if that is one: serving several, it is of none of them."""
    if membership.yta is None and organisation is not None and len(organisation.ytas) == 1:
        membership.yta = organisation.ytas[0]
