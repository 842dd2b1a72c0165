"""Puts the example into the registry's database. Safe to run again: what is there stays as it is."""

import os
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from demo.people import SYSTEMS
from demo.story import expert_extras, people
from demo.story.area_changes import add_area_changes
from demo.story.groups_and_services import group_member_rows, group_rows, offering_rows
from demo.story.ids import example_id, expert_id, organisation_id, person_id
from demo.story.members import invitation_rows, review_due
from demo.story.organisation_terms import affiliation_rows, mandate_rows, resource_rows
from demo.story.organisations import ENTERED, agreement_rows, organisation_rows, organisations, ytas_of_areas
from demo.story.people import STORY_DAY
from services.registry.affiliations.tables import Affiliation
from services.registry.agreements.tables import Agreement
from services.registry.experts.tables import Competence, ConflictOfInterest, Expert, ExpertAbsence
from services.registry.groups.tables import ExpertGroup, GroupMember
from services.registry.invitations.tables import MembershipInvitation
from services.registry.mandates.tables import Mandate
from services.registry.members.tables import AccessRequest, ConnectedSystem, DomainRule, Membership, Person
from services.registry.offerings.tables import Offering
from services.registry.organisations.tables import Organisation
from services.registry.reference import load_reference, read_data, vocabulary_rows
from services.registry.resources.tables import Resource
from services.registry.texts import person_sort_key, searchable
from services.registry.vocabulary.rules import CountsFor, disciplines_of
from services.shared.clock import clock_of
from services.shared.database import Database, WriteSession, event_table
from services.shared.settings import Settings

SCOPES = ["cases:write", "cases:read", "registry:read", "reports"]

_Rows = list[dict[str, Any]]


async def load_registry(settings: Settings, issuer: str | None = None, *, last: date = STORY_DAY) -> None:
    """`issuer` is the login provider of the example's people; without it the environment's OT_OIDC_ISSUER.

    `last`: the day on which the story ends, up to which everything is moved, so that nothing in it has grown old.
    """
    later = last - STORY_DAY
    named = issuer or os.environ.get("OT_OIDC_ISSUER", "http://127.0.0.1:8004")
    database = Database(settings, clock_of(settings.clock_file))
    try:
        async with database.duty("story") as session:
            await load_reference(session)
            await _add(session, Organisation, _moved(organisation_rows(), later))
            await _add(session, Agreement, _moved(agreement_rows(), later))
            await _add(session, Mandate, _moved(mandate_rows(), later))
            await _add(session, Resource, _moved(resource_rows(), later))
            await _add(session, Affiliation, _moved(affiliation_rows(), later))
            await _add_people(session, named, later)
            await add_area_changes(session)
            await _add_experts(session, later)
            await _add(session, ExpertGroup, _moved(group_rows(), later))
            await _add(session, GroupMember, _moved(group_member_rows(), later))
            await _add(session, Offering, _moved(offering_rows(), later))
            await _follow_the_issuer(session, named)
    finally:
        await database.close()


async def _add_people(session: WriteSession, issuer: str, later: timedelta) -> None:
    rules = [_rule(domain, slug, issuer) for domain, slug in people.domain_rules().items()]
    await _add(session, Person, _moved([_person(human, issuer) for human in people.humans()], later))
    await _add(session, DomainRule, _moved(rules, later))
    await _add(session, Membership, _moved([_membership(one) for one in people.roles()], later))
    await _add(session, MembershipInvitation, _moved(invitation_rows(), later))
    await _add(session, AccessRequest, _moved([_request(one) for one in people.REQUESTS], later))
    await _add(session, ConnectedSystem, _moved([_system(client, issuer) for client in SYSTEMS], later))


async def _add_experts(session: WriteSession, later: timedelta) -> None:
    told = people.experts()
    rows = [_expert(one) for one in told]
    await _add(session, Expert, _moved(rows, later))
    await _add(session, Competence, _moved([row for one in told for row in _competences(one)], later))
    await _add(session, ExpertAbsence, _moved([row for one in told for row in _absences(one)], later))
    await _add(session, ConflictOfInterest, [row for one in told for row in _conflicts(one)])
    await _add_table(session, event_table, _moved([_event(row) for row in rows], later))


