"""One question to the names of everything. Words are compared by their trigrams, so that endings matter less.

Vocabularies and organisations are some hundreds and asked themselves; experts by a dictionary (search.experts).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
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
from sqlalchemy import Label as ColumnLabel
from sqlalchemy.orm import InstrumentedAttribute

from services.registry.organisations.tables import Organisation
from services.registry.search.experts import find_experts
from services.registry.search.schemas import Hit, Kind, Label
from services.registry.vocabulary.tables import Concept
from services.shared.database import ReadSession
from services.shared.statements import Prepared, Row

NEAR = 0.45
"""How alike a word must be, from 0 to 1: low enough for a Finnish case ending, high enough to leave out other words."""

_NEARNESS = Prepared(text("select set_config('pg_trgm.word_similarity_threshold', :near, true)"))


async def find(session: ReadSession, words: list[str], kinds: set[str], *, limit: int) -> list[Hit]:
    """Best first. Kinds: themes and the other schemes of the vocabulary, organisations, experts."""
    await _NEARNESS.row(session, near=str(NEAR))
    hits: list[Hit] = []
    if "experts" in kinds:
        hits += [_expert(row) for row in await find_experts(session, words, limit=limit)]
    if others := kinds - {"experts"}:
        hits += [_named(row) for row in await _others(session, words, others, limit)]
    return sorted(hits, key=lambda hit: (-hit.score, hit.label.fi, hit.slug))[:limit]


def _expert(row: Row) -> Hit:
    label = Label(fi=row.name, sv=row.name, en=row.name)
    return Hit(
        kind=Kind.EXPERTS, id=row.id, slug=str(row.id), label=label, snippet=row.title, score=_rounded(row.score)
    )


def _named(row: RowMapping) -> Hit:
    label = Label(fi=row["name_fi"], sv=row["name_sv"], en=row["name_en"])
    plain = {name: row[name] for name in ("id", "slug", "snippet")}
    return Hit(kind=Kind(row["kind"]), label=label, score=_rounded(row["score"]), **plain)


def _rounded(score: float) -> float:
    return round(min(score, 1), 3)


async def _others(session: ReadSession, words: list[str], kinds: set[str], limit: int) -> Sequence[RowMapping]:
    parts = []
    if schemes := kinds - {"organisations"}:
        parts.append(_concepts(words, schemes))
    if "organisations" in kinds:
        parts.append(_organisations(words))
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


def _names(
    fi: InstrumentedAttribute[str], sv: InstrumentedAttribute[str], en: InstrumentedAttribute[Any]
) -> tuple[ColumnLabel[str], ColumnLabel[str], ColumnLabel[Any]]:
    return fi.label("name_fi"), sv.label("name_sv"), en.label("name_en")


def _likeness(column: InstrumentedAttribute[str], words: list[str]) -> tuple[ColumnLabel[Any], ColumnElement[bool]]:
    """The mean likeness of the words, and the condition (one index each) that every word is near enough."""
    likeness = [func.word_similarity(word, column) for word in words]
    score = sum(likeness[1:], likeness[0]) / len(words)
    return score.label("score"), and_(*(literal(word).op("<%", is_comparison=True)(column) for word in words))
