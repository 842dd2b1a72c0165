"""A figure as a CSV file: for Excel in Finland (semicolons, decimal comma, a mark that says UTF-8)."""

import csv
import io
from collections.abc import Sequence

from services.reporting.exports.words import WORDS
from services.reporting.figures.schemas import FigureView, RowView

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")


def csv_of(figure: FigureView, language: str) -> str:
    """Notes first, then the table. Numbers stand as numbers; every text is kept from being read as a formula."""
    words = WORDS[language]
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerows(_notes(figure, language))
    writer.writerow([])
    writer.writerow([words[name] for name in ("row", "value", "second", "numerator", "denominator", "hidden")])
    for row in (*figure.rows, figure.total):
        writer.writerow(_line(row, language, most=figure.small_below - 1))
    return BYTE_ORDER_MARK + sheet.getvalue()


def file_name(figure: FigureView) -> str:
    place = f"-{figure.area or figure.yta}" if figure.area or figure.yta else ""
    return f"ot-verkko-{figure.indicator.slug}-{figure.period.key}{place}.csv"


def _notes(figure: FigureView, language: str) -> Sequence[Sequence[str]]:
    words = WORDS[language]
    indicator = figure.indicator
    notes = [
        [words["example"]] if figure.example else [],
        [words["figure"], plain(getattr(indicator.name, language))],
        [words["definition"], plain(getattr(indicator.numerator, language))],
        [words["of"], plain(getattr(indicator.denominator, language))],
        [words["version"], f"{indicator.slug} {indicator.version}"],
        [words["unit"], words.get(f"unit_{indicator.unit}", indicator.unit)],
        [words["place"], plain(getattr(figure.place, language))],
        [words["period"], f"{figure.period.first_day.isoformat()} – {figure.period.last_day.isoformat()}"],
        [words[f"kind_{figure.kind.value}"].format(most=figure.small_below - 1)],
    ]
    return [note for note in notes if note]


def _line(row: RowView, language: str, *, most: int) -> list[str]:
    words = WORDS[language]
    name = plain(getattr(row.name, language))
    numbers = [number(each, language) for each in (row.value, row.second, row.numerator, row.denominator)]
    return [name, *numbers, words[f"hidden_{row.hidden}"].format(most=most) if row.hidden else ""]


def number(value: float | None, language: str) -> str:
    if value is None:
        return ""
    text = f"{value:.1f}".removesuffix(".0")
    return text if language == "en" else text.replace(".", ",")


def plain(text: str) -> str:
    """Text that a spreadsheet will not take for a formula, whatever it begins with."""
    return f"'{text}" if text.lstrip(" \N{NO-BREAK SPACE}").startswith(DANGEROUS) else text
