"""Reading a figure: who sees what of it, from which publication, in which words."""

import asyncio
from collections import OrderedDict

from services.reporting.access import BELOW_THE_COUNTRY, Kind, kind_for, sees_places
from services.reporting.errors import BreakdownNotPublished, UnknownPlace
from services.reporting.figures import store
from services.reporting.figures.area_tree import last_day_of, tree_on
from services.reporting.figures.assembly import Asked, Finding, Row, finding_of, rows_of, total_of
from services.reporting.figures.names import RowNames
from services.reporting.figures.periods import Period, period_of, periods_until
from services.reporting.figures.publication import OwnCounts, Publication, View
from services.reporting.figures.rules import COUNTRY, places_of, settled_rows
from services.reporting.figures.schemas import FigureView, FindingView, PeriodsView, PeriodView, PlaceView, RowView
from services.reporting.indicators.operations import indicator_of
from services.reporting.indicators.rules import Indicator, Level
from services.reporting.indicators.schemas import Names, indicator_view
from services.reporting.intake.operations import lag_of
from services.reporting.intake.store import cursors, labels
from services.shared.clock import HELSINKI
from services.shared.database import ReadSession
from services.shared.identity import Caller

KEPT_PUBLICATIONS = 64
USUAL = ("outcome", "yta", "area", "half", "month")
_Key = tuple[str, int]
_State = tuple[tuple[str, int], ...]


class Shelf:
    """Publications already made; protecting a year's tables is work worth keeping.

    Facts come all the time and most change nothing in most years: a publication stays until its own cases change.
    """

    def __init__(self, small_below: int) -> None:
        self.small_below = small_below
        self._kept: OrderedDict[_Key, tuple[_State, Publication]] = OrderedDict()
        self._reading = asyncio.Lock()

    async def publication(self, session: ReadSession, indicator: Indicator, year: int) -> Publication:
        state = await store.state_of_facts(session)
        key = (indicator.population.slug, year)
        # of readers who come at once one reads the cases, so that all of them protect the same tables once
        async with self._reading:
            made_at, publication = self._kept.get(key, (None, None))
            if publication is None or made_at != state:
                publication = await self._read(session, indicator, year, publication)
            self._kept[key] = (state, publication)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT_PUBLICATIONS:
                self._kept.popitem(last=False)
        return publication

    async def _read(
        self, session: ReadSession, indicator: Indicator, year: int, kept: Publication | None
    ) -> Publication:
        today = session.clock.now().astimezone(HELSINKI).date()
        tree = tree_on(await store.successions(session), last_day_of(year, today))
        known = tree.areas(await store.known_areas(session))
        cases = tree.rows(await store.cases_of(session, indicator.population, year))
        rows = settled_rows(cases, dict(known))
        places = places_of(known, rows, tree.split)
        if kept is not None and kept.rows == rows and kept.places == places:
            return kept
        return Publication(rows, places, threshold=self.small_below)


async def read_figure(
    session: ReadSession,
    caller: Caller,
    slug: str,
    *,
    shelf: Shelf,
    period: str | None,
    yta: str | None,
    area: str | None,
    by: str | None,
) -> FigureView:
    """Raises LevelNotOpen, UnknownIndicator, UnknownPlace, PeriodNotPublished and BreakdownNotPublished."""
    indicator = indicator_of(slug)
    chosen = period_of(period, session.clock.now())
    published = await shelf.publication(session, indicator, chosen.year)
    yta = _yta_of(published, yta, area)
    kind = kind_for(caller, yta=yta, by=by or "")
    divisions = _divisions(indicator, caller, kind, level="area" if area else "yta" if yta else "country")
    by = by or next(usual for usual in USUAL if usual in divisions)
    if by not in divisions:
        raise BreakdownNotPublished("not divided so", by=divisions)
    asked = Asked(indicator, chosen, area or yta or COUNTRY, by, yta=yta, threshold=shelf.small_below)
    view: View = OwnCounts(published.rows, published.places) if kind is Kind.EXACT else published
    # the solver would hold up every other request
    rows, total = await asyncio.to_thread(lambda: (rows_of(view, asked), total_of(view, asked)))
    undivided = [one for one in published.places.undivided if yta and published.places.owners[one] == yta]
    return await _figure(session, asked, kind, rows, total, area=area, divisions=divisions, undivided=undivided)


def _yta_of(published: Publication, yta: str | None, area: str | None) -> str | None:
    """The collaborative area looked at, also through one of its areas. Raises UnknownPlace."""
    places = published.places
    if yta is not None and yta not in places.areas_of:
        raise UnknownPlace("no such collaborative area")
    if area is None:
        return yta
    owner = places.owners.get(area)
    if owner is None or area in places.areas_of or (yta is not None and owner != yta):
        raise UnknownPlace("no such area here")
    return owner


def _divisions(indicator: Indicator, caller: Caller, kind: Kind, *, level: Level) -> list[str]:
    """How the caller may divide it here. Only tables that are protected together are published: any other division
    could give back what they hide."""
    allowed = indicator.own_by(level) if kind is Kind.EXACT else indicator.published_by(level)
    return [by for by in allowed if sees_places(caller) or by not in BELOW_THE_COUNTRY]


async def _figure(
    session: ReadSession,
    asked: Asked,
    kind: Kind,
    rows: list[Row],
    total: Row,
    *,
    area: str | None,
    divisions: list[str],
    undivided: list[str],
) -> FigureView:
    names = RowNames(await labels(session), asked.indicator.part_names)
    read = await cursors(session)
    lags = [lag_of(cursor, session.clock.now()) for cursor in read]
    return FigureView(
        indicator=indicator_view(asked.indicator),
        kind=kind,
        period=period_view(asked.period),
        yta=asked.yta,
        area=area,
        place=Names(**names.place(asked.place)),
        by=asked.by,
        divisions=divisions,
        undivided=[Names(**names.place(code)) for code in undivided],
        counts_rows=asked.indicator.rows,
        rows=[_row(row, names, asked.by) for row in rows],
        total=_row(total, names, asked.by),
        finding=_finding(finding_of(rows, total, asked), names, asked.by),
        small_below=asked.threshold,
        lag_seconds=None if not lags or None in lags else max(lag for lag in lags if lag is not None),
        unread=sum(cursor["set_aside"] for cursor in read),
        example=session.settings.demo,
    )


def _row(row: Row, names: RowNames, by: str) -> RowView:
    return RowView(
        key=row.key,
        name=Names(**names.of(by, row.key)),
        value=None if row.value is None else round(row.value, 1),
        second=None if row.second is None else round(row.second, 1),
        numerator=row.numerator,
        denominator=row.denominator,
        hidden=row.hidden,
    )


def _finding(finding: Finding, names: RowNames, by: str) -> FindingView:
    return FindingView(
        code=finding.code,
        key=finding.key,
        name=Names(**names.of(by, finding.key)) if finding.key else None,
        value=None if finding.value is None else round(finding.value, 1),
    )


def period_view(period: Period) -> PeriodView:
    return PeriodView(key=period.key, first_day=period.first_day, last_day=period.last_day)


async def list_periods(session: ReadSession, caller: Caller) -> PeriodsView:
    own = caller.ytas_as("coordinator")
    known = {yta for _, yta in await store.known_areas(session)} | own
    names = RowNames(await labels(session), {})
    places = [PlaceView(key=yta, name=Names(**names.of("yta", yta)), own=yta in own) for yta in sorted(known)]
    return PeriodsView(
        periods=[period_view(p) for p in periods_until(session.clock.now(), await store.first_fact_at(session))],
        places=places if sees_places(caller) else [],
    )
