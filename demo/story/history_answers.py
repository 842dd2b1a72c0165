"""Answers of the past: written by several, signed, published, corrected, and numbered when all are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from demo.story.history_case import PastCase, Seat, Somebody
from demo.story.history_rows import Row, Rows
from services.consultation.answers.rules import LIMITS, Block, lines_of, number_year
from services.consultation.answers.wording import who_answered


@dataclass(frozen=True, slots=True)
class Advice:
    """A recommendation in words."""

    what: str
    who: str
    by_when: str
    method: str | None = None


@dataclass
class PastAnswer:
    case: PastCase
    row: dict[str, Any]
    blocks: dict[Block, tuple[str, Row]] = field(default_factory=dict)
    advice: list[tuple[UUID, Advice]] = field(default_factory=list)
    signed: dict[UUID, str] = field(default_factory=dict)
    older: list[Row] = field(default_factory=list)
    """Versions of blocks that were written over."""

    @property
    def id(self) -> UUID:
        made: UUID = self.row["id"]
        return made

    @property
    def recommendations(self) -> list[UUID]:
        return [one for one, _ in self.advice]


def new_draft(case: PastCase, who: Somebody, at: datetime, kind: str, **more: Any) -> PastAnswer:
    row = {
        "id": case.next_id(at),
        "case_id": case.id,
        "kind": kind,
        "state": "drafting",
        "version": 1,
        "edition": 1,
        "started_by": who.id,
        "started_at": at,
        **more,
    }
    return PastAnswer(case, row)


def start_answer(case: PastCase, who: Somebody, at: datetime, kind: str) -> PastAnswer:
    case.look(who, at, "answer")
    answer = new_draft(case, who, at, kind)
    case.trace("start_answer", who, at, "answer.started", kind=kind)
    return answer


def save_block(answer: PastAnswer, who: Somebody, at: datetime, block: Block, text: str) -> None:
    answer.case.look(who, at, "answer")
    _put_block(answer, who, at, block, text)
    _content_changed(answer, who, at)


def save_block_again(answer: PastAnswer, who: Somebody, at: datetime, block: Block, text: str) -> None:
    """The second version of a block; the first stays where it is."""
    first = answer.blocks[block][1]
    answer.older.append(first)
    save_block(answer, who, at, block, text)
    row = answer.blocks[block][1]
    answer.blocks[block] = (text, (*row[:2], first[2] + 1, *row[3:]))


def add_recommendation(answer: PastAnswer, who: Somebody, at: datetime, advice: Advice) -> None:
    answer.case.look(who, at, "answer")
    answer.advice.append((answer.case.next_id(at), advice))
    _content_changed(answer, who, at)


def _put_block(answer: PastAnswer, who: Somebody, at: datetime, block: Block, text: str) -> None:
    sealed = answer.case.key.seal(text, "answer_blocks.text")
    answer.blocks[block] = (text, (answer.id, block.value, 1, sealed, who.id, who.name, at))


def _content_changed(answer: PastAnswer, who: Somebody, at: datetime) -> None:
    answer.row["version"] += 1
    answer.case.log_save(who, at)


def ask_signatures(answer: PastAnswer, who: Somebody, at: datetime, due: datetime) -> None:
    answer.case.look(who, at, "answer")
    answer.row |= {"state": "signing", "signing_due": due}
    answer.case.trace("ask_signatures", who, at, "answer.signatures_asked", due=due.isoformat())


def sign_answer(
    answer: PastAnswer, seat: Seat, at: datetime, opinion: str, text: str = "", recommendation: UUID | None = None
) -> None:
    who = seat.knower.who
    answer.case.look(who, at, "answer")
    _put_signature(answer, who, at, opinion, text, recommendation)
    answer.case.trace("sign_answer", who, at, "answer.signed", opinion=opinion)


def _put_signature(
    answer: PastAnswer, who: Somebody, at: datetime, state: str, text: str = "", recommendation: UUID | None = None
) -> None:
    case = answer.case
    sealed = case.seal(text, "signatures.text")
    made = (case.next_id(at), answer.id, who.id, who.name, state, sealed, recommendation)
    case.world.rows.add("signatures", (*made, answer.row["version"], at, None))
    answer.signed[who.id] = state


def publish_answer(answer: PastAnswer, who: Somebody, at: datetime, questions: Sequence[str]) -> None:
    """The texts that followed from the case until now are fixed; silence is written down too."""
    case = answer.case
    team = case.members()
    people = [(seat.row["name"], seat.row["title"], seat.row["role"]) for seat in team]
    _fix_texts(answer, who, at, questions, people)
    for seat in team:
        if seat.knower.who.id not in answer.signed:
            _put_signature(answer, seat.knower.who, at, "not_signed")
    facts = {"kind": answer.row["kind"], "edition": answer.row["edition"], "direct": False, **_counts(answer)}
    if answer.row["edition"] == 1:
        case.move("publish", who, at, event=facts)
    else:
        case.trace("publish", who, at, "answer.corrected", **facts)
    _seal(answer, who, at)


def answer_directly(
    case: PastCase,
    who: Somebody,
    at: datetime,
    texts: Mapping[Block, str],
    advice: Sequence[Advice],
    questions: Sequence[str],
) -> PastAnswer:
    """The coordinator's own note: written, signed and published in one act."""
    answer = new_draft(case, who, at, "note")
    for block, text in texts.items():
        _put_block(answer, who, at, block, text)
    _fix_texts(answer, who, at, questions, [(who.name, None, "coordinator")])
    answer.advice = [(case.next_id(at), one) for one in advice]
    _put_signature(answer, who, at, "agree")
    facts = {"kind": "note", "edition": 1, "direct": True}
    case.move("answer_directly", who, at, event=facts)
    case.tell("answer.published", at, **facts, **_counts(answer))
    _seal(answer, who, at)
    return answer


