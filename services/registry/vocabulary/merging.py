"""Two words that turn out to mean one thing. Nothing that was said with either is lost."""

from services.registry.days import today
from services.registry.errors import ConceptCycle
from services.registry.texts import searchable
from services.registry.vocabulary import store
from services.registry.vocabulary.editing import fields_of, keep_history, key_of, known_in_use, take
from services.registry.vocabulary.operations import read_concept
from services.registry.vocabulary.references import move_references
from services.registry.vocabulary.rules import joined_labels, loop_above
from services.registry.vocabulary.schemas import ConceptDetail, Merge, Scheme
from services.registry.vocabulary.tables import Concept
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import FieldProblem
from services.shared.identity import Caller
from services.shared.journal import record_event


async def merge_concept(
    session: WriteSession, caller: Caller, scheme: Scheme, slug: str, merge: Merge, *, expected: int
) -> ConceptDetail:
    """The other concept takes over what the registry refers to, and the labels. The slug is found for ever.

    Cases of other services keep the slug they have: each counts and matches it as the one that stays. Answers with
    that one. Raises NotFound, StaleVersion, UnknownConcept, ConceptMerged, ConceptCycle, Invalid.
    """
    gone = await take(session, scheme, slug, expected)
    kept = await known_in_use(session, scheme, merge.into, gone, field="into")
    await _refuse_loop(session, gone, kept)
    before = await fields_of(session, gone), await fields_of(session, kept)
    above = before[0].get("broader") if before[1].get("broader") == gone.slug else None
    moved = await move_references(session, scheme, gone.slug, kept.slug)
    if above:
        await store.put_relation(session, kept, "broader", scheme, [above])
    _take_over(kept, gone)
    await store.lead_on(session, scheme, gone.slug, kept.slug)
    gone.retired_on, gone.replaced_by, gone.merged = gone.retired_on or today(session), kept.slug, True
    for row in (gone, kept):
        row.version, row.edited = row.version + 1, True
    await keep_history(session, gone, act="merge_concept", before=before[0], reason=merge.reason)
    await keep_history(session, kept, act="merge_concept", before=before[1], reason=merge.reason)
    await record_event(
        session, "concept.merged", subject=key_of(gone), scheme=scheme, slug=slug, into=kept.slug, moved=moved
    )
    return await read_concept(session, caller, scheme, kept.slug)


def _take_over(kept: Concept, gone: Concept) -> None:
    """What was said of the gone one and not of the kept; a definition is somebody's wording and isn't joined."""
    kept.alt = joined_labels(kept.name, kept.alt, gone.name, gone.alt)
    known = {one["uri"] for one in kept.mappings}
    near = [{**one, "match": "close" if one["match"] == "exact" else one["match"]} for one in gone.mappings]
    kept.mappings = [*kept.mappings, *(one for one in near if one["uri"] not in known)]
    kept.definition = {**gone.definition, **kept.definition}
    labels = (label for several in kept.alt.values() for label in several)
    kept.search_text = searchable(*kept.name.values(), *labels)


async def _refuse_loop(session: ReadSession, gone: Concept, kept: Concept) -> None:
    """What stood below the gone one will stand below the kept one, which may not be far below it itself."""
    rows = await store.relations_of(session, gone.scheme)
    above = {one["slug"]: one["other_slug"] for one in rows if one["kind"] == "broader"}
    if above.get(kept.slug) == gone.slug:
        above.pop(kept.slug)
    after = {slug: kept.slug if other == gone.slug else other for slug, other in above.items() if slug != gone.slug}
    if loop := loop_above(kept.slug, after):
        names = await store.names_of(session, [(gone.scheme, slug) for slug in loop])
        told = [names[gone.scheme, slug].name for slug in loop]
        problem = {"path": "into", "code": "concept_cycle", "loop": loop, "names": told}
        raise ConceptCycle(fields=[FieldProblem.model_validate(problem)])
