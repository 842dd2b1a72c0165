"""What the registry answers, as far as consultation needs it. Fields it adds later are passed over."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Answered(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Names(Answered):
    fi: str
    sv: str
    en: str | None = None


class Concept(Answered):
    slug: str
    name: Names
    required_disciplines: list[str] = []
    """Of a theme: a team is not complete without these."""
    useful_disciplines: list[str] = []
    """Of a theme: wished for, in order."""
    professions: list[str] = []
    """Of a discipline: these count by themselves."""
    professions_with_competence: list[str] = []
    """Of a discipline: these count with a recorded competence in it."""
    age_groups: list[str] | None = None
    """Of a discipline: the age groups it concerns; none given = all."""
    merged: bool = False
    replaced_by: str | None = None
    """Of a merged concept: the one that stands for it now. A case keeps the word that it was asked with."""


class ThemeLevel(Answered):
    slug: str
    level: int = 1


class Tie(Answered):
    """A conflict of interest an expert has declared, with an organisation, an area or a person."""

    organisation: str | None = None
    area: str | None = None
    person: str | None = None


class AgreementFound(Answered):
    id: str
    month_limit: int | None = None


class ExpertFound(Answered):
    expert: str
    person: str
    name: str
    title: str | None = None
    profession: str | None = None
    employer: str | None = None
    employer_name: str | None = None
    disciplines: list[str] = []
    themes: list[ThemeLevel] = []
    languages: list[str] = []
    area: str | None = None
    yta: str | None = None
    capacity_month: int = 0
    away_from: date | None = None
    away_until: date | None = None
    conflicts: list[Tie] = []
    agreement_ok: bool = True
    agreement_why: str | None = None
    """Why not, where it isn't: `missing`, `ended`, `coming`, `themes`, and `month_full` that is found out here."""
    agreements: list[AgreementFound] = []
    """Under which the expert may be used; none where the employer serves the area itself."""
    agreement: UUID | None = None
    """The one that is used; chosen here."""


class OrganisationFound(Answered):
    id: str
    slug: str | None = None
    name: Names
    type: str | None = None
    areas: list[str] = []
    ytas: list[str] = []


class PersonFound(Answered):
    id: str
    name: str
    memberships: list[dict[str, Any]] = []


class CoordinatorFound(Answered):
    person: str
    name: str
    deputy: bool = False


class AreaFound(Answered):
    code: str
    name: Names
    yta: str | None = None
    bilingual: bool = False
    in_ot_scope: bool = True
    state: str = "in_force"
    heirs: list[str] = []


class CollaborativeAreaFound(Answered):
    key: str
    letter: str
    name: Names
    members: list[str] = []


class RecipientFound(Answered):
    """Where a nudge goes; no name."""

    id: str
    email: str
    language: str = "fi"
    mail: str = "each"
