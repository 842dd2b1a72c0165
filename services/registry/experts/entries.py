"""How an expert's entry takes a change: what is checked, and what follows from it."""

from typing import Any

from services.registry.areas.operations import known_area, known_areas
from services.registry.experts.rules import Claim, keeps_assurance, repeated
from services.registry.experts.schemas import CompetenceInput, ConflictInput
from services.registry.experts.tables import Competence, ConflictOfInterest, Expert
from services.registry.members.people import known_person
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
    """Raises UnknownArea, UnknownOrganisation, UnknownPerson."""
    for place, conflict in enumerate(conflicts):
        field = f"conflicts.{place}"
        if conflict.organisation:
            await known_organisation(session, conflict.organisation, field=f"{field}.organisation")
        elif conflict.person:
            await known_person(session, conflict.person, field=f"{field}.person")
        elif conflict.area:
            await known_area(session, conflict.area, field=f"{field}.area")
    row.conflicts = [
        ConflictOfInterest(id=new_id(), organisation_id=c.organisation, area=c.area, person_id=c.person)
        for c in conflicts
    ]
