"""How many cases there were where and when, about what, and how each went: uneven, as life is, by a fixed seed.

All numbers here are invented. `UNDER_18` is only there so that large areas ask more than small ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from demo.story.history_calendar import Calendar, at_time
from demo.story.history_case import Line, Somebody
from demo.story.history_course import Plan
from demo.story.history_lines import known_lines, line_for
from demo.story.history_people import askers_of
from demo.story.organisations import ytas_of_areas

CASES = 1_820
"""Planned; those that would not have ended by the story's day are left out."""
YEARS = 3
RECENT = 100
"""Days before the story's day: what began since then has ended only where it was short."""
LAST_ENDED = 3

UNDER_18 = {
    "01": 19, "02": 43, "03": 109, "04": 56, "05": 88, "06": 37, "07": 31, "08": 99, "09": 36, "10": 26, "11": 20,
    "12": 20, "13": 44, "14": 27, "15": 51, "16": 39, "17": 37, "18": 15, "19": 94, "20": 12, "21": 31, "90": 115,
}  # fmt: skip
"""Thousands, rounded by hand."""
EAGER = {"12": 5.0, "15": 2.4, "13": 1.7, "17": 1.8, "19": 1.4, "14": 1.3, "90": 0.55, "04": 0.6, "03": 0.7, "01": 0.45}
SILENT = "20"
FALLING_SILENT = "09"
FELL_SILENT = 430
"""Days before the story's day when they began to ask less and less."""
SEASON = (1.0, 0.95, 1.1, 1.0, 1.0, 0.8, 0.22, 0.95, 1.4, 1.45, 1.35, 0.75)
GOOD = {"ita": 0.72, "pohjoinen": 0.6, "lansi": 0.55, "etela": 0.45, "sisa": 0.32}
SWEDISH = {"17": 0.55, "01": 0.3, "03": 0.16, "05": 0.09, "90": 0.07, "18": 0.12}
THEMES = {
    "neuropsykiatria": 15, "koulunkaymattomyys": 13, "haastavat_erot": 11, "lastensuojelu_psykiatria": 11,
    "sijaishuolto": 10, "autismikirjo": 7, "psyykkinen_oireilu": 6, "lapsiin_kohdistuva_vakivalta": 7,
    "lahisuhdevakivalta": 5, "huostaanotto": 5, "paihteet_perhe": 4, "seksuaalivakivalta": 4, "nuorten_rikokset": 4,
    "kaytoshairiot": 4, "vaativa_tuki": 4, "hoidon_laiminlyonti": 3, "eron_jalkeinen_vaino": 3, "kunniavakivalta": 3,
    "kehitysvammaisuus": 3, "traumat": 2, "maahanmuuttajat": 2, "vauvaperheet": 2, "radikalisoituminen": 1.5,
    "harvinaissairaudet": 1.5, "monivammaisuus": 1.5, "toiminnalliset_hairiot": 1, "adoptio": 0.8, "ihmiskauppa": 0.6,
    "silpominen": 0.6, "muu": 2,
}  # fmt: skip
YOUNG = frozenset({"vauvaperheet", "hoidon_laiminlyonti", "adoptio"})
TEENS = frozenset({"nuorten_rikokset", "radikalisoituminen", "kunniavakivalta", "koulunkaymattomyys"})
OTHER_LANGUAGES = ("ru", "ar", "so", "uk", "en", "et", "fa", "ku", "vi", "sq", "th", "rom")
WAYS = {
    "team": 66, "direct": 10, "elsewhere": 7, "handed_on": 1.5, "urgent": 2, "declined": 5, "withdrawn": 4,
    "merged": 1.2, "anonymised": 1, "consent_withdrawn": 0.8, "transferred": 1, "statement": 1.5,
}  # fmt: skip
QUICK = {"elsewhere": 7, "urgent": 2, "declined": 5, "withdrawn": 4}


@dataclass(frozen=True)
class Planned:
    """A plan, and the moment by which it must have ended to be told."""

    plan: Plan
    until: datetime


def planned_cases(last: date, calendar: Calendar) -> Iterator[Planned]:
    """In the order they were asked. `last`: the story's last working day."""
    random = Random("history")
    first = last - timedelta(days=YEARS * 365)
    days = [day for day in calendar.days if first <= day < last]
    chosen = sorted(random.choices(days, weights=[_use(day, first, last) for day in days], k=CASES))
    for day in chosen:
        if planned := _planned(day, last, random):
            yield planned


def _use(day: date, first: date, last: date) -> float:
    """Growing from year to year, high in autumn, next to nothing in July."""
    return SEASON[day.month - 1] * (0.6 + 0.8 * (day - first).days / (last - first).days)


def _planned(day: date, last: date, random: Random) -> Planned | None:
    left = (last - day).days
    area = _area(left, random)
    way: str | None = random.choices(list(WAYS), weights=list(WAYS.values()))[0]
    if left <= RECENT:
        way = _short(way, random)
    return Planned(plan_case(day, area, way, left, random), _end_of(last, LAST_ENDED)) if way else None


