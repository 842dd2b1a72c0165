"""The example's people: those one can log in as, the experts, and what they may do. All are invented.

Experts are made from `profiles.json` with a seed of their own each, so that adding one leaves the others as they are.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any
from unicodedata import normalize

from demo.people import PEOPLE
from demo.story.expert_extras import REVIEWED
from demo.story.files import case_files, read
from demo.story.organisations import members_of_ytas, organisations, ytas_of_areas

STORY_DAY = date(2026, 11, 24)
COORDINATORS = {
    "etela": "kaisa",
    "ita": "sanna",
    "sisa": "marko_ylonen",
    "lansi": "anna",
    "pohjoinen": "riitta_karppinen",
}
"""Who coordinates each collaborative area; they assure its experts' competences."""


@dataclass(frozen=True)
class Human:
    """Somebody known to the registry; `subject` where they can log in."""

    slug: str
    name: str
    language: str = "fi"
    subject: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Held:
    """A role somebody holds."""

    person: str
    role: str
    organisation: str
    yta: str | None = None
    deputy: bool = False
    until: date | None = None
    since: date = date(2026, 1, 12)
    reason: str = "Esimerkkiaineisto"
    by: str | None = "admin"


@dataclass(frozen=True)
class Asked:
    """An open request for access."""

    person: str
    role: str
    organisation: str | None
    organisation_name: str | None
    yta: str
    reason: str
    day: date


NOT_KNOWN_YET = frozenset({"uusi", "outsider"})
"""They can log in, and are met there for the first time."""

OTHERS = (
    Human("marko_ylonen", "Marko Ylönen"),
    Human("riitta_karppinen", "Riitta Karppinen"),
    Human("henrik_lindroos", "Henrik Lindroos", "sv"),
    Human("paivi_saarela", "Päivi Saarela"),
    Human("risto_laakso", "Risto Laakso"),
    Human("katri_miettinen", "Katri Miettinen"),
    Human("jari_vaisanen", "Jari Väisänen", subject="example-jari", email="jari.vaisanen@jarjesto.example"),
    Human("elina_rask", "Elina Rask", subject="example-elina", email="elina.rask@kunta.example"),
)

ROLES = (
    Held("maria", "professional", "etela_savo", reason="Sosiaalityöntekijä, lastensuojelun avohuolto"),
    Held("erik", "professional", "opetus_mustasaari", reason="Skolkurator"),
    Held("sanna", "coordinator", "ot_ita", "ita", reason="OT-koordinaattori"),
    Held("deputy", "coordinator", "ot_ita", "ita", deputy=True, reason="OT-koordinaattorin sijainen"),
    Held("anna", "coordinator", "ot_lansi", "lansi", reason="OT-koordinator"),
    Held("henrik_lindroos", "coordinator", "ot_lansi", "lansi", deputy=True, reason="Ställföreträdare"),
    Held("kaisa", "coordinator", "ot_etela", "etela", reason="OT-koordinaattori"),
    Held("paivi_saarela", "coordinator", "ot_etela", "etela", deputy=True, reason="OT-koordinaattorin sijainen"),
    Held("marko_ylonen", "coordinator", "ot_sisa", "sisa", reason="OT-koordinaattori"),
    Held("riitta_karppinen", "coordinator", "ot_pohjoinen", "pohjoinen", reason="OT-koordinaattori"),
    Held("noora", "national", "thl", reason="Valtakunnallinen koordinaatioryhmä"),
    Held("timo", "auditor", "stm", reason="Tietosuojavastaava"),
    Held("admin", "admin", "stm", reason="Pääkäyttäjä", by=None),
    Held("editor", "organisation_editor", "kokemuspolku", reason="Järjestön toiminnanjohtaja", by="kaisa"),
    Held(
        "risto_laakso",
        "organisation_editor",
        "kotisilta",
        until=date(2026, 12, 15),
        reason="Tietojen ylläpito",
        by="sanna",
    ),
    Held("katri_miettinen", "professional", "pohjois_karjala", since=date(2026, 10, 26), reason="Sähköpostin mukaan"),
    Held("anu_hakkarainen", "professional", "etela_savo", reason="Johtava sosiaalityöntekijä", by="sanna"),
    Held("tuomas", "professional", "keski_suomi", reason="Johtava sosiaalityöntekijä", by="sanna"),
)

