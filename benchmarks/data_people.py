"""The registry for the benchmarks: the example's own people, and thousands of invented experts and askers beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from benchmarks.data_words import some_words
from demo.story.history_case import Knower, Somebody
from demo.story.history_course import Cast
from demo.story.history_rows import Row, as_json, copy_rows
from demo.story.ids import organisation_id, person_id
from demo.story.load import load_registry
from demo.story.organisations import members_of_ytas, organisations, ytas_of_areas
from demo.story.people import COORDINATORS, known_humans
from services.registry.models import metadata
from services.registry.reference import read_data, vocabulary_rows
from services.registry.texts import person_sort_key, searchable
from services.registry.vocabulary.rules import CountsFor, disciplines_of
from services.shared.encryption import SealingKey
from services.shared.settings import Settings

ASKERS = 600
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
_SPOKEN = (("fi",), ("fi",), ("fi",), ("fi", "en"), ("fi", "sv"), ("sv", "fi"), ("fi", "ru"), ("fi", "ar", "en"))


@dataclass
class Crowd:
    """Who was put in. `areas` are as uneven as the country."""

    askers: Sequence[Somebody]
    area_of: dict[UUID, str]
    coordinators: dict[str, Somebody]
    knowers: Sequence[Knower]
    serving: dict[tuple[str, str], list[Knower]]

    def cast(
        self,
        new_code: Callable[[str], str],
        new_key: Callable[[UUID, datetime], SealingKey],
        fingerprint: Callable[[str], bytes],
        needed: Callable[[tuple[str, ...], tuple[str, ...]], tuple[str, ...]],
    ) -> Cast:
        there = {yta: [one] for yta, one in self.coordinators.items()}
        return Cast(dict(there), dict(self.serving), needed, new_code, new_key, fingerprint)


async def fill_registry(settings: Settings, experts: int, random: Random) -> Crowd:
    await load_registry(settings)
    areas = [area for area, yta in ytas_of_areas().items() if yta and area != "HUS"]
    rows = _Rows()
    asking = [_asker(rows, random.choice(areas), number, random) for number in range(ASKERS)]
    knowers = [_expert(rows, random.choice(areas), number, random) for number in range(experts)]
    await rows.write(settings)
    serving: dict[tuple[str, str], list[Knower]] = defaultdict(list)
    for place, knower in enumerate(knowers):
        for area in rows.served[place]:
            for slug in knower.disciplines:
                serving[area, slug].append(knower)
    askers, area_of = [who for who, _ in asking], {who.id: area for who, area in asking}
    return Crowd(askers, area_of, _coordinators(), knowers, serving)


def _coordinators() -> dict[str, Somebody]:
    names = {human.slug: human.name for human in known_humans()}
    return {
        yta: Somebody(
            person_id(slug),
            names[slug],
            "coordinator",
            _name_of(f"ot_{yta}"),
            organisation_id(f"ot_{yta}"),
            coordinates=yta,
        )
        for yta, slug in COORDINATORS.items()
    }


def _name_of(organisation: str) -> str:
    return str(organisations()[organisation]["name"]["fi"])


class _Rows:
    """Of the registry's tables, by table and column."""

    def __init__(self) -> None:
        self.told: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.served: list[list[str]] = []

    async def write(self, settings: Settings) -> None:
        async with await psycopg.AsyncConnection.connect(settings.database) as connection:
            for table in ("person", "membership", "expert", "competence", "event"):
                if self.told[table]:
                    usual = _defaults(table)
                    columns = (*usual, *(name for name in self.told[table][0] if name not in usual))
                    rows: list[Row] = [tuple({**usual, **row}[name] for name in columns) for row in self.told[table]]
                    await copy_rows(connection, table, columns, rows)


def _defaults(table: str) -> dict[str, Any]:
    """What the registry writes where nothing else is said."""
    columns = metadata.tables[table].columns if table in metadata.tables else ()
    told = {one.name: one.default for one in columns}
    return {name: default.arg for name, default in told.items() if isinstance(default, ScalarElementColumnDefault)}


def _person(rows: _Rows, random: Random, name: str, role: str, organisation: str) -> UUID:
    made = UUID(int=random.getrandbits(128), version=4)
    rows.told["person"].append(
        {
            "id": made,
            "name": name,
            "email_verified": False,
            "language": "fi",
            "example": True,
            "version": 1,
        }
    )
    rows.told["membership"].append(
        {
            "id": UUID(int=random.getrandbits(128), version=4),
            "person_id": made,
            "role": role,
            "organisation_id": organisation_id(organisation),
            "yta": ytas_of_areas()[organisations()[organisation]["area"]],
            "deputy": False,
            "valid_from": SINCE.date(),
            "granted_at": SINCE,
            "reason": "Mittausaineisto",
            "example": True,
            "version": 1,
        }
    )
    return made


@cache
def _counties() -> dict[str, str]:
    own = ("hyvinvointialue", "helsinki")
    return {told["area"]: slug for slug, told in organisations().items() if told["type"] in own}


