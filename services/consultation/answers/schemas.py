"""What goes in and out of an answer."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.consultation.answers.rules import AnswerKind, AnswerState, Block, Opinion, SignatureState
from services.consultation.cases.privacy import FreeText

BLOCK_LENGTH = 8000
WHAT_LENGTH = 1000
SHORT_LENGTH = 200
OPINION_LENGTH = 2000


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Start(Body):
    """`kind` is chosen by the case where it isn't given: a statement where one was asked for, else a note."""

    kind: AnswerKind | None = None


class BlockText(Body):
    text: Annotated[str, FreeText(BLOCK_LENGTH, empty=True)] = Field(examples=["Vaikeneminen on keino selvitä."])


class RecommendationText(Body):
    """`by_when` is a day as 2026-12-04, or words. `order` moves the row to that place, 1 being the first."""

    what: Annotated[str, FreeText(WHAT_LENGTH)] = Field(examples=["Nimetkää yksi työntekijä, joka tapaa lapset."])
    who: Annotated[str, FreeText(SHORT_LENGTH, empty=True)] = Field("", examples=["Lastensuojelun avohuolto"])
    by_when: Annotated[str, FreeText(SHORT_LENGTH, empty=True)] = Field("", examples=["2026-12-04"])
    method: Annotated[str, FreeText(SHORT_LENGTH, empty=True)] | None = None
    order: int | None = Field(None, ge=1, le=100)


class SignaturesAsked(Body):
    due: AwareDatetime = Field(examples=["2026-11-26T10:00:00Z"])


class Opined(Body):
    """A remark and a dissent need their text; `recommendation` names the row they are about."""

    opinion: Opinion
    text: Annotated[str, FreeText(OPINION_LENGTH, empty=True)] = ""
    recommendation: UUID | None = None


class DirectNote(Body):
    """The coordinator's own answer, where no team is needed. `text` becomes the considerations."""

    text: Annotated[str, FreeText(BLOCK_LENGTH)]
    background: Annotated[str, FreeText(BLOCK_LENGTH, empty=True)] = ""
    recommendations: list[RecommendationText] = Field(default=[], max_length=12)


class CorrectionReason(Body):
    reason: Annotated[str, FreeText(SHORT_LENGTH)]


class BlockView(BaseModel):
    text: str
    version: int = Field(description="Send as If-Match when saving; 0 where nobody has written yet")
    written_by: str | None
    written_at: datetime | None


class RecommendationView(BaseModel):
    id: UUID
    order: int
    what: str
    who: str
    by_when: str
    method: str | None
    version: int


class VoidedView(BaseModel):
    """An earlier signature, of a text that has since been changed."""

    state: SignatureState
    text: str
    recommendation: UUID | None
    at: datetime
    of_version: int


class SignatureView(BaseModel):
    person: UUID
    name: str
    title: str | None = None
    role: str | None = None
    state: SignatureState
    text: str = ""
    recommendation: UUID | None = None
    at: datetime | None = None
    voided: VoidedView | None = None


class EditionView(BaseModel):
    """One published edition; a correction is a new one under the same number."""

    edition: int
    published_at: datetime
    published_by: str | None
    reason: str | None


class AllowedAct(BaseModel):
    act: str
    needs: list[str] = []


class BlockedAct(BaseModel):
    """An act of one's own that can't be done yet, and why."""

    act: str
    code: str
    data: dict[str, Any] = {}


class AnswerView(BaseModel):
    id: UUID
    case_id: UUID
    case_version: int = Field(description="Send as If-Match when publishing")
    kind: AnswerKind
    state: AnswerState
    version: int = Field(description="Send as If-Match when asking for signatures and when signing")
    edition: int
    number: str | None = Field(examples=["I-M-2026-093"])
    language: str
    blocks: dict[Block, BlockView]
    recommendations: list[RecommendationView]
    signatures: list[SignatureView]
    signing_due: datetime | None
    published_at: datetime | None
    digest: str
    versions: list[EditionView]
    allowed: list[AllowedAct]
    blocked: list[BlockedAct]
