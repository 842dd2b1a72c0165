"""The one-time code by which the first administrator is known."""

import hashlib
import secrets
from datetime import timedelta

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""None that is taken for another when it is read aloud or copied by hand."""
GROUPS, GROUP = 4, 5
CODE_LASTS = timedelta(hours=24)
"""A choice of this project: an installation is begun in one sitting."""


def new_code() -> str:
    """Four groups of five out of 32 letters: 100 bits of chance."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def hash_of(code: str) -> bytes:
    """However it was typed: in small letters, with blanks or without the lines between."""
    plain = "".join(letter for letter in code.upper() if letter in LETTERS)
    return hashlib.sha256(plain.encode()).digest()
