from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from services.reporting.access import Kind
from services.reporting.indicators.schemas import IndicatorView, Names


class PeriodView(BaseModel):
    key: str = Field(examples=["2026-1"])
    first_day: date
    last_day: date


class RowView(BaseModel):
    """One line of a figure. A hidden count is null with the reason; an empty value without one means no cases."""

    key: str = Field(examples=["ita"])
    name: Names
    value: float | None = Field(description="Cases, percent, days or points: see the indicator's unit")
    second: float | None = Field(description="The 90th percentile beside a median")
    numerator: int | None
    denominator: int | None
    hidden: Literal["small", "protecting"] | None = Field(
        description="`small`: a count of 1–4; `protecting`: hidden so that no sum gives back a small one"
    )


class FindingView(BaseModel):
    """What the figure says, by rule: a code and what it is about."""

    code: Literal["nothing_yet", "too_few", "total_only", "largest"]
    key: str | None
    name: Names | None
    value: float | None


class FigureView(BaseModel):
    """A figure with all that is needed to argue about it."""

    indicator: IndicatorView
    kind: Kind = Field(
        description="`exact`: a centre's own counts, not for publication; `protected`: small ones hidden"
    )
    period: PeriodView
    yta: str | None
    area: str | None
    place: Names
    by: str
    divisions: list[str] = Field(description="How this caller may divide it here", examples=[["yta", "half"]])
    undivided: list[Names] = Field(
        description="Areas of the place that were split: what was counted for them can't be divided among the parts"
    )
    counts_rows: bool = Field(description="It counts recommendations, not consultations")
    rows: list[RowView]
    total: RowView
    finding: FindingView
    small_below: int = Field(description="Counts from 1 to this - 1 are hidden")
    lag_seconds: float | None = Field(description="Age of the oldest feed's last complete reading; null: not read yet")
    unread: int = Field(description="Events that could not be understood and are missing from the figures")
    example: bool = Field(description="Made of example data")


class PlaceView(BaseModel):
    """A collaborative area that the caller may look at on its own; of `own` ones they see the exact counts."""

    key: str = Field(examples=["ita"])
    name: Names
    own: bool


class PeriodsView(BaseModel):
    """What can be chosen, newest period first."""

    periods: list[PeriodView]
    places: list[PlaceView]
