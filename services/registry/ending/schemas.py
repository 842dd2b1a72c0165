from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from services.registry.texts import Name


class EndingTerm(BaseModel):
    kind: str = Field(examples=["agreement"], description="mandate, resource or agreement")
    id: UUID
    organisation: UUID
    organisation_slug: str
    organisation_name: Name
    what: str = Field(description="A mandate's task or a resource's funding; empty of an agreement")
    valid_to: date


class EndingTerms(BaseModel):
    until: date = Field(description="What ends by this day is told")
    items: list[EndingTerm] = Field(description="What ends soonest, first; at most 200")
