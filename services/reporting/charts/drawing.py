"""Bars as SVG, laid out in numbers here and drawn by `bars.svg`. The same drawing for page, file and other systems.

Every picture can be drawn wide (464, 15 px text) and narrow (320, 16 px text, taller instead of smaller): no text
in it is ever shown under 14 px. Hidden counts are dashed; example data says so inside the picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from textwrap import wrap
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.reporting.charts.words import WORDS
from services.reporting.exports.rules import number
from services.reporting.figures.schemas import FigureView, RowView

Scheme = Literal["light", "dark", "page"]
NARROWEST, WIDEST = 240, 1200
NARROW_BELOW = 400
_LABEL_COLUMN = 156
_CHARACTERS_IN_COLUMN = 19
_VALUE_COLUMN = 84
_CHARACTERS_ABOVE = {True: 28, False: 46}  # beside the value, by whether it is drawn narrow
_LINE = 20

# The stylesheet's own values (frontend/static/style.css): a file cannot read it
COLOURS: Mapping[str, Mapping[str, str]] = {
    "light": {"ink": "hsl(0 0% 13%)", "ink2": "hsl(202 7% 36%)", "bar": "hsl(212 63% 45%)",
              "line": "hsl(212 55% 68%)", "edge": "hsl(201 7% 46%)", "aim": "hsl(23 82% 33%)"},
    "dark": {"ink": "hsl(202 10% 92%)", "ink2": "hsl(204 9% 71%)", "bar": "hsl(212 60% 58%)",
             "line": "hsl(213 45% 40%)", "edge": "hsl(204 8% 54%)", "aim": "hsl(23 90% 66%)"},
}  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """One row as drawn. `length` and `reach` are widths in pixels; `dashed` instead of a bar where it is hidden."""

    lines: Sequence[str]
    text: str
    y: float
    length: float
    reach: float | None
    dashed: bool


@dataclass(frozen=True)
class Drawing:
    """Everything the template needs, in pixels."""

    width: int
    height: int
    narrow: bool
    above: bool
    start: float
    size: int
    small: int
    bars: Sequence[Bar]
    aim: float | None
    aim_text: str
    title: str
    note: str
    scheme: Scheme
    id: str


def draw(figure: FigureView, *, width: int, scheme: Scheme, language: str) -> str:
    """The figure as an SVG document. `page`: its colours and fonts come from the page's stylesheet."""
    drawing = _laid_out(figure, width=width, scheme=scheme, language=language)
    template = _environment().get_template("bars.svg")
    return template.render(d=drawing, colours=COLOURS.get(scheme, {}))


def _laid_out(figure: FigureView, *, width: int, scheme: Scheme, language: str) -> Drawing:
    names = [str(getattr(row.name, language)) for row in figure.rows]
    narrow = width < NARROW_BELOW
    above = narrow or max(map(len, names), default=0) > _CHARACTERS_IN_COLUMN
    start = 0.5 if above else float(_LABEL_COLUMN)
    room = width - start - (2 if above else _VALUE_COLUMN)
    target = figure.indicator.target
    top = _top(figure.rows, target)
    step, first = (56, 30) if above else (30, 30)
    if target is None:
        first = 8
    told = [wrap(name, _CHARACTERS_ABOVE[narrow]) or [""] if above else [name] for name in names]
    steps = [step + _LINE * (len(lines) - 1) for lines in told]
    bars = [
        _bar(row, lines, figure, language, y=first + sum(steps[:place]), per=room / top)
        for place, (row, lines) in enumerate(zip(figure.rows, told, strict=True))
    ]
    words = WORDS[language]
    return Drawing(
        width=width,
        height=first + sum(steps) + (30 if figure.example else 4),
        narrow=narrow,
        above=above,
        start=start,
        size=16 if narrow else 15,
        small=16 if narrow else 14,
        bars=bars,
        aim=None if target is None else start + target * room / top,
        aim_text="" if target is None else f"{words['target']} {number(target, language)}",
        title=f"{getattr(figure.indicator.name, language)}, {getattr(figure.place, language)}, {figure.period.key}",
        note=words["example"] if figure.example else "",
        scheme=scheme,
        id=f"{figure.indicator.slug}-{figure.period.key}-{figure.by}-{width}",
    )


def _top(rows: Sequence[RowView], target: float | None) -> float:
    """What the longest bar stands for. Bars start from zero; a change for the worse is told by its number alone."""
    values = [each for row in rows for each in (row.value, row.second) if each is not None]
    return max([*values, target or 0.0, 1.0]) * 1.02


def _bar(row: RowView, lines: Sequence[str], figure: FigureView, language: str, *, y: float, per: float) -> Bar:
    return Bar(
        lines=lines,
        text=value_text(row, figure, language),
        y=y,
        length=round(max(row.value or 0.0, 0.0) * per, 1),
        reach=None if row.second is None else round(row.second * per, 1),
        dashed=row.hidden is not None,
    )


def value_text(row: RowView, figure: FigureView, language: str) -> str:
    """The number as a reader sees it: hidden counts as `·· (1–4)`, nothing to measure as a dash."""
    if row.hidden == "small":
        return f"·· (1–{figure.small_below - 1})"
    if row.hidden:
        return "··"
    if row.value is None:
        return "–"
    text = number(row.value, language)
    unit = WORDS[language].get(f"unit_{figure.indicator.unit}", "")
    return f"{text}\N{NO-BREAK SPACE}{unit}" if unit else text


def mark_of(svg: str) -> str:
    """The picture's entity tag: the same content, the same mark."""
    return sha256(svg.encode()).hexdigest()[:24]


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
