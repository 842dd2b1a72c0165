"""Which relations concepts have, what their slugs mean, and which disciplines an expert brings by them."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """A field of a concept that names other concepts. `kind`: how the table calls it."""

    field: str
    kind: str
    scheme: str | None = None
    """Of the others; None: the concept's own."""
    single: bool = False


EVERYWHERE = (Relation("broader", "broader", single=True), Relation("related", "related"))
RELATIONS: Mapping[str, tuple[Relation, ...]] = {
    "themes": (
        Relation("group", "group", "theme_groups", single=True),
        Relation("required_disciplines", "required", "disciplines"),
        Relation("useful_disciplines", "useful", "disciplines"),
    ),
    "disciplines": (
        Relation("professions", "profession", "professions"),
        Relation("professions_with_competence", "profession_with_competence", "professions"),
        Relation("age_groups", "age_group", "age_groups"),
    ),
}
NEEDED: Mapping[str, tuple[str, ...]] = {"themes": ("group",)}
"""Relations that a concept of the vocabulary can't be without."""


def relations_of(scheme: str) -> tuple[Relation, ...]:
    return (*RELATIONS.get(scheme, ()), *EVERYWHERE)


RELATION_FIELDS = frozenset(one.field for scheme in RELATIONS for one in relations_of(scheme))


def loop_above(slug: str, above: Mapping[str, str]) -> list[str]:
    """The way from a concept up to itself, named at both ends; none where it ends at a top."""
    way, at = [slug], above.get(slug)
    while at is not None and at not in way:
        way.append(at)
        at = above.get(at)
    return [*way, slug] if at == slug else []


def slug_for(name: str, taken: Collection[str]) -> str:
    """Of a Finnish name: `Väkivalta lähisuhteessa` is `vakivalta_lahisuhteessa`, numbered where that is taken."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50].rstrip("_") or "sana"
    return next(slug for slug in (base, *(f"{base}_{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def joined_labels(
    kept: Mapping[str, str | None],
    kept_alt: Mapping[str, Iterable[str]],
    gone: Mapping[str, str | None],
    gone_alt: Mapping[str, Iterable[str]],
) -> dict[str, list[str]]:
    """The other labels of a concept that another was merged into: its own, the other's name and labels, each once."""
    joined = {}
    for language in ("fi", "sv", "en"):
        labels = [*kept_alt.get(language, ()), gone.get(language) or "", *gone_alt.get(language, ())]
        own = (kept.get(language) or "").casefold()
        once = {label.casefold(): label for label in reversed(labels) if label and label.casefold() != own}
        joined[language] = list(once.values())[::-1]
    return {language: labels for language, labels in joined.items() if labels}


@dataclass(frozen=True)
class CountsFor:
    """Professions that count for a discipline: alone, or with a recorded competence in it."""

    discipline: str
    alone: frozenset[str]
    with_competence: frozenset[str]


def disciplines_of(profession: str, competent_in: Collection[str], table: Iterable[CountsFor]) -> list[str]:
    """`competent_in`: the disciplines among the expert's competences. Sorted, each once.

    Anyone else's competence in a discipline counts only by a coordinator's reason, case by case, so not here.
    """
    return sorted(
        row.discipline
        for row in table
        if profession in row.alone or (profession in row.with_competence and row.discipline in competent_in)
    )