def _moved(rows: _Rows, later: timedelta) -> _Rows:
    """Days and moments of the rows, a datetime being a date too."""
    return [{name: value + later if isinstance(value, date) else value for name, value in row.items()} for row in rows]


async def _follow_the_issuer(session: WriteSession, issuer: str) -> None:
    """On another port the same demo's login provider has another name."""
    for table in (Person, DomainRule, ConnectedSystem):
        stale = update(table).where(table.example, table.issuer.is_not(None), table.issuer != issuer)
        await session.execute(stale.values(issuer=issuer))


async def _add(session: WriteSession, table: Any, rows: _Rows) -> None:
    await _add_table(session, table.__table__, rows)


async def _add_table(session: WriteSession, table: Any, rows: _Rows) -> None:
    connection = await session.connection()
    await connection.execute(insert(table).on_conflict_do_nothing(), rows)


def _person(human: people.Human, issuer: str) -> dict[str, Any]:
    return {
        "id": person_id(human.slug),
        "issuer": issuer if human.subject else None,
        "subject": human.subject,
        "tenant": None,
        "name": human.name,
        "email": human.email,
        "email_verified": human.email is not None,
        "language": human.language,
        "first_seen_at": ENTERED if human.subject else None,
        "last_seen_at": ENTERED if human.subject else None,
        "example": True,
        "version": 1,
    }


def _rule(domain: str, slug: str, issuer: str) -> dict[str, Any]:
    return {
        "id": example_id("domain_rule", domain),
        "issuer": issuer,
        "tenant": None,
        "domain": domain,
        "organisation_id": organisation_id(slug),
        "role": "professional",
        "reason": "Sähköpostin mukaan, itsestään",
        "created_by": person_id("admin"),
        "created_at": ENTERED,
        "ended_at": None,
        "example": True,
    }


def _membership(held: people.Held) -> dict[str, Any]:
    told = organisations()[held.organisation]
    return {
        "id": example_id("membership", f"{held.person} {held.role} {held.organisation}"),
        "person_id": person_id(held.person),
        "role": held.role,
        "organisation_id": organisation_id(held.organisation),
        "yta": held.yta or _only_yta(told),
        "deputy": held.deputy,
        "valid_from": held.since,
        "valid_to": held.until,
        "granted_at": _at(held.since),
        "granted_by": person_id(held.by) if held.by else None,
        "granted_by_rule": None,
        "reason": held.reason,
        "revoked_at": None,
        "revoked_by": None,
        "revoke_reason": None,
        "review_due": review_due(held),
        "example": True,
        "version": 1,
    }


def _only_yta(told: dict[str, Any]) -> str | None:
    served = {yta for area in [*told["areas"], told["area"]] if (yta := ytas_of_areas().get(area))}
    return served.pop() if len(served) == 1 else None


def _request(asked: people.Asked) -> dict[str, Any]:
    return {
        "id": example_id("access_request", asked.person),
        "person_id": person_id(asked.person),
        "role": asked.role,
        "organisation_id": organisation_id(asked.organisation) if asked.organisation else None,
        "organisation_name": asked.organisation_name,
        "ytas": [asked.yta],
        "reason": asked.reason,
        "state": "open",
        "asked_at": _at(asked.day),
        "example": True,
        "version": 1,
    }


def _system(client: str, issuer: str) -> dict[str, Any]:
    return {
        "id": example_id("system", client),
        "issuer": issuer,
        "client": client,
        "name": "Etelä-Savon asiakastietojärjestelmä",
        "organisation_id": organisation_id("etela_savo"),
        "scopes": SCOPES,
        "created_at": ENTERED,
        "ended_at": None,
        "example": True,
    }


