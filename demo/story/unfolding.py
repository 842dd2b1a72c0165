"""How a case's states follow from its steps, by the services' own table: a story that can't happen is told at once."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache

from demo.story.answer_steps import (
    AnswerDirectlyStep,
    AskSignaturesStep,
    CloseStep,
    CorrectStep,
    FollowUpStep,
    PublishStep,
    ReplyStep,
    SignStep,
    WriteAnswerStep,
)
from demo.story.days import StoryDays, shifted
from demo.story.lines import lines
from demo.story.script import Case
from demo.story.step import Step
from demo.story.steps import (
    AcceptInvitationStep,
    AcceptStep,
    AnyStep,
    DeclineInvitationStep,
    GoalsStep,
    InviteProposedStep,
    InviteStep,
    RecuseStep,
    RemoveMemberStep,
    TransferStep,
    WithdrawConsentStep,
)
from services.consultation.clocks import add_days, add_months, is_working_day
from services.consultation.workflow import ACTS, State
from services.shared.clock import HELSINKI

SIGNED_BY = time(16)
"""The time of day when a signing deadline ends."""


class Unfolding:
    def __init__(self, case: Case) -> None:
        self._case = case
        self._state = State.SUBMITTED if case.handed_on_from else State.DRAFT
        self._returned_from = State.SUBMITTED
        self._line = case.request.line
        self._invited: set[str] = set()
        self._team: set[str] = set()
        self._anybody = False  # a proposal was invited: who it names is seen when it is played
        self._recommendations = self._goals = 0
        self._correcting = self._asked_to_sign = False
        self._marks: dict[str, Step] = {}

    @property
    def state(self) -> State:
        return self._state

    def faults(self) -> Iterator[tuple[str, str]]:
        """(place, what is wrong). The first impossible step ends it: what follows would only repeat it."""
        for place, step in enumerate(self._case.steps):
            found = list(self._faults_of(step))
            if found:
                yield from ((f"step {place + 1} ({step.do} {step.at})", says) for says in found)
                return
            self._happen(step)

    def _faults_of(self, step: AnyStep) -> Iterator[str]:
        act = ACTS[step.act]
        before = (State.ANSWERED, State.IN_FOLLOW_UP, State.CLOSED) if self._corrects(step) else act.before
        if self._state not in before:
            yield f"{step.do} is not possible in state {self._state.value}"
            return
        yield from self._of_team(step)
        yield from self._of_answer(step)
        yield from self._of_times(step)

    def _corrects(self, step: AnyStep) -> bool:
        return self._correcting and isinstance(step, (WriteAnswerStep, AskSignaturesStep, SignStep, PublishStep))

    def _of_team(self, step: AnyStep) -> Iterator[str]:
        if self._anybody:
            return
        match step:
            case AcceptInvitationStep() | DeclineInvitationStep() if step.by not in self._invited:
                yield f"{step.by} is not invited"
            case RecuseStep() if step.by not in self._invited | self._team:
                yield f"{step.by} is neither invited nor in the team"
            case RemoveMemberStep() if step.expert not in self._invited | self._team:
                yield f"{step.expert} is neither invited nor in the team"
            case SignStep() if step.by not in self._team:
                yield f"{step.by} is not in the team"
            case InviteStep() if not step.override_reason:
                yield "say override_reason: these may not be whom the proposal names"
            case _:
                pass

    def _of_answer(self, step: AnyStep) -> Iterator[str]:
        match step:
            case SignStep() | PublishStep() if not self._asked_to_sign:
                yield "signatures are not asked"
            case SignStep() if (step.recommendation or 0) > self._recommendations:
                yield f"there are {self._recommendations} recommendations"
            case SignStep() if step.opinion != "agree" and not step.text:
                yield "a remark and a dissent need their text"
            case AskSignaturesStep() if not self._recommendations:
                yield "there are no recommendations yet"
            case ReplyStep() | FollowUpStep() if len(step.rows) != self._recommendations:
                yield f"{len(step.rows)} rows, {self._recommendations} recommendations"
            case FollowUpStep() if len(step.goals) != self._goals:
                yield f"{len(step.goals)} levels, {self._goals} goals"
            case _:
                pass

    def _of_times(self, step: AnyStep) -> Iterator[str]:
        """The same number of working days isn't always the same number of days: asked of a year of last days."""
        if not isinstance(step, (FollowUpStep, CloseStep)):
            return
        early = [last for last in _last_days() if self._moment(step, last) < self._earliest(step, last)]
        if early:
            yield f"too early where the story ends on {early[0]}: not before {self._earliest(step, early[0])}"

    def _earliest(self, step: AnyStep, last: date) -> datetime:
        if self._state is State.ANSWERED:
            published = self._moment(self._marks["answered"], last)
            return add_days(published, lines()[self._line or ""]["reply_days"])
        replied = self._moment(self._marks["replied"], last)
        opens = add_months(replied, lines()[self._line or ""]["follow_up_months"] or 0)
        return opens if isinstance(step, FollowUpStep) else add_days(opens, 14)

    def _moment(self, step: Step, last: date) -> datetime:
        return StoryDays(last).moment(step.at)

    def _happen(self, step: AnyStep) -> None:
        self._turn(step)
        match step:
            case InviteStep():
                self._invited |= {one.expert for one in step.members}
            case InviteProposedStep():
                self._anybody = True
            case AcceptInvitationStep():
                self._team.add(step.by or "")
                if self._state is State.ACCEPTED:
                    self._state = State.IN_CONSULTATION
            case RemoveMemberStep():
                self._team.discard(step.expert)
            case DeclineInvitationStep() | RecuseStep():
                self._team.discard(step.by or "")
            case WriteAnswerStep() | AnswerDirectlyStep():
                self._recommendations += len(step.recommendations)
            case CorrectStep():
                self._correcting, self._asked_to_sign = True, False
                self._recommendations += len(step.recommendations)
            case AskSignaturesStep():
                self._asked_to_sign = True
            case PublishStep():
                self._correcting = self._asked_to_sign = False
            case GoalsStep():
                self._goals = len(step.goals)
            case _:
                pass

    def _turn(self, step: AnyStep) -> None:
        act = ACTS[step.act]
        if isinstance(step, WithdrawConsentStep) and step.choice == "withdraw":
            self._state = State.WITHDRAWN
        if isinstance(step, (AcceptStep, TransferStep)):
            self._line = step.line or self._line
        if step.do == "return":
            self._returned_from = self._state
        if act.back:
            self._state = self._returned_from
        elif isinstance(step, ReplyStep):
            self._marks["replied"] = step
            self._state = State.IN_FOLLOW_UP if lines()[self._line or ""]["follow_up_months"] else State.CLOSED
        elif act.after and not self._corrects(step):
            self._state = act.after[0]
        if self._state is State.ANSWERED and act.after:
            self._marks.setdefault("answered", step)
        if step.do == "reopen":
            self._marks.clear()
            self._recommendations = 0


@cache
def _last_days() -> list[date]:
    """Working days over a year and a half; from a fixed day, since what holds in one year holds in the next."""
    first = date(2026, 7, 1)
    return [day for ahead in range(0, 550, 3) if is_working_day(day := first + timedelta(days=ahead))]


def signing_due(day: date, working_days: str) -> datetime:
    return datetime.combine(shifted(day, int(working_days)), SIGNED_BY, HELSINKI)
