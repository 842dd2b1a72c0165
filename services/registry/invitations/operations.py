"""Offering a membership to somebody who may never have signed in, and taking it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import RowMapping

from services.registry.access import About, grantable_roles, grounds_for
from services.registry.areas.operations import known_ytas
from services.registry.changes import expect_version, may
from services.registry.days import today
from services.registry.errors import AlreadyMember, CoordinatorNeedsArea, EndsBeforeItBegins
from services.registry.invitations import store
from services.registry.invitations.errors import (
    AlreadyInvited,
    MailNotSet,
)
from services.registry.invitations.filters import InvitationFilters
from services.registry.invitations.rules import hash_of, new_secret
from services.registry.invitations.schemas import (
    Delivery,
    MembershipInvitationPage,
    MembershipInvitationView,
    NewInvitation,
)
from services.registry.invitations.tables import MembershipInvitation
from services.registry.invitations.views import about, mails, refuse_unless, settings_of, state_of, tell, view
from services.registry.members import store as members
from services.registry.members.memberships import areas_of, seeing
from services.registry.members.tables import Membership
from services.registry.organisations.operations import known_organisation
from services.registry.organisations.tables import Organisation
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import FieldProblem, Forbidden, NotFound
from services.shared.identity import Caller


async def list_membership_invitations(
    session: ReadSession, caller: Caller, filters: InvitationFilters, *, limit: int, after: str | None
) -> MembershipInvitationPage:
    """Those of one's areas and organisations; an admin sees all."""
    tied, now = seeing(caller, everything=caller.has("admin")), session.clock.now()
    rows, following = await store.page_of_invitations(session, filters, tied, now=now, limit=limit, after=after)
    items = [view(session, row, caller) for row in rows]
    return MembershipInvitationPage(items=items, next=following, mail=mails(session))


async def read_membership_invitation(
    session: ReadSession, caller: Caller, invitation: UUID
) -> MembershipInvitationView:
    """Raises NotFound, also where it isn't the caller's to see."""
    row = await store.get_invitation(session, invitation)
    if not grounds_for("invite_member", caller, about(row)):
        raise NotFound()
    return view(session, row, caller)


async def invite_member(session: WriteSession, caller: Caller, new: NewInvitation) -> MembershipInvitationView:
    """Raises Forbidden, AlreadyInvited, AlreadyMember, EndsBeforeItBegins, CoordinatorNeedsArea, MailNotSet and the
    Unknown… ones."""
    organisation = (
        await known_organisation(session, new.organisation, field="organisation") if new.organisation else None
    )
    if new.yta:
        await known_ytas(session, [new.yta], field="yta")
    row = wanted_invitation(session, caller, new, organisation)
    ground = may_invite(caller, row, organisation)
    check_invitation(session, row)
    _check_delivery(session, new.delivery)
    await _check_not_there(session, row)
    secret = _renewed(session, row, new.delivery)
    session.add(row)
    await session.flush()
    await tell(session, "membership_invitation.made", row)
    await log_access(session, act="invite_member", subject=row.id, part=row.role, ground=ground)
    return view(session, await store.get_invitation(session, row.id), caller, secret=secret)


async def renew_membership_invitation(
    session: WriteSession, caller: Caller, invitation: UUID, delivery: Delivery, *, expected: int
) -> MembershipInvitationView:
    """Another link, for as long again; the one before works no more. Raises as revoking does, and MailNotSet."""
    row = await _to_change(session, caller, invitation, expected=expected, states=("open", "expired"))
    made: MembershipInvitation = row["MembershipInvitation"]
    _check_delivery(session, delivery)
    secret = _renewed(session, made, delivery)
    made.version += 1
    await session.flush()
    await log_access(session, act="renew_membership_invitation", subject=made.id, part=made.role)
    return view(session, row, caller, secret=secret)


async def revoke_membership_invitation(
    session: WriteSession, caller: Caller, invitation: UUID, *, expected: int
) -> MembershipInvitationView:
    """Raises NotFound, Forbidden, StaleVersion, InvitationUsed, InvitationRevoked."""
    row = await _to_change(session, caller, invitation, expected=expected, states=("open", "expired"))
    made: MembershipInvitation = row["MembershipInvitation"]
    made.revoked_at, made.revoked_by = session.clock.now(), UUID(caller.person)
    made.version += 1
    await session.flush()
    await tell(session, "membership_invitation.revoked", made)
    await log_access(session, act="revoke_membership_invitation", subject=made.id, part=made.role)
    return view(session, row, caller)


