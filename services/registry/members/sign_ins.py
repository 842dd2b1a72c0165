"""Signing in: who somebody is here and what they may do, asked again at each refresh of their token."""

from datetime import date, timedelta
from uuid import UUID

from services.registry.days import today
from services.registry.errors import NotOfThisOrganisation, PersonNotFound, UnknownSystem
from services.registry.members import logins, store
from services.registry.members.granting import grant
from services.registry.members.logins import Known
from services.registry.members.rules import Login as ProviderLogin
from services.registry.members.rules import Rule
from services.registry.members.schemas import Identity, Login, MembershipOfIdentity, SignIn, SystemSignIn
from services.registry.members.tables import ConnectedSystem, DomainRule, Membership, Person
from services.registry.organisations.tables import Organisation
from services.shared.database import WriteSession, new_id
from services.shared.errors import Refusal
from services.shared.journal import record_event

SEEN_EVERY = timedelta(hours=1)


async def sign_in(session: WriteSession, login: SignIn) -> Identity:
    """Somebody new is met, and let in where a domain rule says so; somebody known is read in one query."""
    day = today(session)
    known = await logins.find_login(session, login.issuer, login.subject, day)
    new = known is None and await _meet(session, login)
    if known is None:
        known = await _known(session, login, day)
    _remember(known.person, login, session)
    if not known.memberships and await _let_in(session, known.person, login, day):
        await session.flush()
        known = await _known(session, login, day)
    return _identity(known, new=new)


async def sign_in_system(session: WriteSession, login: SystemSignIn) -> Identity:
    """Raises UnknownSystem, PersonNotFound, NotOfThisOrganisation."""
    found = await logins.find_system(session, login.issuer, login.client)
    if found is None:
        raise UnknownSystem()
    system, organisation = found["ConnectedSystem"], found["Organisation"]
    if login.on_behalf_of is None:
        return _identity_of_system(system, organisation)
    known = await _named(session, login.on_behalf_of)
    within = [(m, o) for m, o in known.memberships if m.organisation_id == system.organisation_id]
    if not within:
        raise NotOfThisOrganisation()
    # of the person's roles only those in the system's own organisation: it opens no other door
    narrowed = Known(known.person, within, known.expert, None)
    return _identity(narrowed, new=False).model_copy(update={"system": system.id, "scopes": system.scopes})


async def _meet(session: WriteSession, login: SignIn) -> bool:
    now = session.clock.now()
    person = Person(
        id=new_id(),
        issuer=login.issuer,
        subject=login.subject,
        tenant=login.tenant,
        name=login.name,
        email=login.email,
        email_verified=login.email_verified,
        language=login.language,
        mail="each",
        first_seen_at=now,
        last_seen_at=now,
        example=False,
        version=1,
    )
    added = await logins.add_login(session, person)
    if added:
        await record_event(session, "person.joined", subject=person.id)
    return added


def _remember(person: Person, login: SignIn, session: WriteSession) -> None:
    """What the provider says of them now; a language of their own choice stays."""
    now = session.clock.now()
    told = {
        "name": login.name,
        "email": login.email,
        "email_verified": login.email_verified,
        "tenant": login.tenant,
    }
    for field, value in told.items():
        if getattr(person, field) != value:
            setattr(person, field, value)
    if person.last_seen_at is None or now - person.last_seen_at >= SEEN_EVERY:
        person.last_seen_at = now
    if person.first_seen_at is None:
        person.first_seen_at = now


async def _let_in(session: WriteSession, person: Person, login: SignIn, day: date) -> bool:
    told = ProviderLogin(login.issuer, login.tenant, login.email, login.email_verified)
    if told.domain is None:
        return False
    granted = False
    for row in await store.rules_for(session, login.issuer, told.domain):
        rule: DomainRule = row["DomainRule"]
        if not Rule(rule.issuer, rule.tenant, rule.domain).lets_in(told):
            continue
        await store.lock_person(session, person.id)
        if await store.was_ever_granted(session, person.id, rule):
            continue
        await _grant_by(session, rule, row["Organisation"], person, day)
        granted = True
    return granted


async def _grant_by(
    session: WriteSession, rule: DomainRule, organisation: Organisation, person: Person, day: date
) -> None:
    membership = Membership(
        id=new_id(),
        person_id=person.id,
        role=rule.role,
        organisation_id=rule.organisation_id,
        valid_from=day,
        granted_by_rule=rule.id,
        reason=rule.reason,
        example=person.example,
    )
    await grant(session, membership, organisation, ground="domain rule")


async def _known(session: WriteSession, login: SignIn, day: date) -> Known:
    known = await logins.find_login(session, login.issuer, login.subject, day)
    if known is None:
        raise Refusal("the login vanished while it was read")
    return known


async def _named(session: WriteSession, named: Login | UUID) -> Known:
    day = today(session)
    if isinstance(named, UUID):
        known = await logins.find_person(session, named, day)
    else:
        known = await logins.find_login(session, named.issuer, named.subject, day)
    if known is None:
        raise PersonNotFound()
    return known


def _identity(known: Known, *, new: bool) -> Identity:
    person = known.person
    return Identity.model_validate(
        {
            "kind": "person",
            "person": person.id,
            "name": person.name,
            "language": person.language,
            "memberships": [_brief(m, o, person.language) for m, o in known.memberships],
            "expert": known.expert,
            "pending_request": known.pending,
            "new": new,
        }
    )


def _brief(membership: Membership, organisation: Organisation | None, language: str) -> MembershipOfIdentity:
    return MembershipOfIdentity(
        id=membership.id,
        role=membership.role,
        organisation=membership.organisation_id,
        organisation_name=_name_in(organisation, language),
        area=organisation.area if organisation else None,
        yta=membership.yta,
        deputy=membership.deputy,
        valid_to=membership.valid_to,
    )


def _name_in(organisation: Organisation | None, language: str) -> str:
    if organisation is None:
        return ""
    names: dict[str, str | None] = {"sv": organisation.name_sv, "en": organisation.name_en}
    return names.get(language) or organisation.name_fi


def _identity_of_system(system: ConnectedSystem, organisation: Organisation) -> Identity:
    membership = MembershipOfIdentity(
        id=None,
        role="integration",
        organisation=organisation.id,
        organisation_name=organisation.name_fi,
        area=organisation.area,
        yta=organisation.ytas[0] if len(organisation.ytas) == 1 else None,
    )
    return Identity(
        kind="system",
        person=None,
        system=system.id,
        name=system.name,
        language="fi",
        memberships=[membership],
        scopes=system.scopes,
    )
