"""Experts by words: likeness is asked of the dictionary's words, and the entries only for which of those they have."""

import re
from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, func, literal, select, text

from services.registry.search.tables import ExpertSearch, Word
from services.shared.database import ReadSession
from services.shared.statements import Prepared, Row

_WORD = re.compile(r"[^\W_]{2,}")

# 60 words of the dictionary stand for one that is asked. The rank is rough, so that it is cheap for every entry that
# is met: 3 where the word is there in some form, 2 where it may well be. Only those that are shown are weighed fully.
_FIND = """
with near as materialized (
    select asked.place, alike.id, alike.likeness
    from unnest(cast(:words as text[])) with ordinality as asked (text, place)
    cross join lateral (
        select id, word_similarity(asked.text, word.text) as likeness
        from word where asked.text <% word.text order by likeness desc, id limit 60
    ) as alike
), met as (
    select expert_id, words, {rank} as rank
    from expert_search where listed and {met} order by rank desc, expert_id limit :limit
), weighed as (
    select expert_id, (
        select avg(best) from (
            select max(likeness) as best from near where near.id = any(met.words) group by near.place
        ) as of_each_word
    ) as score
    from met
)
select expert.id, expert.name, expert.title, weighed.score
from weighed join expert on expert.id = weighed.expert_id order by weighed.score desc, expert.sort_key
"""
_IDS = "array(select id from near where place = {place} and likeness >= {least})"


def words_in(asked: str) -> list[str]:
    """As the dictionary has them: small letters, nothing between them."""
    return _WORD.findall(asked.lower())


async def find_experts(session: ReadSession, words: Sequence[str], *, limit: int) -> list[Row]:
    """Listed ones with a word near enough to each, the best first. How near is a setting of the transaction."""
    return await finding(len(words)).rows(session, words=list(words), limit=limit)


@cache
def finding(count: int) -> Prepared:
    """The statement for so many words."""
    rank, met = [], []
    for place in range(1, count + 1):
        every, good, fair = (f"words && {_IDS.format(place=place, least=least)}" for least in (0, 0.8, 0.6))
        rank.append(f"case when {good} then 3 when {fair} then 2 else 1 end")
        met.append(every)
    return Prepared(text(_FIND.format(rank=" + ".join(rank), met=" and ".join(met))))


def with_word(word: str) -> ColumnElement[bool]:
    """For a list of `ExpertSearch` that is narrowed: entries with a word as like as the database takes for alike."""
    alike = select(func.array_agg(Word.id)).where(literal(word).op("<%", is_comparison=True)(Word.text))
    return ExpertSearch.words.op("&&", is_comparison=True)(alike.scalar_subquery())
