"""The example's organisations, as rows of the registry's table."""

from datetime import date
from functools import cache
from typing import Any

from demo.story.files import read
from demo.story.ids import example_id, organisation_id
from demo.story.organisation_terms import ENTERED as ENTERED
from demo.story.organisation_terms import agreement_row, further_agreement_rows, term_row
from services.registry.reference import read_data
from services.registry.texts import searchable, sort_key

AGREED_FROM, AGREED_TO = date(2026, 1, 1), date(2027, 12, 31)
EXCEPTION = "Työnantaja on suostunut tähän yhteen konsultaatioon. Sopimus on tekeillä."
"""Why somebody is invited in the story whose employer no agreement covers."""
WITHOUT_AGREEMENT = frozenset({"kainuu", "etela_pohjanmaa", "paijat_hame"})
"""Counties whose experts only they themselves may use so far: the story has something to agree on."""


@cache
def ytas_of_areas() -> dict[str, str | None]:
    data = read_data("areas")
    return {row["code"]: row["yta"] for row in data["areas"]} | {"HUS": "etela"}


@cache
def members_of_ytas() -> dict[str, list[str]]:
    return {row["key"]: sorted(row["members"]) for row in read_data("yta")["yta"]}


@cache
def organisations() -> dict[str, dict[str, Any]]:
    """By slug, as `organisations.json` tells them."""
    return {row["slug"]: row for row in read("organisations")["organisations"]}


def organisation_rows() -> list[dict[str, Any]]:
    """Parents before their parts."""
    told = list(organisations().values())
    return [_row(one) for one in sorted(told, key=lambda one: _depth(one["slug"]))]


def _depth(slug: str) -> int:
    parent = organisations()[slug]["parent"]
    return 0 if parent is None else 1 + _depth(parent)


def _row(told: dict[str, Any]) -> dict[str, Any]:
    names = told["name"]
    served = {yta for area in [*told["areas"], told["area"]] if (yta := ytas_of_areas().get(area))}
    return {
        "id": organisation_id(told["slug"]),
        "slug": told["slug"],
        "type": told["type"],
        "name_fi": names["fi"],
        "name_sv": names["sv"],
        "name_en": names["en"],
        "parent_id": organisation_id(told["parent"]) if told["parent"] else None,
        "area": told["area"],
        "areas": told["areas"],
        "ytas": sorted(served),
        "centre_of": told["slug"].removeprefix("ot_") if told["type"] == "ot_keskus" else None,
        "languages": told["languages"],
        "contact": told["contact"],
        "example": True,
        "sort_key": sort_key(names["fi"]),
        "search_text": searchable(*names.values()),
        "created_at": ENTERED,
        "changed_at": ENTERED,
        "version": 1,
    }


def agreement_rows() -> list[dict[str, Any]]:
    """Whoever works in one collaborative area may be used by all of it, but for a few; and what was agreed besides."""
    within = [
        agreement_row(
            term_row(example_id("agreement", slug), slug, (AGREED_FROM, AGREED_TO)),
            areas=members_of_ytas()[yta],
            cost="Työaika ilman korvausta, matkat laskun mukaan.",
        )
        for slug, told in organisations().items()
        if (yta := ytas_of_areas().get(told["area"])) and slug not in WITHOUT_AGREEMENT
    ]
    return within + further_agreement_rows()
