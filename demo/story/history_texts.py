"""Short invented sentences for older cases, chosen by theme and language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

_FILE = Path(__file__).parent / "history_texts.json"


@cache
def _stock() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return content


class Words:
    """What would be said in one case: `words.one("replies")`, `words.of_theme("questions")`."""

    def __init__(self, theme: str, language: str, random: Random) -> None:
        known = _stock()["sv" if language == "sv" else "fi"]
        self._general: Mapping[str, Any] = known["general"]
        self._theme: Mapping[str, Any] = known["themes"].get(theme) or known["themes"]["muu"]
        self._random = random

    def one(self, name: str) -> str:
        said: str = self._random.choice(self._general[name])
        return said

    def row(self, name: str) -> list[Any]:
        said: list[Any] = self._random.choice(self._general[name])
        return said

    def some(self, name: str, count: int) -> list[Any]:
        stock: Sequence[Any] = [*self._theme.get(name, ()), *self._general.get(name, ())]
        return self._random.sample(stock, min(count, len(stock)))

    def declined(self, reason: str) -> str:
        said: str = self._random.choice(self._general["declined"][reason])
        return said

    def of_theme(self, name: str) -> str:
        said: str = self._random.choice(self._theme[name])
        return said

    def questions(self, count: int) -> list[str]:
        stock: Sequence[str] = self._theme["questions"]
        return self._random.sample(stock, min(count, len(stock)))
