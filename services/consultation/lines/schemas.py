"""What the lines' routes answer."""

from pydantic import BaseModel, ConfigDict, Field


class Name(BaseModel):
    fi: str
    sv: str
    en: str | None = None


class LineClocks(BaseModel):
    receipt_hours: int = Field(description="Working hours to a coordinator's first act")
    first_days: int = Field(description="Days of 24 hours to the first meeting or answer")
    answer_working_days: int
    reply_days: int


class LineView(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"slug": "sijaishuolto"}]})

    slug: str
    name: Name
    description: Name
    yta: str | None = Field(description="Only for counties of this collaborative area; null = all")
    area: str | None = Field(description="Only for this county; null = all")
    themes: list[str]
    forms: list[str]
    languages: list[str]
    who_may_ask: list[str] = Field(description="Types of organisations; empty = all")
    group_14: bool = Field(description="A county's group under section 14: the only kind of line that gives statements")
    guide_me: bool
    follow_up_months: int | None = Field(description="Null: no follow-up on this line")
    clocks: LineClocks
    open: bool
    version: int
