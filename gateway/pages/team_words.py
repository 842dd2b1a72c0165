"""Why somebody is proposed to a team, in words; and the table of what is needed and who brings it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from gateway import words
from gateway.language import Language
from gateway.pages.case_choices import in_words
from gateway.pages.case_names import Names
from gateway.rendering import translate

Member = dict[str, Any]
_SCHEMES = {"disciplines": "disciplines", "languages": "languages", "language": "languages"}


def with_employers(members: Sequence[Member], names: Names, language: Language) -> list[Member]:
    """The members with their counties named in the reader's language."""
    return [{**one, "employer_name": in_words(names.employer(one.get("employer_name")), language)} for one in members]


@dataclass(frozen=True)
class Why:
    """One row of reasons; `share` where it is a load: how much of it is taken."""

    term: str
    text: str
    share: float | None = None


def reasons(request: Request, names: Names, member: Member) -> list[Why]:
    told = [_reason(request, names, one["code"], one["data"], member) for one in member.get("reasons", [])]
    if not member.get("agreement_ok", True):
        why = member.get("agreement_why") or "missing"
        told.append(_reason(request, names, f"agreement_{why}", {}, member))
    rows: dict[str, list[Why]] = {}
    for why in told:
        if why.text or why.share is not None:
            rows.setdefault(why.term, []).append(why)
    return [Why(term, ". ".join(_capital(why.text) for why in row), row[0].share) for term, row in rows.items()]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _reason(request: Request, names: Names, code: str, data: dict[str, Any], member: Member) -> Why:
    language = request.state.language
    term = translate(language, words.word("reason_term", code))
    if code == "load":
        return Why(term, *_load(member, data, language))
    if code == "theme":
        level = translate(language, words.word("level", data["level"])).lower()
        return Why(term, f"{in_words(names.of('themes', data['theme']), language)} ({level})")
    what = _listed(names, data, language)
    sentence = words.WORDS["reason"].get(code)
    return Why(term, translate(language, sentence, what=what) if sentence else what)


def _load(member: Member, data: dict[str, Any], language: Any) -> tuple[str, float]:
    """In numbers for the coordinator, who is told them; for the invited the share alone, with this case counted in."""
    load = member.get("load")
    if not load:
        return "", int(data["thousandths"]) / 1000
    share = load["open"] / load["capacity"] if load["capacity"] else 1
    return translate(language, words.word("reason", "load"), open=load["open"], capacity=load["capacity"]), share


def _listed(names: Names, data: dict[str, Any], language: Any) -> str:
    for key, scheme in _SCHEMES.items():
        if key in data:
            codes = data[key] if isinstance(data[key], list) else [data[key]]
            return ", ".join(in_words(names.of(scheme, code), language) for code in codes)
    return ""


def coverage(
    request: Request, names: Names, proposal: dict[str, Any], members: Sequence[Member]
) -> tuple[list[str], list[tuple[str, list[bool], bool]]]:
    """The heads of the table, and its rows: discipline, who brings it, whether it is only wished for."""
    language = request.state.language
    heads = heads_of([member["name"] for member in members])
    already = proposal["already"]
    heads += [translate(language, "Already in the team")] if already else []
    rows = []
    for wanted, useful in ((proposal["required"], False), (proposal["useful"], True)):
        for discipline in wanted:
            marks = [discipline in member["covers"] for member in members] + (
                [discipline in already] if already else []
            )
            rows.append((in_words(names.of("disciplines", discipline), language).capitalize(), marks, useful))
    return heads, rows


def heads_of(names: Sequence[str]) -> list[str]:
    """Surnames, which keep the table narrow; the whole name of those who share one."""
    surnames = [name.split()[-1] for name in names]
    return [name if surnames.count(last) > 1 else last for name, last in zip(names, surnames, strict=True)]
