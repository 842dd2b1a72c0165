"""How a case is shown to somebody: what they may see of it, what they may do next, whose turn it is."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.consultation.access import Relation
from services.consultation.answers.team import signatories_in
from services.consultation.answers.views import view_of as answer_shown
from services.consultation.cases import checks, store, timekeeping
from services.consultation.cases.belongings import THREAD_SHOWN, Belongings, belongings_of, draft_contents
from services.consultation.cases.operations import open_case
from services.consultation.cases.schemas import (
    AdditionView,
    AllowedAct,
    AskerShown,
    BlockedAct,
    CaseView,
    ClockView,
    ExitView,
    LineShown,
    LogEntry,
    MissingView,
    NextStep,
    PersonShown,
    Step,
)
from services.consultation.cases.store import OpenCase, text_of
from services.consultation.cases.tables import CaseClock
from services.consultation.lines.schemas import Name
from services.consultation.messages.operations import page_in
from services.consultation.notifications.operations import see_case
from services.consultation.teams.operations import team_in
from services.consultation.teams.rules import Seat
from services.consultation.teams.schemas import TeamMember
from services.consultation.workflow import ROAD, TURNS, Group, State, acts_in
from services.shared.clock import HELSINKI
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import NotFound

_PLAIN = (
    "id",
    "code",
    "version",
    "yta",
    "area",
    "themes",
    "age_groups",
    "client_languages",
    "language",
    "urgency",
    "form",
    "identification",
    "handing_on",
    "professional_role",
    "partner",
    "created_at",
    "submitted_at",
    "accepted_at",
    "answered_at",
    "replied_at",
    "closed_at",
    "team_may_read",
    "choice_due",
)
_TEXTS = ("subject", "situation", "tried", "involved", "expertise_wished", "participants")
# What nobody may do while the consent it rests on is missing.
_NEEDS_TEAM = frozenset({"invite_team", "publish", "start_answer", "save_answer", "ask_signatures"})
_ON_ANSWER = ("start_answer", "save_answer", "ask_signatures", "sign_answer", "publish")
# Not a hindrance worth telling: the act has no meaning just now.
_SILENT = frozenset({"no_consent_needed", "no_answer_yet"})
# While the team works the most advanced of these that the caller may do is the awaited one.
_WORK_ORDER = ("sign_answer", "publish", "start_answer", "save_answer")


async def view_case(session: WriteSession, case: OpenCase | str, *, thread: bool = False) -> CaseView:
    """Of a case that an act holds, or of one by its id or code: then the look is logged.

    `thread`: with its messages, which are then looked at too.
    """
    if isinstance(case, str):
        case = await open_case(session, case, part="case,thread" if thread else "case")
        await see_case(session, case.id)
    belongings = await belongings_of(session, case.row, thread=thread)
    row, now = case.row, session.clock.now()
    clocks = [_clock(session, clock) for clock in belongings.clocks]
    team = team_in(case, belongings.seats, {one.person_id: int(one.total) for one in belongings.minutes})
    allowed, blocked = await _acts(session, case, belongings)
    draft = case.state is State.DRAFT
    return CaseView(
        **{name: getattr(row, name) for name in _PLAIN},
        **{name: text_of(case, name) for name in _TEXTS},
        state=case.state,
        questions=store.questions_of(case),
        line=next((LineShown(slug=line.slug, name=Name(**line.name)) for line in belongings.line), None),
        additions=[
            AdditionView(at=one.at, person_name=one.person_name, text=store.addition_text(case, one))
            for one in belongings.additions
        ],
        asker=AskerShown(
            person=row.asker,
            name=row.asker_name,
            organisation=row.asker_organisation,
            organisation_name=row.asker_organisation_name,
        ),
        coordinator=_person(row.coordinator, row.coordinator_name),
        relation=[relation.value for relation in Relation if relation in case.relations],
        clocks=clocks,
        team=team,
        exit=_exit(case),
        missing=MissingView(text=text_of(case, "missing_text"), due=row.missing_due)
        if row.missing_text_sealed
        else None,
        merged_into=await _merged_into(session, case),
        steps=_steps(case, clocks),
        allowed=allowed,
        blocked=blocked,
        next=_next(case, clocks, team, allowed),
        log=[
            LogEntry(at=entry.at, act=entry.act, person_name=entry.person_name, data=entry.data)
            for entry in belongings.log
        ],
        thread=page_in(case, belongings.thread, limit=THREAD_SHOWN) if thread else None,
        findings=checks.findings_in(case, now.astimezone(HELSINKI).date()) if draft else None,
        lacking=checks.lacking(case) if draft else None,
    )


def _person(person: UUID | None, name: str | None) -> PersonShown | None:
    return PersonShown(person=person, name=name or "") if person else None


def _clock(session: ReadSession, clock: CaseClock) -> ClockView:
    now = session.clock.now()
    return ClockView(
        name=clock.name,
        started=clock.started_at,
        opens=clock.opens_at,
        due=clock.due_at,
        stopped=clock.stopped_at,
        state=timekeeping.state_of(clock, now).value,
        left_seconds=timekeeping.left_seconds(clock, now),
        share=timekeeping.share_used(clock, now),
    )


async def _acts(
    session: ReadSession, case: OpenCase, belongings: Belongings
) -> tuple[list[AllowedAct], list[BlockedAct]]:
    allowed: list[AllowedAct] = []
    blocked: list[BlockedAct] = []
    with_answer = await _answer_acts(session, case, belongings)
    for act in acts_in(case.state, case.groups):
        obstacle = _obstacle(case, act.name, with_answer, belongings, session.clock.now())
        if obstacle is None:
            allowed.append(AllowedAct(act=act.name, needs=list(act.needs)))
        elif obstacle.code not in _SILENT:
            blocked.append(obstacle)
    return allowed, blocked


async def _answer_acts(session: ReadSession, case: OpenCase, belongings: Belongings) -> dict[str, BlockedAct | None]:
    """Of each act on the answer what stands in its way, None where nothing does."""
    if case.state is not State.IN_CONSULTATION or not case.groups & {Group.TEAM, Group.COORDINATOR}:
        return {}
    answer = next(iter(belongings.answers), None)
    if answer is None:
        missing = {act: BlockedAct(act=act, code="no_answer_yet") for act in _ON_ANSWER}
        return {**missing, "publish": BlockedAct(act="publish", code="answer_not_started"), "start_answer": None}
    contents = await draft_contents(session, answer, case.key)
    team = signatories_in([seat for seat in belongings.seats if seat.state == Seat.ACCEPTED])
    shown = answer_shown(case, answer, contents, team=team, editions=[], now=session.clock.now())
    found: dict[str, BlockedAct | None] = {act: BlockedAct(act=act, code="no_answer_yet") for act in _ON_ANSWER}
    found |= {one.act: BlockedAct(act=one.act, code=one.code, data=one.data) for one in shown.blocked}
    return {**found, **{one.act: None for one in shown.allowed}}


def _obstacle(
    case: OpenCase, act: str, with_answer: dict[str, BlockedAct | None], belongings: Belongings, now: datetime
) -> BlockedAct | None:
    if act in _NEEDS_TEAM and not case.row.team_may_read:
        code = "consent_withdrawn" if case.row.choice_due else "consent_missing"
        return BlockedAct(act=act, code=code)
    if act in with_answer:
        return with_answer[act]
    return checks.obstacle_in(case, act, belongings.clocks, now)


def _exit(case: OpenCase) -> ExitView | None:
    row = case.row
    if row.exit_act is None:
        return None
    return ExitView(
        act=row.exit_act,
        reason_code=row.exit_reason_code,
        text=text_of(case, "exit_text"),
        place=text_of(case, "exit_place"),
        contact=text_of(case, "exit_contact"),
    )


async def _merged_into(session: ReadSession, case: OpenCase) -> str | None:
    """None also where the case it went into is not the reader's to see: a partner's, or one transferred since."""
    if case.row.merged_into is None:
        return None
    try:
        return (await store.find_case(session, case.row.merged_into)).code
    except NotFound:
        return None


def _steps(case: OpenCase, clocks: Sequence[ClockView]) -> list[Step]:
    row = case.row
    # a clock that stands still promises no day
    due = {clock.name: clock.due for clock in clocks if clock.stopped is None and clock.state != "paused"}
    reached = {
        State.SUBMITTED: (row.submitted_at, None),
        State.ACCEPTED: (row.accepted_at, due.get("receipt")),
        State.IN_CONSULTATION: (row.team_ready_at, due.get("first")),
        State.ANSWERED: (row.answered_at, due.get("answer")),
        State.IN_FOLLOW_UP: (row.replied_at, due.get("reply")),
        State.CLOSED: (row.closed_at, due.get("follow_up")),
    }
    return [Step(state=state, at=reached[state][0], due=reached[state][1]) for state in ROAD]


def _next(
    case: OpenCase, clocks: Sequence[ClockView], team: Sequence[TeamMember], allowed: Sequence[AllowedAct]
) -> NextStep:
    clock = next(iter(_urgent_first(clocks)), None)
    if case.row.choice_due is not None:
        turn = Group.ASKER in case.groups
        act = "withdraw_consent" if turn else None
        return NextStep(turn=turn, act=act, code="choose", who=[case.row.asker_name], clock=clock)
    awaited = TURNS.get(case.state)
    if awaited is None:
        return NextStep(turn=False, act=None, code=case.state.value, who=[], clock=None)
    invited = [member.name for member in team if member.state == Seat.INVITED]
    if case.state is State.ACCEPTED and invited:
        return NextStep(turn=False, act=None, code="await_team", who=invited, clock=clock)
    who = _names(awaited.who, case, team)
    act = _awaited_act(awaited.act, case, {one.act for one in allowed})
    turn = awaited.who in case.groups if case.state is not State.IN_CONSULTATION else act is not None
    return NextStep(turn=turn, act=act if turn else None, code=awaited.act, who=who, clock=clock)


def _awaited_act(usual: str, case: OpenCase, may: set[str]) -> str | None:
    if case.state is not State.IN_CONSULTATION:
        return usual if usual in may else None
    # A coordinator may write too, but is awaited only to publish.
    order = _WORK_ORDER if Group.TEAM in case.groups else ("publish",)
    return next((act for act in order if act in may), None)


def _urgent_first(clocks: Sequence[ClockView]) -> list[ClockView]:
    running = [clock for clock in clocks if clock.stopped is None]
    return sorted(running, key=lambda clock: (clock.state == "paused", clock.due))


def _names(group: Group, case: OpenCase, team: Sequence[TeamMember]) -> list[str]:
    row = case.row
    members = [member.name for member in team if member.state == Seat.ACCEPTED]
    if group is Group.ASKER:
        return [row.asker_name]
    if group is Group.TEAM and members:
        return members
    return [row.coordinator_name] if row.coordinator_name else []
