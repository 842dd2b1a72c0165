"""Which letters the document's font can show. An emoji in a case must not make its answer unprintable."""

from functools import cache
from pathlib import Path
from struct import unpack_from
from unicodedata import category, normalize

FONT = Path(__file__).parent / "fonts" / "SourceSans3-Regular.ttf"
MISSING = "\N{WHITE SQUARE}"
SKIPPED = {"Cf", "Mn", "Me", "Cs"}
"""Joiners, direction marks, variation selectors and left-over accents: nothing is lost when one is not drawn."""


def printable(text: str) -> str:
    """The text with every letter that the font lacks as a white square, so that the reader sees one is missing."""
    shown = known_letters()
    kept = (letter if _is_shown(letter, shown) else _instead_of(letter) for letter in normalize("NFC", text))
    return "".join(kept)


def _is_shown(letter: str, shown: frozenset[int]) -> bool:
    return letter in "\n\t" or ord(letter) in shown


def _instead_of(letter: str) -> str:
    return "" if category(letter) in SKIPPED or category(letter) == "Cc" else MISSING


@cache
def known_letters() -> frozenset[int]:
    """Code points of the font's `cmap` table, formats 4 and 12 (OpenType 1.9, "cmap")."""
    font = FONT.read_bytes()
    tables = {font[at : at + 4]: unpack_from(">I", font, at + 8)[0] for at in _table_records(font)}
    cmap = tables[b"cmap"]
    starts = {
        cmap + unpack_from(">I", font, cmap + 4 + 8 * index + 4)[0]
        for index in range(unpack_from(">H", font, cmap + 2)[0])
    }
    return frozenset(point for start in starts for point in _points(font, start))


def _table_records(font: bytes) -> range:
    return range(12, 12 + 16 * int(unpack_from(">H", font, 4)[0]), 16)


def _points(font: bytes, start: int) -> set[int]:
    form = unpack_from(">H", font, start)[0]
    if form == 12:
        groups = (unpack_from(">III", font, start + 16 + 12 * index) for index in range(_uint(font, start + 12)))
        return {point for first, last, _ in groups for point in range(first, last + 1)}
    if form == 4:
        segments = int(unpack_from(">H", font, start + 6)[0]) // 2
        lasts = unpack_from(f">{segments}H", font, start + 14)
        firsts = unpack_from(f">{segments}H", font, start + 16 + 2 * segments)
        pairs = zip(firsts, lasts, strict=True)
        return {point for first, last in pairs for point in range(first, last + 1) if last != 0xFFFF}
    return set()


def _uint(font: bytes, at: int) -> int:
    return int(unpack_from(">I", font, at)[0])
