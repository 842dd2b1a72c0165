"""Reading what people typed: from a posted form to the body of an operation."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from starlette.datastructures import FormData

from gateway.dates import HELSINKI

DRAFT_CODES = ("line", "area", "language", "form")
DRAFT_TEXTS = ("subject", "situation", "tried", "involved", "expertise_wished", "participants")
# `4.12.2026`, with or without the day of the week before it.
_DAY = re.compile(r"(?:[a-zåäö]+ )?(\d{1,2})\.(\d{1,2})\.(\d{4})", re.IGNORECASE)
NEVER_SHOWN_AGAIN = frozenset({"csrf", "key", "version"})


class Typed(dict[str, Any]):
    """What a form's fields show: an unknown one is empty, so that a template need not ask whether it was there."""

    def __missing__(self, field: str) -> str:
        return ""


def text(form: FormData, field: str) -> str:
    value = form.get(field)
    return value.strip() if isinstance(value, str) else ""


def texts(form: FormData, field: str) -> list[str]:
    return [value.strip() for value in form.getlist(field) if isinstance(value, str) and value.strip()]


def numbered(form: FormData, prefix: str, count: int) -> list[str]:
    """The fields `prefix.0`, `prefix.1` … in order, the empty ones left out."""
    return [value for at in range(count) if (value := text(form, f"{prefix}.{at}"))]


def number(form: FormData, field: str) -> int | None:
    value = text(form, field)
    return int(value) if value.isdecimal() and len(value) < 10 else None


def key(form: FormData) -> str:
    """The form's key for doing it once; one that no page of ours made is left out."""
    value = text(form, "key")
    return value if value.isascii() and value.isprintable() and len(value) <= 200 else ""


def version(form: FormData) -> int:
    """The version the person was looking at; 0 never matches, so a form without one is told to look again."""
    return number(form, "version") or 0


def filled(form: FormData, fields: Iterable[str]) -> dict[str, Any]:
    """The fields that were filled in, as typed; an empty one is left out, so that the service says it is missing."""
    return {field: text(form, field) for field in fields if text(form, field)}


def typed(form: FormData) -> Typed:
    """Everything as typed, to be shown again."""
    return Typed({name: value for name, value in form.items() if name not in NEVER_SHOWN_AGAIN})


def draft(form: FormData) -> dict[str, Any]:
    """Everything of the request form: an emptied field is sent as empty, so that clearing it is saved too."""
    body: dict[str, Any] = {field: text(form, field) or None for field in DRAFT_CODES}
    body |= filled(form, ("urgency", "identification"))
    body |= {field: text(form, field) for field in DRAFT_TEXTS}
    body |= {field: texts(form, field) for field in ("themes", "age_groups")}
    body["client_languages"] = numbered(form, "client_languages", 2)
    body["questions"] = numbered(form, "questions", 3)
    body["handing_on"] = text(form, "handing_on") == "yes"
    return body


def moment(form: FormData, day: str, clock: str) -> str:
    """A day and a time of Finland as an instant with its offset; as typed when they are not a date and a time."""
    typed_text = f"{text(form, day)}T{text(form, clock)}"
    try:
        local = datetime.fromisoformat(typed_text)
    except ValueError:
        return typed_text
    return local.replace(tzinfo=HELSINKI).isoformat()


def day_or_words(form: FormData, field: str) -> str:
    """A day as people write it becomes the service's; a time limit in words stays as it is."""
    found = _DAY.fullmatch(text(form, field))
    if not found:
        return text(form, field)
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text(form, field)


def days_on(now: datetime, days: int) -> str:
    """The day that many days from now in Finland, as a date field wants it."""
    day: date = now.astimezone(HELSINKI).date() + timedelta(days=days)
    return day.isoformat()
