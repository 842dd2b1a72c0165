"""What an answer is, who must have signed it before it may be published, and how it is numbered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any

from services.consultation.cases.codes import letter_of
from services.shared.clock import HELSINKI

MOST_RECOMMENDATIONS = 12
LONGEST_SIGNING_DAYS = 60
"""Our choice."""


class AnswerKind(StrEnum):
    note = "note"
    statement = "statement"


class AnswerState(StrEnum):
    drafting = "drafting"
    signing = "signing"
    published = "published"


class Block(StrEnum):
    """The five written blocks, in reading order; the sixth, recommendations, is rows of its own."""

    background = "background"
    questions = "questions"
    considerations = "considerations"
    who = "who"
    limits = "limits"


class Opinion(StrEnum):
    agree = "agree"
    remark = "remark"
    dissent = "dissent"


class SignatureState(StrEnum):
    open = "open"
    agree = "agree"
    remark = "remark"
    dissent = "dissent"
    not_signed = "not_signed"


NUMBER_LETTER = {AnswerKind.note: "M", AnswerKind.statement: "L"}
"""M for muistio and L for lausunto, in every language: a number is written the same wherever it is quoted."""

REQUIRED_BLOCKS = (Block.background, Block.considerations, Block.limits)

LIMITS = {
    "fi": (
        "Vastaus perustuu vain pyynnössä ja konsultaation aikana annettuihin tietoihin. "
        "Vastaus ei sido ketään: asiasta päättää pyytäjän organisaatio."
    ),
    "sv": (
        "Svaret grundar sig bara på de uppgifter som gavs i begäran och under konsultationen. "
        "Svaret är inte bindande för någon: den som bad om konsultationen fattar besluten i sin egen organisation."
    ),
    "en": (
        "This answer rests only on the information given in the request and during the consultation. "
        "It binds nobody: the asker's organisation decides."
    ),
}
"""The text of the limits until somebody writes another, in the working language of the case."""


@dataclass(frozen=True)
class Signer:
    """One member of the team, and what they have said of the text as it now stands."""

    person: str
    opinion: Opinion | None


def signature_state(opinion: Opinion | None, *, due: datetime | None, now: datetime) -> SignatureState:
    """A signature stands whenever it came; without one the deadline turns waiting into "did not sign"."""
    if opinion is not None:
        return SignatureState(opinion.value)
    return SignatureState.not_signed if due is not None and now >= due else SignatureState.open


def still_waited_for(signers: Iterable[Signer], *, due: datetime | None, now: datetime) -> list[str]:
    """Persons whose signature is open: while there is one, the answer can't be published."""
    return [
        signer.person for signer in signers if signature_state(signer.opinion, due=due, now=now) is SignatureState.open
    ]


def empty_parts(texts: Mapping[Block, str], recommendations: int) -> list[str]:
    """What must be written before signatures are asked."""
    empty = [block.value for block in REQUIRED_BLOCKS if not texts.get(block, "").strip()]
    return empty if recommendations else [*empty, "recommendations"]


def number_of(*, yta: str, kind: AnswerKind, year: int, serial: int) -> str:
    """`I-M-2026-093`: centre, kind, year of publishing in Finland, running number."""
    return f"{letter_of(yta)}-{NUMBER_LETTER[kind]}-{year}-{serial:03d}"


def number_year(published_at: datetime) -> int:
    """An answer published at 0.30 on New Year's night in Finland belongs to the new year."""
    return published_at.astimezone(HELSINKI).year


def lines_of(paragraphs: Sequence[str]) -> str:
    """Several questions or names as one block of text, a line each."""
    return "\n".join(line for line in paragraphs if line.strip())


def digest_of(content: Any) -> str:
    """Twelve hexadecimal digits in fours, made of the content: two copies of one answer can be told to be the same."""
    plain = dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digits = sha256(plain.encode()).hexdigest()[:12].upper()
    return " ".join(digits[start : start + 4] for start in range(0, 12, 4))


def written_date(text: str) -> date | None:
    """The day when a recommendation's time limit is a date (2026-12-04); None when it is words ("at once")."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
