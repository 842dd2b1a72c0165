"""What the holder of a link may do: look at what it offers, and take it."""

from uuid import UUID

from services.registry.access import GRANTABLE, Ground
from services.registry.days import today
from services.registry.errors import AlreadyMember, OwnMatter
from services.registry.invitations import store
from services.registry.invitations.errors import InvitationExpired, InvitationRevoked
from services.registry.invitations.rules import hash_of
from services.registry.invitations.schemas import InvitationOffer
from services.registry.invitations.tables import MembershipInvitation
from services.registry.invitations.views import offer, refuse_unless, state_of, tell
from services.registry.members import store as members
from services.registry.members.granting import grant
from services.registry.members.tables import Membership
from services.registry.organisations.tables import Organisation
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.identity import Caller


async def look_at_membership_invitation(session: ReadSession, caller: Caller, secret: str) -> InvitationOffer:
    """For whoever holds the link, signed in or not. Raises NotFound."""
    return offer(session, await store.find_by_hash(session, hash_of(secret)), caller)


async def accept_membership_invitation(session: WriteSession, caller: Caller, secret: str) -> InvitationOffer:
    """The membership is the caller's; pressing again changes nothing.

    Raises NotFound, InvitationUsed by somebody else, InvitationRevoked, InvitationExpired, OwnMatter, AlreadyMember.
    """
    row = await store.lock_by_hash(session, hash_of(secret))
    made: MembershipInvitation = row["MembershipInvitation"]
    person = UUID(caller.person)
    if made.accepted_by == person:
        return offer(session, row, caller)
    refuse_unless(state_of(session, made), ("open",))
    if made.invited_by == person:
        raise OwnMatter()
    if not await _still_offered(session, made):
        raise InvitationRevoked()
    membership = await _granted(session, made, row["Organisation"], person)
    made.accepted_at, made.accepted_by, made.membership_id = session.clock.now(), person, membership.id
    made.version += 1
    await session.flush()
    await tell(session, "membership_invitation.accepted", made)
    return offer(session, row, caller)


async def _still_offered(session: WriteSession, made: MembershipInvitation) -> bool:
    """What somebody offered falls with the role in which they offered it: their account may have been taken over."""
    if made.invited_by is None:
        return True
    held = await members.memberships_in_force(session, [made.invited_by], today(session))
    return any(made.role in GRANTABLE[ground] for row in held for ground in _BY_ROLE.get(row["Membership"].role, ()))


_BY_ROLE = {
    "admin": (Ground.ADMIN,),
    "coordinator": (Ground.COORDINATOR,),
    "organisation_editor": (Ground.EDITOR,),
}


async def _granted(
    session: WriteSession, made: MembershipInvitation, organisation: Organisation | None, person: UUID
) -> Membership:
    day = today(session)
    if made.valid_to is not None and made.valid_to < day:
        raise InvitationExpired()
    membership = Membership(
        id=new_id(),
        person_id=person,
        role=made.role,
        organisation_id=made.organisation_id,
        yta=made.yta,
        deputy=made.deputy,
        valid_from=day,
        valid_to=made.valid_to,
        granted_by=made.invited_by,
        reason=made.reason,
        example=made.example,
    )
    await members.lock_person(session, person)
    if await members.has_same_in_force(session, membership):
        raise AlreadyMember()
    return await grant(session, membership, organisation, ground="invitation")
