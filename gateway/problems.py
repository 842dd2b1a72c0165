"""Refusals of the services in words: which field, which sentence. A page shows these; the API shows the codes."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway import dates
from gateway.language import Language
from gateway.rendering import translate
from services.shared.errors import FieldProblem, Refusal

SENTENCES: dict[str, str] = {
    "forbidden": "You may not do this.",
    "not_found": "It does not exist, or it is not yours to see.",
    "conflict": "Somebody did something at the same time. Look at the page and try again.",
    "stale_version": "Somebody changed this while you were writing. What you typed is still here.",
    "precondition_required": "The form was too old. Look at the page and try again.",
    "not_allowed_now": "This can't be done at this stage.",
    "wrong_state": "This can't be done at this stage.",
    "in_progress": "The same thing is being saved right now. Look at the page in a moment.",
    "key_reused": "This form was already used for something else. Open it again.",
    "invalid": "Something in the form is not right.",
    "unreadable_text": "The text holds characters that can't be read. Nothing was saved.",
    "body_too_large": "This is too large to send. Nothing was saved.",
    "service_unavailable": "One part of the service does not answer now. Nothing was saved. Try again in a moment.",
    "hetu_found": "The text holds a personal identity code. Remove it: it is never accepted.",
    "form_expired": "The form was opened before you logged in, or too long ago. Nothing was saved. Open it again.",
    "login_over": "Your login has ended. Nothing was saved: copy what you wrote before you log in again.",
    "refused": "This was not accepted.",
}
"""Codes that any service may answer with. A concept's page adds its own with `add_sentences`."""

FIELD_SENTENCES: dict[str, str] = {
    "missing": "Fill this in.",
    "required": "Fill this in.",
    "too_short": "Fill this in.",
    "string_too_short": "Fill this in.",
    "string_type": "Fill this in.",
    "too_long": "This is too long: at most %(limit)s characters.",
    "string_too_long": "This is too long: at most %(limit)s characters.",
    "too_many": "Too many: at most %(limit)s.",
    "too_few": "Too few: at least %(limit)s.",
    "hetu_found": "This holds a personal identity code. Remove it: it is never accepted.",
    "unknown": "Choose one from the list.",
    "enum": "Choose one from the list.",
    "literal_error": "Choose one from the list.",
    "date_from_datetime_parsing": "Write the date as day.month.year.",
    "date_parsing": "Write the date as day.month.year.",
    "date_type": "Fill this in.",
    "datetime_parsing": "Give a date and a time.",
    "datetime_from_date_parsing": "Give a date and a time.",
    "in_the_past": "The day has passed already.",
    "int_parsing": "Write a whole number.",
    "int_type": "Fill this in.",
    "uuid_parsing": "Choose one from the list.",
    "string_pattern_mismatch": "This is not written the way it should be.",
    "bool_parsing": "Choose one.",
    "bool_type": "Choose one.",
    "greater_than_equal": "At least %(limit)s.",
    "less_than_equal": "At most %(limit)s.",
    "unreadable_text": "The text holds characters that can't be read.",
}
_LIMITS = ("limit", "max_length", "min_length", "le", "ge")


def add_sentences(sentences: Mapping[str, str], *, fields: Mapping[str, str] | None = None) -> None:
    """A concept's own codes in English originals; called when its page module is loaded.

    Raises ValueError where a code is said otherwise already: what is shown must not hang on which module came last.
    """
    for known, more in ((SENTENCES, sentences), (FIELD_SENTENCES, fields or {})):
        if twice := sorted(code for code, said in more.items() if known.get(code, said) != said):
            raise ValueError(f"another sentence is known for {', '.join(twice)}")
        known.update(more)


def messages(refusal: Refusal, language: Language) -> dict[str, str]:
    """Field → sentence; the empty name holds what concerns no single field. Never empty."""
    return messages_of(_as_problem(refusal), language) or {"": sentence_of(refusal.code, language)}


def messages_of(problem: Mapping[str, Any], language: Language) -> dict[str, str]:
    """Field → sentence of a problem's fields; the first wins where one field has several."""
    found: dict[str, str] = {}
    for field in problem.get("fields", []):
        found.setdefault(str(field.get("path", "")), _field_sentence(field, language))
    return found


def _as_problem(refusal: Refusal) -> dict[str, Any]:
    # a service's own refusal has models here, one that came over HTTP what stood in its answer
    fields: Sequence[FieldProblem | Mapping[str, Any]] = refusal.fields
    return {"fields": [dict(one) if isinstance(one, Mapping) else one.model_dump() for one in fields]}


def sentence_of(code: str, language: Language) -> str:
    return translate(language, SENTENCES.get(code, SENTENCES["refused"]))


def _field_sentence(problem: Mapping[str, Any], language: Language) -> str:
    original = FIELD_SENTENCES.get(str(problem.get("code")), "This is not right.")
    if "%(limit)s" not in original:
        return translate(language, original)
    limit = next((problem[name] for name in _LIMITS if name in problem), None)
    shown = dates.number(limit, language) if isinstance(limit, int) else "?"
    return translate(language, original, limit=shown)
