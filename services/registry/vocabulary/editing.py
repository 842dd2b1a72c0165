"""Making and changing words. They are the nation's: whoever may change one may change all."""

from collections.abc import Collection, Mapping
from typing import Any

from services.registry.changes import expect_version
from services.registry.days import today
from services.registry.errors import (
    ConceptCycle,
    ConceptInUse,
    ConceptMerged,
    ConceptRetired,
    LabelTaken,
    NotOfThisVocabulary,
    SlugTaken,
)
from services.registry.history.operations import record_change
from services.registry.history.schemas import EntryKind
from services.registry.texts import Name, searchable
from services.registry.vocabulary import references, store
from services.registry.vocabulary.operations import known_concepts, read_concept
from services.registry.vocabulary.rules import NEEDED, RELATION_FIELDS, loop_above, relations_of, slug_for
from services.registry.vocabulary.schemas import (
    ConceptChange,
    ConceptDetail,
    NewConcept,
    Retirement,
    Scheme,
    Why,
)
from services.registry.vocabulary.tables import Concept
from services.registry.vocabulary.views import by_slug, kept_fields
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import FieldProblem, Invalid
from services.shared.identity import Caller
from services.shared.journal import record_event

Fields = dict[str, Any]


async def create_concept(session: WriteSession, caller: Caller, scheme: Scheme, new: NewConcept) -> ConceptDetail:
    """Raises SlugTaken, LabelTaken, UnknownConcept, NotOfThisVocabulary, Invalid."""
    await store.lock_vocabularies(session)
    taken = {row.slug for row in await store.concepts_of(session, scheme)}
    if new.slug in taken:
        raise SlugTaken(fields=[FieldProblem(path="slug", code="slug_taken")])
    row = Concept(
        scheme=scheme.value,
        slug=new.slug or slug_for(new.name.fi, taken),
        position=await store.next_position(session, scheme),
        alt={},
        details={},
        sources=[],
        edited=True,
        **_named(new.name, {}),
    )
    values = new.model_dump(exclude={"slug"})
    await _check(session, row, {**values, "name": new.name})
    await store.add_concept(session, row)
    await _apply(session, row, values)
    await keep_history(session, row, act="create_concept", before=None)
    await record_event(session, "concept.created", subject=key_of(row), scheme=row.scheme, slug=row.slug)
    return await read_concept(session, caller, scheme, row.slug)


async def change_concept(
    session: WriteSession, caller: Caller, scheme: Scheme, slug: str, change: ConceptChange, *, expected: int
) -> ConceptDetail:
    """Raises NotFound, StaleVersion, ConceptMerged, ConceptCycle and what create_concept raises."""
    row = await take(session, scheme, slug, expected)
    await _check(session, row, change.values())
    before = await fields_of(session, row)
    values = change.model_dump(include=change.model_fields_set)
    await _apply(session, row, values)
    row.version, row.edited = row.version + 1, True
    await keep_history(session, row, act="change_concept", before=before)
    await record_event(
        session, "concept.changed", subject=key_of(row), scheme=row.scheme, slug=row.slug, fields=sorted(values)
    )
    return await read_concept(session, caller, scheme, slug)


async def retire_concept(
    session: WriteSession, caller: Caller, scheme: Scheme, slug: str, why: Retirement, *, expected: int
) -> ConceptDetail:
    """Offered no more; what refers to it stays as it is. Raises NotFound, StaleVersion, ConceptRetired, Invalid."""
    row = await take(session, scheme, slug, expected)
    if row.retired_on is not None:
        raise ConceptRetired()
    if why.replaced_by is not None:
        await known_in_use(session, scheme, why.replaced_by, row, field="replaced_by")
    before = await fields_of(session, row)
    row.retired_on, row.replaced_by = today(session), why.replaced_by
    row.version, row.edited = row.version + 1, True
    await keep_history(session, row, act="retire_concept", before=before, reason=why.reason)
    await record_event(
        session, "concept.retired", subject=key_of(row), scheme=row.scheme, slug=slug, replaced_by=why.replaced_by
    )
    return await read_concept(session, caller, scheme, slug)


async def restore_concept(
    session: WriteSession, caller: Caller, scheme: Scheme, slug: str, why: Why, *, expected: int
) -> ConceptDetail:
    """Raises NotFound, StaleVersion, ConceptMerged, ConceptInUse, LabelTaken."""
    row = await take(session, scheme, slug, expected)
    if row.retired_on is None:
        raise ConceptInUse()
    await _refuse_taken_labels(session, row, Name.model_validate(row.name))
    before = await fields_of(session, row)
    row.retired_on = row.replaced_by = None
    row.version += 1
    await keep_history(session, row, act="restore_concept", before=before, reason=why.reason)
    await record_event(session, "concept.restored", subject=key_of(row), scheme=row.scheme, slug=slug)
    return await read_concept(session, caller, scheme, slug)


async def take(session: WriteSession, scheme: Scheme, slug: str, expected: int) -> Concept:
    """The concept to be changed, while nobody else changes words. Raises NotFound, StaleVersion, ConceptMerged."""
    await store.lock_vocabularies(session)
    row = await store.get_concept(session, scheme, slug)
    expect_version(row.version, expected)
    if row.merged:
        raise ConceptMerged(replaced_by=row.replaced_by)
    return row


