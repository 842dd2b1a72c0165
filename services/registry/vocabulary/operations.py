import hashlib
from collections.abc import Mapping, Sequence

from services.registry.access import ACCESS
from services.registry.errors import ConceptMerged, UnknownConcept
from services.registry.history.operations import read_history
from services.registry.history.schemas import EntryKind, HistoryPage
from services.registry.vocabulary import store
from services.registry.vocabulary.rules import CountsFor
from services.registry.vocabulary.schemas import ConceptDetail, ConceptView, Lack, Scheme, SchemeView
from services.registry.vocabulary.tables import Concept
from services.registry.vocabulary.views import base_of, by_slug, values_of, view_of
from services.shared.database import ReadSession
from services.shared.errors import FieldProblem
from services.shared.identity import Caller

OF_WHAT_IS_IN_USE = ("change_concept", "retire_concept", "merge_concept")
LANGUAGES = ("fi", "sv", "en")


async def list_schemes(session: ReadSession) -> list[SchemeView]:
    rows = await store.all_concepts(session)
    found = []
    for scheme in Scheme:
        own = [row for row in rows if row.scheme == scheme]
        used = [row for row in own if row.retired_on is None]
        lacking = sum(1 for row in used if missing_in(row))
        found.append(SchemeView(scheme=scheme, concepts=len(used), retired=len(own) - len(used), lacking=lacking))
    return found


async def list_concepts(session: ReadSession, scheme: Scheme) -> list[ConceptView]:
    """Retired ones too: whoever still holds a slug wants its name."""
    related, base = by_slug(await store.relations_of(session, scheme)), base_of(session)
    return [view_of(one, related.get(one.slug, {}), base) for one in await store.concepts_of(session, scheme)]


async def read_concept(session: ReadSession, caller: Caller, scheme: Scheme, slug: str) -> ConceptDetail:
    """A slug that was ever given is found for ever; a merged one says what replaced it. Raises NotFound."""
    concept = await store.get_concept(session, scheme, slug)
    related = by_slug(await store.relations_of(session, scheme))
    merged = await store.merged_in(session, scheme)
    return ConceptDetail.model_validate(
        {
            **values_of(concept, related.get(slug, {}), base_of(session)),
            "narrower": await store.narrower_of(session, concept),
            "aliases": sorted(one for one, kept in merged.items() if kept == slug),
            "allowed": [act for act in _acts(concept) if ACCESS[act].permits(caller)],
        }
    )


def _acts(concept: Concept) -> tuple[str, ...]:
    if concept.merged:
        return ()
    return OF_WHAT_IS_IN_USE if concept.retired_on is None else ("change_concept", "restore_concept", "merge_concept")


async def list_concept_history(
    session: ReadSession, scheme: Scheme, slug: str, *, limit: int, after: str | None
) -> HistoryPage:
    """Raises NotFound."""
    await store.get_concept(session, scheme, slug)
    return await read_history(session, EntryKind.CONCEPTS, f"{scheme}/{slug}", limit=limit, after=after)


async def list_lacking_concepts(session: ReadSession) -> list[Lack]:
    """In the order of the vocabularies, those in use only."""
    rows = [row for row in await store.all_concepts(session) if row.retired_on is None and missing_in(row)]
    order = list(Scheme)
    rows.sort(key=lambda row: order.index(Scheme(row.scheme)))
    return [
        Lack.model_validate({"scheme": row.scheme, "slug": row.slug, "name": row.name, "missing": missing_in(row)})
        for row in rows
    ]


def missing_in(concept: Concept) -> list[str]:
    """A name is wished for in every language, a definition in all where there is one in any."""
    lacking = [f"name.{language}" for language in LANGUAGES if not concept.name[language]]
    if any(concept.definition.values()):
        lacking += [f"definition.{language}" for language in LANGUAGES if not concept.definition.get(language)]
    return lacking


def content_tag(concepts: list[ConceptView], *more: str) -> str:
    """The ETag of a list: the same content always has the same one."""
    told = [*(concept.model_dump_json() for concept in concepts), *more]
    return f'"{hashlib.sha256(chr(10).join(told).encode()).hexdigest()[:32]}"'


async def known_concepts(session: ReadSession, wanted: Mapping[str, tuple[str, str]]) -> dict[tuple[str, str], Concept]:
    """`wanted`: field path → (scheme, slug). Raises UnknownConcept naming every field that is wrong.

    Nothing new is said with a merged word, or what was moved away from it would come back: raises ConceptMerged.
    """
    found = await store.names_of(session, wanted.values())
    wrong = [path for path, pair in wanted.items() if pair not in found]
    if wrong:
        raise UnknownConcept(fields=[FieldProblem(path=path, code="unknown_concept") for path in wrong])
    if gone := [
        FieldProblem(path=path, code="concept_merged", replaced_by=found[pair].replaced_by)
        for path, pair in wanted.items()
        if found[pair].merged
    ]:
        raise ConceptMerged(fields=gone)
    return found


async def meant_by(session: ReadSession, asked: Mapping[str, tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    """`asked`: name → (scheme, slugs), in words that somebody may have kept for long. Each merged one becomes the one
    that stands for it now."""
    merged = await store.all_merged(session)
    return {
        name: list(dict.fromkeys(merged.get((scheme, slug), slug) for slug in slugs))
        for name, (scheme, slugs) in asked.items()
    }


async def what_counts(session: ReadSession) -> list[CountsFor]:
    """Which professions count for which discipline."""
    alone: dict[str, set[str]] = {}
    with_competence: dict[str, set[str]] = {}
    for row in await store.relations_of(session, Scheme.DISCIPLINES):
        if row["kind"] == "profession":
            alone.setdefault(row["slug"], set()).add(row["other_slug"])
        elif row["kind"] == "profession_with_competence":
            with_competence.setdefault(row["slug"], set()).add(row["other_slug"])
    return [
        CountsFor(slug, frozenset(alone.get(slug, ())), frozenset(with_competence.get(slug, ())))
        for slug in sorted({*alone, *with_competence})
    ]
