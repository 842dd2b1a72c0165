"""What the vocabulary and the lines say: which line a theme is asked at, and what a team for it needs."""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random

from demo.story.history_case import Line
from demo.story.lines import lines
from services.consultation.cases.rules import LineTimes
from services.consultation.matching.rules import Need, wanted
from services.consultation.registry_answers import Concept, Names
from services.registry.reference import read_data

_NAMES = Names(fi="", sv="")


@cache
def known_lines() -> dict[str, Line]:
    return {slug: _line(slug) for slug in lines()}


def _line(slug: str) -> Line:
    told = lines()[slug]
    times = LineTimes(
        receipt_hours=told["receipt_hours"],
        first_days=told["first_days"],
        answer_working_days=told["answer_working_days"],
        reply_days=told["reply_days"],
        follow_up_months=told["follow_up_months"],
    )
    return Line(slug, times, told["group_14"], tuple(told["forms"]), tuple(told["themes"]))


@cache
def themes() -> dict[str, Concept]:
    return {
        row["slug"]: Concept(
            slug=row["slug"],
            name=_NAMES,
            required_disciplines=row["disciplines"]["required"],
            useful_disciplines=row["disciplines"]["useful"],
        )
        for row in read_data("themes")["themes"]
    }


@cache
def _disciplines() -> dict[str, Concept]:
    return {
        row["slug"]: Concept(
            slug=row["slug"],
            name=_NAMES,
            professions=row["professions"],
            professions_with_competence=row["professions_with_competence"],
            age_groups=row["age_groups"],
        )
        for row in read_data("disciplines")["disciplines"]
    }


@cache
def needed_disciplines(of: tuple[str, ...], age_groups: tuple[str, ...]) -> tuple[str, ...]:
    """Those that a team for these themes needs, then those it is glad of."""
    need = Need(
        themes=of,
        age_groups=age_groups,
        language="fi",
        client_languages=(),
        form="team",
        area="",
        yta="",
        asking_organisation=None,
        taking_part=frozenset(),
        today=date.min,
    )
    found = wanted(need, themes(), _disciplines())
    return (*found.required, *found.useful)


@cache
def _lines_of(theme: str) -> tuple[str, ...]:
    named = ("svenska-linjen", "etela-savo-14", "ohjaa-minua")
    return tuple(slug for slug, line in known_lines().items() if theme in line.themes and slug not in named)


def line_for(theme: str, language: str, *, no_follow_up: bool, random: Random) -> Line:
    """Where somebody with this theme would ask; a line without follow-up only when it is wanted."""
    known = known_lines()
    if no_follow_up and theme in known["vakivaltaepaily-kahden"].themes:
        return known["vakivaltaepaily-kahden"]
    if language == "sv" and random.random() < 0.6 and theme in known["svenska-linjen"].themes:
        return known["svenska-linjen"]
    fitting = [slug for slug in _lines_of(theme) if slug != "vakivaltaepaily-kahden"]
    return known[random.choice(fitting)] if fitting else known["ohjaa-minua"]
