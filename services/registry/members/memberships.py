from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import RowMapping

from services.registry.access import About, Ground, grantable_roles, grounds_for
from services.registry.areas.operations import known_ytas
from services.registry.changes import expect_version, may
from services.registry.days import today
from services.registry.errors import (
    AlreadyMember,
    CoordinatorNeedsArea,
    EndsBeforeItBegins,
    LastAdmin,
    MembershipEnded,
    OwnMatter,
)
from services.registry.history.operations import read_history
from services.registry.history.schemas import EntryKind, HistoryPage
from services.registry.members import store
from services.registry.members.filters import MembershipFilters
from services.registry.members.granting import fields_of, grant, keep_history, settle_area
from services.registry.members.people import known_person
from services.registry.members.rules import Validity
from services.registry.members.schemas import MembershipPage, MembershipView, NewMembership
from services.registry.members.tables import Membership
from services.registry.organisations.operations import known_organisation
from services.registry.organisations.tables import Organisation
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import FieldProblem, Forbidden, NotFound
from services.shared.identity import Caller
from services.shared.journal import record_event

ENDING_SOON = timedelta(days=30)
UNCONFIRMED = "unconfirmed"
"""The reason of what ended by itself, with nobody's name: a code, since nobody wrote it."""


async def list_memberships(
    session: ReadSession, caller: Caller, filters: MembershipFilters, *, limit: int, after: str | None
) -> MembershipPage:
    """Own ones always; those of one's areas or organisation; an admin and an auditor see all."""
    day = today(session)
    tied = seeing(caller, everything=caller.has("admin") or caller.has("auditor"))
    rows, following = await store.page_of_memberships(session, filters, tied, day=day, limit=limit, after=after)
    return MembershipPage(items=[_view(row, caller, day) for row in rows], next=following)


async def read_membership(session: ReadSession, caller: Caller, membership: UUID) -> MembershipView:
    """Raises NotFound, also where it isn't the caller's to see."""
    row = await store.get_membership(session, membership)
    if not (caller.has("auditor") or grounds_for("read_membership", caller, about_membership(row))):
        raise NotFound()
    return _view(row, caller, today(session))


async def grant_membership(session: WriteSession, caller: Caller, new: NewMembership) -> MembershipView:
    """Raises Forbidden, OwnMatter, AlreadyMember, EndsBeforeItBegins, CoordinatorNeedsArea and the Unknown… ones."""
    await known_person(session, new.person, field="person")
    organisation = (
        await known_organisation(session, new.organisation, field="organisation") if new.organisation else None
    )
    if new.yta:
        await known_ytas(session, [new.yta], field="yta")
    membership = _wanted(session, caller, new)
    granted = await grant_as(session, caller, membership, organisation)
    return _view(await store.get_membership(session, granted.id), caller, today(session))


async def grant_as(
    session: WriteSession, caller: Caller, wanted: Membership, organisation: Organisation | None
) -> Membership:
    """Raises as grant_membership does."""
    about = About(
        organisation=str(wanted.organisation_id) if wanted.organisation_id else None,
        ytas=areas_of(wanted.yta, frozenset(organisation.ytas) if organisation else None),
    )
    grounds = may("grant_membership", caller, about)
    if wanted.role not in grantable_roles(grounds):
        raise Forbidden(f"the role {wanted.role} is not yours to grant")
    if caller.person == str(wanted.person_id):
        raise OwnMatter()
    _check(wanted)
    settle_area(wanted, organisation)
    await store.lock_person(session, wanted.person_id)
    if await store.has_same_in_force(session, wanted):
        raise AlreadyMember()
    return await grant(session, wanted, organisation, ground=_first_that_grants(grounds, wanted.role))


async def revoke_membership(
    session: WriteSession, caller: Caller, membership: UUID, reason: str, *, expected: int
) -> MembershipView:
    """Raises NotFound, Forbidden, StaleVersion, MembershipEnded, LastAdmin."""
    row = await store.lock_membership(session, membership)
    held: Membership = row["Membership"]
    grounds = grounds_for("revoke_membership", caller, about_membership(row))
    if not grounds:
        raise NotFound()
    if Ground.OWN not in grounds and held.role not in grantable_roles(grounds):
        raise Forbidden(f"the role {held.role} is not yours to revoke")
    expect_version(held.version, expected)
    day = today(session)
    if validity_of(held).state_on(day) not in ("current", "future"):
        raise MembershipEnded()
    if held.role == "admin" and await store.lock_admins(session, day) <= 1:
        raise LastAdmin()
    before = fields_of(held)
    _end(session, caller, held, reason)
    await keep_history(session, held, act="revoke_membership", before=before, reason=reason)
    await record_event(
        session,
        "membership.revoked",
        subject=held.id,
        person=held.person_id,
        role=held.role,
        organisation=held.organisation_id,
        yta=held.yta,
    )
    await log_access(session, act="revoke_membership", subject=held.id, part=held.role, ground=grounds[0])
    await session.flush()
    return _view(row, caller, day)


