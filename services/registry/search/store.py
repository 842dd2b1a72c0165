"""One question to the names of everything. Words are compared by their trigrams, so that endings matter less."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Label,
    RowMapping,
    Select,
    Text,
    Uuid,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from services.registry.experts.tables import Expert
from services.registry.organisations.tables import Organisation
from services.registry.vocabulary.tables import Concept
from services.shared.database import ReadSession

NEAR = 0.45
"""How alike a word must be, from 0 to 1: low enough for a Finnish case ending, high enough to leave out other words."""

_SET_NEAR = text("select set_config('pg_trgm.word_similarity_threshold', :near, true)")


async def find(session: ReadSession, words: list[str], kinds: set[str], *, limit: int) -> Sequence[RowMapping]:
    """Best first. Kinds: themes and the other schemes of the vocabulary, organisations, experts."""
    await session.execute(_SET_NEAR, {"near": str(NEAR)})
    parts = []
    if schemes := kinds - {"organisations", "experts"}:
        parts.append(_concepts(words, schemes))
    if "organisations" in kinds:
        parts.append(_organisations(words))
    if "experts" in kinds:
        parts.append(_experts(words))
    found = union_all(*(select(part.limit(limit).subquery()) for part in parts)).subquery()
    query = select(found).order_by(found.c.score.desc(), found.c.name_fi, found.c.slug).limit(limit)
    return (await session.execute(query)).mappings().all()


Found = Select[*tuple[Any, ...]]


def _concepts(words: list[str], kinds: set[str]) -> Found:
    score, near = _likeness(Concept.search_text, words)
    columns = (
        Concept.scheme.label("kind"),
        cast(null(), Uuid).label("id"),
        Concept.slug.label("slug"),
        *_names(Concept.name_fi, Concept.name_sv, Concept.name_en),
        cast(literal(""), Text).label("snippet"),
        score,
    )
    return select(*columns).where(near, Concept.scheme.in_(kinds)).order_by(score.desc(), Concept.slug)


def _organisations(words: list[str]) -> Found:
    score, near = _likeness(Organisation.search_text, words)
    columns = (
        literal("organisations").label("kind"),
        Organisation.id.label("id"),
        Organisation.slug.label("slug"),
        *_names(Organisation.name_fi, Organisation.name_sv, Organisation.name_en),
        Organisation.type.label("snippet"),
        score,
    )
    return select(*columns).where(near).order_by(score.desc(), Organisation.sort_key)


def _experts(words: list[str]) -> Found:
    score, near = _likeness(Expert.search_text, words)
    columns = (
        literal("experts").label("kind"),
        Expert.id.label("id"),
        cast(Expert.id, Text).label("slug"),
        *_names(Expert.name, Expert.name, Expert.name),
        Expert.title.label("snippet"),
        score,
    )
    return select(*columns).where(near, Expert.active, Expert.consent_listed).order_by(score.desc(), Expert.sort_key)


def _names(
    fi: InstrumentedAttribute[str], sv: InstrumentedAttribute[str], en: InstrumentedAttribute[Any]
) -> tuple[Label[str], Label[str], Label[Any]]:
    return fi.label("name_fi"), sv.label("name_sv"), en.label("name_en")


def _likeness(column: InstrumentedAttribute[str], words: list[str]) -> tuple[Label[Any], ColumnElement[bool]]:
    """The mean likeness of the words, and the condition (one index each) that every word is near enough."""
    likeness = [func.word_similarity(word, column) for word in words]
    score = sum(likeness[1:], likeness[0]) / len(words)
    return score.label("score"), and_(*(literal(word).op("<%", is_comparison=True)(column) for word in words))
