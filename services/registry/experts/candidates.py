"""Whom consultation may propose to a team: those who could bring a theme or a discipline that the case needs."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from services.registry.areas.operations import known_area
from services.registry.days import today
from services.registry.experts import store
from services.registry.experts.schemas import ConflictView
from services.registry.experts.tables import Expert
from services.registry.organisations.schemas import Code, Codes
from services.registry.organisations.store import agreed_employers
from services.registry.texts import Name
from services.registry.vocabulary.operations import known_concepts
from services.shared.database import ReadSession

MOST = 5000


class Need(BaseModel):
    """What a case needs. Area and languages exclude nobody: they are for whoever makes the team to weigh."""

    model_config = ConfigDict(extra="forbid")
    themes: Codes = Field(default=[], examples=[["kunniavakivalta"]])
    disciplines: Codes = Field(default=[], examples=[["sosiaalityo_lastensuojelu", "kulttuuri_uskonto_tulkkaus"]])
    languages: Codes = Field(default=[], examples=[["fi"]])
    age_groups: Codes = Field(default=[], examples=[["14-17"]])
    area: Code = Field(examples=["12"], description="The area that owns the case")
    yta: Code | None = Field(default=None, examples=["ita"])


class ThemeLevel(BaseModel):
    slug: str = Field(examples=["kunniavakivalta"])
    level: Annotated[int, Field(ge=1, le=3)]
    assured: bool


class Candidate(BaseModel):
    expert: UUID
    person: UUID
    name: str
    title: str
    profession: str
    employer: UUID | None
    employer_name: str | None = Field(description="In Finnish")
    employer_names: Name | None
    disciplines: list[str]
    themes: list[ThemeLevel] = Field(description="Of those asked for; all where none was")
    languages: list[str]
    area: str | None
    areas: list[str] = Field(description="Which areas the expert serves")
    yta: str | None
    capacity_month: int
    away_from: date | None = Field(description="A day, where an absence is going on or ahead")
    away_until: date | None
    conflicts: list[ConflictView]
    agreement_ok: bool = Field(description="The employer serves the area, or has agreed that it may use its experts")


class Candidates(BaseModel):
    items: list[Candidate]


async def match_candidates(session: ReadSession, need: Need) -> Candidates:
    """In the order of their ids, at most 5 000. Raises UnknownArea, UnknownConcept."""
    await _check(session, need)
    rows = await store.candidates(session, themes=need.themes, disciplines=need.disciplines, limit=MOST)
    ids = [row["Expert"].id for row in rows]
    levels = await store.theme_levels(session, ids, need.themes)
    conflicts = await store.conflicts_of(session, ids)
    agreed = await agreed_employers(session, area=need.area, today=today(session))
    return Candidates(
        items=[
            _candidate(row, levels.get(row["Expert"].id, []), conflicts.get(row["Expert"].id, []), agreed)
            for row in rows
        ]
    )


async def _check(session: ReadSession, need: Need) -> None:
    await known_area(session, need.area, field="area")
    schemes = {
        "themes": need.themes,
        "disciplines": need.disciplines,
        "languages": need.languages,
        "age_groups": need.age_groups,
    }
    await known_concepts(
        session, {f"{scheme}.{n}": (scheme, slug) for scheme, slugs in schemes.items() for n, slug in enumerate(slugs)}
    )


def _candidate(
    row: RowMapping, levels: Sequence[RowMapping], conflicts: Sequence[RowMapping], agreed: set[UUID]
) -> Candidate:
    expert: Expert = row["Expert"]
    return Candidate(
        expert=expert.id,
        person=expert.person_id,
        employer=expert.employer_id,
        employer_name=row["name_fi"],
        employer_names=_names(row),
        themes=[ThemeLevel(slug=c["concept"], level=c["level"], assured=c["assured_on"] is not None) for c in levels],
        away_from=expert.away_from,
        away_until=expert.away_to,
        conflicts=[
            ConflictView(organisation=c["organisation_id"], area=c["area"], person=c["person_id"]) for c in conflicts
        ],
        agreement_ok=expert.employer_id in agreed,
        **{name: getattr(expert, name) for name in _AS_IT_IS},
    )


_AS_IT_IS = ("name", "title", "profession", "disciplines", "languages", "area", "areas", "yta", "capacity_month")


def _names(row: RowMapping) -> Name | None:
    if row["name_fi"] is None:
        return None
    return Name.model_construct(fi=row["name_fi"], sv=row["name_sv"], en=row["name_en"])
