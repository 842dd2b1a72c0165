"""Facts as the cases of a population."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.reporting.figures.area_tree import Succession
from services.reporting.figures.rules import UNKNOWN, CaseRow
from services.reporting.indicators.rules import Pick, Population
from services.reporting.intake.tables import AreaSuccession, Fact, FeedCursor, Label
from services.shared.clock import HELSINKI
from services.shared.database import ReadSession

COLUMNS = (
    Fact.case_id, Fact.type, Fact.at, Fact.yta, Fact.area, Fact.line, Fact.urgency, Fact.language, Fact.form,
    Fact.themes, Fact.age_groups, Fact.client_languages, Fact.disciplines, Fact.outcome, Fact.measures,
)  # fmt: skip


async def state_of_facts(session: ReadSession) -> tuple[tuple[str, int], ...]:
    """Changes whenever the facts do."""
    query = select(FeedCursor.source, FeedCursor.position).order_by(FeedCursor.source)
    names = await session.scalar(select(func.count()).select_from(Label))
    cursors = [(row.source, row.position) for row in await session.execute(query)]
    merged = await session.scalar(select(func.count()).where(Label.counted_as.is_not(None)))
    return (*cursors, ("labels", names or 0), ("merged", merged or 0))


async def first_fact_at(session: ReadSession) -> datetime | None:
    return await session.scalar(select(func.min(Fact.at)))


async def known_areas(session: ReadSession) -> list[tuple[str, str]]:
    query = select(Label.key, Label.parent).where(Label.scheme == "area", Label.parent.is_not(None))
    return [(row.key, row.parent) for row in await session.execute(query.order_by(Label.rank))]


async def successions(session: ReadSession) -> list[Succession]:
    query = select(AreaSuccession.from_code, AreaSuccession.to_code, AreaSuccession.effective_on).distinct()
    return [Succession(*row) for row in (await session.execute(query)).all()]


async def cases_of(session: ReadSession, population: Population, year: int) -> list[CaseRow]:
    """The population's cases whose chosen event was in this year, Finnish time."""
    query = select(*COLUMNS).where(Fact.type.in_(population.events))
    if population.having:
        query = query.where(Fact.measures.has_key(population.having))
    order = [Fact.at.desc(), Fact.sequence.desc()] if population.pick is Pick.LAST else [Fact.at, Fact.sequence]
    if population.pick is not Pick.MERGED:
        query = query.ext(distinct_on(Fact.case_id))
    found: Sequence[Any] = (await session.execute(query.order_by(Fact.case_id, *order))).all()
    now = await _counted_as(session)
    cases = [(row.case_id, _in_todays_codes(_case(row), now)) for row in found]
    rows = _merged(cases) if population.pick is Pick.MERGED else [case for _, case in cases]
    return [row for row in rows if row.at.astimezone(HELSINKI).year == year]


async def _counted_as(session: ReadSession) -> dict[str, dict[str, str]]:
    """By division and merged code, the code that stands for it now."""
    query = select(Label.scheme, Label.key, Label.counted_as).where(Label.counted_as.is_not(None))
    now: dict[str, dict[str, str]] = {}
    for row in await session.execute(query):
        for division in ("client_language", "language") if row.scheme == "language" else (row.scheme,):
            now.setdefault(division, {})[row.key] = row.counted_as
    return now


def _in_todays_codes(case: CaseRow, now: Mapping[str, Mapping[str, str]]) -> CaseRow:
    """A case of two themes that were merged is one of one theme."""
    if not now:
        return case
    codes = {
        name: tuple(sorted({now[name].get(code, code) for code in known})) if name in now else known
        for name, known in case.codes.items()
    }
    return replace(case, codes=codes)


def _case(row: Any) -> CaseRow:
    yta = row.yta or UNKNOWN
    codes = {
        "line": row.line,
        "urgency": row.urgency,
        "language": row.language,
        "form": row.form,
    }
    several = {
        "theme": row.themes,
        "age_group": row.age_groups,
        "client_language": row.client_languages,
        "discipline": row.disciplines,
    }
    return CaseRow(
        at=row.at,
        yta=yta,
        area=row.area or f"{yta}-{UNKNOWN}",
        codes={
            **{name: (code,) if code else () for name, code in codes.items()},
            **{name: tuple(found) for name, found in several.items()},
        },
        type=row.type,
        outcome=row.outcome,
        measures=row.measures,
    )


def _merged(found: Iterable[tuple[Any, CaseRow]]) -> list[CaseRow]:
    """One row a case: its first event, with the codes of all of them."""
    cases: dict[Any, list[CaseRow]] = {}
    for case, row in found:
        cases.setdefault(case, []).append(row)
    return [_united(rows) for rows in cases.values()]


def _united(rows: Sequence[CaseRow]) -> CaseRow:
    first = rows[0]
    codes = {name: _union(row.codes[name] for row in rows) for name in first.codes}
    single = {name: first.codes[name] for name in ("line", "urgency", "language", "form")}
    return CaseRow(first.at, first.yta, first.area, {**codes, **single}, first.type, first.outcome, first.measures)


def _union(values: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({code for codes in values for code in codes}))
