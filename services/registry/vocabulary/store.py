from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, and_, delete, func, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from services.registry.vocabulary.tables import Concept, ConceptRelation
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import NotFound

_LOCK = text("select pg_advisory_xact_lock(hashtextextended('concepts', 0))")


async def concepts_of(session: ReadSession, scheme: str) -> Sequence[Concept]:
    query = select(Concept).where(Concept.scheme == scheme).order_by(Concept.position, Concept.slug)
    return (await session.scalars(query)).all()


async def all_concepts(session: ReadSession) -> Sequence[Concept]:
    return (await session.scalars(select(Concept).order_by(Concept.scheme, Concept.position, Concept.slug))).all()


async def relations_of(session: ReadSession, scheme: str) -> Sequence[RowMapping]:
    query = (
        select(ConceptRelation.slug, ConceptRelation.kind, ConceptRelation.other_slug)
        .where(ConceptRelation.scheme == scheme)
        .order_by(ConceptRelation.slug, ConceptRelation.kind, ConceptRelation.position)
    )
    return (await session.execute(query)).mappings().all()


async def get_concept(session: ReadSession, scheme: str, slug: str) -> Concept:
    """Raises NotFound."""
    found = await session.get(Concept, (scheme, slug))
    if found is None:
        raise NotFound()
    return found


async def lock_vocabularies(session: WriteSession) -> None:
    """Whoever changes words waits here: a loop, or a name given twice, could else be made by two who don't see it."""
    await session.execute(_LOCK)


async def names_of(session: ReadSession, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Concept]:
    """The concepts that exist among these (scheme, slug)."""
    pairs = list(wanted)
    if not pairs:
        return {}
    query = select(Concept).where(tuple_(Concept.scheme, Concept.slug).in_(pairs))
    return {(concept.scheme, concept.slug): concept for concept in await session.scalars(query)}


async def merged_in(session: ReadSession, scheme: str) -> dict[str, str]:
    """Of each merged concept the one it went into."""
    query = select(Concept.slug, Concept.replaced_by).where(Concept.scheme == scheme, Concept.merged)
    return {row.slug: row.replaced_by for row in await session.execute(query)}


async def all_merged(session: ReadSession) -> dict[tuple[str, str], str]:
    rows = await session.execute(select(Concept.scheme, Concept.slug, Concept.replaced_by).where(Concept.merged))
    return {(row.scheme, row.slug): row.replaced_by for row in rows}


async def lead_on(session: WriteSession, scheme: str, gone: str, kept: str) -> None:
    """What was replaced by the one that goes is replaced by the one that stays: nobody has to follow a chain."""
    led = update(Concept).where(Concept.scheme == scheme, Concept.replaced_by == gone, Concept.slug != kept)
    await session.execute(led.values(replaced_by=kept))


async def next_position(session: ReadSession, scheme: str) -> int:
    query = select(func.coalesce(func.max(Concept.position), -1) + 1).where(Concept.scheme == scheme)
    return await session.scalar(query) or 0


async def add_concept(session: WriteSession, concept: Concept) -> None:
    session.add(concept)
    await session.flush()


async def put_relation(session: WriteSession, concept: Concept, kind: str, scheme: str, others: Sequence[str]) -> None:
    """The concept's relations of this kind become exactly these, in this order."""
    same = and_(ConceptRelation.scheme == concept.scheme, ConceptRelation.kind == kind)
    gone = ConceptRelation.slug == concept.slug
    if kind == "related":  # stands in one direction and holds in both
        gone = or_(gone, ConceptRelation.other_slug == concept.slug)
    await session.execute(delete(ConceptRelation).where(same, gone))
    rows = [
        _relation(concept.scheme, concept.slug, kind, scheme, other, position) for position, other in enumerate(others)
    ]
    if rows:
        await session.execute(insert(ConceptRelation), rows)


async def narrower_of(session: ReadSession, concept: Concept) -> list[str]:
    query = (
        select(Concept.slug)
        .join(ConceptRelation, (ConceptRelation.scheme == Concept.scheme) & (ConceptRelation.slug == Concept.slug))
        .where(Concept.scheme == concept.scheme, ConceptRelation.kind == "broader")
        .where(ConceptRelation.other_slug == concept.slug, Concept.retired_on.is_(None))
        .order_by(Concept.position, Concept.slug)
    )
    return list((await session.scalars(query)).all())


async def put_concepts(session: WriteSession, concepts: list[dict[str, Any]], relations: list[dict[str, Any]]) -> None:
    """Adds what is new and renews what nobody here has changed, with what it names."""
    connection = await session.connection()
    statement = insert(Concept)
    fresh = {name: statement.excluded[name] for name in concepts[0] if name not in ("scheme", "slug")}
    whole = [{"definition": {}, "edited": False, "merged": False, "version": 1, **concept} for concept in concepts]
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["scheme", "slug"], set_=fresh, where=~Concept.edited), whole
    )
    await _put_relations(session, {(one["scheme"], one["slug"]) for one in concepts}, relations)


async def _put_relations(session: WriteSession, loaded: set[tuple[str, str]], relations: list[dict[str, Any]]) -> None:
    known = select(Concept.scheme, Concept.slug, Concept.edited, Concept.merged, Concept.replaced_by)
    merged: dict[str, dict[str, str]] = {}
    untouched = set()
    for row in await session.execute(known):
        if row.merged:
            merged.setdefault(row.scheme, {})[row.slug] = row.replaced_by
        if not row.edited and (row.scheme, row.slug) in loaded:
            untouched.add((row.scheme, row.slug))
    own = tuple_(ConceptRelation.scheme, ConceptRelation.slug).in_(sorted(untouched))
    await session.execute(delete(ConceptRelation).where(own))
    renewed = _repointed((one for one in relations if (one["scheme"], one["slug"]) in untouched), merged)
    if renewed:
        await (await session.connection()).execute(insert(ConceptRelation), renewed)


def _repointed(relations: Iterable[dict[str, Any]], merged: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    """The files still name concepts that have been merged here: those that they went into are meant."""
    once: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in relations:
        kept = {**one, "other_slug": merged.get(one["other_scheme"], {}).get(one["other_slug"], one["other_slug"])}
        once.setdefault(tuple(kept[name] for name in ("scheme", "slug", "kind", "other_scheme", "other_slug")), kept)
    return list(once.values())


def _relation(scheme: str, slug: str, kind: str, other_scheme: str, other: str, position: int) -> dict[str, Any]:
    return {
        "scheme": scheme,
        "slug": slug,
        "kind": kind,
        "other_scheme": other_scheme,
        "other_slug": other,
        "position": position,
    }
