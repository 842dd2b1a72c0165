"""A change names only the fields it changes."""

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from services.registry.access import About, Ground, editable_fields, grounds_for
from services.registry.errors import FieldNotYours
from services.shared.errors import FieldProblem, Forbidden, StaleVersion
from services.shared.identity import Caller


class Change(BaseModel):
    """Fields that aren't sent stay; null empties those named in `may_be_empty` and is refused for the rest."""

    model_config = ConfigDict(extra="forbid")
    may_be_empty: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="after")
    def _nothing_needed_is_emptied(self) -> Self:
        for name in self.model_fields_set - self.may_be_empty:
            if getattr(self, name) is None:
                raise PydanticCustomError("missing", "{field} can't be empty", {"field": name})
        return self

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}


def may(act: str, caller: Caller, about: About) -> tuple[Ground, ...]:
    """The grounds on which the caller may do this. Raises Forbidden."""
    grounds = grounds_for(act, caller, about)
    if not grounds:
        raise Forbidden(f"{act} is not yours to do here")
    return grounds


def may_change(act: str, caller: Caller, about: About, fields: set[str]) -> tuple[Ground, ...]:
    """Raises Forbidden, or FieldNotYours naming each field that the grounds don't reach."""
    grounds = may(act, caller, about)
    beyond = sorted(fields - editable_fields(act, grounds))
    if beyond:
        raise FieldNotYours(fields=[FieldProblem(path=name, code="field_not_yours") for name in beyond])
    return grounds


def expect_version(current: int, expected: int) -> None:
    if current != expected:
        raise StaleVersion(current=current)
