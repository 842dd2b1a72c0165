from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from services.registry.errors import ExpertExists
from services.registry.experts.filters import Filters
from services.registry.experts.tables import Competence, ConflictOfInterest, Expert, ExpertAbsence
from services.registry.organisations.tables import Organisation
from services.registry.search.tables import QueryInt, SearchEntry
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import NotFound
from services.shared.paging import decode_cursor, encode_cursor

LIKE_ENOUGH = 0.3
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class Seeing:
    """What an unlisted expert must be tied to for the caller to see the entry."""

    person: UUID | None
    ytas: list[str]
    organisations: list[UUID]


async def get_expert(session: ReadSession, expert: UUID) -> Expert:
    """With competences and conflicts. Raises NotFound."""
    found = await session.scalar(_whole(select(Expert).where(Expert.id == expert)))
    if found is None:
        raise NotFound()
    return found


async def lock_expert(session: WriteSession, expert: UUID) -> Expert:
    """Raises NotFound."""
    found = await session.scalar(_whole(select(Expert).where(Expert.id == expert).with_for_update()))
    if found is None:
        raise NotFound()
    return found


def _whole(query: Select[Expert]) -> Select[Expert]:
    return query.options(
        selectinload(Expert.competences), selectinload(Expert.conflicts), selectinload(Expert.absences)
    )


async def expert_of(session: ReadSession, person: UUID) -> Expert | None:
    return await session.scalar(_whole(select(Expert).where(Expert.person_id == person)))


async def lock_experts_back_from_absence(session: WriteSession, today: date) -> Sequence[Expert]:
    """Those with an absence that is over."""
    over = select(ExpertAbsence.expert_id).where(ExpertAbsence.away_to < today)
    query = select(Expert).where(or_(Expert.id.in_(over), Expert.away_to < today)).order_by(Expert.id)
    return (await session.scalars(query.options(selectinload(Expert.absences)).with_for_update())).all()


async def named_like(session: ReadSession, name: str, seeing: Seeing, *, limit: int) -> Sequence[Expert]:
    """Those whom the caller sees and whose name has something of this one, the likest first."""
    likeness = func.similarity(func.lower(Expert.name), name.lower())
    query = select(Expert).where(likeness > LIKE_ENOUGH, _visible(seeing))
    return (await session.scalars(query.order_by(likeness.desc(), Expert.id).limit(limit))).all()


async def add_expert(session: WriteSession, expert: Expert) -> None:
    """Raises ExpertExists."""
    try:
        async with session.begin_nested():
            session.add(expert)
    except IntegrityError as taken:
        known = await session.scalar(select(Expert.id).where(Expert.person_id == expert.person_id))
        raise ExpertExists(expert=str(known)) from taken


async def page_of_experts(
    session: ReadSession, filters: Filters, seeing: Seeing, *, today: date, limit: int, after: str | None
) -> tuple[Sequence[Expert], str | None]:
    query = _filtered(_whole(select(Expert)), filters, seeing, today)
    if after:
        key, id = decode_cursor(after, [str, UUID])
        query = query.where(tuple_(Expert.sort_key, Expert.id) > tuple_(literal(key), literal(id)))
    rows = (await session.scalars(query.order_by(Expert.sort_key, Expert.id).limit(limit + 1))).all()
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], encode_cursor([rows[limit - 1].sort_key, rows[limit - 1].id])


FACETS: Mapping[str, ColumnElement[str]] = {
    "theme": func.unnest(Expert.themes),
    "discipline": func.unnest(Expert.disciplines),
    "language": func.unnest(Expert.languages),
    "yta": type_coerce(Expert.yta, Text),
}


async def count_experts(session: ReadSession, filters: Filters, seeing: Seeing, *, today: date) -> int:
    query = _filtered(select(func.count(Expert.id)), filters, seeing, today)
    return await session.scalar(query) or 0


