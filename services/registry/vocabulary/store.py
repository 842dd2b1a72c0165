from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import RowMapping, delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from services.registry.vocabulary.tables import Concept, ConceptRelation
from services.shared.database import ReadSession, WriteSession


async def concepts_of(session: ReadSession, scheme: str) -> Sequence[Concept]:
    query = select(Concept).where(Concept.scheme == scheme).order_by(Concept.position)
    return (await session.scalars(query)).all()


async def relations_of(session: ReadSession, scheme: str) -> Sequence[RowMapping]:
    query = (
        select(ConceptRelation.slug, ConceptRelation.kind, ConceptRelation.other_slug)
        .where(ConceptRelation.scheme == scheme)
        .order_by(ConceptRelation.slug, ConceptRelation.kind, ConceptRelation.position)
    )
    return (await session.execute(query)).mappings().all()


async def names_of(session: ReadSession, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Concept]:
    """The concepts that exist among these (scheme, slug)."""
    pairs = list(wanted)
    if not pairs:
        return {}
    query = select(Concept).where(tuple_(Concept.scheme, Concept.slug).in_(pairs))
    return {(concept.scheme, concept.slug): concept for concept in await session.scalars(query)}


async def put_concepts(session: WriteSession, concepts: list[dict[str, Any]], relations: list[dict[str, Any]]) -> None:
    """Adds what is new, renews what is known; the relations of the given schemes become exactly these."""
    connection = await session.connection()
    statement = insert(Concept)
    fresh = {name: statement.excluded[name] for name in concepts[0] if name not in ("scheme", "slug")}
    await connection.execute(statement.on_conflict_do_update(index_elements=["scheme", "slug"], set_=fresh), concepts)
    schemes = {concept["scheme"] for concept in concepts}
    await session.execute(delete(ConceptRelation).where(ConceptRelation.scheme.in_(schemes)))
    await connection.execute(insert(ConceptRelation), relations)