REQUESTS = (
    Asked(
        "jari_vaisanen",
        "expert",
        None,
        "Kotisilta ry",
        "ita",
        "Kokemusasiantuntija, Anu Hakkarainen pyysi mukaan tiimiin.",
        date(2026, 11, 23),
    ),
    Asked(
        "elina_rask",
        "professional",
        "opetus_mikkeli",
        None,
        "ita",
        "Koulukuraattori Mikkelissä, haluan pyytää konsultaatiota.",
        date(2026, 11, 20),
    ),
)

MORE_DOMAINS = {"osterbotten.example": "pohjanmaa"}
LETTING_IN = frozenset({"hyvinvointialue", "helsinki", "hus", "yliopistollinen_sairaala"})
"""Organisations whose own logins make a professional at once."""


@cache
def askers() -> list[dict[str, Any]]:
    """Those of the cases' files: people who are there to ask."""
    return [asker for path in case_files() for asker in json.loads(path.read_text(encoding="utf-8")).get("people", [])]


def humans() -> list[Human]:
    """Everybody but those who have not signed in yet."""
    return [
        *known_humans(),
        *(Human(one["slug"], one["name"], one.get("language", "fi"), one["slug"]) for one in askers()),
    ]


def known_humans() -> list[Human]:
    """Those whom the cases' files may name without telling of them."""
    log_ins = [
        Human(person.subject, person.name, person.language, person.subject, person.email)
        for person in PEOPLE
        if person.subject not in NOT_KNOWN_YET
    ]
    named = {human.slug for human in (*log_ins, *OTHERS)}
    only_experts = [
        Human(expert["slug"], expert["name"], "sv" if expert["languages"][0] == "sv" else "fi")
        for expert in experts()
        if expert["slug"] not in named
    ]
    return [*log_ins, *(_able_to_log_in(human) for human in (*OTHERS, *only_experts))]


def _able_to_log_in(human: Human) -> Human:
    """Whoever a proposal may name can be played, so that a walk through the example never stalls."""
    return replace(human, subject=human.subject or human.slug)


def roles() -> list[Held]:
    """Every expert is one in the organisation they work for."""
    as_experts = [
        Held(
            expert["slug"],
            "expert",
            expert["employer"],
            until=date.fromisoformat(expert["until"]) if expert["until"] else None,
            reason=expert["reason"] or "Asiantuntijasopimus",
            by=_assurer(expert),
        )
        for expert in experts()
    ]
    asking = [Held(one["slug"], "professional", one["organisation"], reason=one["title"]) for one in askers()]
    return [*ROLES, *as_experts, *asking]


def domain_rules() -> dict[str, str]:
    """Domain → slug of the organisation."""
    own = {
        f"{slug.replace('_', '')}.example": slug
        for slug, told in organisations().items()
        if told["type"] in LETTING_IN or slug.startswith("opetus_")
    }
    return own | MORE_DOMAINS


@cache
def experts() -> list[dict[str, Any]]:
    """Those the story names, then those made from the profiles."""
    named = [_completed(told) for told in read("experts")["experts"]]
    taken = {human.name for human in OTHERS} | {person.name for person in PEOPLE} | {told["name"] for told in named}
    made = []
    for area, profiles in read("profiles")["plan"].items():
        for place, profile in enumerate(profiles):
            made.append(_made(area, profile, f"{area}-{place}-{profile}", taken))
    return [*named, *made]


def _completed(told: dict[str, Any]) -> dict[str, Any]:
    areas = _everywhere() if told["areas"] == "ALL" else told["areas"]
    area = told["area"] or organisations()[told["employer"]]["area"]
    return {**told, "areas": areas, "area": area, "consent_listed": True}


def _everywhere() -> list[str]:
    return sorted(area for members in members_of_ytas().values() for area in members)


