"""Why somebody is proposed to a team, in words; and the table of what is needed and who brings it."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request

from gateway import words
from gateway.pages.case_choices import in_words
from gateway.pages.case_names import Names
from gateway.rendering import translate

Member = dict[str, Any]
_SCHEMES = {"disciplines": "disciplines", "languages": "languages", "language": "languages"}


def reasons(request: Request, names: Names, member: Member) -> list[tuple[str, str]]:
    told = [_reason(request, names, one["code"], one["data"], member) for one in member.get("reasons", [])]
    if not member.get("agreement_ok", True):
        told.append(_reason(request, names, "agreement_missing", {}, member))
    rows: dict[str, list[str]] = {}
    for term, text in told:
        rows.setdefault(term, []).append(text)
    return [(term, ". ".join(texts)) for term, texts in rows.items()]


def _reason(request: Request, names: Names, code: str, data: dict[str, Any], member: Member) -> tuple[str, str]:
    language = request.state.language
    term = translate(language, words.word("reason_term", code))
    if code == "load":
        load = member["load"]
        counts = {"open": load["open"], "capacity": load["capacity"]}
        return term, translate(language, words.word("reason", code), **counts)
    if code == "theme":
        level = translate(language, words.word("level", data["level"])).lower()
        return term, f"{in_words(names.of('themes', data['theme']), language)} ({level})"
    what = _listed(names, data, language)
    sentence = words.WORDS["reason"].get(code)
    return term, translate(language, sentence, what=what) if sentence else what


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
    heads = [member["name"].split()[-1] for member in members]
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
