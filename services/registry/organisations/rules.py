"""When two names are nearly the same."""

import unicodedata
from difflib import SequenceMatcher

NEARLY = 0.85
"""Our choice: `Siltapaika` is nearly `Siltapaikka ry`, two counties are not nearly one another."""
_FORMS = frozenset({"ry", "rf", "oy", "ab", "oyj", "abp", "sr", "säätiö", "stiftelse"})
"""Left out of the comparison: the form of an organisation tells it from no other."""


def nearly_same(one: str, other: str) -> bool:
    mine, theirs = _bare(one), _bare(other)
    return bool(mine and theirs) and SequenceMatcher(None, mine, theirs).ratio() >= NEARLY


def _bare(name: str) -> str:
    plain = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", name).lower())
    return " ".join(word for word in plain.split() if word not in _FORMS)
