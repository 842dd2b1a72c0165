"""What is told of an invitation, to whom, and in which state it is."""

from typing import cast
from uuid import UUID

from sqlalchemy import RowMapping

from services.registry.access import About, grantable_roles, grounds_for
from services.registry.invitations.errors import InvitationExpired, InvitationRevoked, InvitationUsed
from services.registry.invitations.rules import Standing
from services.registry.invitations.schemas import InvitationOffer, MembershipInvitationView
from services.registry.invitations.tables import MembershipInvitation
from services.registry.organisations.tables import Organisation
from services.registry.settings import RegistrySettings
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import Refusal
from services.shared.identity import Caller
from services.shared.journal import record_event

_REFUSALS: dict[str, type[Refusal]] = {
    "accepted": InvitationUsed,
    "revoked": InvitationRevoked,
    "expired": InvitationExpired,
}


def refuse_unless(state: str, states: tuple[str, ...]) -> None:
    if state not in states:
        raise _REFUSALS[state]()


async def tell(session: WriteSession, type: str, made: MembershipInvitation) -> None:
    await record_event(
        session,
        type,
        subject=made.id,
        role=made.role,
        organisation=made.organisation_id,
        yta=made.yta,
        membership=made.membership_id,
    )


def settings_of(session: ReadSession) -> RegistrySettings:
    return cast(RegistrySettings, session.settings)


def mails(session: ReadSession) -> bool:
    return bool(settings_of(session).smtp_url.get_secret_value())


def state_of(session: ReadSession, made: MembershipInvitation) -> str:
    return Standing(made.expires_at, made.accepted_at, made.revoked_at).at(session.clock.now())


def about(row: RowMapping) -> About:
    made: MembershipInvitation = row["MembershipInvitation"]
    organisation: Organisation | None = row["Organisation"]
    ytas = {made.yta, *(organisation.ytas if organisation else ())}
    return About(
        organisation=str(made.organisation_id) if made.organisation_id else None,
        ytas=frozenset(yta for yta in ytas if yta),
    )


def view(
    session: ReadSession, row: RowMapping, caller: Caller, *, secret: str | None = None
) -> MembershipInvitationView:
    made: MembershipInvitation = row["MembershipInvitation"]
    organisation: Organisation | None = row["Organisation"]
    state = state_of(session, made)
    grantable = made.role in grantable_roles(grounds_for("invite_member", caller, about(row)))
    acts = ["renew_membership_invitation", "revoke_membership_invitation"]
    return MembershipInvitationView.model_validate(
        {
            **{name: getattr(made, name) for name in _AS_IT_IS},
            "organisation": made.organisation_id,
            "organisation_name": organisation.name if organisation else None,
            "state": state,
            "invited_by_name": row["inviter"],
            "accepted_by_name": row["accepter"],
            "allowed": acts if grantable and state in ("open", "expired") else [],
            "secret": secret,
        }
    )


_AS_IT_IS = (
    *("id", "email", "name", "language", "role", "yta", "deputy", "valid_to", "reason", "delivery", "expires_at"),
    *("invited_at", "mailed_at", "mail_trouble", "accepted_at", "example", "version"),
)


def offer(session: ReadSession, row: RowMapping, caller: Caller) -> InvitationOffer:
    made: MembershipInvitation = row["MembershipInvitation"]
    organisation: Organisation | None = row["Organisation"]
    person = UUID(caller.person) if caller.person else None
    return InvitationOffer.model_validate(
        {
            **{name: getattr(made, name) for name in ("id", "role", "yta", "valid_to", "expires_at", "reason")},
            "state": state_of(session, made),
            "organisation": made.organisation_id,
            "organisation_name": organisation.name if organisation else None,
            "invited_by_name": row["inviter"],
            "mine": person is not None and made.accepted_by == person,
            "own": person is not None and made.invited_by == person,
        }
    )
