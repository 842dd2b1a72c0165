"""Common given names in Finland, for the hint that a text may name somebody. Not complete, and never a refusal.

Our own choice of names that are everyday among Finnish-, Swedish-, Russian-, Somali- and Arabic-speakers; names that
are also ordinary words at the start of a sentence (Ilo, Toivo, Kai, Pilvi, Satu) are left out.
"""

from pathlib import Path

GIVEN_NAMES = frozenset(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split())
