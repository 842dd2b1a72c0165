"""How an expert's entry takes a change: what is checked, and what follows from it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from services.registry.areas.operations import known_area, known_areas
from services.registry.days import today
from services.registry.errors import EndsBeforeItBegins
from services.registry.experts.absences import tell_the_present
from services.registry.experts.rules import Absence, Claim, keeps_assurance, overlapping, repeated
from services.registry.experts.schemas import AbsenceInput, CompetenceInput, ConflictInput, RegisterInput
from services.registry.experts.tables import Competence, ConflictOfInterest, Expert, ExpertAbsence
from services.registry.members.people import known_person, people_named
from services.registry.organisations.operations import known_organisation
from services.registry.texts import person_sort_key, searchable
from services.registry.vocabulary.operations import known_concepts, what_counts
from services.registry.vocabulary.rules import disciplines_of
from services.shared.database import WriteSession, new_id
from services.shared.errors import FieldProblem, Invalid


async def apply_changes(session: WriteSession, row: Expert, values: dict[str, Any]) -> None:
    """Raises UnknownArea, UnknownConcept. Derived columns follow."""
    if "areas" in values:
        await known_areas(session, values["areas"], field="areas")
    for field, value in values.items():
        setattr(row, field, value)
    row.sort_key = person_sort_key(row.name)
    await _derive(session, row, values.get("languages", []))


async def _derive(session: WriteSession, row: Expert, languages: list[str]) -> None:
    wanted = {f"languages.{n}": ("languages", code) for n, code in enumerate(languages)}
    wanted["profession"] = ("professions", row.profession)
    wanted |= {f"competences.{n}.concept": (c.scheme, c.concept) for n, c in enumerate(row.competences)}
    words = await known_concepts(session, wanted)
    competent_in = [c.concept for c in row.competences if c.scheme == "disciplines"]
    row.disciplines = disciplines_of(row.profession, competent_in, await what_counts(session))
    row.themes = sorted(c.concept for c in row.competences if c.scheme == "themes")
    spoken = {("languages", code) for code in row.languages}
    row.search_text = searchable(
        row.name, row.title, *(word.search_text for pair, word in sorted(words.items()) if pair not in spoken)
    )


async def set_competences(session: WriteSession, row: Expert, claims: list[CompetenceInput]) -> None:
    """Raises Invalid where a concept is claimed twice. Assurances stay where they still hold."""
    stated = [Claim(**claim.model_dump()) for claim in claims]
    if places := repeated(stated):
        raise Invalid(fields=[FieldProblem(path=f"competences.{n}.concept", code="repeated") for n in places])
    await known_concepts(session, {f"competences.{n}.concept": claim.key for n, claim in enumerate(stated)})
    before = {(c.scheme, c.concept): c for c in row.competences}
    row.competences = [_competence(before.get(claim.key), claim, place) for place, claim in enumerate(stated)]


def _competence(known: Competence | None, claim: Claim, place: int) -> Competence:
    row = known or Competence(scheme=claim.scheme, concept=claim.concept)
    if known and not keeps_assurance(Claim(known.scheme, known.concept, known.level, known.evidence), claim):
        row.assured_by = row.assured_on = row.review_due = None
    row.position, row.level, row.evidence = place, claim.level, claim.evidence
    return row


async def set_conflicts(session: WriteSession, row: Expert, conflicts: list[ConflictInput]) -> None:
    """Raises UnknownArea, UnknownOrganisation, UnknownPerson. A name stands for everybody who has it."""
    parties: list[tuple[UUID | None, str | None, UUID | None]] = []
    for place, conflict in enumerate(conflicts):
        field = f"conflicts.{place}"
        if conflict.organisation:
            await known_organisation(session, conflict.organisation, field=f"{field}.organisation")
        elif conflict.person:
            await known_person(session, conflict.person, field=f"{field}.person")
        elif conflict.area:
            await known_area(session, conflict.area, field=f"{field}.area")
        people = [conflict.person]
        if conflict.person_name:
            people = [*await people_named(session, conflict.person_name, field=f"{field}.person_name")]
        parties += [(conflict.organisation, conflict.area, person) for person in people]
    row.conflicts = [
        ConflictOfInterest(id=new_id(), organisation_id=organisation, area=area, person_id=person)
        for organisation, area, person in dict.fromkeys(parties)
    ]


async def set_absences(session: WriteSession, row: Expert, absences: list[AbsenceInput]) -> None:
    """Raises EndsBeforeItBegins, and Invalid where one is over already or two meet."""
    stated, day = [Absence(one.away_from, one.away_to) for one in absences], today(session)
    if backwards := [n for n, one in enumerate(stated) if not one.is_possible()]:
        raise EndsBeforeItBegins(fields=[_wrong(n, "away_to", "ends_before_it_begins") for n in backwards])
    if over := [n for n, one in enumerate(stated) if one.end and one.end < day]:
        raise Invalid(fields=[_wrong(n, "away_to", "in_the_past") for n in over])
    if meeting := overlapping(stated):
        raise Invalid(fields=[_wrong(n, "away_from", "overlaps") for n in meeting])
    known = {one.away_from: one for one in row.absences}
    in_order = sorted(absences, key=lambda one: one.away_from)
    row.absences = [_absence(known.get(one.away_from), one) for one in in_order]
    tell_the_present(session, row)


def _wrong(place: int, field: str, code: str) -> FieldProblem:
    return FieldProblem(path=f"absences.{place}.{field}", code=code)


def _absence(known: ExpertAbsence | None, wanted: AbsenceInput) -> ExpertAbsence:
    """The one that begins on that day is the same one: another with its day would not be taken."""
    row = known or ExpertAbsence(id=new_id(), away_from=wanted.away_from)
    row.away_to = wanted.away_to
    return row


async def set_registration(session: WriteSession, row: Expert, wanted: RegisterInput | None) -> None:
    """Another number, or none, has been checked by nobody."""
    stated = (wanted.kind, wanted.number) if wanted else (None, None)
    if stated == (row.register_kind, row.register_number):
        return
    row.register_kind, row.register_number = stated
    row.register_checked_by = row.register_checked_on = None


def set_capacity(row: Expert, capacity: int | None, not_now: bool | None) -> None:
    """A "not now" keeps what the capacity was; a capacity of 0 is one, unless it is said otherwise."""
    if capacity is None and not_now is None:
        return
    if capacity:
        row.capacity_usual = capacity
    away = not_now if not_now is not None else capacity == 0 if capacity is not None else row.capacity_month == 0
    row.capacity_month = 0 if away else row.capacity_usual


PARTS: Mapping[str, Callable[[WriteSession, Expert, Any], Awaitable[None]]] = {
    "competences": set_competences,
    "conflicts": set_conflicts,
    "absences": set_absences,
    "registration": set_registration,
}
"""Fields that are more than a column."""
