"""What a search may be narrowed by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """What a search is narrowed to: slugs by kind of what the entries are about. Nothing = anything."""

    kinds: Sequence[str] = ()
    about: Mapping[str, Sequence[str]] = field(default_factory=dict)
    available: bool = False
