"""Steps about an answer: written, signed, published, replied to and followed up."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from demo.story.days import Days
from demo.story.step import DAYS, Step, in_days
from services.consultation.answers.rules import Block, Opinion, written_date
from services.consultation.answers.schemas import (
    BLOCK_LENGTH,
    OPINION_LENGTH,
    SHORT_LENGTH,
    CorrectionReason,
    RecommendationText,
)
from services.consultation.cases.privacy import FreeText
from services.consultation.follow_ups.rules import Change, Promise, Result, WithoutAdvice
from services.consultation.follow_ups.schemas import TEXT_LENGTH, ClosingText, Level, Why


class Recommendation(RecommendationText):
    """`by_when`: words, or working days from this step (`+10`)."""

    @field_validator("by_when")
    @classmethod
    def no_date(cls, told: str) -> str:
        if written_date(told):
            raise ValueError("say +10 for ten working days from this step, or words")
        return told

    def told(self, day: date) -> dict[str, Any]:
        due = in_days(day, self.by_when) if DAYS.fullmatch(self.by_when) else self.by_when
        return {**self.model_dump(mode="json", exclude_none=True), "by_when": due}


Blocks = dict[Block, Annotated[str, FreeText(BLOCK_LENGTH)]]


class AnswerDirectlyStep(Step):
    do: Literal["answer_directly"]
    act = "answer_directly"
    text: Annotated[str, FreeText(BLOCK_LENGTH)]
    background: Annotated[str, FreeText(BLOCK_LENGTH, empty=True)] = ""
    recommendations: list[Recommendation] = Field([], max_length=12)

    def body(self, day: date) -> dict[str, Any]:
        return {**super().body(day), "recommendations": [one.told(day) for one in self.recommendations]}


class WriteAnswerStep(Step):
    """Blocks are written over what stands there; recommendations are added to those there are."""

    do: Literal["write_answer"]
    act = "save_answer"
    blocks: Blocks = Field({})
    recommendations: list[Recommendation] = Field([], max_length=12)


class AskSignaturesStep(Step):
    do: Literal["ask_signatures"]
    act = "ask_signatures"
    own = frozenset({"due"})
    due: Days


class SignStep(Step):
    do: Literal["sign"]
    act = "sign_answer"
    own = frozenset({"recommendation"})
    opinion: Opinion
    text: Annotated[str, FreeText(OPINION_LENGTH, empty=True)] = ""
    recommendation: int | None = Field(None, ge=1, le=12)


class PublishStep(Step):
    do: Literal["publish"]
    act = "publish"


class CorrectStep(Step, CorrectionReason):
    do: Literal["correct"]
    act = "correct_answer"
    own = frozenset({"blocks", "recommendations"})
    reason: Annotated[str, FreeText(SHORT_LENGTH)]
    blocks: Blocks = Field({})
    recommendations: list[Recommendation] = Field([], max_length=12)


class ReplyRow(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reply: Promise
    why: Why = ""


class ReplyStep(Step):
    do: Literal["reply"]
    act = "reply"
    asking = True
    own = frozenset({"rows"})
    rows: list[ReplyRow] = Field(max_length=24)
    usefulness: int = Field(ge=1, le=5)
    plan_changed: Change
    without_advice: WithoutAdvice
    text: Annotated[str, FreeText(TEXT_LENGTH, empty=True)] = ""


class FollowUpRow(BaseModel):
    model_config = ConfigDict(extra="forbid")
    result: Result
    why: Why = ""


class FollowUpStep(Step):
    do: Literal["follow_up"]
    act = "follow_up"
    asking = True
    own = frozenset({"rows", "goals"})
    rows: list[FollowUpRow] = Field(max_length=24)
    goals: list[Level] = Field([], max_length=5)
    wanted_change: Change
    text: Annotated[str, FreeText(TEXT_LENGTH, empty=True)] = ""


class CloseStep(Step, ClosingText):
    do: Literal["close"]
    act = "close"
