"""What a form says when something is missing from it: which thing, so that a summary of errors can be read alone."""

from collections.abc import Mapping
from typing import Any

from gateway import words
from gateway.language import Language
from gateway.problems import messages
from gateway.rendering import translate
from services.shared.errors import Refusal

MISSING = frozenset(
    {
        "missing",
        "required",
        "too_short",
        "string_too_short",
        "string_type",
        "enum",
        "int_type",
        "bool_type",
        "date_type",
    }
)


def told(refusal: Refusal, language: Language) -> dict[str, str]:
    """`problems.messages`, with what is missing named: `rows.1.reply` is recommendation 2."""
    found = messages(refusal, language)
    for problem in refusal.fields:
        known: Mapping[str, Any] = problem if isinstance(problem, Mapping) else problem.model_dump()
        path = str(known.get("path", ""))
        if known.get("code") in MISSING and (said := prompt(path, language)):
            found[path] = said
    return found


def prompt(path: str, language: Language) -> str:
    """An empty text where the field has no words of its own."""
    parts = path.split(".")
    number = int(parts[1]) + 1 if len(parts) > 1 and parts[1].isdecimal() else 1
    for name in (parts[-1], parts[-2] if len(parts) > 2 else parts[0]):
        if sentence := words.WORDS["prompt"].get(name):
            return translate(language, sentence, number=number)
    return ""
