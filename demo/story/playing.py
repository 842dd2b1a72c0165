"""One case of the story, acted out by its people through the consultation service."""

from collections.abc import Awaitable, Callable
from typing import Any

from demo.story.days import StoryDays
from demo.story.ids import expert_id, person_id
from demo.story.script import Case
from demo.story.stage import Answered, Stage
from demo.story.steps import (
    AnyStep,
    AskSignaturesStep,
    CorrectStep,
    FollowUpStep,
    GoalsStep,
    HoldMeetingStep,
    InviteStep,
    MeetingStep,
    MergeStep,
    Recommendation,
    RemoveMemberStep,
    ReplyStep,
    SignStep,
    WriteAnswerStep,
)
from demo.story.unfolding import signing_due
from services.consultation.answers.rules import Block
from services.shared.http import RemoteRefusal

PLAIN = {
    "submit": "submit",
    "return": "return",
    "complete": "complete",
    "accept": "accept",
    "advise_elsewhere": "advise-elsewhere",
    "redirect_urgent": "redirect-urgent",
    "decline": "decline",
    "withdraw": "withdraw",
    "withdraw_consent": "withdraw-consent",
    "reopen": "reopen",
    "transfer": "transfer",
    "answer_directly": "answer-directly",
    "close": "close",
    "publish": "publish",
}
"""Acts on the case as it was read, and where they are sent."""

ADDED = {
    "consent": "consents",
    "gap": "competence-gaps",
    "message": "messages",
    "note": "team-notes",
    "minutes": "minutes",
}
"""What is added to a case, whatever its version."""

OWN_INVITATION = {"accept_invitation": "accept", "decline_invitation": "decline", "recuse": "recuse"}


