"""An act on a case: may this person, in this state? Then state, version, clocks, event and log rows in one go."""

from typing import Any
from uuid import UUID

from services.consultation.access import ground_of
from services.consultation.cases.store import OpenCase, find_case, hold_log, write_log
from services.consultation.cases.tables import Case
from services.consultation.cases.timekeeping import turn_clocks, would_turn
from services.consultation.errors import ActNotPossible, NotYourAct
from services.consultation.notifications.operations import notify
from services.consultation.workflow import ACTS, OPEN, Act, State
from services.shared.access_log import log_access
from services.shared.database import WriteSession
from services.shared.journal import record_event

_REACHED = {
    State.SUBMITTED: "submitted_at",
    State.ACCEPTED: "accepted_at",
    State.IN_CONSULTATION: "team_ready_at",
    State.ANSWERED: "answered_at",
    State.IN_FOLLOW_UP: "replied_at",
}


def check(case: OpenCase, name: str, *, by_itself: bool = False) -> Act:
    """Raises NotYourAct, ActNotPossible. `by_itself`: part of another act, so only the state is asked."""
    act = ACTS[name]
    if not by_itself and not act.is_for(case.groups):
        raise NotYourAct(act=name)
    if case.state not in act.before:
        raise ActNotPossible(act=name, state=case.row.state)
    return act


async def move(
    session: WriteSession,
    case: OpenCase,
    name: str,
    *,
    to: State | None = None,
    by_itself: bool = False,
    event: dict[str, Any] | None = None,
    log: dict[str, Any] | None = None,
) -> None:
    """Does the act on a case that `take_case` holds: its version grows, whether the state changes or not.

    `to` chooses among several target states. `event` and `log` add codes, ids and times to the event and the log row.
    """
    act = check(case, name, by_itself=by_itself)
    row, left = case.row, case.state
    row.state = _target(act, row, to).value
    row.state_before = left.value if name == "return" else None
    if row.state not in OPEN:
        row.choice_due = None  # an ended case goes on no way: nothing is left to choose
    _stamp(row, act, session)
    sign(row, name, session)
    await turn_clocks(session, row, name, case.groups)
    if act.event:
        await tell(session, row, act.event, **(event or {}))
    if row.state == State.CLOSED and act.event != "case.closed":
        # whoever is told that the reply or the follow-up came knows what it means
        await record(session, row, "case.closed", no_reply=False)
    await log_access(session, act=name, subject=row.id, part="case", ground=ground_of(case.relations))
    await write_log(session, row.id, name, **{"from": left.value, "to": row.state, **(log or {})})


async def note(
    session: WriteSession,
    case: OpenCase,
    name: str,
    *,
    part: str,
    by_itself: bool = False,
    team_only: bool = False,
    event: str | None = None,
    log: dict[str, Any] | None = None,
    **data: Any,
) -> None:
    """Does a deed that leaves state and version alone (a message, a meeting). `data` goes into the event."""
    act = check(case, name, by_itself=by_itself)
    if await would_turn(session, case.row, name, case.groups):
        await turn_clocks(session, await find_case(session, case.id), name, case.groups)
    if event or act.event:
        await tell(session, case.row, event or act.event or "", **data)
    await log_access(session, act=name, subject=case.id, part=part, ground=ground_of(case.relations))
    await hold_log(session, case.id, name, team_only=team_only, **(log or {}))


async def tell(session: WriteSession, row: Case, type: str, **data: Any) -> None:
    """An event of the case, and a notification to those whom it concerns."""
    await record(session, row, type, **data)
    await notify(session, row.id, type, data=data)


async def record(session: WriteSession, row: Case, type: str, **data: Any) -> None:
    """An event alone. Each repeats what a fact needs, so that no reader has to look anything up."""
    repeated = {
        "yta": row.yta,
        "area": row.area,
        "line": row.line,
        "themes": row.themes,
        "age_groups": row.age_groups,
        "client_languages": row.client_languages,
        "language": row.language,
        "urgency": row.urgency,
    }
    await record_event(session, type, subject=row.id, **{**repeated, **data})


def _target(act: Act, row: Case, to: State | None) -> State:
    if act.back:
        return State(row.state_before or State.SUBMITTED)
    if not act.after:
        return State(row.state)
    target = to or act.after[0]
    if target not in act.after:
        raise ValueError(f"{act.name} does not lead to {target}")
    return target


def _stamp(row: Case, act: Act, session: WriteSession) -> None:
    now, state = session.clock.now(), State(row.state)
    if act.name == "reply":
        row.replied_at = now
    if not act.after:
        return
    if name := _REACHED.get(state):
        setattr(row, name, now)
    elif state not in (State.RETURNED, State.DRAFT):
        row.closed_at = now
    if act.name == "reopen":
        row.team_ready_at = row.answered_at = row.replied_at = row.closed_at = None
    if act.name == "transfer":
        row.accepted_at = row.team_ready_at = None


def sign(row: Case, act: str, session: WriteSession) -> None:
    """Who changed the case last, for the one who comes second."""
    row.version += 1
    row.changed_act = act
    row.changed_at = session.clock.now()
    row.changed_by_name = session.caller.name
    if session.caller.person:
        row.changed_by = UUID(session.caller.person)
