"""One case of the story, acted out by its people through the operations of the consultation service."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from demo.story import acts
from demo.story.answer_steps import (
    AskSignaturesStep,
    CorrectStep,
    FollowUpStep,
    Recommendation,
    ReplyStep,
    SignStep,
    WriteAnswerStep,
)
from demo.story.days import StoryDays
from demo.story.ids import expert_id, person_id
from demo.story.organisations import EXCEPTION
from demo.story.script import Case
from demo.story.stage import Stage
from demo.story.steps import AnyStep, GoalsStep, HoldMeetingStep, InviteStep, MeetingStep, MergeStep, RemoveMemberStep
from demo.story.unfolding import signing_due
from services.consultation.answers import operations as answers
from services.consultation.answers import publishing, signing
from services.consultation.answers.rules import Block
from services.consultation.answers.schemas import AnswerView, Opined, RecommendationText, SignaturesAsked
from services.consultation.cases import drafts, triage
from services.consultation.cases.operations import open_case
from services.consultation.cases.schemas import CaseDraft, Merging
from services.consultation.follow_ups import operations as follow_ups
from services.consultation.follow_ups.schemas import FollowUpIn, GoalsIn, ReplyIn
from services.consultation.meetings import operations as meetings
from services.consultation.meetings.schemas import HeldMeeting, NewMeeting
from services.consultation.notifications.operations import see_case
from services.consultation.teams import answering, inviting, proposing
from services.consultation.teams import operations as teams
from services.consultation.teams.rules import Seat
from services.consultation.teams.schemas import InvitedMember, ProposedMember, Removal, TeamInvitation
from services.shared.database import WriteSession

Session = AbstractAsyncContextManager[WriteSession]


class Playing:
    """`codes`: slug of a case → its code, for all cases of the story."""

    def __init__(self, case: Case, stage: Stage, days: StoryDays, codes: dict[str, str]) -> None:
        self.case = case
        self._stage = stage
        self._days = days
        self._codes = codes
        self._meetings: dict[str, UUID] = {}
        self._invitations: dict[UUID, UUID] = {}  # person → invitation
        self._proposed: Sequence[ProposedMember] = ()
        self._answer_begun = False
        self._known: tuple[str, int] | None = None  # who did the last act on the case, and its version since
        self._special: dict[str, Callable[[Any], Awaitable[None]]] = {
            "draft": self._draft,
            "propose": self._propose,
            "invite": self._invite,
            "invite_proposed": self._invite_proposed,
            "remove_member": self._remove_member,
            "merge": self._merge,
            "meeting": self._call_meeting,
            "hold_meeting": self._hold_meeting,
            "goals": self._set_goals,
            "write_answer": self._write_answer,
            "ask_signatures": self._ask_signatures,
            "sign": self._sign,
            "correct": self._correct,
            "reply": self._reply,
            "follow_up": self._follow_up,
        }

    async def play(self, step: AnyStep) -> None:
        """Raises Refusal where the service won't."""
        self._stage.clock.set(self._days.moment(step.at))
        if self.case.handed_on_from and self.case.slug not in self._codes:
            self._codes[self.case.slug] = await self._stage.handed_on_from(self._codes[self.case.handed_on_from])
        if step.do in acts.MOVES:
            await self._move(step)
        elif step.do in acts.ADDITIONS:
            addition = acts.ADDITIONS[step.do]
            async with self._acting(step, addition.operation) as session:
                await addition.act(session, self._stage.registry, self.code, self._told(step, addition.schema))
            self._known = None if step.do == "consent" else self._known
        elif step.do in acts.ON_INVITATION:
            await self._answer_invitation(step)
            self._known = None
        else:
            await self._special[step.do](step)

    @property
    def code(self) -> str:
        return self._codes[self.case.slug]

    def _acting(self, step: AnyStep, operation: str) -> Session:
        return self._stage.acting(self._by(step), operation)

    def _by(self, step: AnyStep) -> str:
        return step.by or self.case.asker

    def _day(self, step: AnyStep) -> date:
        return self._days.moment(step.at).date()

    def _told(self, step: AnyStep, schema: type[BaseModel], **more: Any) -> Any:
        """What is sent, checked once more as the service checks it."""
        return schema.model_validate({**step.body(self._day(step)), **more})

    async def _version(self, step: AnyStep) -> int:
        """Whoever acts on a case looks at it first, unless its last act was their own."""
        if self._known is not None and self._known[0] == self._by(step):
            return self._known[1]
        async with self._acting(step, "read_case") as session:
            case = await open_case(session, self.code)
            await see_case(session, case.id)
            return case.row.version

    async def _move(self, step: AnyStep) -> None:
        move = acts.MOVES[step.do]
        version = await self._version(step)
        more = {"findings_confirmed": True} if step.do == "submit" else {}
        async with self._acting(step, move.operation) as session:
            told = self._told(step, move.schema, **more)
            code, version = await move.act(session, self._stage.registry, self.code, version, told)
        self._codes[self.case.slug] = code  # its letter is the centre's, which may be another now
        self._known = self._by(step), version
        self._answer_begun = self._answer_begun and step.do != "publish"

    async def _draft(self, step: AnyStep) -> None:
        told = self.case.request.model_dump(mode="json", exclude={"partner"}, exclude_unset=True)
        if self.case.request.partner:
            told["partner"] = person_id(self.case.request.partner)
        async with self._acting(step, "create_case") as session:
            self._codes[self.case.slug] = (await drafts.create_case(session, CaseDraft.model_validate(told))).row.code

    async def _merge(self, step: MergeStep) -> None:
        version = await self._version(step)
        async with self._acting(step, "merge_case") as session:
            told = Merging(into=self._codes[step.into], reason=step.reason)
            await triage.merge_case(session, self.code, version, told)

    async def _propose(self, step: AnyStep) -> None:
        async with self._acting(step, "propose_team") as session:
            self._proposed = (await proposing.propose_team(session, self._stage.registry, self.code)).members

    async def _invite_proposed(self, step: AnyStep) -> None:
        if not self._proposed:
            await self._propose(step)
        members = [InvitedMember(expert=one.expert, role=one.role) for one in self._proposed]
        await self._send_invitations(step, TeamInvitation(members=members, exception_reason=EXCEPTION))

    async def _invite(self, step: InviteStep) -> None:
        members = [InvitedMember(expert=expert_id(one.expert), role=one.role) for one in step.members]
        exception = step.exception_reason or EXCEPTION
        told = TeamInvitation(members=members, override_reason=step.override_reason, exception_reason=exception)
        await self._send_invitations(step, told)

    async def _send_invitations(self, step: AnyStep, told: TeamInvitation) -> None:
        async with self._acting(step, "invite_team") as session:
            await inviting.invite_team(session, self._stage.registry, self.code, told)
            team = await teams.list_team(session, self.code)
        self._invitations |= {one.person: one.invitation for one in team.members if one.state is Seat.INVITED}

    async def _answer_invitation(self, step: AnyStep) -> None:
        said = acts.ON_INVITATION[step.do]
        invitation = self._invitations[person_id(step.by or "")]
        async with self._acting(step, "read_invitation") as session:
            version = (await answering.read_invitation(session, invitation)).version
        more = {"no_conflict": True} if step.do == "accept_invitation" else {}
        async with self._acting(step, said.operation) as session:
            await said.act(session, invitation, version, self._told(step, said.schema, **more))

    async def _remove_member(self, step: RemoveMemberStep) -> None:
        invitation = self._invitations[person_id(step.expert)]
        async with self._acting(step, "list_team") as session:
            team = await teams.list_team(session, self.code)
        version = next(one.version for one in team.members if one.invitation == invitation)
        async with self._acting(step, "remove_member") as session:
            await answering.remove_member(session, invitation, version, Removal(reason=step.reason))

    async def _call_meeting(self, step: MeetingStep) -> None:
        starts, ends = (self._days.moment(told) for told in (step.starts_at, step.ends_at))
        async with self._acting(step, "propose_meeting") as session:
            told = self._told(step, NewMeeting, starts_at=starts, ends_at=ends)
            self._meetings[step.slug] = (await meetings.propose_meeting(session, self.code, told)).id

    async def _hold_meeting(self, step: HoldMeetingStep) -> None:
        meeting = self._meetings[step.meeting]
        async with self._acting(step, "read_meeting") as session:
            version = (await meetings.read_meeting(session, meeting)).version
        async with self._acting(step, "hold_meeting") as session:
            told = self._told(step, HeldMeeting, attended=[person_id(slug) for slug in step.attended])
            await meetings.hold_meeting(session, meeting, version, told)

    async def _set_goals(self, step: GoalsStep) -> None:
        async with self._acting(step, "set_goals") as session:
            version = (await follow_ups.list_goals(session, self.code)).version
            await follow_ups.set_goals(session, self.code, self._told(step, GoalsIn).goals, version)

    async def _answer(self, step: AnyStep) -> AnswerView:
        async with self._acting(step, "read_answer") as session:
            return await answers.read_answer(session, self.code)

    async def _draft_answer(self, step: AnyStep) -> AnswerView:
        """The draft that stands, begun where there is none: at first, and anew in a case that was reopened."""
        if self._answer_begun:
            return await self._answer(step)
        self._answer_begun = True
        async with self._acting(step, "start_answer") as session:
            return await answers.start_answer(session, self.code, None)

    async def _write_answer(self, step: WriteAnswerStep) -> None:
        await self._write(step, await self._draft_answer(step), step.blocks, step.recommendations)

    async def _write(
        self, step: AnyStep, seen: AnswerView, blocks: dict[Block, str], advice: Sequence[Recommendation]
    ) -> None:
        for block, text in blocks.items():
            async with self._acting(step, "save_block") as session:
                await answers.save_block(session, self.code, block, text, seen.blocks[block].version)
        for one in advice:
            async with self._acting(step, "add_recommendation") as session:
                told = RecommendationText.model_validate(one.told(self._day(step)))
                await answers.add_recommendation(session, self.code, told)

    async def _ask_signatures(self, step: AskSignaturesStep) -> None:
        seen = await self._answer(step)
        due = signing_due(self._day(step), step.due)
        async with self._acting(step, "ask_signatures") as session:
            await signing.ask_signatures(session, self.code, SignaturesAsked(due=due), seen.version)

    async def _sign(self, step: SignStep) -> None:
        seen = await self._answer(step)
        about = seen.recommendations[step.recommendation - 1].id if step.recommendation else None
        async with self._acting(step, "sign_answer") as session:
            opined = Opined(opinion=step.opinion, text=step.text, recommendation=about)
            await signing.sign_answer(session, self.code, opined, seen.version)

    async def _correct(self, step: CorrectStep) -> None:
        self._answer_begun = True
        async with self._acting(step, "correct_answer") as session:
            seen = await publishing.correct_answer(session, self.code, step.reason)
        await self._write(step, seen, step.blocks, step.recommendations)

    async def _reply(self, step: ReplyStep) -> None:
        version = await self._version(step)
        told = self._told(step, ReplyIn, rows=await self._rows(step, step.rows))
        async with self._acting(step, "reply_to_answer") as session:
            await follow_ups.reply_to_answer(session, self.code, told, version)

    async def _follow_up(self, step: FollowUpStep) -> None:
        version = await self._version(step)
        rows = await self._rows(step, step.rows)
        async with self._acting(step, "follow_up_case") as session:
            goals = (await follow_ups.list_goals(session, self.code)).items
            levels = [{"goal": one.id, "level": level} for one, level in zip(goals, step.goals, strict=True)]
            told = self._told(step, FollowUpIn, rows=rows, goals=levels)
            await follow_ups.follow_up_case(session, self.code, told, version)

    async def _rows(self, step: AnyStep, rows: Sequence[BaseModel]) -> list[dict[str, Any]]:
        """A row for each recommendation, in their order."""
        told = zip((await self._answer(step)).recommendations, rows, strict=True)
        return [{**row.model_dump(mode="json"), "recommendation": advice.id} for advice, row in told]
