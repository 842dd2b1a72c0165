"""Areas and vocabularies from `data/*.json`, where each file names its sources. Loading again renews, never removes.

A concept that somebody has changed here belongs to them from then on: what a later release says of it is passed over,
its names as well as what it names. One that nobody has touched follows the files.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from services.registry.areas import store as areas
from services.registry.texts import searchable
from services.registry.vocabulary import store as vocabulary
from services.shared.database import WriteSession

DATA = Path(__file__).parent / "data"
LETTERS = {"etela": "E", "ita": "I", "sisa": "S", "lansi": "L", "pohjoinen": "P"}

_Rows = list[dict[str, Any]]


async def load_reference(session: WriteSession) -> None:
    await areas.put_areas(session, _collaborative_areas(), _areas())
    concepts, relations = vocabulary_rows()
    await vocabulary.put_concepts(session, concepts, relations)


@cache
def read_data(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return content


def _names(row: dict[str, Any]) -> dict[str, str | None]:
    return {f"name_{language}": row["name"][language] for language in ("fi", "sv", "en")}


def _collaborative_areas() -> _Rows:
    return [
        {
            "key": row["key"],
            "code": row["code"],
            "letter": LETTERS[row["key"]],
            "university_hospital": {
                "abbr": row["university_hospital"]["abbr"],
                "name": row["university_hospital"]["name"],
            },
            **_names(row),
        }
        for row in read_data("yta")["yta"]
    ]


def _areas() -> _Rows:
    data = read_data("areas")
    # HUS is a member of its collaborative area but has no official code: "HUS" is ours
    without_code = [{**row, "code": "HUS", "in_ot_scope": True} for row in data["also_members"]]
    kept = ("code", "kind", "yta", "bilingual", "in_ot_scope")
    return [{**{k: row[k] for k in kept}, **_names(row)} for row in [*data["areas"], *without_code]]


def vocabulary_rows() -> tuple[_Rows, _Rows]:
    """Concepts and their relations, as rows of the two tables."""
    concepts: _Rows = []
    relations: _Rows = []
    for scheme, rows in _schemes().items():
        for position, row in enumerate(rows):
            slug = row.get("slug") or row["code"]
            concepts.append(_concept(scheme, slug, position, row))
            for kind, other_scheme, others in _related(scheme, row):
                relations += [
                    {
                        "scheme": scheme,
                        "slug": slug,
                        "kind": kind,
                        "other_scheme": other_scheme,
                        "other_slug": other,
                        "position": n,
                    }
                    for n, other in enumerate(others)
                ]
    return concepts, relations


def _schemes() -> dict[str, _Rows]:
    themes = read_data("themes")
    plain = ("disciplines", "professions", "age_groups", "languages", "organisation_types", "sectors")
    of_entries = ("group_types", "offering_kinds")
    return {
        "theme_groups": themes["groups"],
        "themes": [*themes["themes"], *themes["themes_without_a_source"]["themes"]],
        **{scheme: read_data(scheme)[scheme] for scheme in (*plain, *of_entries)},
    }


_DETAILS = ("min_age", "max_age", "kind", "ui", "sector", "licensed_social_care", "sv_confidence")


def _concept(scheme: str, slug: str, position: int, row: dict[str, Any]) -> dict[str, Any]:
    alt = _alternatives(row)
    source = row.get("sources") or ([row["source"]] if row.get("source") else [])
    return {
        "scheme": scheme,
        "slug": slug,
        "position": position,
        "alt": alt,
        "mappings": [{"uri": row["yso"]["uri"], "match": _match(row)}] if row.get("yso") else [],
        "details": {key: row[key] for key in _DETAILS if key in row},
        "sources": source,
        "search_text": searchable(*row["name"].values(), *(label for labels in alt.values() for label in labels)),
        **_names(row),
    }


def _match(row: dict[str, Any]) -> str:
    """The files call a concept of the same field so; SKOS calls it related."""
    match: str = row["yso_match"]
    return "related" if match == "field" else match


def _alternatives(row: dict[str, Any]) -> dict[str, list[str]]:
    """The ontology's labels where its concept is the same one; a close concept's label would mislead."""
    if not row.get("yso") or row.get("yso_match") != "exact":
        return {}
    return {
        language: [label]
        for language, label in row["yso"]["prefLabel"].items()
        if label and label != row["name"].get(language)
    }


def _related(scheme: str, row: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    match scheme:
        case "themes":
            return [
                ("group", "theme_groups", [row["group"]]),
                ("required", "disciplines", row["disciplines"]["required"]),
                ("useful", "disciplines", row["disciplines"]["useful"]),
            ]
        case "disciplines":
            return [
                ("profession", "professions", row["professions"]),
                ("profession_with_competence", "professions", row["professions_with_competence"]),
                ("age_group", "age_groups", row["age_groups"] or []),
            ]
        case "sectors" if row["parent"]:
            return [("broader", "sectors", [row["parent"]])]
        case _:
            return []
