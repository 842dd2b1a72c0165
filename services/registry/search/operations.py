from collections.abc import Sequence
from math import log1p

from services.registry.days import today
from services.registry.organisations.operations import is_known
from services.registry.search import store
from services.registry.search.dictionary import understand
from services.registry.search.filters import Limits
from services.registry.search.rules import SURE, Asked, Entry, best_name, has_name, marks, weigh, words_asked
from services.registry.search.schemas import Facet, FacetValue, Hit, Hits, Kind, Label, Language
from services.shared.database import ReadSession
from services.shared.identity import Caller
from services.shared.statements import Row

WEIGHED = 100
"""So many of the roughly best are weighed finely."""
MEANT = 20
"""Of what an entry may be about and what is called by a word, so many are followed."""
ENOUGH = 0.6
"""An entry that answers less well than this share of the best one is left out."""
WELL = 0.75
"""The same for one that lacks a word of the question, where others have them all."""


KNOWN = frozenset(kind.value for kind in Kind)
"""A scheme of words that is newer than this service's code is not shown."""


async def search_registry(
    session: ReadSession, caller: Caller, q: str, limits: Limits, *, lang: Language, limit: int
) -> Hits:
    words = words_asked(q)
    asked = [word for word in await understand(session, words) if word.known] if words else []
    if not asked:
        return Hits(items=[], total=0, more=False, searched=bool(words), facets={})
    called = await _follow(session, asked)
    found = await store.find(
        session, asked, limits, called, members=is_known(caller), today=today(session), limit=max(WEIGHED, limit)
    )
    hits = _weighed(asked, found.rows, lang)
    return Hits(items=hits[:limit], total=found.total, more=found.more, searched=True, facets=_facets(found.counts))


async def matching(session: ReadSession, q: str) -> str | None:
    """What an entry's terms must hold to have every word that was asked, for a list that is narrowed by words.

    None where nothing can be searched by it.
    """
    words = words_asked(q)
    if not words:
        return None
    asked = await understand(session, words)
    await _follow(session, asked)
    return store.words_of(asked, every=True)


async def _follow(session: ReadSession, asked: Sequence[Asked]) -> list[int]:
    """An entry has also the words of what it is about: a theme's names, an employer's. A rare word weighs more.

    Returns those that are called so well by some of the words that the others don't matter.
    """
    rows = await store.find_named(session, asked)
    named = [_entry(row) for row in rows]
    meant = [entry for entry, row in zip(named, rows, strict=True) if row.kind in store.MEANT]
    for word in asked:
        word.weight = 1 / (1 + log1p(sum(has_name(word, entry) >= SURE - 0.1 for entry in named)))
        for entry in meant:
            near, share = has_name(word, entry), best_name(asked, entry)[0]
            if near and share >= 0.3:
                word.belonging[-entry.id] = near * (0.5 + 0.5 * share)
        word.belonging = dict(sorted(word.belonging.items(), key=lambda one: -one[1])[:MEANT])
    scores = {entry.id: weigh(asked, entry) for entry in named}
    least = WELL * max(scores.values(), default=0)
    return [id for id, score in scores.items() if score >= least]


def _weighed(asked: Sequence[Asked], rows: Sequence[Row], lang: Language) -> list[Hit]:
    scored = [(weigh(asked, entry), entry, row) for row in rows for entry in (_entry(row),) if row.kind in KNOWN]
    least = ENOUGH * max((score for score, _, _ in scored), default=0)
    best = sorted(
        (one for one in scored if one[0] >= least), key=lambda one: (-round(one[0], 3), one[2].label_fi, one[2].slug)
    )
    return [_hit(asked, entry, row, score, lang) for score, entry, row in best]


def _entry(row: Row) -> Entry:
    return Entry(
        id=row.id,
        names=tuple(dict.fromkeys(name for name in (row.label_fi, row.label_sv, row.label_en) if name)),
        others=row.others,
        title=row.title,
        text=row.body,
        about=frozenset(term for term in row.words if term < 0),
    )


def _hit(asked: Sequence[Asked], entry: Entry, row: Row, score: float, lang: Language) -> Hit:
    label = Label(fi=row.label_fi, sv=row.label_sv, en=row.label_en)
    shown = getattr(label, lang.value) or label.fi
    share, name = best_name(asked, entry)
    snippet = row.title or (name if share and not marks(asked, shown) and name != row.slug else "")
    return Hit(
        kind=Kind(row.kind),
        id=row.source,
        slug=row.slug,
        label=label,
        snippet=snippet,
        score=round(min(score, 1), 3),
        label_marks=marks(asked, shown),
        snippet_marks=marks(asked, snippet),
    )


def _facets(counts: Sequence[Row]) -> dict[Facet, list[FacetValue]]:
    facets: dict[Facet, list[FacetValue]] = {facet: [] for facet in Facet}
    for row in counts:
        label = Label(fi=row.label_fi, sv=row.label_sv, en=row.label_en) if row.label_fi else None
        facets[Facet(row.facet)].append(FacetValue(value=row.value, label=label, count=row.number))
    return facets
