"""Whom consultation may propose to a team: those who could bring a theme or a discipline that the case needs."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from services.registry.agreements.operations import agreed_use
from services.registry.agreements.rules import Standing
from services.registry.areas.operations import current_area
from services.registry.experts import store
from services.registry.experts.schemas import ConflictView
from services.registry.experts.tables import Expert
from services.registry.organisations.schemas import Code, Codes
from services.registry.texts import Name
from services.registry.vocabulary.operations import known_concepts, meant_by
from services.shared.database import ReadSession

MOST = 5000


class Need(BaseModel):
    """What a case needs. Area and languages exclude nobody: they are for whoever makes the team to weigh."""

    model_config = ConfigDict(extra="forbid")
    themes: Codes = Field(default=[], examples=[["kunniavakivalta"]])
    disciplines: Codes = Field(default=[], examples=[["sosiaalityo_lastensuojelu", "kulttuuri_uskonto_tulkkaus"]])
    languages: Codes = Field(default=[], examples=[["fi"]])
    age_groups: Codes = Field(default=[], examples=[["14-17"]])
    about: Codes | None = Field(
        default=None, examples=[["kunniavakivalta"]], description="The case's themes; left out, as `themes`"
    )
    area: Code = Field(examples=["12"], description="The area that owns the case")
    yta: Code | None = Field(default=None, examples=["ita"])


class ThemeLevel(BaseModel):
    slug: str = Field(examples=["kunniavakivalta"])
    level: Annotated[int, Field(ge=1, le=3)]
    assured: bool


class AgreementInUse(BaseModel):
    """Its limit is for whoever counts the consultations to keep."""

    id: UUID
    month_limit: int | None = Field(examples=[4], description="Consultations a month, all its experts together")


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
    agreement_ok: bool = Field(
        description="The employer serves the area, or has agreed that it may use its experts for these themes"
    )
    agreement_why: str | None = Field(
        examples=["themes"], description="Why not: missing, ended, coming or themes; null where it is ok"
    )
    agreements: list[AgreementInUse] = Field(description="Under which; none where the employer serves the area")


class Candidates(BaseModel):
    items: list[Candidate]


async def match_candidates(session: ReadSession, need: Need) -> Candidates:
    """In the order of their ids, at most 5 000. Raises UnknownArea, UnknownConcept."""
    need = await _in_todays_words(session, need)
    # a case keeps the county that it was asked in, and that may have become another since
    need = need.model_copy(update={"area": await current_area(session, need.area, field="area")})
    await _check(session, need)
    rows = await store.candidates(session, themes=need.themes, disciplines=need.disciplines, limit=MOST)
    ids = [row["Expert"].id for row in rows]
    levels = await store.theme_levels(session, ids, need.themes)
    conflicts = await store.conflicts_of(session, ids)
    agreed = await agreed_use(session, area=need.area)
    about = need.themes if need.about is None else need.about
    return Candidates(
        items=[
            _candidate(
                row,
                levels.get(row["Expert"].id, []),
                conflicts.get(row["Expert"].id, []),
                agreed.of(row["Expert"].employer_id, brought={*row["Expert"].themes} & {*about}, about=about),
            )
            for row in rows
        ]
    )


async def _in_todays_words(session: ReadSession, need: Need) -> Need:
    """A case keeps the words that it was asked with, and the vocabulary may have merged some of them since."""
    schemes = {"themes": "themes", "disciplines": "disciplines", "languages": "languages", "age_groups": "age_groups"}
    if need.about is not None:
        schemes["about"] = "themes"
    asked = {name: (scheme, getattr(need, name)) for name, scheme in schemes.items()}
    return need.model_copy(update=await meant_by(session, asked))


async def _check(session: ReadSession, need: Need) -> None:
    fields = {
        "themes": need.themes,
        "about": need.about or [],
        "disciplines": need.disciplines,
        "languages": need.languages,
        "age_groups": need.age_groups,
    }
    await known_concepts(
        session,
        {
            f"{field}.{n}": ("themes" if field == "about" else field, slug)
            for field, slugs in fields.items()
            for n, slug in enumerate(slugs)
        },
    )


def _candidate(
    row: RowMapping, levels: Sequence[RowMapping], conflicts: Sequence[RowMapping], standing: Standing
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
        agreement_ok=standing.why_not is None,
        agreement_why=standing.why_not,
        agreements=[AgreementInUse(id=one.id, month_limit=one.month_limit) for one in standing.under],
        **{name: getattr(expert, name) for name in _AS_IT_IS},
    )


_AS_IT_IS = ("name", "title", "profession", "disciplines", "languages", "area", "areas", "yta", "capacity_month")


def _names(row: RowMapping) -> Name | None:
    if row["name_fi"] is None:
        return None
    return Name.model_construct(fi=row["name_fi"], sv=row["name_sv"], en=row["name_en"])
