"""What goes in and out of the loop after an answer."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.consultation.cases.privacy import FreeText
from services.consultation.follow_ups.rules import MOST_GOALS, MOST_WEIGHT, Change, Promise, Result, WithoutAdvice

WHY_LENGTH = 1000
TEXT_LENGTH = 2000
TITLE_LENGTH = 200
LEVEL_LENGTH = 300

Level = Annotated[int, Field(ge=-2, le=2)]
LevelKey = Literal["-2", "-1", "0", "1", "2"]
Why = Annotated[str, FreeText(WHY_LENGTH, empty=True)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReplyRowIn(Body):
    recommendation: UUID
    reply: Promise
    why: Why = ""


class ReplyIn(Body):
    """Every recommendation gets a row. `text`: what the asker wants to say to the team."""

    rows: list[ReplyRowIn] = Field(max_length=100)
    usefulness: int = Field(ge=1, le=5)
    plan_changed: Change
    without_advice: WithoutAdvice
    text: Annotated[str, FreeText(TEXT_LENGTH, empty=True)] = ""


class GoalIn(Body):
    """Five levels in words, 0 being what is expected; `baseline` is where things stand when the goal is set."""

    title: Annotated[str, FreeText(TITLE_LENGTH)] = Field(examples=["Nuori on yöt sijaishuoltopaikassa"])
    weight: int = Field(1, ge=1, le=MOST_WEIGHT)
    levels: dict[LevelKey, Annotated[str, FreeText(LEVEL_LENGTH)]] = Field(min_length=5, max_length=5)
    baseline: Level


class GoalsIn(Body):
    goals: list[GoalIn] = Field(max_length=MOST_GOALS)


class FollowUpRowIn(Body):
    recommendation: UUID
    result: Result
    why: Why = ""


class GoalLevelIn(Body):
    goal: UUID
    level: Level


class FollowUpIn(Body):
    """Every recommendation gets a row and every goal a level."""

    rows: list[FollowUpRowIn] = Field(max_length=100)
    goals: list[GoalLevelIn] = Field(default=[], max_length=MOST_GOALS)
    wanted_change: Change
    text: Annotated[str, FreeText(TEXT_LENGTH, empty=True)] = ""


class ReplyRowView(BaseModel):
    recommendation: UUID
    reply: Promise
    why: str


class ReplyView(BaseModel):
    id: UUID
    answer: UUID
    by: str
    at: datetime
    rows: list[ReplyRowView]
    usefulness: int
    plan_changed: Change
    without_advice: WithoutAdvice
    text: str


class GoalView(BaseModel):
    id: UUID
    title: str
    weight: int
    levels: dict[LevelKey, str]
    baseline: int
    level: int | None = Field(description="Where it stood at the follow-up")


class GoalsView(BaseModel):
    """`score` is the T score of the baselines, 50 = all as expected; `score_after` that of the follow-up."""

    version: int = Field(description="Send as If-Match when setting the goals; 0 where there are none yet")
    items: list[GoalView]
    score: float | None
    score_after: float | None
    may_set: bool


class FollowUpRowView(BaseModel):
    recommendation: UUID
    result: Result
    why: str


class FollowUpView(BaseModel):
    id: UUID
    answer: UUID
    by: str
    at: datetime
    rows: list[FollowUpRowView]
    wanted_change: Change
    text: str
    gas_start: float | None
    gas_end: float | None
    gas_change: float | None


class ClosingText(Body):
    """Why the case is closed without the asker's word."""

    text: Annotated[str, FreeText(TEXT_LENGTH, empty=True)] = ""
