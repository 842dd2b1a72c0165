"""Concepts as they are told."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import RowMapping

from services.registry.settings import RegistrySettings
from services.registry.vocabulary.rules import relations_of
from services.registry.vocabulary.schemas import ConceptView
from services.registry.vocabulary.tables import Concept
from services.shared.database import ReadSession

YSO = "http://www.yso.fi/onto/yso/"
Related = Mapping[str, Mapping[str, list[str]]]
"""Of each slug, by kind, the slugs it names, in order."""


def base_of(session: ReadSession) -> str:
    """What every concept's address begins with, without a slash at its end."""
    settings = cast(RegistrySettings, session.settings)
    return (settings.vocabulary_base or f"{settings.public_url.rstrip('/')}/vocabulary").rstrip("/")


def by_slug(rows: Iterable[RowMapping]) -> dict[str, dict[str, list[str]]]:
    """`related` is told of both ends, wherever it stands."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        ends = [(row["slug"], row["other_slug"])]
        if row["kind"] == "related":
            ends.append((row["other_slug"], row["slug"]))
        for slug, other in ends:
            others = found.setdefault(slug, {}).setdefault(row["kind"], [])
            if other not in others:
                others.append(other)
    return found


def relation_fields(concept: Concept, related: Mapping[str, list[str]]) -> dict[str, Any]:
    """The fields that name other concepts, those without any left out."""
    return {
        one.field: related[one.kind][0] if one.single else related[one.kind]
        for one in relations_of(concept.scheme)
        if related.get(one.kind)
    }


def view_of(concept: Concept, related: Mapping[str, list[str]], base: str) -> ConceptView:
    return ConceptView.model_validate(values_of(concept, related, base))


def values_of(concept: Concept, related: Mapping[str, list[str]], base: str) -> dict[str, Any]:
    return {
        **kept_fields(concept, related),
        "scheme": concept.scheme,
        "yso": next((one for one in concept.mappings if one["uri"].startswith(YSO)), None),
        "details": concept.details,
        "sources": concept.sources,
        "merged": concept.merged,
        "uri": f"{base}/{concept.scheme}/{concept.slug}",
        "version": concept.version,
    }


def kept_fields(concept: Concept, related: Mapping[str, list[str]]) -> dict[str, Any]:
    """What somebody keeps of it: also what its history compares."""
    return {
        "slug": concept.slug,
        "name": concept.name,
        "alt": concept.alt,
        "definition": concept.definition,
        "mappings": concept.mappings,
        "retired_on": concept.retired_on,
        "replaced_by": concept.replaced_by,
        **relation_fields(concept, related),
    }
