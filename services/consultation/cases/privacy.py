"""What free text may not hold, and what its writer should look at before sending.

A personal identity code is refused everywhere, always. The rest is pointed out with a quote; the writer decides.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import phonenumbers
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from services.consultation.cases.given_names import GIVEN_NAMES
from services.shared.personal_codes import find_codes


class Kind(StrEnum):
    HETU = "hetu"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    LONG_NUMBER = "long_number"
    NAME = "name"


@dataclass(frozen=True)
class Finding:
    kind: Kind
    quote: str
    start: int
    end: int

    @property
    def blocking(self) -> bool:
        return self.kind is Kind.HETU


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_STREET = re.compile(
    r"\b[A-ZÅÄÖ][\w-]*(?:katu|kadun|kadulla|tie|tien|tiellä|kuja|kujan|kaari|polku|raitti|rinne|väylä|puisto|tori"
    r"|gatan|vägen|stigen|gränden|esplanaden)\s+\d{1,4}(?:\s?[a-zA-Z]\b)?(?:\s\d{1,3}\b)?"
)
_DATE = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d{2})(?!\d)")
_ISO_DATE = re.compile(r"(?<![\d-])((?:19|20)\d{2})-(\d{2})-(\d{2})(?![\d-])")
_BORN = re.compile(r"(?:synt\w*\.?|\bs\.|född\w*|\bf\.|born)\s*$", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[ -]?\d){6,}(?!\d)")
_WORD = r"[A-ZÅÄÖ][a-zåäöéü]+(?:-[A-ZÅÄÖ][a-zåäöéü]+)?"
_CAPITALISED = re.compile(rf"\b{_WORD}")
_SURNAME = re.compile(rf"\s+{_WORD}")


def find_hetus(text: str) -> list[Finding]:
    """Every personal identity code, whether its check character is right or mistyped.

    Without the century sign ten characters may mean anything: there the check character must be right.
    """
    return [Finding(Kind.HETU, text[one.start : one.end], one.start, one.end) for one in find_codes(text)]


def find_all(text: str, *, today: date) -> list[Finding]:
    """All findings in the order of the text. Where two overlap, the graver stays."""
    found: list[Finding] = []
    for finding in _everything(text, today):
        if not any(finding.start < other.end and other.start < finding.end for other in found):
            found.append(finding)
    return sorted(found, key=lambda finding: finding.start)


def _everything(text: str, today: date) -> Iterator[Finding]:
    yield from find_hetus(text)
    for match in _EMAIL.finditer(text):
        yield _finding(Kind.EMAIL, text, match)
    yield from _birth_dates(text, today)
    yield from _phones(text)
    for match in _STREET.finditer(text):
        yield _finding(Kind.ADDRESS, text, match)
    for match in _LONG_NUMBER.finditer(text):
        if not _DATE.search(match.group()) and not _ISO_DATE.search(match.group()):
            yield _finding(Kind.LONG_NUMBER, text, match)
    yield from _names(text)


def _birth_dates(text: str, today: date) -> Iterator[Finding]:
    for pattern, order in ((_DATE, (2, 1, 0)), (_ISO_DATE, (0, 1, 2))):
        for match in pattern.finditer(text):
            year, month, day = (int(match.groups()[place]) for place in order)
            if not (1 <= day <= 31 and 1 <= month <= 12):
                continue
            # A day of last year or this may well be a meeting; one said to be a birth, or an older one, hardly.
            if _BORN.search(text[: match.start()][-20:]) or year < today.year - 1:
                yield _finding(Kind.BIRTH_DATE, text, match)


def _phones(text: str) -> Iterator[Finding]:
    for match in phonenumbers.PhoneNumberMatcher(text, "FI", leniency=phonenumbers.Leniency.VALID):
        if sum(character.isdigit() for character in match.raw_string) >= 7:
            yield Finding(Kind.PHONE, match.raw_string, match.start, match.end)


def _names(text: str) -> Iterator[Finding]:
    """Given names, each with the capitalised word after it."""
    for match in _CAPITALISED.finditer(text):
        if _given(match.group()):
            surname = _SURNAME.match(text, match.end())
            end = surname.end() if surname else match.end()
            yield Finding(Kind.NAME, text[match.start() : end], match.start(), end)


def _given(word: str) -> bool:
    """A given name, also in the commonest Finnish cases: `Marian`, `Marialle`, `Pekkaa`."""
    first = word.split("-")[0].lower()
    forms = (first, *(first.removesuffix(end) for end in ("lle", "lla", "lta", "ssa", "sta", "n", "a", "s")))
    return any(form in GIVEN_NAMES for form in forms)


def _finding(kind: Kind, text: str, match: re.Match[str]) -> Finding:
    return Finding(kind, text[match.start() : match.end()], match.start(), match.end())


_KEPT_BREAKS = {ord("\n"): None, ord("\t"): None}


def cleaned(text: str) -> str:
    """Without control characters and invisible ones; line breaks as one sign; no space at the ends."""
    breaks = text.replace("\r\n", "\n").replace("\r", "\n")
    if breaks.translate(_KEPT_BREAKS).isprintable():
        return breaks.strip()
    kept = (c for c in breaks if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return "".join(kept).strip()


@dataclass(frozen=True)
class FreeText:
    """The type of every text a person writes: `Annotated[str, FreeText(2000)]`.

    Refuses a personal identity code (`hetu_found`, with its quote), what is too long, and (unless `empty`) nothing.
    """

    longest: int
    empty: bool = False

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, core_schema.str_schema(strict=True))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {**handler(schema), "maxLength": self.longest, **({} if self.empty else {"minLength": 1})}

    def check(self, text: str) -> str:
        clean = cleaned(text)
        if not clean and not self.empty:
            raise PydanticCustomError("missing", "something must be written here")
        if len(clean) > self.longest:
            raise PydanticCustomError("too_long", "too long", {"limit": self.longest, "length": len(clean)})
        if found := find_hetus(clean):
            raise PydanticCustomError("hetu_found", "a personal identity code", {"quote": found[0].quote})
        return clean
