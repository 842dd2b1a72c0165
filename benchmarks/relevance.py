"""Judged searches (relevance.tsv), what the search answers to each, and how well: recall and precision at five.

Recall at five: of the entries that should come, how many are among the first five, at most five being asked for.
Precision at five: of the first five answers, or of all where there are fewer, how many are right: should come or may.
No answer at all is right only where nothing should come; a search without answers counts as precision 0 otherwise.

Only the kinds that were there when it was judged are searched: an entry of a later kind (a group, a service) may be
right too, and nobody has said so yet.

The searches are halved by a digest of what is asked. One half was looked at while the search was made; of the other
only the sums were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean

import psycopg

from demo.story import people
from demo.story.ids import expert_id
from services.registry.search.filters import Limits
from services.registry.search.operations import search_registry
from services.registry.search.schemas import Language
from services.shared.database import Database
from services.shared.identity import Caller, Membership

FILE = Path(__file__).with_suffix(".tsv")
FIRST = 5
KINDS = (
    "themes",
    "theme_groups",
    "disciplines",
    "professions",
    "age_groups",
    "languages",
    "sectors",
    "organisation_types",
    "areas",
    "collaborative_areas",
    "organisations",
    "experts",
)
"""Those that were judged."""
MEMBER = Caller(kind="person", id="", memberships=(Membership("professional", None, "", None, None),))
Answers = Mapping[str, Sequence[str]]
"""By what was asked: the answers as kind/slug, the best first."""


@dataclass(frozen=True)
class Judged:
    """`expected` should come, `right` may come too."""

    asked: str
    traits: frozenset[str]
    expected: frozenset[str]
    right: frozenset[str]

    @property
    def seen(self) -> bool:
        return hashlib.sha256(self.asked.encode()).digest()[0] % 2 == 0

    @property
    def language(self) -> Language:
        return Language(next((trait for trait in ("sv", "en") if trait in self.traits), "fi"))

    def recall(self, answers: Sequence[str]) -> float | None:
        if not self.expected:
            return None
        return len(self.expected & set(answers[:FIRST])) / min(FIRST, len(self.expected))

    def precision(self, answers: Sequence[str]) -> float:
        if not answers:
            return 0.0 if self.right else 1.0
        return fmean(answer in self.right for answer in answers[:FIRST])


@cache
def judged() -> Sequence[Judged]:
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [_judged(*[*line.split("\t"), "", ""][:4]) for line in lines]


def _judged(asked: str, traits: str, expected: str, also: str) -> Judged:
    wanted = frozenset(_entries(expected))
    return Judged(asked, frozenset(traits.split()), wanted, wanted | frozenset(_entries(also)))


def _entries(told: str) -> Iterable[str]:
    for one in told.split():
        if "?" not in one:
            kind, slug = one.split("/", 1)
            yield f"experts/{expert_id(slug)}" if kind == "experts" else one
        else:
            yield from _entries_with(*one.replace("?", "=").split("="))


def _entries_with(kind: str, field: str, value: str) -> Iterable[str]:
    if kind == "organisations":
        from demo.story.organisations import organisations

        yield from (f"organisations/{slug}" for slug, told in organisations().items() if told[field] == value)
        return
    for expert in people.experts():
        if value in _values(expert)[field]:
            yield f"experts/{expert_id(expert['slug'])}"


@cache
def _disciplines() -> Callable[[str, Sequence[str]], Sequence[str]]:
    from demo.story.load import _what_counts
    from services.registry.vocabulary.rules import disciplines_of

    return lambda profession, claimed: disciplines_of(profession, list(claimed), _what_counts())


def _values(expert: Mapping[str, object]) -> Mapping[str, Iterable[str]]:
    claimed: dict[str, list[str]] = {"themes": [], "disciplines": []}
    for one in expert["competences"]:  # type: ignore[attr-defined]
        claimed[one["scheme"]].append(one["concept"])
    areas = expert["areas"]
    return {
        "theme": claimed["themes"],
        "discipline": _disciplines()(str(expert["profession"]), claimed["disciplines"]),
        "profession": [str(expert["profession"])],
        "employer": [str(expert["employer"])],
        "area": [str(expert["area"]), *(areas if isinstance(areas, list) else [])],
    }


async def ours(database: Database) -> Answers:
    found = {}
    for one in judged():
        async with database.read(MEMBER) as session:
            hits = await search_registry(
                session, MEMBER, one.asked, Limits(kinds=KINDS), lang=one.language, limit=FIRST
            )
        found[one.asked] = [f"{hit.kind}/{hit.slug}" for hit in hits.items]
    return found


PLAIN = """
with said as (
    select entry.kind || '/' || entry.slug as name, concat_ws(' ', card.label_fi, card.label_sv, card.label_en,
        array_to_string(card.others, ' '), card.title, expert.search_text, expert.bio) as text, entry.names
    from search_entry as entry join search_card as card on card.entry = entry.id
    left join expert on expert.id = entry.source and entry.kind = 'experts'
    where entry.listed and entry.kind = any (%(kinds)s)
)
select name from said, plainto_tsquery('{config}', %(asked)s) as asked
where to_tsvector('{config}', text) @@ asked
order by ts_rank(to_tsvector('{config}', text), asked, 1) desc, names, name limit {first}
"""


def plain(connection: psycopg.Connection) -> Answers:
    """What PostgreSQL's own configuration for the language finds in the same texts."""
    found = {}
    for one in judged():
        config = {"fi": "finnish", "sv": "swedish", "en": "english"}[one.language]
        rows = connection.execute(
            PLAIN.format(config=config, first=FIRST), {"asked": one.asked, "kinds": list(KINDS)}
        ).fetchall()
        found[one.asked] = [name for (name,) in rows]
    return found


@dataclass(frozen=True)
class Quality:
    searches: int
    recall: float
    precision: float


def quality(answers: Answers, among: Iterable[Judged]) -> Quality:
    chosen = list(among)
    recalls = [found for one in chosen if (found := one.recall(answers[one.asked])) is not None]
    return Quality(len(chosen), fmean(recalls), fmean(one.precision(answers[one.asked]) for one in chosen))


def groups() -> Mapping[str, Sequence[Judged]]:
    """What is told apart: the two halves, and in both of them the kinds of searches."""
    every = judged()
    named = {
        "looked at": [one for one in every if one.seen],
        "never looked at": [one for one in every if not one.seen],
    }
    traits = {"form": "inflected", "compound": "compound", "sv": "Swedish", "slip": "misspelt"}
    return {**named, **{told: [one for one in every if trait in one.traits] for trait, told in traits.items()}}