async def known_in_use(session: ReadSession, scheme: Scheme, slug: str, other: Concept, *, field: str) -> Concept:
    """One that can stand for another. Raises UnknownConcept, ConceptMerged, Invalid."""
    found = (await known_concepts(session, {field: (scheme.value, slug)}))[scheme.value, slug]
    if found.slug == other.slug:
        raise Invalid(fields=[FieldProblem(path=field, code="the_same")])
    if found.retired_on is not None:
        raise Invalid(fields=[FieldProblem(path=field, code="concept_retired")])
    return found


async def keep_history(
    session: WriteSession, row: Concept, *, act: str, before: Fields | None, reason: str = ""
) -> None:
    after = await fields_of(session, row)
    await record_change(
        session,
        EntryKind.CONCEPTS,
        key_of(row),
        act=act,
        version=row.version,
        before=before,
        after=after,
        reason=reason,
    )


async def fields_of(session: ReadSession, row: Concept) -> Fields:
    related = by_slug(await store.relations_of(session, row.scheme))
    return kept_fields(row, related.get(row.slug, {}))


def key_of(row: Concept) -> str:
    return f"{row.scheme}/{row.slug}"


async def _check(session: ReadSession, row: Concept, values: Mapping[str, Any]) -> None:
    """What a concept's new values must hold, before any of them is written."""
    _refuse_foreign_relations(row.scheme, values)
    wanted = {}
    for one in relations_of(row.scheme):
        slugs = values.get(one.field) or []
        for n, slug in enumerate([slugs] if isinstance(slugs, str) else slugs):
            path = one.field if one.single else f"{one.field}.{n}"
            wanted[path] = (one.scheme or row.scheme, slug)
    await known_concepts(session, wanted)
    itself = [path for path, (scheme, slug) in wanted.items() if (scheme, slug) == (row.scheme, row.slug)]
    if itself and itself != ["broader"]:
        raise Invalid(fields=[FieldProblem(path=path, code="the_same") for path in itself])
    if values.get("broader"):
        await _refuse_loop(session, row, values["broader"])
    if values.get("name"):
        await _refuse_taken_labels(session, row, values["name"])


def _refuse_foreign_relations(scheme: str, values: Mapping[str, Any]) -> None:
    own = {one.field for one in relations_of(scheme)}
    foreign = sorted(name for name in RELATION_FIELDS - own if values.get(name))
    if foreign:
        raise NotOfThisVocabulary(fields=[FieldProblem(path=name, code="not_of_this_vocabulary") for name in foreign])
    lacking = [name for name in NEEDED.get(scheme, ()) if name in values and not values[name]]
    if lacking:
        raise Invalid(fields=[FieldProblem(path=name, code="missing") for name in lacking])


async def _refuse_loop(session: ReadSession, row: Concept, broader: str) -> None:
    rows = await store.relations_of(session, row.scheme)
    above = {one["slug"]: one["other_slug"] for one in rows if one["kind"] == "broader"} | {row.slug: broader}
    if loop := loop_above(row.slug, above):
        names = await store.names_of(session, [(row.scheme, slug) for slug in loop if slug != row.slug])
        told = {slug: concept.name for (_, slug), concept in names.items()} | {row.slug: row.name}
        problem = FieldProblem.model_validate(
            {"path": "broader", "code": "concept_cycle", "loop": loop, "names": [told[slug] for slug in loop]}
        )
        raise ConceptCycle(fields=[problem])


async def _refuse_taken_labels(session: ReadSession, row: Concept, name: Name) -> None:
    """Two concepts in use with one name can't be told apart in any list."""
    problems = []
    for other in await store.concepts_of(session, row.scheme):
        if other.slug == row.slug or other.retired_on is not None:
            continue
        for language, label in name.model_dump().items():
            if label and (other.name[language] or "").casefold() == label.casefold():
                problems.append(FieldProblem(path=f"name.{language}", code="label_taken", concept=other.slug))
    if problems:
        raise LabelTaken(fields=problems)


async def _apply(session: WriteSession, row: Concept, values: Mapping[str, Any]) -> None:
    if values.get("alt") is not None:
        row.alt = _said(values["alt"])
    if values.get("definition") is not None:
        row.definition = _said(values["definition"])
    if values.get("mappings") is not None:
        row.mappings = [{"uri": one["uri"], "match": one["match"].value} for one in values["mappings"]]
    name = Name.model_validate(values["name"]) if values.get("name") else Name.model_validate(row.name)
    row.alt = _besides(name, row.alt)
    for column, value in _named(name, row.alt).items():
        setattr(row, column, value)
    for one in relations_of(row.scheme):
        if one.field in values:
            others = values[one.field] or []
            others = [others] if isinstance(others, str) else others
            await store.put_relation(session, row, one.kind, one.scheme or row.scheme, others)
    if {"professions", "professions_with_competence"} & set(values):
        await references.count_disciplines_anew(session)


def _besides(name: Name, alt: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """A word's name isn't another name of it too."""
    own = {language: (text or "").casefold() for language, text in name.model_dump().items()}
    return _said(
        {language: [one for one in labels if one.casefold() != own[language]] for language, labels in alt.items()}
    )


def _said(texts: Mapping[str, Any]) -> dict[str, Any]:
    """Only the languages in which something is said."""
    return {language: text for language, text in texts.items() if text}


def _named(name: Name, alt: Mapping[str, Collection[str]]) -> dict[str, str | None]:
    return {
        "name_fi": name.fi,
        "name_sv": name.sv,
        "name_en": name.en,
        "search_text": searchable(*name.all(), *(label for labels in alt.values() for label in labels)),
    }
