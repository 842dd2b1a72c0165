"""Keyset pages: a list costs the same on its first page and on its thousandth."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from services.shared.errors import Invalid

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most")]
After = Annotated[str | None, Query(max_length=1000, description="`next` of the page before")]


class BadCursor(Invalid):
    """`after` was not given by this list."""

    code = "bad_cursor"


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: str | None = None


def encode_cursor(values: Sequence[Any]) -> str:
    plain = [v.isoformat() if isinstance(v, datetime) else str(v) if isinstance(v, UUID) else v for v in values]
    return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The values in the order they were given, each turned into its kind. Raises BadCursor."""
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise BadCursor()
        return [_as(kind, value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, TypeError, AttributeError) as broken:
        raise BadCursor() from broken


def _as(kind: type, value: Any) -> Any:
    if value is None:
        return None
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise BadCursor()
        return moment
    if kind is str and ("\x00" in str(value) or not str(value).isprintable()):
        raise BadCursor()
    if kind is int and not -(2**62) < int(value) < 2**62:
        raise BadCursor()
    return kind(value)
