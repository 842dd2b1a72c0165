from uuid import UUID

from fastapi import APIRouter, Response

from services.registry.invitations import links, operations
from services.registry.invitations.filters import InvitationFilters
from services.registry.invitations.schemas import (
    InvitationOffer,
    InvitationState,
    MembershipInvitationPage,
    MembershipInvitationView,
    NewInvitation,
    SecretGiven,
    WithDelivery,
)
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag

router = APIRouter(prefix="/membership-invitations", tags=["members"])


@router.post("", operation_id="invite_member", summary="Offer a membership by a link", status_code=201)
async def invite_member(
    body: NewInvitation, session: Writing, caller: SignedIn, once: Once, response: Response
) -> MembershipInvitationView:
    """A repeated request answers without the link's secret: it is told once."""
    made = await once.run(
        lambda: operations.invite_member(session, caller, body),
        lambda id: operations.read_membership_invitation(session, caller, UUID(id)),
    )
    etag(response, made.version)
    return made


@router.get("", operation_id="list_membership_invitations", summary="Invitations that you look after, newest first")
async def list_membership_invitations(
    session: Reading,
    caller: SignedIn,
    state: InvitationState | None = None,
    organisation: UUID | None = None,
    limit: Limit = 50,
    after: After = None,
) -> MembershipInvitationPage:
    filters = InvitationFilters(state=state.value if state else None, organisation=organisation)
    return await operations.list_membership_invitations(session, caller, filters, limit=limit, after=after)


@router.post("/look", operation_id="look_at_membership_invitation", summary="What a link offers, and from whom")
async def look_at_membership_invitation(body: SecretGiven, session: Reading, caller: SignedIn) -> InvitationOffer:
    return await links.look_at_membership_invitation(session, caller, body.secret)


@router.post("/accept", operation_id="accept_membership_invitation", summary="Take what a link offers; it works once")
async def accept_membership_invitation(body: SecretGiven, session: Writing, caller: SignedIn) -> InvitationOffer:
    return await links.accept_membership_invitation(session, caller, body.secret)


@router.get("/{invitation_id}", operation_id="read_membership_invitation", summary="One invitation")
async def read_membership_invitation(
    invitation_id: UUID, session: Reading, caller: SignedIn, response: Response
) -> MembershipInvitationView:
    found = await operations.read_membership_invitation(session, caller, invitation_id)
    etag(response, found.version)
    return found


@router.post(
    "/{invitation_id}/renew",
    operation_id="renew_membership_invitation",
    summary="Make another link; the one before works no more",
)
async def renew_membership_invitation(
    invitation_id: UUID, body: WithDelivery, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> MembershipInvitationView:
    renewed = await operations.renew_membership_invitation(
        session, caller, invitation_id, body.delivery, expected=expected
    )
    etag(response, renewed.version)
    return renewed


@router.post("/{invitation_id}/revoke", operation_id="revoke_membership_invitation", summary="Take an invitation back")
async def revoke_membership_invitation(
    invitation_id: UUID, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> MembershipInvitationView:
    revoked = await operations.revoke_membership_invitation(session, caller, invitation_id, expected=expected)
    etag(response, revoked.version)
    return revoked
