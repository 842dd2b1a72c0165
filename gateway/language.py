"""The three languages of the interface: their texts, and the one a visitor is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from babel.messages.pofile import read_po

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = ("fi", "sv", "en")
LANGUAGE_COOKIE = "ot-language"
FRONTEND = Path(__file__).parent.parent / "frontend"


@dataclass(frozen=True)
class Catalog:
    """Texts of one language by their English originals; `plurals` by the original's singular."""

    language: Language
    texts: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, original: str) -> str:
        return self.texts.get(original) or original

    def plural(self, one: str, many: str, count: int) -> str:
        # fi, sv and en agree on this; a fourth language may not
        form = 0 if count == 1 else 1
        forms = self.plurals.get(one, (one, many))
        return forms[form] or (one, many)[form]


@lru_cache
def catalogs(frontend: Path = FRONTEND) -> Mapping[Language, Catalog]:
    """Each language's files read and merged. Read once: a text changed on disk needs a restart."""
    return {language: _read(frontend / "locales" / language, language) for language in LANGUAGES}


def _read(folder: Path, language: Language) -> Catalog:
    texts: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=language):
                if isinstance(message.id, tuple):
                    plurals[message.id[0]] = tuple(message.string or ())
                elif isinstance(message.id, str) and isinstance(message.string, str) and message.string:
                    texts[message.id] = message.string
    return Catalog(language, texts, plurals)


def known_language(code: str | None) -> Language | None:
    return code if code in LANGUAGES else None


def preferred_language(accept: str) -> Language:
    """The best of our three by an Accept-Language header; Finnish when it names none of them."""
    wishes = []
    for place, part in enumerate(accept.split(",")):
        tag, _, quality = part.strip().partition(";q=")
        language = known_language(tag.strip().lower().split("-")[0])
        if language:
            wishes.append((-_quality(quality), place, language))
    return min(wishes)[2] if wishes else "fi"


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
