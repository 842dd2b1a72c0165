from pydantic import BaseModel, Field

from services.reporting.indicators.rules import Direction, Indicator, Measure


class Names(BaseModel):
    fi: str
    sv: str
    en: str


class IndicatorView(BaseModel):
    """What a figure means, so that it can be argued about."""

    slug: str = Field(examples=["requests"])
    version: int
    name: Names
    measure: Measure
    numerator: Names
    denominator: Names
    unit: str = Field(examples=["cases", "percent", "days"])
    direction: Direction
    by: list[str] = Field(description="How the country's figure may be divided", examples=[["yta", "area", "month"]])
    by_own: list[str] = Field(description="How a centre may divide its own")
    target: float | None


def indicator_view(indicator: Indicator) -> IndicatorView:
    return IndicatorView(
        slug=indicator.slug,
        version=indicator.version,
        name=Names(**indicator.name),
        measure=indicator.measure,
        numerator=Names(**indicator.numerator),
        denominator=Names(**indicator.denominator),
        unit=indicator.unit,
        direction=indicator.direction,
        by=list(indicator.published_by("country")),
        by_own=list(indicator.own_by("yta")),
        target=indicator.target,
    )
