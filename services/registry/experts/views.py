"""What of an expert's entry each caller sees, and what of it is kept in its history."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.registry.access import About, editable_fields, grounds_for
from services.registry.days import today
from services.registry.experts.rules import Absence, is_available, present
from services.registry.experts.schemas import ExpertView
from services.registry.experts.tables import Expert
from services.registry.members.people import names_of
from services.registry.organisations.store import find_organisations
from services.registry.organisations.tables import Organisation
from services.registry.texts import Name
from services.shared.database import ReadSession
from services.shared.identity import Caller

MAY_BE_HIDDEN = ("bio", "email", "employer", "phone")
_AS_IT_IS = (
    *("id", "name", "title", "profession", "area", "yta", "areas", "disciplines", "languages", "capacity_month"),
    *("capacity_usual", "consent_listed", "active", "inactive_since", "shown", "example", "version"),
)
_OF_COMPETENCE = ("scheme", "concept", "level", "evidence", "assured_by", "assured_on", "review_due")
_ACTS = ("change_expert", "assure_competences", "list_expert_history")
_STATED = ("scheme", "concept", "level", "evidence", "assured_on", "review_due")


def about(row: Expert) -> About:
    """What an entry is about, as far as rights go."""
    return About(
        person=str(row.person_id),
        organisation=str(row.employer_id) if row.employer_id else None,
        ytas=frozenset({row.yta} if row.yta else ()),
    )


async def views(session: ReadSession, caller: Caller, rows: Sequence[Expert]) -> list[ExpertView]:
    ties = {organisation for row in rows for organisation in _organisations_of(row)}
    organisations = await find_organisations(session, sorted(ties))
    people = await names_of(session, {person for row in rows for person in _people_of(row)})
    day = today(session)
    return [_Seen(row, caller, organisations, people, day).view() for row in rows]


async def kept(session: ReadSession, row: Expert) -> dict[str, Any]:
    """The entry as its history keeps it: what somebody keeps, with the names of people as they are now."""
    people = await names_of(session, _people_of(row))
    return {
        "name": row.name,
        "title": row.title,
        "profession": row.profession,
        "employer": row.employer_id,
        "area": row.area,
        "areas": row.areas,
        "languages": row.languages,
        "competences": [
            {**{name: getattr(c, name) for name in _STATED}, "assured_by": _named(people, c.assured_by)}
            for c in row.competences
        ],
        "conflicts": [
            {"organisation": c.organisation_id, "area": c.area, "person": _named(people, c.person_id)}
            for c in row.conflicts
        ],
        "capacity_month": row.capacity_month,
        "absences": [{"away_from": one.away_from, "away_to": one.away_to} for one in row.absences],
        "email": row.email,
        "phone": row.phone,
        "registration": _kept_registration(row, people),
        "shown": row.shown,
        "consent_listed": row.consent_listed,
        "active": row.active,
        "bio": row.bio,
    }


def hidden_from(row: Expert, caller: Caller) -> frozenset[str]:
    """Fields of the entry that this caller doesn't see."""
    hidden: set[str] = set()
    if not grounds_for("read_hidden_fields", caller, about(row)):
        hidden |= set(MAY_BE_HIDDEN) - set(row.shown)
        hidden |= {"absences", "inactive_reason"}
    if not grounds_for("read_conflicts", caller, about(row)):
        hidden |= {"conflicts"}
    if not grounds_for("read_registration", caller, about(row)):
        hidden |= {"registration"}
    return frozenset(hidden)


