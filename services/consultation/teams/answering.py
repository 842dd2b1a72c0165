"""What an invited person says, and how somebody leaves a team: the right to the case ends in the same transaction."""

from typing import Any
from uuid import UUID

from services.consultation.access import Relation, ground_of
from services.consultation.cases.acts import move, note
from services.consultation.cases.operations import take_case
from services.consultation.cases.store import OpenCase, write_log
from services.consultation.errors import ActNotPossible, ConflictNotDenied, InvitationAnswered
from services.consultation.notifications.operations import notify, see_case
from services.consultation.teams import store
from services.consultation.teams.rules import LIVE, Seat
from services.consultation.teams.schemas import Acceptance, Declining, InvitationView, ReasonView, Recusal, Removal
from services.consultation.teams.store import CaseBehind
from services.consultation.teams.tables import Invitation
from services.consultation.workflow import ACTS, State, permits
from services.shared.access_log import log_access
from services.shared.database import WriteSession
from services.shared.errors import FieldProblem, NotFound
from services.shared.journal import record_event

_INVITED = frozenset({Relation.INVITED})
_ALLOWED = {
    Seat.INVITED: ["accept_invitation", "decline_invitation", "recuse_invitation"],
    Seat.ACCEPTED: ["recuse_invitation"],
}
_SHOWN = (
    "id",
    "case_code",
    "state",
    "role",
    "themes",
    "age_groups",
    "language",
    "client_languages",
    "form",
    "disciplines",
    "agreement_ok",
    "cross_area",
    "invited_at",
    "answer_due",
    "answered_at",
    "version",
)


async def read_invitation(session: WriteSession, invitation_id: UUID) -> InvitationView:
    """The invited person's own page. Raises NotFound for everybody else."""
    row = await _own(session, invitation_id)
    await log_access(
        session, act="look", subject=row.case_id, part="invitation", ground=ground_of(_INVITED), role="expert"
    )
    await see_case(session, row.case_id)
    return await view_of(session, row)


async def accept_invitation(
    session: WriteSession, invitation_id: UUID, expected: int, body: Acceptance
) -> InvitationView:
    """The first to accept begins the consultation. Raises ConflictNotDenied, InvitationAnswered, ActNotPossible."""
    if not body.no_conflict:
        raise ConflictNotDenied(fields=[FieldProblem(path="no_conflict", code="no_conflict_required")])
    behind, row = await _take_own(session, invitation_id, expected)
    _must_be(row, Seat.INVITED)
    if not permits(ACTS["accept_invitation"], State(behind.state)) or not behind.team_may_read:
        raise ActNotPossible(act="accept_invitation", state=behind.state)
    await store.no_conflict_declared(session, row)
    await store.take_seat(session, row.id)
    case = await take_case(session, row.case_id)
    await note(session, case, "accept_invitation", part="team", by_itself=True, **_facts(row))
    if case.state is State.ACCEPTED:
        await move(session, case, "team_ready", by_itself=True)
    return await view_of(session, row)


async def decline_invitation(
    session: WriteSession, invitation_id: UUID, expected: int, body: Declining
) -> InvitationView:
    """Raises NotFound, StaleVersion, InvitationAnswered."""
    behind, row = await _take_own(session, invitation_id, expected)
    _must_be(row, Seat.INVITED)
    await _say_why(session, row, body.reason_code, body.text)
    await store.close_seat(session, row, Seat.DECLINED)
    await _tell_from_outside(session, behind, row, "decline_invitation", reason_code=body.reason_code)
    return await view_of(session, row)


async def recuse_invitation(session: WriteSession, invitation_id: UUID, expected: int, body: Recusal) -> InvitationView:
    """A conflict of interest, found before accepting or after. Raises NotFound, StaleVersion, InvitationAnswered."""
    behind, row = await _take_own(session, invitation_id, expected)
    _must_be(row, *LIVE)
    was_member = row.state == Seat.ACCEPTED
    await _say_why(session, row, body.reason_code, body.reason)
    await store.close_seat(session, row, Seat.RECUSED)
    if not was_member:
        await _tell_from_outside(session, behind, row, "recuse_invitation", reason_code=body.reason_code)
    else:
        case = await take_case(session, row.case_id)
        await _tell_leaving(session, case, row, "recuse_invitation", reason_code=body.reason_code)
        await store.shut_out(session, row, case.row)
    return await view_of(session, row)


async def remove_member(session: WriteSession, invitation_id: UUID, expected: int, body: Removal) -> UUID:
    """The coordinator takes back an invitation or a seat. Returns the case's id."""
    seen = await store.find_invitation(session, invitation_id)
    case = await take_case(session, seen.case_id)
    row = await store.lock_invitation(session, invitation_id, expected)
    _must_be(row, *LIVE)
    row.reason_sealed = store.seal_reason(case.key, body.reason)
    await store.close_seat(session, row, Seat.REMOVED)
    await _tell_leaving(session, case, row, "remove_member")
    await notify(session, case.id, "invitation.removed", people={row.person_id: row.id})
    await store.shut_out(session, row, case.row)
    return case.id


async def view_of(session: WriteSession, row: Invitation) -> InvitationView:
    return InvitationView(
        **{name: getattr(row, name) for name in _SHOWN},
        questions=await store.questions_of(session, row),
        reasons=[ReasonView.model_validate(reason) for reason in row.reasons],
        invited_by=row.invited_by_name,
        allowed=_ALLOWED.get(Seat(row.state), []),
    )


async def _own(session: WriteSession, invitation_id: UUID) -> Invitation:
    row = await store.find_invitation(session, invitation_id)
    if str(row.person_id) != session.caller.person:
        raise NotFound()
    return row


async def _take_own(session: WriteSession, invitation_id: UUID, expected: int) -> tuple[CaseBehind, Invitation]:
    behind = await store.lock_case_behind(session, invitation_id)
    return behind, await store.lock_invitation(session, invitation_id, expected)


def _must_be(row: Invitation, *states: Seat) -> None:
    if row.state not in states:
        raise InvitationAnswered(state=row.state)


async def _say_why(session: WriteSession, row: Invitation, code: str, text: str) -> None:
    row.reason_code = code
    key = await session.keys.get(row.case_id)
    row.reason_sealed = store.seal_reason(key, text)


def _facts(row: Invitation) -> dict[str, Any]:
    return {
        "invitation": row.id,
        "profession": row.profession,
        "disciplines": row.disciplines,
        "expert_yta": row.yta,
        "cross_area": row.cross_area,
        "invited_at": row.invited_at,
    }


async def _tell_leaving(session: WriteSession, case: OpenCase, row: Invitation, act: str, **codes: str) -> None:
    log = {"invitation": str(row.id), "role": row.role, **codes}
    data: dict[str, Any] = {**_facts(row), **codes}
    await note(session, case, act, part="team", team_only=True, log=log, **data)


async def _tell_from_outside(
    session: WriteSession, behind: CaseBehind, row: Invitation, act: str, **codes: str
) -> None:
    """Somebody who never saw the case leaves its event and its log rows all the same."""
    event = ACTS[act].event
    assert event is not None
    await record_event(session, event, subject=behind.id, **behind.codes, **_facts(row), **codes)
    await notify(session, behind.id, event)
    await log_access(session, act=act, subject=behind.id, part="invitation", ground=ground_of(_INVITED), role="expert")
    await write_log(session, behind.id, act, team_only=True, invitation=str(row.id), role=row.role, **codes)
