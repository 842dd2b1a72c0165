"""A cell that a spreadsheet would run as a formula, coming in and going out."""

import re

_NUMBER = re.compile(r"[+-][\d\s().,/-]+")
"""A signed number, or a telephone number with its country."""


def is_formula(cell: str) -> bool:
    """`=`, `@`, `+` or `-` first (also behind blanks and tabulators), unless it is a number."""
    text = cell.strip()
    return text[:1] in ("=", "@") or (text[:1] in ("+", "-") and len(text) > 1 and not _NUMBER.fullmatch(text))


def guarded(text: str) -> str:
    """With an apostrophe before what would be run."""
    return f"'{text}" if is_formula(text) else text


def without_guard(text: str) -> str:
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text