class _Seen:
    """One entry as one caller sees it."""

    def __init__(
        self,
        row: Expert,
        caller: Caller,
        organisations: dict[UUID, Organisation],
        people: dict[UUID, str],
        day: date,
    ) -> None:
        self.row, self.caller, self.organisations, self.people, self.day = row, caller, organisations, people, day
        self.hidden = hidden_from(row, caller)

    def view(self) -> ExpertView:
        row, away = self.row, present([Absence(a.away_from, a.away_to) for a in self.row.absences], self.day)
        available = is_available(active=row.active, capacity_month=row.capacity_month, absence=away, today=self.day)
        return ExpertView.model_validate(
            {
                **{name: getattr(row, name) for name in _AS_IT_IS},
                **self._kept_fields(),
                "person": row.person_id,
                "competences": [self._competence(c) for c in row.competences],
                "not_now": row.capacity_month == 0,
                "registration_checked_on": row.register_checked_on,
                "away_from": away.start,
                "away_to": away.end,
                "available": available,
                "hidden": sorted(name for name in MAY_BE_HIDDEN if name in self.hidden and self._filled(name)),
                "allowed": self._allowed(),
                "editable": self._editable(),
            }
        )

    def _kept_fields(self) -> dict[str, Any]:
        """What not everybody sees: empty for who doesn't."""
        row = self.row
        told = {
            "bio": row.bio,
            "email": row.email or None,
            "phone": row.phone or None,
            "employer": self._employer(),
            "absences": [{"away_from": a.away_from, "away_to": a.away_to} for a in self._ahead()],
            "inactive_reason": row.inactive_reason or None,
            "conflicts": [self._conflict(c) for c in row.conflicts],
            "registration": _registration(row, self.people),
        }
        return {name: ("" if name == "bio" else None) if name in self.hidden else told[name] for name in told}

    def _filled(self, name: str) -> bool:
        return bool(self.row.employer_id if name == "employer" else getattr(self.row, name))

    def _employer(self) -> dict[str, Any] | None:
        found = self.organisations.get(self.row.employer_id) if self.row.employer_id else None
        return {"id": found.id, "name": found.name} if found else None

    def _ahead(self) -> list[Any]:
        return [one for one in self.row.absences if one.away_to is None or one.away_to >= self.day]

    def _competence(self, row: Any) -> dict[str, Any]:
        told = {name: getattr(row, name) for name in _OF_COMPETENCE}
        return {**told, "assured_by_name": _named(self.people, row.assured_by)}

    def _conflict(self, row: Any) -> dict[str, Any]:
        found = self.organisations.get(row.organisation_id) if row.organisation_id else None
        name = Name.model_validate(found.name) if found else None
        told = {"organisation": row.organisation_id, "area": row.area, "person": row.person_id}
        return {**told, "name": _named(self.people, row.person_id), "organisation_name": name}

    def _allowed(self) -> list[str]:
        acts = [*_ACTS, "deactivate_expert" if self.row.active else "reactivate_expert"]
        if self.row.register_number:
            acts.append("check_registration")
        return [act for act in acts if grounds_for(act, self.caller, about(self.row))]

    def _editable(self) -> list[str]:
        return sorted(editable_fields("change_expert", grounds_for("change_expert", self.caller, about(self.row))))


def _registration(row: Expert, people: dict[UUID, str]) -> dict[str, Any] | None:
    if row.register_number is None:
        return None
    return {
        "kind": row.register_kind,
        "number": row.register_number,
        "checked_by_name": _named(people, row.register_checked_by),
        "checked_on": row.register_checked_on,
    }


def _kept_registration(row: Expert, people: dict[UUID, str]) -> dict[str, Any] | None:
    told = _registration(row, people)
    return {"register": told.pop("kind"), **told} if told else None


def _people_of(row: Expert) -> set[UUID | None]:
    return {
        row.register_checked_by,
        *(c.assured_by for c in row.competences),
        *(c.person_id for c in row.conflicts),
    }


def _organisations_of(row: Expert) -> set[UUID]:
    found = {row.employer_id, *(c.organisation_id for c in row.conflicts)}
    return {organisation for organisation in found if organisation}


def _named(people: dict[UUID, str], person: UUID | None) -> str | None:
    return people.get(person) if person else None
