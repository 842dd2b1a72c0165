"""Where each county stands on the tile map, and what fits into its tile: 21 counties and Helsinki."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# code: (column, row, name for a wide tile, for a narrow one) in Finnish, then the two names in Swedish
_TILES: Mapping[str, tuple[int, int, str, str, str, str]] = {
    "21": (2, 0, "Lappi", "Lappi", "Lappland", "Lappl."),
    "18": (1, 1, "Keski-Pohj.", "K-Pohj.", "M. Österb.", "M-Öst."),
    "19": (2, 1, "Pohj.-Pohj.", "P-Pohj.", "N. Österb.", "N-Öst."),
    "20": (3, 1, "Kainuu", "Kainuu", "Kajanaland", "Kajanal."),
    "17": (0, 2, "Pohjanmaa", "Pohjan.", "Österbotten", "Österb."),
    "16": (1, 2, "Etelä-Pohj.", "E-Pohj.", "S. Österb.", "S-Öst."),
    "15": (2, 2, "Keski-Suomi", "K-Suomi", "Mell. Finland", "M-Finl."),
    "13": (3, 2, "Pohj.-Savo", "P-Savo", "N. Savolax", "N-Savol."),
    "14": (4, 2, "Pohj.-Karj.", "P-Karj.", "N. Karelen", "N-Karel."),
    "06": (0, 3, "Satakunta", "Satak.", "Satakunta", "Satak."),
    "08": (1, 3, "Pirkanmaa", "Pirkan.", "Birkaland", "Birkal."),
    "09": (2, 3, "Päijät-H.", "P-Häme", "Päijänne-T.", "P-Tav."),
    "12": (3, 3, "Etelä-Savo", "E-Savo", "S. Savolax", "S-Savol."),
    "11": (4, 3, "Etelä-Karj.", "E-Karj.", "S. Karelen", "S-Karel."),
    "05": (0, 4, "Vars.-Suomi", "V-Suomi", "Eg. Finland", "E-Finl."),
    "07": (1, 4, "Kanta-Häme", "K-Häme", "Eg. Tavastl.", "E-Tav."),
    "02": (2, 4, "Keski-Uusim.", "K-Uusi.", "Mell. Nyland", "M-Nyl."),
    "01": (3, 4, "Itä-Uusim.", "I-Uusi.", "Östra Nyland", "Ö-Nyl."),
    "10": (4, 4, "Kymenl.", "Kymenl.", "Kymmenedal.", "Kymm."),
    "03": (1, 5, "Länsi-Uusim.", "L-Uusi.", "Västra Nyland", "V-Nyl."),
    "90": (2, 5, "Helsinki", "Helsinki", "Helsingfors", "H:fors"),
    "04": (3, 5, "Vantaa–Ker.", "Va–Ke", "Vanda–Kervo", "Va–Ke"),
}


@dataclass(frozen=True)
class Drawing:
    """Pixels of one of the two drawings: a tile's size and step, and where its texts begin."""

    kind: str
    width: int
    height: int
    tile: tuple[float, float]
    step: tuple[float, float]
    text: tuple[float, float, float]


WIDE = Drawing("w", 462, 418, (88, 62), (92, 66), (7, 21, 47))
NARROW = Drawing("n", 322, 373, (62, 56), (64.5, 58.5), (3, 21, 44))


@dataclass(frozen=True)
class Tile:
    """One county as drawn. `depth`: see `depth_of`."""

    name: str
    text: str
    depth: int
    x: float
    y: float
    own: bool


def depth_of(value: float | None, hidden: str | None) -> int:
    """The shade of a count: 0 none, 4 hidden, 3 from five, 2 from ten, 1 from twenty. Hidden ones look all alike."""
    if hidden:
        return 4
    if not value:
        return 0
    return 1 if value >= 20 else 2 if value >= 10 else 3


def tiles_of(rows: Sequence[Mapping[str, Any]], drawing: Drawing, language: str, own: Collection[str]) -> list[Tile]:
    """A county without a row is drawn as none."""
    known = {row["key"]: row for row in rows}
    at = 2 + 2 * (language == "sv") + (drawing.kind == "n")
    return [_tile(code, place, known.get(code, {}), drawing, str(place[at]), own) for code, place in _TILES.items()]


def _tile(
    code: str, place: Sequence[Any], row: Mapping[str, Any], drawing: Drawing, name: str, own: Collection[str]
) -> Tile:
    value, hidden = row.get("value"), row.get("hidden")
    return Tile(
        name=name,
        text="··" if hidden else f"{value or 0:.0f}",
        depth=depth_of(value, hidden),
        x=1 + place[0] * drawing.step[0],
        y=1 + place[1] * drawing.step[1],
        own=code in own,
    )
