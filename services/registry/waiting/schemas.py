from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field


class WaitingKind(StrEnum):
    ACCESS_REQUEST = "access_request"
    OWN_ACCESS_REQUEST = "own_access_request"
    MEMBERSHIP_ENDING = "membership_ending"
    MEMBERSHIP_REVIEW = "membership_review"
    OFFERING_REVIEW = "offering_review"
    COMPETENCE_REVIEW = "competence_review"
    MANDATE_ENDING = "mandate_ending"
    RESOURCE_ENDING = "resource_ending"
    AGREEMENT_ENDING = "agreement_ending"


class WaitingItem(BaseModel):
    kind: WaitingKind
    subject: str = Field(description="Id of what waits")
    title_code: str = Field(examples=["decide_access_request"], description="What is to be done, as a code")
    data: dict[str, Any] = Field(examples=[{"role": "professional", "name": "Elina Rask"}])
    since: datetime
    due: datetime | None
    state: str = Field(examples=["soon"], description="ok, soon or late")
    turn: bool = Field(description="Whether it is the caller's turn; false where they wait for somebody")


class WaitingCount(BaseModel):
    waiting: int = Field(description="How many things wait for the caller's own turn")


class Waiting(BaseModel):
    items: list[WaitingItem] = Field(description="What is due first, first; what has no day last, oldest first")
