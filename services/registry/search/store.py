"""Entries by the words they hold. Thousands are met and ranked roughly; only the best are read with their names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from services.registry.search.filters import Limits
from services.registry.search.rules import SURE, Asked
from services.shared.database import ReadSession
from services.shared.statements import Prepared, Row

MOST = 1000
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
select kind, array_agg(id) as ids from search_entry
where (kind, slug) in (select * from unnest(cast(:kinds as text[]), cast(:slugs as text[]))) group by kind
""")
)

# First those whose names surely have the words, and those `called`; then others, as far as one would look. `missed`:
# which of the limits an entry doesn't meet; who misses one is counted in that facet alone.
_ROW = """
select id, kind, people, names, about, {rank} as rank,
    coalesce(takes and (away_from is null or away_from > :today or away_to < :today), false) as available,
    case when :limited then array_remove(array[
        case when cardinality(:kinds) > 0 and not kind = any (:kinds) then 'kind' end,
        case when cardinality(:themes) > 0 and not about && :themes then 'theme' end,
        case when cardinality(:professions) > 0 and not about && :professions then 'profession' end,
        case when cardinality(:areas) > 0 and not about && :areas then 'area' end,
        case when cardinality(:languages) > 0 and not about && :languages then 'language' end,
        case when :free and not coalesce(takes and (away_from is null or away_from > :today or away_to < :today), false)
            then 'available' end], null) else '{{}}' end as missed
from search_entry where {met} and listed and (:members or not people)
"""
_FIND_TEXT = f"""
with near as (
    (select * from ({_ROW.format(rank="1", met="named @@ :sure")}) as sure where cardinality(missed) < 2 limit :most)
    union all
    (select * from ({_ROW.format(rank="1", met="id = any (:called) and not named @@ :sure")}) as called
    where cardinality(missed) < 2)
    union all
    (select * from ({_ROW.format(rank="0", met="words @@ :asked and not named @@ :sure and not id = any (:called)")})
    as others where cardinality(missed) < 2 limit :most)
), met as materialized (
    select * from near order by cardinality(missed), rank desc, people, names, id limit :most
), held as (
    select entry, missed, count(*) as number from met cross join lateral unnest(about) as entry group by entry, missed
), counted as (
    select 'kind' as facet, kind as value, null::int as entry, count(*) as number
    from met where missed <@ array['kind'] group by kind
    union all select 'available', 'yes', null, count(*) from met where missed <@ array['available'] and available
    union all select facet.name, meant.slug, meant.id, sum(held.number)
    from held join search_entry as meant on meant.id = held.entry
    join (values ('themes', 'theme'), ('professions', 'profession'), ('areas', 'area'), ('languages', 'language'))
        as facet (kind, name) on facet.kind = meant.kind
    where held.missed <@ array[facet.name] group by facet.name, meant.slug, meant.id
)
select null::int as id, facet, value, number, label_fi, label_sv, label_en, (select count(*) from met) as met
from counted left join search_card using (entry)
union all
(select id, null, null, rank, null, null, null, null from met where missed = '{{}}'
order by rank desc, people, names, id limit :limit)
union all
select null, 'total', '', count(*), null, null, null, null from met where missed = '{{}}'
"""  # noqa: S608 (every word of it stands here)
_TYPES = {
    "int[]": ("called", "themes", "professions", "areas", "languages"),
    "text[]": ("kinds",),
    "query_int": ("sure", "asked"),
    "boolean": ("limited", "free", "members"),
    "date": ("today",),
}


def _typed(sql: str) -> str:
    for kind, names in _TYPES.items():
        for name in names:
            sql = re.sub(rf":{name}\b", f"cast(:{name} as {kind})", sql)
    return sql


_FIND = Prepared(text(_typed(_FIND_TEXT)))

_CARDS = """
select entry.id, entry.kind, entry.slug, entry.source, entry.words, card.label_fi, card.label_sv, card.label_en,
    card.others, card.title, card.body
from search_entry as entry join search_card as card on card.entry = entry.id
"""
_SHOWN = Prepared(text(_CARDS + "where entry.id = any (cast(:ids as int[]))"))
_NAMED = Prepared(
    text(
        _CARDS
        + "where not entry.people and entry.named && cast(:words as int[]) order by entry.names, entry.id limit 80"
    )
)


async def find_named(session: ReadSession, asked: Sequence[Asked]) -> Sequence[Row]:
    """What isn't people and is called by a word that was asked, the shortest names first."""
    words = sorted({id for word in asked for id in _ids(word)})
    return await _NAMED.rows(session, words=words) if words else []


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
        "sure": "&".join(f"({_any(_ids(word, least=SURE))})" for word in asked),
        "called": list(called),
        "members": members,
        "today": today,
        "limit": limit,
        "most": MOST,
    }
    rows = await _FIND.rows(session, asked=words_of(asked, every=True), **values)
    if (len(asked) > 1 or asked[0].parts) and not any(row.facet == "kind" for row in rows):
        rows = await _FIND.rows(session, asked=words_of(asked, every=False), **values)
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
    ids: dict[str, list[int]] = {}
    if wanted:
        rows = await _LIMITS.rows(session, kinds=[kind for kind, _ in wanted], slugs=[slug for _, slug in wanted])
        ids = {row.kind: row.ids for row in rows}
    # a value that there is not is met by nobody
    about = {kind: ids.get(kind, [0]) if limits.about.get(kind) else [] for kind in ABOUT}
    limited = bool(wanted or limits.kinds or limits.available)
    return {**about, "kinds": list(limits.kinds), "free": limits.available, "limited": limited}


def _ids(word: Asked, least: float = 0.0) -> list[int]:
    found = [id for id, near in word.ids.items() if near >= least]
    for part in word.parts or ():
        found += [id for id, near in part.ids.items() if near >= least]
    return found


def _any(ids: Iterable[int]) -> str:
    return "|".join(map(str, ids)) or "0"


def words_of(asked: Sequence[Asked], *, every: bool) -> str:
    """As the database's query of integers. A word that nobody has leaves nothing that has every word."""
    words = [_word(word) for word in asked]
    if not every:
        parts = [_word(part) for word in asked for part in word.parts or ()]
        return "|".join([*words, *parts])
    return "&".join(f"({word})" for word in words)


def _word(word: Asked) -> str:
    any_of = [*map(str, word.ids), *map(str, word.belonging)]
    if word.parts:
        left, right = (_word(part) for part in word.parts)
        any_of.append(f"(({left})&({right}))")
    return "|".join(any_of) or "0"
