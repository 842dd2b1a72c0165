"""Reading what people typed: from a posted form to the body of an operation."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData

from services.shared.clock import HELSINKI

DRAFT_CODES = ("line", "area", "language", "urgency", "form", "identification")
DRAFT_LISTS = ("themes", "age_groups", "client_languages")
DRAFT_TEXTS = ("subject", "situation", "tried", "involved", "expertise_wished", "participants")
QUESTIONS = 3


def text(form: FormData, field: str) -> str:
    value = form.get(field)
    return value.strip() if isinstance(value, str) else ""


def texts(form: FormData, field: str) -> list[str]:
    return [value.strip() for value in form.getlist(field) if isinstance(value, str) and value.strip()]


def number(form: FormData, field: str) -> int | None:
    value = text(form, field)
    return int(value) if value.isdecimal() and len(value) < 10 else None


def version(form: FormData, field: str = "version") -> int:
    """The version the person was looking at; 0 never matches, so a form without one is told to look again."""
    return number(form, field) or 0


def filled(form: FormData, fields: Iterable[str]) -> dict[str, Any]:
    """The fields that were filled in, as typed; an empty one is left out, so that the service says it is missing."""
    return {field: text(form, field) for field in fields if text(form, field)}


def draft(form: FormData) -> dict[str, Any]:
    """Everything of the request form: an emptied field is sent as empty, so that clearing it is saved too."""
    body: dict[str, Any] = {field: text(form, field) or None for field in DRAFT_CODES}
    body |= {field: text(form, field) for field in DRAFT_TEXTS}
    body |= {field: texts(form, field) for field in DRAFT_LISTS}
    body["questions"] = texts(form, "questions")
    body["handing_on"] = text(form, "handing_on") == "yes"
    return body


def moment(form: FormData, day: str, clock: str) -> str | None:
    """A day and a time of Finland as an instant with its offset; None when they are not a date and a time."""
    try:
        local = datetime.fromisoformat(f"{text(form, day)}T{text(form, clock)}")
    except ValueError:
        return None
    return local.replace(tzinfo=HELSINKI).isoformat()


def rows(form: FormData, prefix: str, fields: Iterable[str]) -> list[dict[str, str]]:
    """Repeated fields named `prefix-field` side by side, one dictionary for each row."""
    columns: Mapping[str, list[str]] = {
        field: [value.strip() if isinstance(value, str) else "" for value in form.getlist(f"{prefix}-{field}")]
        for field in fields
    }
    height = max((len(column) for column in columns.values()), default=0)
    return [
        {field: column[at] if at < len(column) else "" for field, column in columns.items()} for at in range(height)
    ]