class Playing:
    """`codes`: slug of a case → its code, for all cases of the story."""

    def __init__(self, case: Case, stage: Stage, days: StoryDays, codes: dict[str, str]) -> None:
        self.case = case
        self._stage = stage
        self._days = days
        self._codes = codes
        self._meetings: dict[str, str] = {}
        self._invitations: dict[str, str] = {}  # the person's id → their invitation
        self._proposed: list[dict[str, Any]] = []
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
        """Raises RemoteRefusal where the service won't."""
        self._stage.clock.set(self._days.moment(step.at))
        if step.do in PLAIN:
            await self._act(step, PLAIN[step.do], self._body(step))
        elif step.do in ADDED:
            await self._ask(step, "POST", f"{self._path}/{ADDED[step.do]}", self._body(step))
        elif step.do in OWN_INVITATION:
            await self._answer_invitation(step, OWN_INVITATION[step.do])
        else:
            await self._special[step.do](step)

    @property
    def _path(self) -> str:
        return f"/cases/{self._codes[self.case.slug]}"

    def _by(self, step: AnyStep) -> str:
        return step.by or self.case.asker

    def _body(self, step: AnyStep) -> dict[str, Any]:
        return step.body(self._days.moment(step.at).date())

    async def _ask(
        self, step: AnyStep, method: str, path: str, body: Any = None, version: int | None = None
    ) -> Answered:
        return await self._stage.ask(self._by(step), method, path, body, version=version)

    async def _act(self, step: AnyStep, name: str, body: dict[str, Any]) -> None:
        """Whoever acts looks first."""
        seen = await self._ask(step, "GET", self._path)
        if step.do == "submit":
            body = {"findings_confirmed": True}
        said = await self._ask(step, "POST", f"{self._path}/{name}", body, seen.version)
        if step.do in ("submit", "transfer"):
            self._codes[self.case.slug] = said.content["code"]  # the letter is the centre's

    async def _draft(self, step: AnyStep) -> None:
        told = self.case.request.model_dump(mode="json", exclude={"partner"}, exclude_unset=True)
        if self.case.request.partner:
            told["partner"] = str(person_id(self.case.request.partner))
        self._codes[self.case.slug] = (await self._ask(step, "POST", "/cases", told)).content["code"]

    async def _merge(self, step: MergeStep) -> None:
        await self._act(step, "merge", {"into": self._codes[step.into], "reason": step.reason})

    async def _propose(self, step: AnyStep) -> None:
        said = await self._ask(step, "GET", f"{self._path}/team-proposal")
        self._proposed = said.content["members"]

    async def _invite_proposed(self, step: AnyStep) -> None:
        if not self._proposed:
            await self._propose(step)
        members = [{"expert": one["expert"], "role": one["role"]} for one in self._proposed]
        await self._send_invitations(step, {"members": members})

    async def _invite(self, step: InviteStep) -> None:
        members = [{"expert": str(expert_id(one.expert)), "role": one.role} for one in step.members]
        await self._send_invitations(step, {**self._body(step), "members": members})

    async def _send_invitations(self, step: AnyStep, body: dict[str, Any]) -> None:
        said = await self._ask(step, "POST", f"{self._path}/invitations", body)
        for member in said.content["members"]:
            if member["state"] == "invited":
                self._invitations[member["person"]] = member["invitation"]

    async def _answer_invitation(self, step: AnyStep, name: str) -> None:
        path = f"/invitations/{self._invitations[str(person_id(self._by(step)))]}"
        seen = await self._ask(step, "GET", path)
        body = {"no_conflict": True} if name == "accept" else self._body(step)
        await self._ask(step, "POST", f"{path}/{name}", body, seen.version)

    async def _remove_member(self, step: RemoveMemberStep) -> None:
        person = str(person_id(step.expert))
        team = (await self._ask(step, "GET", f"{self._path}/team")).content["members"]
        seat = next(one for one in team if one["invitation"] == self._invitations[person])
        path = f"/invitations/{seat['invitation']}/remove"
        await self._ask(step, "POST", path, {"reason": step.reason}, seat["version"])

    async def _call_meeting(self, step: MeetingStep) -> None:
        starts, ends = (self._days.moment(told).isoformat() for told in (step.starts_at, step.ends_at))
        body = {**self._body(step), "starts_at": starts, "ends_at": ends}
        self._meetings[step.slug] = (await self._ask(step, "POST", f"{self._path}/meetings", body)).content["id"]

    async def _hold_meeting(self, step: HoldMeetingStep) -> None:
        path = f"/meetings/{self._meetings[step.meeting]}"
        seen = await self._ask(step, "GET", path)
        body = {**self._body(step), "attended": [str(person_id(slug)) for slug in step.attended]}
        await self._ask(step, "POST", f"{path}/hold", body, seen.version)

    async def _set_goals(self, step: GoalsStep) -> None:
        seen = await self._ask(step, "GET", f"{self._path}/goals")
        await self._ask(step, "PUT", f"{self._path}/goals", self._body(step), seen.version)

    async def _answer(self, step: AnyStep) -> dict[str, Any]:
        """The draft that stands, begun where there is none."""
        path = f"{self._path}/answer"
        try:
            seen: dict[str, Any] = (await self._ask(step, "GET", path)).content
        except RemoteRefusal as refused:
            if refused.status != 404:
                raise
            return dict((await self._ask(step, "POST", path, {})).content)
        if seen["state"] == "published":  # the case was reopened: another answer begins
            seen = (await self._ask(step, "POST", path, {})).content
        return seen

    async def _write_answer(self, step: WriteAnswerStep) -> None:
        await self._write(step, await self._answer(step), step.blocks, step.recommendations)

    async def _write(
        self, step: AnyStep, seen: dict[str, Any], blocks: dict[Block, str], recommendations: list[Recommendation]
    ) -> None:
        day = self._days.moment(step.at).date()
        for block, text in blocks.items():
            version = seen["blocks"][block]["version"]
            await self._ask(step, "PUT", f"{self._path}/answer/blocks/{block}", {"text": text}, version)
        for one in recommendations:
            await self._ask(step, "POST", f"{self._path}/answer/recommendations", one.told(day))

    async def _ask_signatures(self, step: AskSignaturesStep) -> None:
        seen = await self._ask(step, "GET", f"{self._path}/answer")
        due = signing_due(self._days.moment(step.at).date(), step.due).isoformat()
        await self._ask(step, "POST", f"{self._path}/answer/ask-signatures", {"due": due}, seen.version)

    async def _sign(self, step: SignStep) -> None:
        seen = await self._ask(step, "GET", f"{self._path}/answer")
        body = self._body(step)
        if step.recommendation is not None:
            body["recommendation"] = seen.content["recommendations"][step.recommendation - 1]["id"]
        await self._ask(step, "POST", f"{self._path}/answer/signature", body, seen.version)

    async def _correct(self, step: CorrectStep) -> None:
        said = await self._ask(step, "POST", f"{self._path}/answer/corrections", {"reason": step.reason})
        await self._write(step, said.content, step.blocks, step.recommendations)

    async def _reply(self, step: ReplyStep) -> None:
        await self._act(step, "reply", {**self._body(step), "rows": await self._rows(step, step.rows)})

    async def _follow_up(self, step: FollowUpStep) -> None:
        goals = (await self._ask(step, "GET", f"{self._path}/goals")).content["items"]
        levels = [{"goal": goal["id"], "level": level} for goal, level in zip(goals, step.goals, strict=True)]
        rows = await self._rows(step, step.rows)
        await self._act(step, "follow-up", {**self._body(step), "rows": rows, "goals": levels})

    async def _rows(self, step: AnyStep, rows: list[Any]) -> list[dict[str, Any]]:
        """A row for each recommendation, in their order."""
        answer = (await self._ask(step, "GET", f"{self._path}/answer")).content
        told = zip(answer["recommendations"], rows, strict=True)
        return [{**row.model_dump(mode="json"), "recommendation": advice["id"]} for advice, row in told]