def _asker(rows: _Rows, area: str, number: int, random: Random) -> tuple[Somebody, str]:
    county = _counties()[area]
    name = f"{random.choice(_GIVEN)} {random.choice(_FAMILY)}{number}"
    made = _person(rows, random, name, "professional", county)
    told = organisations()[county]
    return Somebody(made, name, "professional", _name_of(county), organisation_id(county), told["type"]), area


def _expert(rows: _Rows, area: str, number: int, random: Random) -> Knower:
    county = _counties()[area]
    name = f"{random.choice(_GIVEN)} {random.choice(_FAMILY)}{number}"
    made = _person(rows, random, name, "expert", county)
    profession, title = random.choice(_PROFESSIONS), " ".join(some_words(random, random.choice((2, 3, 4))))
    themes, competent = random.sample(_THEMES, random.choice((1, 2, 3, 4))), random.sample(_DISCIPLINES, 1)
    yta = ytas_of_areas()[area] or ""
    served = members_of_ytas()[yta] if random.random() < 0.6 else [area]
    rows.served.append(served)
    spoken = list(random.choice(_SPOKEN))
    found = [_TEXTS["professions", profession], *(_TEXTS["themes", slug] for slug in themes)]
    disciplines = disciplines_of(profession, competent, _COUNTS)
    expert = UUID(int=random.getrandbits(128), version=4)
    row = {
        "id": expert,
        "person_id": made,
        "name": name,
        "title": title,
        "profession": profession,
        "employer_id": organisation_id(county),
        "area": area,
        "yta": yta,
        "areas": served,
        "languages": spoken,
        "disciplines": disciplines,
        "themes": sorted(themes),
        "capacity_month": random.choice((0, 1, 2, 2, 3, 4)),
        "consent_listed": random.random() > 0.02,
        "active": True,
        "bio": " ".join(some_words(random, 12)),
        "example": True,
        "sort_key": person_sort_key(name),
        "search_text": searchable(name, title, *found, *(_TEXTS["disciplines", slug] for slug in competent)),
        "created_at": SINCE,
        "changed_at": SINCE,
        "version": 1,
    }
    rows.told["expert"].append(row)
    rows.told["competence"] += _competences(expert, themes, competent, random)
    rows.told["event"].append(_event(row, random))
    who = Somebody(made, name, "expert", _name_of(county), organisation_id(county))
    return Knower(
        expert=expert,
        who=who,
        title=title,
        profession=profession,
        employer=organisation_id(county),
        employer_name=_name_of(county),
        disciplines=frozenset(disciplines),
        speaks=frozenset(spoken),
        area=area,
        yta=yta,
        agreements=(),
        serves=True,
        themes=frozenset(themes),
    )


def _competences(
    expert: UUID, themes: Sequence[str], disciplines: Sequence[str], random: Random
) -> list[dict[str, Any]]:
    known = [("themes", slug) for slug in themes] + [("disciplines", slug) for slug in disciplines]
    return [
        {
            "expert_id": expert,
            "scheme": scheme,
            "concept": slug,
            "position": place,
            "level": random.choice((1, 2, 2, 3)),
            "evidence": "Mittausaineisto",
        }
        for place, (scheme, slug) in enumerate(known)
    ]


def _event(row: dict[str, Any], random: Random) -> dict[str, Any]:
    told = ("profession", "disciplines", "themes", "languages", "area", "yta", "capacity_month", "active")
    return {
        "id": UUID(int=random.getrandbits(128), version=4),
        "type": "expert.created",
        "subject": str(row["id"]),
        "at": SINCE,
        "data": as_json({name: row[name] for name in told} | {"example": True}),
    }


_TEXTS = {(concept["scheme"], concept["slug"]): concept["search_text"] for concept in vocabulary_rows()[0]}
_THEMES = sorted(slug for scheme, slug in _TEXTS if scheme == "themes")
_DISCIPLINES = sorted(slug for scheme, slug in _TEXTS if scheme == "disciplines")
_COUNTS = [
    CountsFor(row["slug"], frozenset(row["professions"]), frozenset(row["professions_with_competence"]))
    for row in read_data("disciplines")["disciplines"]
]
_PROFESSIONS = sorted({slug for row in read_data("disciplines")["disciplines"] for slug in row["professions"]})
_GIVEN = [
    "Aino",
    "Eero",
    "Helmi",
    "Ilmari",
    "Kerttu",
    "Lauri",
    "Martta",
    "Niilo",
    "Oiva",
    "Saimi",
    "Toivo",
    "Venla",
    "Yrjö",
    "Impi",
    "Armas",
]
_FAMILY = [
    "Esimerkki",
    "Mallinen",
    "Keksitty",
    "Mittari",
    "Koeniemi",
    "Lukema",
    "Toiste",
    "Otanta",
    "Vertaus",
    "Aineisto",
]