def correct_answer(published: PastAnswer, who: Somebody, at: datetime, reason: str) -> PastAnswer:
    """A draft of the next edition with the texts of the one before."""
    case = published.case
    case.look(who, at, "answer")
    sealed = case.key.seal(reason, "answers.reason")
    edition = published.row["edition"] + 1
    answer = new_draft(
        case, who, at, published.row["kind"], edition=edition, corrects=published.id, reason_sealed=sealed
    )
    for block, (text, row) in published.blocks.items():
        again = case.key.seal(text, "answer_blocks.text")
        answer.blocks[block] = (text, (answer.id, block.value, 1, again, *row[4:]))
    answer.advice = [(case.next_id(at), one) for _, one in published.advice]
    case.trace("correct_answer", who, at, "answer.correction_started", edition=edition)
    return answer


def _fix_texts(
    answer: PastAnswer,
    who: Somebody,
    at: datetime,
    questions: Sequence[str],
    people: Sequence[tuple[str, str | None, str]],
) -> None:
    language = answer.case.row["language"] or "fi"
    unwritten = {
        Block.questions: lines_of(questions),
        Block.who: who_answered(people, language),
        Block.limits: LIMITS.get(language, LIMITS["fi"]),
    }
    for block in Block:
        if block not in answer.blocks:
            _put_block(answer, who, at, block, unwritten.get(block, ""))


def _counts(answer: PastAnswer) -> dict[str, int]:
    states = list(answer.signed.values())
    return {
        "recommendations": len(answer.advice),
        "dissents": states.count("dissent"),
        "remarks": states.count("remark"),
        "not_signed": states.count("not_signed"),
    }


def _seal(answer: PastAnswer, who: Somebody, at: datetime) -> None:
    row = answer.row
    row |= {
        "state": "published",
        "yta": answer.case.row["yta"],
        "year": number_year(at),
        "published_by": who.id,
        "published_by_name": who.name,
        "published_at": at,
    }
    put_answer(answer)


def put_answer(answer: PastAnswer) -> None:
    """Its rows, published or not; the answer's own row waits for its number."""
    case, rows = answer.case, answer.case.world.rows
    rows.tables["answer_blocks"] += answer.older
    rows.tables["answer_blocks"] += [row for _, row in answer.blocks.values()]
    for place, (made, one) in enumerate(answer.advice, start=1):
        words = (one.what, one.who, one.by_when)
        sealed = [
            case.key.seal(text, f"recommendations.{name}")
            for text, name in zip(words, ("what", "who", "by_when"), strict=True)
        ]
        row = (made, answer.id, place, 1, *sealed, case.seal(one.method, "recommendations.method"))
        rows.add("recommendations", row)
    case.world.answers.append(answer.row)


def number_answers(
    answers: Sequence[dict[str, Any]], rows: Rows, given: Mapping[tuple[str, str, int], int] = MappingProxyType({})
) -> dict[tuple[str, str, int], int]:
    """Running numbers by centre, kind and year in the order of publishing, after those already given.

    Answers with the last of each. A correction keeps the number of what it corrects.
    """
    last: dict[tuple[str, str, int], int] = defaultdict(int, given)
    by_id = {row["id"]: row for row in answers}
    published = [row for row in answers if row.get("published_at")]
    for row in sorted(published, key=_moment):
        _number(row, by_id, last)
    for row in answers:
        rows.take("answers", row)
    return dict(last)


def _moment(row: Mapping[str, Any]) -> datetime:
    moment: datetime = row["published_at"]
    return moment


def _number(
    row: dict[str, Any], by_id: Mapping[UUID, Mapping[str, Any]], last: dict[tuple[str, str, int], int]
) -> None:
    if corrected := row.get("corrects"):
        row |= {name: by_id[corrected][name] for name in ("yta", "year", "serial")}
        return
    key = (row["yta"], row["kind"], row["year"])
    last[key] += 1
    row["serial"] = last[key]