def _short(way: str | None, random: Random) -> str | None:
    """A way that ends within weeks; None where the case would still be open, and is not told."""
    if way in QUICK or way == "direct":
        return way
    if random.random() < 0.4:
        return None
    return random.choices(["direct", *QUICK], weights=[14, *QUICK.values()])[0]


def _end_of(last: date, before: int) -> datetime:
    return at_time(last - timedelta(days=before), 15 * 3600)


def _area(left: int, random: Random) -> str:
    weights = {area: many * EAGER.get(area, 1.0) for area, many in UNDER_18.items() if area != SILENT}
    weights[FALLING_SILENT] *= 1.2 if left > FELL_SILENT else max(0.0, (left - FELL_SILENT + 150) / 300)
    return random.choices(list(weights), weights=list(weights.values()))[0]


def plan_case(day: date, area: str, way: str, left: int, random: Random) -> Plan:
    """`left`: days from there to the story's day."""
    yta = ytas_of_areas()[area] or ""
    short = way == "direct" and left <= RECENT
    asker = random.choice(askers_of(area))
    language = _language(area, asker, random)
    theme = random.choices(list(THEMES), weights=list(THEMES.values()))[0]
    theme = "lapsiin_kohdistuva_vakivalta" if short else theme
    way = _possible(way, area, asker)
    no_follow_up = short or random.random() < 0.35
    line = _line(way, theme, language, no_follow_up=no_follow_up, random=random)
    theme = theme if theme in line.themes or line.slug == "ohjaa-minua" else random.choice(line.themes)
    years = (YEARS * 365 - left) / 365
    good = GOOD[yta] + 0.07 * years + random.gauss(0, 0.12)
    return Plan(
        way=way,
        asker=asker,
        yta=yta,
        area=area,
        language=language,
        begins=at_time(day, random.randint(8 * 3600, 15 * 3600 + 1800)),
        codes=_codes(line, area, theme, language, way, random),
        good=min(0.98, max(0.05, good)),
        silent=random.random() < 0.16 - 0.03 * years,
        no_follow_up=no_follow_up,
        reopened=random.random() < 0.025,
        corrected=random.random() < 0.02,
        returned=random.random() < 0.13,
        messages=random.choice((0, 1, 1, 2, 2, 3, 3, 4, 5, 6)),
        partner=_partner(area, asker, random),
    )


def _possible(way: str, area: str, asker: Somebody) -> str:
    """Only one area has a group that gives statements, and only its own county asks there."""
    if way == "statement" and (area != "12" or asker.organisation_type != "hyvinvointialue"):
        return "team"
    return way


def _language(area: str, asker: Somebody, random: Random) -> str:
    if asker.language == "sv":
        return "sv" if random.random() < 0.9 else "fi"
    return "sv" if random.random() < SWEDISH.get(area, 0.004) * 0.6 else "fi"


def _line(way: str, theme: str, language: str, *, no_follow_up: bool, random: Random) -> Line:
    known = known_lines()
    if way == "statement":
        return known["etela-savo-14"]
    if way == "handed_on" or random.random() < 0.05:
        return known["ohjaa-minua"]
    return line_for(theme, language, no_follow_up=no_follow_up, random=random)


def _codes(line: Line, area: str, theme: str, language: str, way: str, random: Random) -> dict[str, Any]:
    spoken = [language] if random.random() < 0.86 else [random.choice(OTHER_LANGUAGES)]
    return {
        "line": line.slug,
        "area": area,
        "themes": [theme, *_second_theme(line, theme, random)],
        "age_groups": _ages(theme, random),
        "client_languages": spoken,
        "language": language,
        "urgency": "urgent" if way == "urgent" else random.choices(("normal", "soon"), weights=(80, 20))[0],
        "form": random.choice(line.forms),
        "identification": _identification(way, random),
        "handing_on": way == "handed_on" or random.random() < 0.5,
        "professional_role": random.choice(_ROLES),
    }


_ROLES = ("sosiaalityontekija", "sosiaalityontekija", "sosiaaliohjaaja", "koulukuraattori", "psykologi", None)


def _second_theme(line: Line, theme: str, random: Random) -> list[str]:
    others = [one for one in line.themes if one != theme]
    return [random.choice(others)] if others and random.random() < 0.28 else []


def _ages(theme: str, random: Random) -> list[str]:
    if theme in YOUNG:
        return [random.choice(("0-2", "0-2", "3-6"))]
    if theme in TEENS:
        return [random.choice(("10-13", "14-17", "14-17", "14-17"))]
    first = random.choices(("0-2", "3-6", "7-9", "10-13", "14-17", "18-"), weights=(4, 10, 18, 27, 36, 3))[0]
    return [first]


def _identification(way: str, random: Random) -> str:
    if way == "statement":
        return "statement"
    if way in ("anonymised", "consent_withdrawn"):
        return "with_consent"
    if way in ("handed_on", "merged", "transferred"):
        return "anonymous"
    return "with_consent" if random.random() < 0.2 else "anonymous"


@cache
def _partners(area: str) -> list[Somebody]:
    return list(askers_of(area))


def _partner(area: str, asker: Somebody, random: Random) -> Any:
    if random.random() > 0.12:
        return None
    return random.choice([one for one in _partners(area) if one.id != asker.id]).id