def _expert(told: dict[str, Any]) -> dict[str, Any]:
    competences = told["competences"]
    competent_in = [one["concept"] for one in competences if one["scheme"] == "disciplines"]
    words = _search_texts()
    found = [words["professions", told["profession"]], *(words[one["scheme"], one["concept"]] for one in competences)]
    away = _away(told)[0] if _away(told) else (None, None)
    left = expert_extras.LEFT.get(told["slug"])
    return {
        "id": expert_id(told["slug"]),
        "person_id": person_id(told["slug"]),
        "employer_id": organisation_id(told["employer"]),
        "yta": ytas_of_areas()[told["area"]],
        "disciplines": disciplines_of(told["profession"], competent_in, _what_counts()),
        "themes": sorted(one["concept"] for one in competences if one["scheme"] == "themes"),
        "capacity_usual": max(told["capacity_month"], 1),
        "away_from": away[0],
        "away_to": away[1],
        "active": left is None,
        "inactive_since": left.day if left else None,
        "inactive_reason": left.reason if left else "",
        **_reached(told),
        "example": True,
        "sort_key": person_sort_key(told["name"]),
        "search_text": searchable(told["name"], told["title"], *found),
        "created_at": ENTERED,
        "changed_at": ENTERED,
        "version": 1,
        **{field: told[field] for field in _AS_TOLD},
    }


def _away(told: dict[str, Any]) -> list[tuple[date, date]]:
    """Those that are not over, in their order."""
    one = [told["away"]] if told["away"] else []
    periods = [*one, *expert_extras.MORE_ABSENCES.get(told["slug"], [])]
    days = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in periods]
    return [(first, last) for first, last in days if last >= STORY_DAY]


def _absences(told: dict[str, Any]) -> _Rows:
    return [
        {
            "id": example_id("absence", f"{told['slug']} {first}"),
            "expert_id": expert_id(told["slug"]),
            "away_from": first,
            "away_to": last,
        }
        for first, last in _away(told)
    ]


def _reached(told: dict[str, Any]) -> dict[str, Any]:
    """How the expert is reached and who sees it, and the number in a register with who has looked there."""
    about = expert_extras.REACHED.get(told["slug"], expert_extras.NOT_TOLD)
    checker = people.COORDINATORS[ytas_of_areas()[told["area"]] or ""]
    return {
        "email": about.email,
        "phone": about.phone,
        "shown": sorted(about.shown),
        "register_kind": about.register if about.number else None,
        "register_number": about.number or None,
        "register_checked_by": person_id(checker) if about.checked_on else None,
        "register_checked_on": about.checked_on,
    }


_AS_TOLD = ("name", "title", "profession", "area", "areas", "languages", "capacity_month", "consent_listed", "bio")


def _competences(told: dict[str, Any]) -> _Rows:
    assured = told["assured_on"]
    coordinator = people.COORDINATORS[ytas_of_areas()[told["area"]] or ""]
    due = told["review_due"]
    return [
        {
            "expert_id": expert_id(told["slug"]),
            "position": place,
            "assured_by": person_id(coordinator) if assured else None,
            "assured_on": date.fromisoformat(assured) if assured else None,
            "review_due": date.fromisoformat(due) if due else None,
            **one,
        }
        for place, one in enumerate(told["competences"])
    ]


def _conflicts(told: dict[str, Any]) -> _Rows:
    return [
        {
            "id": example_id("conflict", f"{told['slug']} {place}"),
            "expert_id": expert_id(told["slug"]),
            "organisation_id": organisation_id(one["organisation"]),
            "area": None,
            "person_id": None,
        }
        for place, one in enumerate(told["conflicts"])
    ]


def _event(row: dict[str, Any]) -> dict[str, Any]:
    told = ("profession", "disciplines", "themes", "languages", "area", "yta", "capacity_month", "active")
    return {
        "id": example_id("event", f"expert.created {row['id']}"),
        "type": "expert.created",
        "subject": str(row["id"]),
        "at": ENTERED,
        "data": {field: row[field] for field in told} | {"example": True},
    }


@cache
def _search_texts() -> dict[tuple[str, str], str]:
    return {(concept["scheme"], concept["slug"]): concept["search_text"] for concept in vocabulary_rows()[0]}


@cache
def _what_counts() -> list[CountsFor]:
    return [
        CountsFor(row["slug"], frozenset(row["professions"]), frozenset(row["professions_with_competence"]))
        for row in read_data("disciplines")["disciplines"]
    ]


def _at(day: date) -> datetime:
    return datetime.combine(day, time(8), UTC)