def wanted_invitation(
    session: ReadSession, caller: Caller, new: NewInvitation, organisation: Organisation | None
) -> MembershipInvitation:
    """Not yet kept, and without a secret. A role is of its organisation's area, as a granted one is."""
    yta = new.yta or _area_of(new.role, organisation)
    kept = new.model_dump(exclude={"organisation", "yta", "role", "delivery"})
    return MembershipInvitation(
        id=new_id(),
        role=new.role.value,
        delivery=new.delivery.value,
        organisation_id=new.organisation,
        yta=yta,
        invited_at=session.clock.now(),
        invited_by=UUID(caller.person),
        expires_at=session.clock.now() + timedelta(days=settings_of(session).invitation_days),
        example=False,
        version=1,
        **kept,
    )


def _area_of(role: str, organisation: Organisation | None) -> str | None:
    """A coordinator is one of a centre's area; others are of their organisation's, if it is of one alone."""
    if organisation is None:
        return None
    if role == "coordinator":
        return organisation.centre_of
    return organisation.ytas[0] if len(organisation.ytas) == 1 else None


def may_invite(caller: Caller, row: MembershipInvitation, organisation: Organisation | None) -> str:
    """The ground. Whoever may grant a role may offer it. Raises Forbidden."""
    served = frozenset(organisation.ytas) if organisation else None
    offered = About(
        organisation=str(row.organisation_id) if row.organisation_id else None,
        ytas=areas_of(row.yta, served),
    )
    grounds = may("invite_member", caller, offered)
    for ground in grounds:
        if row.role in grantable_roles((ground,)):
            return ground
    raise Forbidden(f"the role {row.role} is not yours to grant")


def check_invitation(session: ReadSession, row: MembershipInvitation) -> None:
    if row.valid_to is not None and row.valid_to < today(session):
        raise EndsBeforeItBegins(fields=[FieldProblem(path="valid_to", code="in_the_past")])
    if row.role == "coordinator" and row.yta is None:
        raise CoordinatorNeedsArea(fields=[FieldProblem(path="yta", code="coordinator_needs_area")])
    if row.role in ("professional", "expert", "organisation_editor") and row.organisation_id is None:
        raise CoordinatorNeedsArea(fields=[FieldProblem(path="organisation", code="missing")])


def _check_delivery(session: ReadSession, delivery: Delivery) -> None:
    if delivery is Delivery.MAIL and not mails(session):
        raise MailNotSet(fields=[FieldProblem(path="delivery", code="mail_not_set")])


async def _check_not_there(session: WriteSession, row: MembershipInvitation) -> None:
    wanted = (row.email, row.role, row.organisation_id, row.yta)
    if wanted in await store.open_ones_to(session, [row.email], session.clock.now()):
        raise AlreadyInvited()
    for person in (await store.people_with(session, [row.email])).get(row.email, []):
        same = Membership(
            person_id=person,
            role=row.role,
            organisation_id=row.organisation_id,
            yta=row.yta,
            valid_from=today(session),
        )
        if await members.has_same_in_force(session, same):
            raise AlreadyMember()


def _renewed(session: WriteSession, row: MembershipInvitation, delivery: Delivery) -> str | None:
    """The secret of a link that is shown; a letter's is made when it goes out."""
    row.expires_at = session.clock.now() + timedelta(days=settings_of(session).invitation_days)
    row.delivery, row.mailed_at, row.mail_trouble = delivery.value, None, None
    secret = new_secret() if delivery is Delivery.LINK else None
    row.token_hash = hash_of(secret) if secret else None
    return secret


async def _to_change(
    session: WriteSession, caller: Caller, invitation: UUID, *, expected: int, states: tuple[str, ...]
) -> RowMapping:
    row = await store.lock_invitation(session, invitation)
    made: MembershipInvitation = row["MembershipInvitation"]
    grounds = grounds_for("invite_member", caller, about(row))
    if not grounds:
        raise NotFound()
    if made.role not in grantable_roles(grounds):
        raise Forbidden(f"the role {made.role} is not yours to grant")
    refuse_unless(state_of(session, made), states)
    expect_version(made.version, expected)
    return row
