"""Entries by the words they hold. Thousands are met and ranked roughly; only the best are read with their names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from services.registry.search.filters import Limits
from services.registry.search.rules import SURE, Asked, Place
from services.shared.database import ReadSession
from services.shared.statements import Prepared, Row

MOST = 2000
"""Of the best so many are counted in facets: nobody looks further, and counting costs the more the more there are."""
MEANT = ("themes", "disciplines", "professions", "areas", "organisations")
"""What an entry is also found by when it is about it."""
ABOUT = ("themes", "professions", "areas", "languages")
"""What a search may be narrowed by."""


@dataclass(frozen=True)
class Found:
    """`counts` have facet, value, labels and number. `more`: only so many of the best were counted."""

    rows: Sequence[Row]
    counts: Sequence[Row]
    total: int
    more: bool


_LIMITS = Prepared(
    text("""
select kind, array_agg(- id) as terms from search_entry
where (kind, slug) in (select * from unnest(cast(:kinds as text[]), cast(:slugs as text[]))) group by kind
""")
)

# `missed`: which of the limits an entry doesn't meet. Who misses one is counted in that facet alone.
_FIND = Prepared(
    text(
        """
with near as (
    select id, kind, people, names, terms, (terms && :name_1)::int + (terms && :name_2)::int
            + (terms && :name_3)::int as rank,
        coalesce(takes and (away_from is null or away_from > :today or away_to < :today), false) as available
    from search_entry
    where (terms @@ cast(:asked as query_int) or id = any (cast(:called as int[])))
        and listed and (:members or not people)
), met as materialized (
    select * from (
        select *, array_remove(array[
            case when cardinality(:kinds) > 0 and not kind = any (:kinds) then 'kind' end,
            case when cardinality(:themes) > 0 and not terms && :themes then 'theme' end,
            case when cardinality(:professions) > 0 and not terms && :professions then 'profession' end,
            case when cardinality(:areas) > 0 and not terms && :areas then 'area' end,
            case when cardinality(:languages) > 0 and not terms && :languages then 'language' end,
            case when :free and not available then 'available' end], null) as missed
        from near
    ) as narrowed where cardinality(missed) < 2
    order by cardinality(missed), rank desc, people, names, id limit :most
), held as (
    select about, missed, count(*) as number from met cross join lateral unnest(terms) as about
    where about < 0 group by about, missed
), counted as (
    select 'kind' as facet, kind as value, null::int as entry, count(*) as number
    from met where missed <@ array['kind'] group by kind
    union all select 'available', 'yes', null, count(*) from met where missed <@ array['available'] and available
    union all select facet.name, meant.slug, meant.id, sum(held.number)
    from held join search_entry as meant on meant.id = - held.about
    join (values ('themes', 'theme'), ('professions', 'profession'), ('areas', 'area'), ('languages', 'language'))
        as facet (kind, name) on facet.kind = meant.kind
    where held.missed <@ array[facet.name] group by facet.name, meant.slug, meant.id
)
select null::int as id, facet, value, number, label_fi, label_sv, label_en, (select count(*) from met) as met
from counted left join search_card using (entry)
union all
(select id, null, null, rank, null, null, null, null from met where missed = '{}'
order by rank desc, people, names, id limit :limit)
union all
select null, 'total', '', count(*), null, null, null, null from met where missed = '{}'
""".replace(":name_1", "cast(:name_1 as int[])")
        .replace(":name_2", "cast(:name_2 as int[])")
        .replace(":name_3", "cast(:name_3 as int[])")
        .replace(":kinds", "cast(:kinds as text[])")
        .replace(":themes", "cast(:themes as int[])")
        .replace(":professions", "cast(:professions as int[])")
        .replace(":areas", "cast(:areas as int[])")
        .replace(":languages", "cast(:languages as int[])")
        .replace(":today", "cast(:today as date)")
        .replace(":free", "cast(:free as boolean)")
        .replace(":members", "cast(:members as boolean)")
    )
)

_CARDS = """
select entry.id, entry.kind, entry.slug, entry.source, entry.terms, card.label_fi, card.label_sv, card.label_en,
    card.others, card.title