async def list_membership_history(
    session: ReadSession, caller: Caller, membership: UUID, *, limit: int, after: str | None
) -> HistoryPage:
    """Raises NotFound, also where it isn't the caller's to see."""
    await read_membership(session, caller, membership)
    return await read_history(session, EntryKind.MEMBERSHIPS, membership, limit=limit, after=after)


def _end(session: WriteSession, caller: Caller, held: Membership, reason: str) -> None:
    held.revoked_at = session.clock.now()
    held.revoked_by = UUID(caller.person)
    held.revoke_reason = reason
    held.version += 1


def areas_of(yta: str | None, served: frozenset[str] | None) -> frozenset[str]:
    """Naming one's own area gives no say over an organisation of another one. `served`: by the organisation, if any."""
    named = frozenset({yta}) if yta else None
    if served is None or named is None:
        return served or named or frozenset()
    return served & named


def _wanted(session: WriteSession, caller: Caller, new: NewMembership) -> Membership:
    return Membership(
        id=new_id(),
        person_id=new.person,
        role=new.role.value,
        organisation_id=new.organisation,
        yta=new.yta,
        deputy=new.deputy,
        valid_from=new.valid_from or today(session),
        valid_to=new.valid_to,
        granted_by=UUID(caller.person),
        reason=new.reason,
    )


def _check(wanted: Membership) -> None:
    if wanted.valid_to is not None and wanted.valid_to < wanted.valid_from:
        raise EndsBeforeItBegins(fields=[FieldProblem(path="valid_to", code="ends_before_it_begins")])
    if wanted.role == "coordinator" and wanted.yta is None:
        raise CoordinatorNeedsArea(fields=[FieldProblem(path="yta", code="missing")])


def _first_that_grants(grounds: tuple[Ground, ...], role: str) -> str:
    return next(ground for ground in grounds if role in grantable_roles((ground,)))


def seeing(caller: Caller, *, everything: bool) -> store.Seeing:
    edited = [m.organisation for m in caller.memberships if m.role == "organisation_editor" and m.organisation]
    return store.Seeing(
        everything=everything,
        person=UUID(caller.person) if caller.person else None,
        ytas=sorted(caller.ytas_as("coordinator")),
        organisations=[UUID(organisation) for organisation in edited],
    )


def about_membership(row: RowMapping) -> About:
    held: Membership = row["Membership"]
    organisation: Organisation | None = row["Organisation"]
    ytas = {held.yta, *(organisation.ytas if organisation else ())}
    return About(
        person=str(held.person_id),
        organisation=str(held.organisation_id) if held.organisation_id else None,
        ytas=frozenset(yta for yta in ytas if yta),
    )


def validity_of(held: Membership) -> Validity:
    return Validity(held.valid_from, held.valid_to, held.revoked_at)


def _view(row: RowMapping, caller: Caller, day: date) -> MembershipView:
    held: Membership = row["Membership"]
    organisation: Organisation | None = row["Organisation"]
    state = validity_of(held).state_on(day)
    grounds = grounds_for("revoke_membership", caller, about_membership(row))
    revocable = state in ("current", "future") and (Ground.OWN in grounds or held.role in grantable_roles(grounds))
    return MembershipView.model_validate(
        {
            **{name: getattr(held, name) for name in _AS_IT_IS},
            "person": held.person_id,
            "person_name": row["Person"].name,
            "organisation": held.organisation_id,
            "organisation_name": organisation.name if organisation else None,
            "area": organisation.area if organisation else None,
            "state": state,
            "granted_by_name": row["granter"],
            "revoked_by_name": row["revoker"],
            "by_rule": held.granted_by_rule is not None,
            "by_review": held.revoke_reason == UNCONFIRMED and held.revoked_by is None,
            "confirmed_by_name": row["confirmer"],
            "allowed": _allowed(held, caller, state, grounds, revocable=revocable),
        }
    )


def _allowed(
    held: Membership, caller: Caller, state: str, grounds: tuple[Ground, ...], *, revocable: bool
) -> list[str]:
    confirmable = not why_not_confirmed(held, caller, state, grounds)
    return ["revoke_membership"] * revocable + ["confirm_membership"] * confirmable


def why_not_confirmed(held: Membership, caller: Caller, state: str, grounds: tuple[Ground, ...]) -> str:
    """The code of what stands in the way of confirming; nothing where it may be done."""
    if not grounds:
        return "not_found"
    if caller.person == str(held.person_id):
        return "own_matter"
    if held.role not in grantable_roles(grounds):
        return "forbidden"
    if state != "current":
        return "membership_ended"
    return "" if held.review_due is not None else "not_reviewed"


_AS_IT_IS = (
    *("id", "role", "yta", "deputy", "valid_from", "valid_to", "granted_at", "granted_by", "reason", "revoked_at"),
    *("revoke_reason", "review_due", "confirmed_at", "example", "version"),
)
