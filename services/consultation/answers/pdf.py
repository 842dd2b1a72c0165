"""The answer as an accessible PDF (PDF/UA-1), in Finnish or Swedish."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from services.consultation.answers.letters import printable
from services.consultation.answers.rules import AnswerKind, Block, SignatureState
from services.consultation.answers.wording import CENTRE, WORDS, moment_in_words, time_limit_in_words

HERE = Path(__file__).parent
TEMPLATE = HERE / "answer.typ"
FONTS = HERE / "fonts"


class PdfFailed(RuntimeError):
    """The document could not be made without a warning. Our fault, never the reader's."""


@dataclass(frozen=True)
class PrintedRecommendation:
    what: str
    who: str
    by_when: str
    method: str


@dataclass(frozen=True)
class PrintedSignature:
    name: str
    state: SignatureState
    text: str
    recommendation: int | None
    at: datetime | None


@dataclass(frozen=True)
class PrintedAnswer:
    """All that the paper says. `language` is of the headings (fi or sv), `text_language` of what people wrote."""

    language: str
    text_language: str
    yta: str
    kind: AnswerKind
    number: str | None
    edition: int
    case_code: str
    subject: str
    area_name: str
    published_at: datetime | None
    blocks: dict[Block, str]
    recommendations: Sequence[PrintedRecommendation]
    signatures: Sequence[PrintedSignature]
    digest: str
    example: bool


async def make_pdf(answer: PrintedAnswer) -> bytes:
    """PDF bytes. Raises PdfFailed when typst has anything to remark: an unknown font would be an empty page."""
    return await asyncio.to_thread(_compile, json.dumps(_document(answer), ensure_ascii=False))


def _compile(data: str) -> bytes:
    import typst  # here, not above: the library is large and most processes never print

    pdf, warnings = typst.compile_with_warnings(
        str(TEMPLATE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"answer": data},
        pdf_standards=["ua-1"],
    )
    if warnings:
        # The message may quote the text of a case, so only how many there were is told.
        raise PdfFailed(f"typst gave {len(warnings)} warnings")
    return bytes(pdf)


def _document(answer: PrintedAnswer) -> dict[str, Any]:
    words = WORDS[answer.language]
    return {
        "language": answer.language,
        "text_language": answer.text_language,
        "centre": CENTRE[answer.language][answer.yta],
        "title": _title(answer),
        "state": _state(answer),
        "facts": _facts(answer),
        "blocks": {block.value: printable(answer.blocks.get(block, "")) for block in Block},
        "recommendations": [_recommendation(row, words) for row in answer.recommendations],
        "signatures": [_signature(row, answer.language) for row in answer.signatures],
        "words": dict(words),
        "footer": f"{answer.case_code} · {words['digest']} {answer.digest}",
        "example": answer.example,
    }


def _title(answer: PrintedAnswer) -> str:
    kind = WORDS[answer.language][answer.kind.value]
    return f"{kind} {answer.number}" if answer.number else kind


def _state(answer: PrintedAnswer) -> str:
    words = WORDS[answer.language]
    if answer.published_at is None:
        return words["draft"]
    return words["corrects"] if answer.edition > 1 else ""


def _facts(answer: PrintedAnswer) -> list[tuple[str, str, bool]]:
    """Label, value, and whether the value is something a person wrote (in the language of the case)."""
    words = WORDS[answer.language]
    facts = [(words["subject"], printable(answer.subject), True), (words["area"], answer.area_name, False)]
    if answer.kind is AnswerKind.statement:
        facts.append((words["basis"], words["basis_14"], False))
    facts.append((words["case"], answer.case_code, False))
    if answer.published_at is not None:
        moment = moment_in_words(answer.published_at, answer.language)
        facts.append((words["published"], f"{moment}, {words['edition'].lower()} {answer.edition}", False))
    return [fact for fact in facts if fact[1]]


def _recommendation(row: PrintedRecommendation, words: Any) -> dict[str, Any]:
    details = [
        (words["who_does"], row.who),
        (words["by_when"], time_limit_in_words(row.by_when)),
        (words["method"], row.method),
    ]
    return {
        "what": printable(row.what),
        "details": [(label, printable(value)) for label, value in details if value],
    }


def _signature(row: PrintedSignature, language: str) -> dict[str, str]:
    words = WORDS[language]
    opinion = words[row.state.value]
    if row.recommendation is not None:
        opinion += f", {words['of_recommendation']} {row.recommendation}"
    if row.at is not None and row.state is not SignatureState.not_signed:
        opinion += f", {moment_in_words(row.at, language)}"
    return {"name": printable(row.name), "opinion": opinion, "text": printable(row.text)}
