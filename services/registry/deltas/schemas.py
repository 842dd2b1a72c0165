from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, Field

T = TypeVar("T")


class Removed(BaseModel):
    """What the list doesn't show to this reader, any longer or at all. What it was isn't told."""

    id: str = Field(description="As the list names its entries: the id, a concept's slug, an area's code")
    removed: Literal[True] = True
    changed_at: datetime


class Delta(BaseModel, Generic[T]):
    """What changed since a moment, the earliest first, each entry as it is now."""

    items: list[T | Removed]
    next: str | None = None
    until: datetime = Field(description="Ask from this moment next time; the same on each page")


class Whole(BaseModel):
    """The last line of a list in bulk; where it is missing, the list broke off."""

    whole: Literal[True] = True
    count: int
    until: datetime = Field(description="What changed meanwhile: ask for `modified_since` this moment")
