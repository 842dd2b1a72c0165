"""What only a list of services may be narrowed by."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Keeping:
    """The collaborative areas and the organisations whose services somebody keeps."""

    ytas: list[str]
    organisations: list[UUID]


@dataclass(frozen=True)
class Sought:
    """What only services are narrowed by. `unassured_since`: those that nobody has said to be right since that day."""

    offering_kind: str | None = None
    age: int | None = None
    age_group: str | None = None
    capacity: str | None = None
    unassured_since: date | None = None
    kept_by: Keeping | None = None
