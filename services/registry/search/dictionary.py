"""The forms of the dictionary that stand for a word: its own, those with it in them, and where none is, near ones."""

from collections.abc import Sequence

from sqlalchemy import text

from services.registry.search.rules import SURE, Asked, likeness, parts_of, slip
from services.shared.database import ReadSession
from services.shared.statements import Prepared

MOST = 60
"""So many forms stand for one word."""

_FORMS = Prepared(
    text("""
with asked as (
    select place, form, stems(form) as stems from unnest(cast(:words as text[])) with ordinality as said (form, place)
), beginnings as (
    select place, form as beginning from asked where length(form) > 2
    union select place, left(form, length(form) - 3) from asked where length(form) > 7
    union select place, substr(stem, 4) from asked, unnest(stems) as stem where length(stem) > 6
), within as (
    select place, '%' || form as pattern from asked where length(form) > 3
    union select place, '%' || substr(stem, 4) || '%' from asked, unnest(stems) as stem where length(stem) > 7
), found as (
    select place, word.id from asked join search_word as word on word.stems && asked.stems
    union select place, word.id from beginnings join search_word as word
        on word.form ~>=~ beginning and word.form ~<~ (beginning || chr(1114109))
    union select place, word.id from within join search_word as word on word.form like within.pattern
    union select place, word.id from asked join search_word as word
        on word.form = any (array(select left(asked.form, n) from generate_series(5, length(asked.form) - 1) as n))
)
select found.place, word.id, word.form, word.stems && asked.stems as kin
from found join asked using (place) join search_word as word on word.id = found.id
""")
)
_NEAR = Prepared(
    text("""
select asked.place, alike.id, alike.form
from unnest(cast(:words as text[])) with ordinality as asked (form, place) cross join lateral (
    select id, word.form from search_word as word
    where word.form ~>=~ left(asked.form, 2) and word.form ~<~ (left(asked.form, 2) || chr(1114109))
        and length(word.form) between length(asked.form) - 2 and length(asked.form) + 12
    order by word_similarity(asked.form, word.form) desc, id limit 30
) as alike
""")
)
_PARTS = Prepared(
    text("""
with part as materialized (
    select form, stems(form) as stems from unnest(cast(:parts as text[])) as said (form)
)
select form, 2 as sure from part where exists (select from search_word as word where word.form = part.form)
union all
select form, 1 from part where exists (select from search_word as word where word.stems && part.stems
    and length(word.form) > 2 and left(word.form, 3) = left(part.form, 3))
union all
select form, 0 from part where length(form) > 4 and exists (select from search_word as word
    where word.form ~>=~ part.form and word.form ~<~ (part.form || chr(1114109)))
""")
)


async def understand(session: ReadSession, words: Sequence[str]) -> list[Asked]:
    """Each word with the forms that stand for it; one that is unknown has none."""
    asked = await _known(session, words)
    if unsure := [word for word in asked if word.best < SURE]:
        await _take_apart(session, unsure)
    if lost := [word for word in unsure if word.best < 0.7 and not word.parts]:
        for row in await _NEAR.rows(session, words=[word.text for word in lost]):
            word = lost[row.place - 1]
            word.know(row.id, row.form, slip(word.text, row.form))
        for word in lost:
            word.keep_best()
    return asked


async def _known(session: ReadSession, words: Sequence[str]) -> list[Asked]:
    asked = [Asked(word) for word in words]
    for row in await _FORMS.rows(session, words=list(words)):
        word = asked[row.place - 1]
        if (near := likeness(word.text, row.form, kin=row.kin)) > 0:
            word.know(row.id, row.form, near)
    for word in asked:
        word.keep_nearest(MOST)
    return asked


async def _take_apart(session: ReadSession, words: Sequence[Asked]) -> None:
    cuts = {word.text: parts_of(word.text) for word in words}
    parts = sorted({part for ways in cuts.values() for way in ways for part in way})
    if not parts:
        return
    sure: dict[str, int] = {}
    for row in await _PARTS.rows(session, parts=parts):
        sure[row.form] = max(row.sure, sure.get(row.form, 0))
    for word in words:
        # the end of a compound is a word; its beginning may be any beginning of one
        ways = [way for way in cuts[word.text] if way[0] in sure and sure.get(way[1], 0) > 0]
        if ways:
            left, right = max(ways, key=lambda way: (sure[way[0]] + sure[way[1]], min(len(way[0]), len(way[1]))))
            known = await _known(session, [left, right])
            word.parts = (known[0], known[1])
