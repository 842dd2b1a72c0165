"""Figures in words: what they are divided by, their units, what they find. Merged into `words.WORDS`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gateway import dates
from gateway.language import Language
from gateway.rendering import translate

DIVISIONS = {
    "yta": "Collaborative area",
    "area": "Wellbeing services county",
    "half": "Half-year",
    "month": "Month",
    "line": "Consultation line",
    "theme": "Theme",
    "age_group": "Age group",
    "urgency": "Urgency",
    "language": "Working language",
    "client_language": "Client's language",
    "form": "Wished form",
    "discipline": "Missing discipline",
    "outcome": "Outcome",
}
UNITS = {
    "cases": "%(value)s",
    "percent": "%(value)s %%",
    "days": "%(value)s days",
    "of_five": "%(value)s / 5",
    "points": "%(value)s points",
}
VALUES = {
    "cases": "Consultations",
    "percent": "Percent",
    "days": "Median, days",
    "of_five": "Mean, 1–5",
    "points": "Mean, T points",
}
FINDINGS = {
    "nothing_yet": "Nothing has happened in this period yet",
    "too_few": "Too few to tell apart without telling of somebody",
    "total_only": "%(name)s: %(value)s",
    "counted_only": "%(num)s in all",
    "largest": "Largest: %(name)s, %(value)s",
    "largest_shown": "Largest of those shown: %(name)s, %(value)s",
}

WORDS: dict[str, Mapping[str, str]] = {"division": DIVISIONS, "unit": UNITS, "value": VALUES, "report": FINDINGS}

Figure = Mapping[str, Any]


def shown(value: float | None, unit: str, language: Language) -> str:
    """A value with its unit; a dash where there is nothing to make it of."""
    if value is None:
        return "–"
    text = translate(language, UNITS[unit], value=dates.number(value, language))
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def span(period: Mapping[str, str]) -> str:
    """`1.1.–30.6.2026`"""
    first, last = (date.fromisoformat(period[name]) for name in ("first_day", "last_day"))
    return f"{first.day}.{first.month}.–{last.day}.{last.month}.{last.year}"


def finding_of(figure: Figure, language: Language) -> str:
    """The heading of a figure: what it says, as the service found it by rule."""
    finding, indicator = figure["finding"], figure["indicator"]
    code, value = finding["code"], finding["value"]
    if code == "total_only" and indicator["measure"] == "distribution":
        code = "counted_only"
    original = FINDINGS[code]
    name = finding["name"] if code == "largest" else indicator["name"]
    told = shown(value, indicator["unit"], language)
    count = dates.number(value, language) if value is not None else ""
    return translate(language, original, name=name[language], value=told, num=count)


def largest_shown(figure: Figure, language: Language) -> str:
    """Where hidden counts keep the service from naming the largest: the largest of those that are shown."""
    rows = sorted((row for row in figure["rows"] if row["value"]), key=lambda row: -row["value"])
    alone = rows and (len(rows) == 1 or rows[0]["value"] > rows[1]["value"])
    if figure["finding"]["code"] != "total_only" or not alone:
        return finding_of(figure, language)
    told = shown(rows[0]["value"], figure["indicator"]["unit"], language)
    name = str(rows[0]["name"][language])
    return translate(language, FINDINGS["largest_shown"], name=name[:1].upper() + name[1:], value=told)
