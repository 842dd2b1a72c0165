"""Who acted in the older cases: the example's coordinators and experts, and askers of whom nothing else is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from random import Random
from typing import Any

from demo.story import people
from demo.story.files import read
from demo.story.history_case import Knower, Somebody
from demo.story.ids import expert_id, organisation_id, person_id
from demo.story.organisations import agreement_rows, organisations, ytas_of_areas
from services.registry.agreements.rules import Covering
from services.registry.reference import read_data
from services.registry.vocabulary.rules import CountsFor, disciplines_of

ASKERS_PER_AREA = 5
DEPUTIES = {"etela": ("paivi_saarela",), "ita": ("deputy",), "lansi": ("henrik_lindroos",)}
SINCE = date(2022, 8, 1)
"""Since when the askers of old have been known; before the first of these cases on any day the example is made."""


@dataclass(frozen=True)
class OldAsker:
    slug: str
    name: str
    language: str
    organisation: str


@cache
def old_askers() -> Mapping[str, Sequence[OldAsker]]:
    """By area: in the county's own service, and where the example has one, in its schools."""
    taken = {human.name for human in people.known_humans()}
    found: dict[str, list[OldAsker]] = {}
    for area in sorted(_counties()):
        random = Random(f"askers {area}")
        found[area] = [_asker(area, number, random, taken) for number in range(ASKERS_PER_AREA)]
    return found


def _asker(area: str, number: int, random: Random, taken: set[str]) -> OldAsker:
    schools = [
        slug for slug, told in organisations().items() if told["area"] == area and told["type"] == "kunta_opetus"
    ]
    organisation = random.choice(schools) if schools and number % 3 == 2 else _counties()[area]
    language = "sv" if area == "17" and number % 2 else "fi"
    names = read("profiles")["names"][language]
    while (name := f"{random.choice(names['first'])} {random.choice(names['last'])}") in taken:
        pass
    taken.add(name)
    return OldAsker(f"aiempi-{area.lower()}-{number}", name, language, organisation)


@cache
def _counties() -> dict[str, str]:
    own = ("hyvinvointialue", "helsinki")
    return {told["area"]: slug for slug, told in organisations().items() if told["type"] in own}


@cache
def askers_of(area: str) -> Sequence[Somebody]:
    """Those of old, and whoever of the example's own people asks from there."""
    old = [_somebody(one.slug, one.name, "professional", one.organisation, one.language) for one in old_askers()[area]]
    own = [
        _known(held.person)
        for held in people.ROLES
        if held.role == "professional" and organisations()[held.organisation]["area"] == area
        if held.person not in _expert_slugs()
    ]
    return [*old, *own]


def _somebody(slug: str, name: str, roles: str, organisation: str, language: str = "fi") -> Somebody:
    told = organisations()[organisation]
    return Somebody(
        person_id(slug), name, roles, told["name"]["fi"], organisation_id(organisation), told["type"], language
    )


@cache
def _known(slug: str) -> Somebody:
    human = _humans()[slug]
    held = _held()[slug]
    roles = ",".join(sorted({one.role for one in held}))
    return _somebody(slug, human.name, roles, held[0].organisation, human.language)


@cache
def _humans() -> Mapping[str, people.Human]:
    return {one.slug: one for one in people.known_humans()}


@cache
def _held() -> Mapping[str, list[people.Held]]:
    found: dict[str, list[people.Held]] = defaultdict(list)
    for one in people.roles():
        found[one.person].append(one)
    return found


@cache
def coordinators() -> dict[str, Sequence[Somebody]]:
    """By collaborative area: the coordinator, then the deputies."""
    return {
        yta: [replace(_known(slug), coordinates=yta) for slug in (own, *DEPUTIES.get(yta, ()))]
        for yta, own in people.COORDINATORS.items()
    }


@cache
def _expert_slugs() -> frozenset[str]:
    return frozenset(one["slug"] for one in people.experts())


@cache
def knowers() -> Mapping[tuple[str, str], Sequence[Knower]]:
    """By area and discipline; without those who have a conflict of interest on record or nobody may ask."""
    found: dict[tuple[str, str], list[Knower]] = defaultdict(list)
    for told in people.experts():
        if told["conflicts"] or told["until"] or not told["consent_listed"]:
            continue
        for area in told["areas"]:
            knower = _knower(told, area)
            for slug in knower.disciplines:
                found[area, slug].append(knower)
    return found


def _knower(told: Mapping[str, Any], area: str) -> Knower:
    competent = [one["concept"] for one in told["competences"] if one["scheme"] == "disciplines"]
    employer = organisations()[told["employer"]]
    return Knower(
        expert=expert_id(told["slug"]),
        who=_known(told["slug"]),
        title=told["title"],
        profession=told["profession"],
        employer=organisation_id(told["employer"]),
        employer_name=employer["name"]["fi"],
        area=told["area"],
        yta=ytas_of_areas()[told["area"]],
        agreements=_agreements(employer["slug"], area),
        serves=area in employer["areas"],
        themes=frozenset(one["concept"] for one in told["competences"] if one["scheme"] == "themes"),
        disciplines=frozenset(disciplines_of(told["profession"], competent, _counts())),
        speaks=frozenset(told["languages"]),
    )


@cache
def _agreements(employer: str, area: str) -> tuple[Covering, ...]:
    """In the order in which the registry tells them: those soonest over, last."""
    parties = {organisation_id(slug) for slug, told in organisations().items() if area in told["areas"]}
    found = [
        Covering(row["id"], frozenset(row["themes"]), row["month_limit"], row["valid_from"], row["valid_to"])
        for row in agreement_rows()
        if row["organisation_id"] == organisation_id(employer)
        and (area in row["areas"] or parties & {*row["organisations"]})
    ]
    return tuple(sorted(found, key=lambda one: (-(one.valid_to or date.max).toordinal(), one.id)))


@cache
def _counts() -> Sequence[CountsFor]:
    return [
        CountsFor(row["slug"], frozenset(row["professions"]), frozenset(row["professions_with_competence"]))
        for row in read_data("disciplines")["disciplines"]
    ]
