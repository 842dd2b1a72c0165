from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.registry.organisations.schemas import Code
from services.registry.texts import Name


class SetupView(BaseModel):
    """How far the first run has come. It holds no people and no secrets."""

    claimed: bool = Field(description="There is an administrator, or there has been one")
    centres: list[str] = Field(description="Collaborative areas that have their centre", examples=[["ita"]])
    mail: bool = Field(description="A mail server is named")
    mail_sender: str
    mail_sent_at: datetime | None = Field(description="When a test mail was last handed over")
    finished: bool


class CodeGiven(BaseModel):
    model_config = ConfigDict(extra="forbid")
    code: Annotated[str, Field(min_length=1, max_length=100)]


class NewCentre(BaseModel):
    model_config = ConfigDict(extra="forbid")
    yta: Code = Field(examples=["ita"])
    area: Code = Field(examples=["13"], description="The county where the centre is")
    name: Name


class MailOutcome(StrEnum):
    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    SILENT = "silent"
    NO_ADDRESS = "no_address"
    NOT_SET = "not_set"


class TestMail(BaseModel):
    outcome: MailOutcome