def _made(area: str, profile: str, seed: str, taken: set[str]) -> dict[str, Any]:
    key, _, language = profile.partition(":")
    about = read("profiles")["profiles"][key]
    random = Random(seed)
    name = _name(language or "fi", random, taken)
    speech = "sv" if language == "sv" else "fi"
    assured = random.random() < 0.75
    day = STORY_DAY - timedelta(days=random.randrange(20, 600))
    due = day + timedelta(days=730)
    checked = REVIEWED.get(_slug(name), (day.isoformat(), due.isoformat()) if assured else (None, None))
    themes = random.sample(about["themes"], k=min(len(about["themes"]), random.randrange(2, 5)))
    return {
        "slug": _slug(name),
        "name": name,
        "profession": about["profession"],
        "title": random.choice(about["titles"][speech]),
        "employer": _employer(area, about["employer"], speech, random),
        "area": area,
        "areas": _served(area, about["employer"], random),
        "languages": _languages(language, speech, random),
        "competences": [
            {"scheme": scheme, "concept": concept, "level": random.choice((1, 2, 2, 3, 3)), "evidence": basis}
            for scheme, concepts in (("themes", themes), ("disciplines", about["disciplines"]))
            for concept in concepts
            for basis in (_basis(about["basis"][speech], random),)
        ],
        "capacity_month": random.choice((0, 1, 1, 2, 2, 2, 3, 3, 4)),
        "away": _absence(random),
        "assured_on": checked[0],
        "review_due": checked[1],
        "bio": "",
        "conflicts": [],
        "until": None,
        "reason": None,
        "consent_listed": random.random() > 0.02,
    }


def _name(kind: str, random: Random, taken: set[str]) -> str:
    names = read("profiles")["names"]
    pool = names.get(kind, names["fi"])
    while True:
        name = f"{random.choice(pool['first'])} {random.choice(pool['last'])}"
        if name not in taken:
            taken.add(name)
            return name


def _slug(name: str) -> str:
    plain = normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return plain.replace(" ", "_").replace("-", "_")


def _basis(choices: list[str], random: Random) -> str:
    return random.choice(choices).format(n=random.randrange(4, 24), y=random.randrange(2017, 2026))


def _languages(language: str, speech: str, random: Random) -> list[str]:
    spoken = [speech]
    if speech == "sv":
        spoken.append("fi")
    elif language:
        spoken.append(language)
    elif random.random() < 0.12:
        spoken.append("sv")
    if random.random() < 0.5:
        spoken.append("en")
    return spoken


def _absence(random: Random) -> list[str | None] | None:
    if random.random() > 0.1:
        return None
    start = STORY_DAY + timedelta(days=random.randrange(-20, 30))
    return [start.isoformat(), (start + timedelta(days=random.randrange(5, 60))).isoformat()]


def _served(area: str, employer: str, random: Random) -> list[str]:
    if employer in ("valteri", "university", "interpreter"):
        return _everywhere()
    if employer in ("hospital", "barnahus") or random.random() < 0.6:
        return members_of_ytas()[ytas_of_areas()[area] or ""]
    return [area]


def _employer(area: str, kind: str, speech: str, random: Random) -> str:
    fitting = {
        "hospital": ("yliopistollinen_sairaala",),
        "barnahus": ("oikeuspsykiatrian_yksikko",),
        "school": ("kunta_opetus",),
        "valteri": ("valteri",),
        "koulukoti": ("koulukoti",),
        "police": ("poliisi",),
        "ngo": ("jarjesto",),
        "university": ("yliopisto",),
        "interpreter": ("yritys",),
    }.get(kind, ())
    here = [slug for slug, told in organisations().items() if told["type"] in fitting and _near(told, area)]
    speaking = [slug for slug in here if speech in organisations()[slug]["languages"]]
    return random.choice(speaking or here) if here else _county(area)


def _near(told: dict[str, Any], area: str) -> bool:
    if told["type"] == "poliisi":
        return area in told["areas"]
    return bool(told["area"] == area)


def _county(area: str) -> str:
    """The organisation that is the area itself."""
    return next(
        slug
        for slug, told in organisations().items()
        if told["area"] == area and told["type"] in ("hyvinvointialue", "helsinki", "hus")
    )


def _assurer(expert: dict[str, Any]) -> str:
    return COORDINATORS[ytas_of_areas()[expert["area"]] or "ita"]