from search_entry as entry join search_card as card on card.entry = entry.id
"""
_SHOWN = Prepared(text(_CARDS + "where entry.id = any (cast(:ids as int[]))"))
_NAMED = Prepared(
    text(
        _CARDS
        + "where not entry.people and entry.terms && cast(:terms as int[]) order by entry.names, entry.id limit 80"
    )
)


async def find_named(session: ReadSession, asked: Sequence[Asked]) -> Sequence[Row]:
    """What isn't people and is called by a word that was asked, the shortest names first."""
    terms = [term for word in asked for term in _named(_ids(word))]
    return await _NAMED.rows(session, terms=terms) if terms else []


async def find(
    session: ReadSession,
    asked: Sequence[Asked],
    limits: Limits,
    called: Sequence[int],
    *,
    members: bool,
    today: date,
    limit: int,
) -> Found:
    """Those with every word that was asked, and those `called`; where there are none, those with any."""
    values = {
        **await _limits(session, limits),
        **_ranking(asked),
        "called": list(called),
        "members": members,
        "today": today,
        "limit": limit,
        "most": MOST,
    }
    rows = await _FIND.rows(session, asked=terms_of(asked, every=True), **values)
    if (len(asked) > 1 or asked[0].parts) and not any(row.facet == "kind" for row in rows):
        rows = await _FIND.rows(session, asked=terms_of(asked, every=False), **values)
    return await _found(session, rows)


async def _found(session: ReadSession, rows: Sequence[Row]) -> Found:
    ids = [row.id for row in rows if row.id is not None]
    counts = [row for row in rows if row.id is None and row.facet != "total"]
    total = next(row.number for row in rows if row.facet == "total")
    met = max((row.met for row in counts), default=0)
    return Found(
        rows=await _SHOWN.rows(session, ids=ids) if ids else [],
        counts=sorted(counts, key=lambda row: (-row.number, row.value)),
        total=total,
        more=met >= MOST,
    )


async def _limits(session: ReadSession, limits: Limits) -> dict[str, object]:
    wanted = [(kind, slug) for kind, slugs in limits.about.items() for slug in slugs]
    terms: dict[str, list[int]] = {}
    if wanted:
        rows = await _LIMITS.rows(session, kinds=[kind for kind, _ in wanted], slugs=[slug for _, slug in wanted])
        terms = {row.kind: row.terms for row in rows}
    # a value that there is not is met by nobody
    about = {kind: terms.get(kind, [0]) if limits.about.get(kind) else [] for kind in ABOUT}
    return {**about, "kinds": list(limits.kinds), "free": limits.available}


def _ranking(asked: Sequence[Asked]) -> dict[str, list[int]]:
    """The surest words in names, for the first three words: rough, so that it is cheap for every entry that is met."""
    sure = [sorted(_named(_ids(word, least=SURE))) for word in asked[:3]]
    return {f"name_{n + 1}": sure[n] if n < len(sure) else [] for n in range(3)}


def _ids(word: Asked, least: float = 0.0) -> list[int]:
    found = [id for id, near in word.ids.items() if near >= least]
    for part in word.parts or ():
        found += [id for id, near in part.ids.items() if near >= least]
    return found


def _named(ids: Iterable[int]) -> list[int]:
    return [id * 4 + place for id in ids for place in (Place.NAME, Place.OTHER_NAME)]


def terms_of(asked: Sequence[Asked], *, every: bool) -> str:
    """As the database's query of integers. A word that nobody has leaves nothing that has every word."""
    words = [_term(word) for word in asked]
    if not every:
        parts = [_term(part) for word in asked for part in word.parts or ()]
        return "|".join([*words, *parts])
    return "&".join(f"({word})" for word in words)


def _term(word: Asked) -> str:
    any_of = [str(id * 4 + place) for id in word.ids for place in Place] + [str(id) for id in word.belonging]
    if word.parts:
        left, right = (_term(part) for part in word.parts)
        any_of.append(f"(({left})&({right}))")
    return "|".join(any_of) or "0"
