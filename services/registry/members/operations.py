"""People as others see them, and the rules by which a login lets somebody in."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError

from services.registry.access import About
from services.registry.changes import may
from services.registry.days import today
from services.registry.errors import PublicMailDomain, RuleEnded, RuleExists
from services.registry.members import store
from services.registry.members.rules import PUBLIC_MAIL
from services.registry.members.schemas import (
    Coordinators,
    CoordinatorView,
    DomainRulePage,
    DomainRuleView,
    MembershipBrief,
    NewDomainRule,
    People,
    PersonView,
)
from services.registry.members.tables import DomainRule, Membership, Person
from services.registry.organisations.operations import known_organisation
from services.registry.organisations.tables import Organisation
from services.registry.texts import Name
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import FieldProblem
from services.shared.identity import Caller
from services.shared.journal import record_event


async def read_person(session: ReadSession, caller: Caller, person: UUID) -> PersonView:
    """Raises NotFound, and Forbidden where the caller is neither that person nor looks after their area."""
    found = (await look_up_people(session, [(await store.get_person(session, person)).id])).items[0]
    if caller.kind != "service":
        may("read_person", caller, About(person=str(person), ytas=frozenset(m.yta for m in found.memberships if m.yta)))
    return found


async def look_up_people(session: ReadSession, ids: list[UUID]) -> People:
    """Those that exist, in the order of their ids."""
    held: dict[UUID, list[MembershipBrief]] = {}
    for row in await store.memberships_in_force(session, ids, today(session)):
        held.setdefault(row["Membership"].person_id, []).append(_brief(row))
    people: Sequence[Person] = await store.people_by_id(session, ids)
    return People(items=[_person(person, held.get(person.id, [])) for person in people])


async def list_coordinators(session: ReadSession, yta: str | None) -> Coordinators:
    rows = await store.coordinators(session, yta, today(session))
    return Coordinators(items=[_coordinator(row) for row in rows])


async def choose_language(session: WriteSession, caller: Caller, language: str) -> PersonView:
    """Raises NotFound where nobody by that id has signed in."""
    person = await store.get_person(session, UUID(caller.person))
    if person.language != language:
        person.language = language
        person.version += 1
        await log_access(session, act="choose_language", subject=person.id, part="language", ground="own entry")
        await session.flush()
    return (await look_up_people(session, [person.id])).items[0]


async def list_domain_rules(session: ReadSession, *, limit: int, after: str | None) -> DomainRulePage:
    rows, following = await store.page_of_rules(session, limit=limit, after=after)
    return DomainRulePage(items=[_rule(row["DomainRule"], row["Organisation"]) for row in rows], next=following)


async def create_domain_rule(session: WriteSession, caller: Caller, new: NewDomainRule) -> DomainRuleView:
    """Raises PublicMailDomain, UnknownOrganisation, RuleExists."""
    if new.domain in PUBLIC_MAIL:
        raise PublicMailDomain(fields=[FieldProblem(path="domain", code="public_mail_domain")])
    organisation = await known_organisation(session, new.organisation, field="organisation")
    rule = DomainRule(
        id=new_id(),
        issuer=new.issuer,
        tenant=new.tenant,
        domain=new.domain,
        organisation_id=new.organisation,
        role="professional",
        reason=new.reason,
        created_by=UUID(caller.person),
        created_at=session.clock.now(),
        example=False,
    )
    try:
        async with session.begin_nested():
            session.add(rule)
    except IntegrityError as taken:
        raise RuleExists() from taken
    await record_event(session, "domain_rule.created", subject=rule.id, organisation=rule.organisation_id)
    await log_access(session, act="create_domain_rule", subject=rule.id, ground="admin")
    return _rule(rule, organisation)


async def end_domain_rule(session: WriteSession, caller: Caller, rule: UUID, reason: str) -> DomainRuleView:
    """Whom it has let in stay: their memberships are ended one by one. Raises NotFound, RuleEnded."""
    row = await store.lock_rule(session, rule)
    ended: DomainRule = row["DomainRule"]
    if ended.ended_at is not None:
        raise RuleEnded()
    ended.ended_at, ended.ended_by, ended.end_reason = session.clock.now(), UUID(caller.person), reason
    await record_event(session, "domain_rule.ended", subject=ended.id, organisation=ended.organisation_id)
    await log_access(session, act="end_domain_rule", subject=ended.id, ground="admin")
    await session.flush()
    return _rule(ended, row["Organisation"])


async def read_domain_rule(session: ReadSession, rule: UUID) -> DomainRuleView:
    """Raises NotFound."""
    row = await store.get_rule(session, rule)
    return _rule(row["DomainRule"], row["Organisation"])


def _brief(row: RowMapping) -> MembershipBrief:
    held: Membership = row["Membership"]
    organisation: Organisation | None = row["Organisation"]
    return MembershipBrief(
        role=held.role,
        organisation=held.organisation_id,
        organisation_name=Name.model_validate(organisation.name) if organisation else None,
        area=organisation.area if organisation else None,
        yta=held.yta,
    )


def _person(person: Person, memberships: list[MembershipBrief]) -> PersonView:
    return PersonView.model_validate(
        {"id": person.id, "name": person.name, "language": person.language, "memberships": memberships}
    )


def _coordinator(row: RowMapping) -> CoordinatorView:
    held: Membership = row["Membership"]
    person: Person = row["Person"]
    return CoordinatorView.model_validate(
        {
            "person": person.id,
            "name": person.name,
            "deputy": held.deputy,
            "yta": held.yta,
            "language": person.language,
            "organisation": held.organisation_id,
        }
    )


def _rule(rule: DomainRule, organisation: Organisation) -> DomainRuleView:
    kept = ("id", "issuer", "tenant", "domain", "role", "reason", "created_at", "example")
    return DomainRuleView.model_validate(
        {
            **{name: getattr(rule, name) for name in kept},
            "organisation": organisation.id,
            "organisation_name": organisation.name,
        }
    )