async def count_experts_by(
    session: ReadSession, facet: str, filters: Filters, seeing: Seeing, *, today: date
) -> dict[str, int]:
    """The most usual value first."""
    value = FACETS[facet].label("value")
    found = _filtered(select(Expert.id, value), filters, seeing, today).subquery()
    number = func.count().label("number")
    query = select(found.c.value, number).where(found.c.value.is_not(None)).group_by(found.c.value)
    rows = await session.execute(query.order_by(number.desc(), found.c.value))
    return {row.value: row.number for row in rows}


def _visible(seeing: Seeing) -> ColumnElement[bool]:
    return or_(and_(Expert.consent_listed, Expert.active), _tied(seeing))


def _tied(seeing: Seeing) -> ColumnElement[bool]:
    return or_(
        Expert.person_id == seeing.person,
        Expert.yta.in_(seeing.ytas),
        Expert.employer_id.in_(seeing.organisations),
    )


def _filtered(query: Query, filters: Filters, seeing: Seeing, today: date) -> Query:
    """An employer that is kept from the caller finds nobody."""
    query = query.where(_visible(seeing))
    if filters.ids is not None:
        query = query.where(Expert.id.in_(filters.ids))
    if filters.employer:
        query = query.where(Expert.employer_id == filters.employer)
        query = query.where(or_(Expert.shown.contains(["employer"]), _tied(seeing)))
    exact = {"profession": filters.profession, "yta": filters.yta}
    query = query.where(*(getattr(Expert, name) == value for name, value in exact.items() if value))
    lists = (
        (Expert.themes, filters.theme),
        (Expert.disciplines, filters.discipline),
        (Expert.languages, filters.language),
        (Expert.areas, filters.area),
    )
    for column, wanted in lists:
        if wanted:
            query = query.where(column.contains([wanted]))
    if filters.q:
        having = SearchEntry.words.op("@@", is_comparison=True)(cast(filters.terms, QueryInt))
        query = query.where(Expert.id.in_(select(SearchEntry.source).where(having, SearchEntry.people)))
    if filters.available is not None:
        here = and_(Expert.active, Expert.capacity_month > 0, ~_away(today))
        query = query.where(here if filters.available else ~here)
    return query


def _away(today: date) -> ColumnElement[bool]:
    begun = and_(ExpertAbsence.expert_id == Expert.id, ExpertAbsence.away_from <= today)
    return exists().where(begun, or_(ExpertAbsence.away_to.is_(None), ExpertAbsence.away_to >= today))


async def candidates(
    session: ReadSession, *, themes: list[str], disciplines: list[str], limit: int
) -> Sequence[RowMapping]:
    """Active, listed experts with any of the themes or disciplines; themes with their level, conflicts as they are."""
    query = (
        select(Expert, Organisation.name_fi, Organisation.name_sv, Organisation.name_en)
        .outerjoin(Organisation, Organisation.id == Expert.employer_id)
        .where(Expert.active, Expert.consent_listed)
        .order_by(Expert.id)
        .limit(limit)
    )
    if themes or disciplines:
        query = query.where(or_(Expert.themes.overlap(themes), Expert.disciplines.overlap(disciplines)))
    return (await session.execute(query)).mappings().all()


async def theme_levels(session: ReadSession, experts: list[UUID], themes: list[str]) -> dict[UUID, list[RowMapping]]:
    query = (
        select(Competence.expert_id, Competence.concept, Competence.level, Competence.assured_on)
        .where(Competence.scheme == "themes", Competence.expert_id.in_(experts))
        .order_by(Competence.expert_id, Competence.position)
    )
    if themes:
        query = query.where(Competence.concept.in_(themes))
    return _by_expert((await session.execute(query)).mappings().all())


async def conflicts_of(session: ReadSession, experts: list[UUID]) -> dict[UUID, list[RowMapping]]:
    table = ConflictOfInterest
    query = select(table.expert_id, table.organisation_id, table.area, table.person_id).where(
        table.expert_id.in_(experts)
    )
    return _by_expert((await session.execute(query.order_by(table.id))).mappings().all())


def _by_expert(rows: Sequence[RowMapping]) -> dict[UUID, list[RowMapping]]:
    found: dict[UUID, list[RowMapping]] = {}
    for row in rows:
        found.setdefault(row["expert_id"], []).append(row)
    return found
