"""Finnish personal identity codes as people type them: no text of any service may hold one."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Spaces and marks that can't be seen, between the parts or in them.
_GAP = r"[\s\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]{0,3}"
_OWN_SIGNS = r"-+\u2010-\u2015\u2212A-FU-Ya-fu-y"
_ODD_SIGNS = r"_./:~\u00b7\u1806\u2043"
_SHAPE = re.compile(
    rf"(?<!\d)(\d{{2}})[ .]?(\d{{2}})[ .]?(\d{{2}}){_GAP}([{_OWN_SIGNS}{_ODD_SIGNS}]?){_GAP}"
    rf"(\d{{3}})({_GAP})([0-9A-Za-z])(?!\d)"
)
_OWN_SIGN = re.compile(f"[{_OWN_SIGNS}]")
_MAY_BE_A_DIGIT = re.compile(r"[^\x00-\x7fÀ-ÿ]")
_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"


@dataclass(frozen=True)
class CodeFound:
    """Where a code stands. `certain`: its check character is right, and something tells it from a plain number."""

    start: int
    end: int
    certain: bool


def find_codes(text: str) -> Iterator[CodeFound]:
    """As it is written officially, also with a mistyped check character; in any other form only with the right one."""
    plain = _same_length(text)
    for match in _SHAPE.finditer(plain):
        day, month, year, sign, number, gap, check = match.groups()
        if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
            continue
        right = _CHECK[int(day + month + year + number) % 31] == check.upper()
        official = bool(_OWN_SIGN.match(sign)) and not gap and not _glued(plain, match)
        if right or official:
            yield CodeFound(match.start(), match.end(), certain=right and bool(sign or check.isalpha()))


def holds_code(text: str) -> bool:
    """Whether a code stands there for certain: for texts where other numbers are common."""
    return any(found.certain for found in find_codes(text))


def _glued(text: str, match: re.Match[str]) -> bool:
    """To a word before or after, as in `hetu131052-308T` and `131052-308Tlle`."""
    around = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
    return any(character.isascii() and character.isalpha() for character in around)


def _same_length(text: str) -> str:
    """Full-width and other digits as plain ones, each in its place, so that a quote can be cut from the original."""
    return _MAY_BE_A_DIGIT.sub(lambda odd: _plain(odd.group()), text)


def _plain(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) != 1:
        return character
    digit = unicodedata.decimal(plain, None)
    return plain if digit is None else str(digit)
