"""The code a person says on the phone: `OT-I-7K42M`, the centre's letter and five random characters.

Never a running number: it would give away totals that reports hide. The fifth character is a check on the four
before it and the letter, so that a mistyped code is told from an unknown one.
"""

import secrets
from collections.abc import Callable

ALPHABET = "23456789BCDFGHJKMNPQRTVWX"
LETTERS = {"etela": "E", "ita": "I", "sisa": "S", "lansi": "L", "pohjoinen": "P"}
# A draft whose county isn't chosen yet belongs to no centre.
NO_CENTRE = "V"
# Neither the weights nor the differences of neighbours share a factor with 25: one wrong character and two that
# changed places are always seen.
_WEIGHTS = (3, 2, 8, 4, 3)


def new_code(yta: str | None, choose: Callable[[str], str] = secrets.choice) -> str:
    letter = letter_of(yta)
    body = "".join(choose(ALPHABET) for _ in range(4))
    return f"OT-{letter}-{body}{_check(letter, body)}"


def letter_of(yta: str | None) -> str:
    return LETTERS.get(yta or "", NO_CENTRE)


def is_code(text: str) -> bool:
    """True for a well-formed code with a right check character; whether such a case exists is another matter."""
    parts = text.upper().split("-")
    if len(parts) != 3 or parts[0] != "OT" or parts[1] not in (*LETTERS.values(), NO_CENTRE) or len(parts[2]) != 5:
        return False
    return set(parts[2]) <= set(ALPHABET) and _check(parts[1], parts[2][:4]) == parts[2][4]


def _check(letter: str, body: str) -> str:
    values = ((*LETTERS.values(), NO_CENTRE).index(letter), *(ALPHABET.index(character) for character in body))
    return ALPHABET[sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True)) % len(ALPHABET)]
