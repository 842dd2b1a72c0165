"""Words as the registry keeps them: cleaned, of a length, never with a personal identity code in them."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.shared.personal_codes import holds_code

_KEPT_CONTROLS = {"\n", "\t"}


def _clean(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("control_character", "The text holds a character that can't be kept")
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    kept = "".join(c for c in composed if c in _KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept.strip()


def _free(text: str) -> str:
    return without_code(_clean(text))


def without_code(text: str) -> str:
    """For texts of another shape, such as an address of the web."""
    if holds_code(text):
        raise PydanticCustomError("hetu_found", "A personal identity code may not be written here")
    return text


def _filled(text: str) -> str:
    if not text:
        raise PydanticCustomError("missing", "A text is needed")
    return text


def one_line(text: str) -> str:
    return " ".join(_free(text).split())


Line = Annotated[str, Field(max_length=200), AfterValidator(one_line), AfterValidator(_filled)]
"""One line of at most 200 characters."""
Prose = Annotated[str, Field(max_length=2000), AfterValidator(_free)]
"""Several lines, at most 2 000 characters; may be empty."""
Reason = Annotated[str, Field(max_length=500), AfterValidator(_free), AfterValidator(_filled)]
"""Why something is done; always needed."""
Query = Annotated[str, Field(max_length=100), AfterValidator(_clean)]


class Name(BaseModel):
    """Both national languages always, English where there is one."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "fi": "Etelä-Savon hyvinvointialue",
                    "sv": "Södra Savolax välfärdsområde",
                    "en": "South Savo wellbeing services county",
                }
            ]
        },
    )
    fi: Line
    sv: Line
    en: Line | None = None

    def all(self) -> list[str]:
        return [self.fi, self.sv] + ([self.en] if self.en else [])


class Told(BaseModel):
    """A text in the languages it has been written in; whoever reads another one is shown the first that there is."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"fi": "Maksuton", "sv": "Avgiftsfri", "en": ""}]}
    )
    fi: Prose = ""
    sv: Prose = ""
    en: Prose = ""


_FINNISH_ORDER = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})


def sort_key(text: str) -> str:
    """Puts å ä ö after z, in that order, and other accents with their letter, where the database sorts by code."""
    marked = unicodedata.normalize("NFC", text).lower().translate(_FINNISH_ORDER)
    plain = unicodedata.normalize("NFKD", marked)
    return "".join(c for c in plain if not unicodedata.combining(c))


def person_sort_key(name: str) -> str:
    """By family name, then by the names before it."""
    *given, family = name.split() or [""]
    return sort_key(" ".join([family, *given]))


def searchable(*texts: str | None) -> str:
    return " ".join(part.lower() for text in texts if text for part in text.split())
