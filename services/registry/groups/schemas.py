from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.organisations.schemas import Code
from services.registry.terms.named import NamedChange, NamedView, NewNamed
from services.registry.texts import Told
from services.shared.paging import Page


class Rhythm(StrEnum):
    """How often a group meets. Our own list."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    AS_NEEDED = "as_needed"


class GroupRole(StrEnum):
    CHAIR = "chair"
    SECRETARY = "secretary"
    MEMBER = "member"


class GroupMemberView(BaseModel):
    id: UUID
    expert: UUID | None = Field(description="None where the caller doesn't see the expert's entry")
    name: str | None = Field(examples=["Tuomas Laine"])
    title: str | None = Field(examples=["lastenpsykiatri"])
    role: GroupRole
    valid_from: date
    valid_to: date | None
    state: str = Field(description="coming, in_force or ended")


class GroupView(NamedView):
    group_type: str = Field(examples=["lsl14"], description="A concept of group_types")
    rhythm: Rhythm
    meets: Told = Field(description="The weekday and the time")
    next_meeting: date | None
    members: list[GroupMemberView] = Field(
        default=[], description="Those who are in it or come, the chair first; then those who have left"
    )


class GroupPage(Page[GroupView]):
    pass


class NewGroup(NewNamed):
    group_type: Code = Field(examples=["lsl14"])
    rhythm: Rhythm = Rhythm.AS_NEEDED
    meets: Told = Told()
    next_meeting: date | None = None


class GroupChange(NamedChange):
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"valid_to", "next_meeting"})
    group_type: Code | None = None
    rhythm: Rhythm | None = None
    meets: Told | None = None
    next_meeting: date | None = None


class NewGroupMember(BaseModel):
    model_config = ConfigDict(extra="forbid")
    expert: UUID
    role: GroupRole = GroupRole.MEMBER
    valid_from: date = Field(examples=["2026-09-01"])
    valid_to: date | None = None


class GroupMemberEnd(BaseModel):
    model_config = ConfigDict(extra="forbid")
    valid_to: date = Field(description="The last day in the group", examples=["2026-12-31"])
