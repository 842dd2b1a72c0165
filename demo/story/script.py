"""The cases of the story as their files tell them, before anything is played."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from demo.story.files import case_files
from demo.story.step import Person, Slug
from demo.story.steps import AnyStep
from services.consultation.cases.schemas import CaseDraft


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Asker(_Told):
    """Somebody who asks for consultations and is known from the story alone."""

    slug: Person
    name: Annotated[str, Field(min_length=3, max_length=80)]
    language: Literal["fi", "sv"] = "fi"
    organisation: Person
    title: Annotated[str, Field(min_length=3, max_length=80)]


class Request(CaseDraft):
    """As it is sent to the service, but for the partner, who is named by slug."""

    partner: Person | None = None  # type: ignore[assignment]


class Case(_Told):
    """`handed_on_from`: the service itself opened it, when the named case was advised elsewhere with `hand_on_line`."""

    slug: Slug
    asker: Person
    request: Request = Request()
    handed_on_from: Slug | None = None
    steps: list[AnyStep] = Field(min_length=1)


class File(_Told):
    about: Annotated[str, StringConstraints(pattern=r"^Esimerkkiaineisto: .*keksitty")]
    people: list[Asker] = []
    cases: list[Case] = []


def read_file(path: Path) -> File:
    """Raises ValidationError, JSONDecodeError."""
    return File.model_validate(json.loads(path.read_text(encoding="utf-8")))


def all_cases() -> list[Case]:
    return [case for path in case_files() for case in read_file(path).cases]


def cases_of(names: Sequence[str]) -> list[Case]:
    """Of the files with these names."""
    return [case for path in case_files() if path.stem in names for case in read_file(path).cases]
