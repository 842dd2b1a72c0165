"""The steps that are one call of an operation each, with what the operation is sent."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.consultation.answers import publishing
from services.consultation.answers.schemas import DirectNote
from services.consultation.cases import consents, drafts, triage
from services.consultation.cases.schemas import (
    Acceptance,
    AdviceElsewhere,
    Completion,
    ConsentRecord,
    ConsentWithdrawal,
    Declining,
    Reopening,
    ReturnForMore,
    Submission,
    Transfer,
    UrgentRedirection,
    Withdrawal,
)
from services.consultation.cases.store import OpenCase
from services.consultation.follow_ups import operations as follow_ups
from services.consultation.follow_ups.schemas import ClosingText
from services.consultation.meetings import operations as meetings
from services.consultation.meetings.schemas import NewMinutes
from services.consultation.messages import operations as messages
from services.consultation.messages.schemas import NewMessage
from services.consultation.notes import operations as notes
from services.consultation.notes.schemas import NewTeamNote
from services.consultation.registry_client import Registry
from services.consultation.teams import answering, inviting
from services.consultation.teams import schemas as teams
from services.shared.database import WriteSession

Done = tuple[str, int]
Plain = Callable[[WriteSession, str, int, Any], Awaitable[OpenCase]]


@dataclass(frozen=True)
class Move:
    """An act on the case in a version that was read. `act` returns the case's code and version after it."""

    operation: str
    schema: type[BaseModel]
    act: Callable[[WriteSession, Registry, str, int, Any], Awaitable[Done]]


@dataclass(frozen=True)
class Addition:
    """Something added to the case, whatever its version."""

    operation: str
    schema: type[BaseModel]
    act: Callable[[WriteSession, Registry, str, Any], Awaitable[object]]


@dataclass(frozen=True)
class OnInvitation:
    operation: str
    schema: type[BaseModel]
    act: Callable[[WriteSession, UUID, int, Any], Awaitable[object]]


class Nothing(BaseModel):
    """Where nothing but the act itself is said."""


def _done(case: OpenCase) -> Done:
    return case.row.code, case.row.version


def _plain(operation: str, schema: type[BaseModel], act: Plain) -> Move:
    async def without_registry(session: WriteSession, _: Registry, code: str, version: int, told: Any) -> Done:
        return _done(await act(session, code, version, told))

    return Move(operation, schema, without_registry)


async def _submit(session: WriteSession, registry: Registry, code: str, version: int, told: Submission) -> Done:
    confirmed = told.findings_confirmed
    return _done(await drafts.submit_case(session, registry, code, version, findings_confirmed=confirmed))


async def _accept(session: WriteSession, registry: Registry, code: str, version: int, told: Acceptance) -> Done:
    return _done(await triage.accept_case(session, registry, code, version, told))


async def _transfer(session: WriteSession, registry: Registry, code: str, version: int, told: Transfer) -> Done:
    moved = await triage.transfer_case(session, registry, code, version, told)
    return moved.code, moved.version


async def _close(session: WriteSession, code: str, version: int, told: ClosingText) -> OpenCase:
    return await follow_ups.close_case(session, code, told.text, version)


async def _publish(session: WriteSession, code: str, version: int, _: Nothing) -> OpenCase:
    return await publishing.publish_answer(session, code, version)


async def _answer_directly(session: WriteSession, code: str, version: int, told: DirectNote) -> OpenCase:
    return await publishing.publish_direct_note(session, code, told, version)


MOVES = {
    "submit": Move("submit_case", Submission, _submit),
    "accept": Move("accept_case", Acceptance, _accept),
    "transfer": Move("transfer_case", Transfer, _transfer),
    "return": _plain("return_case", ReturnForMore, triage.return_case),
    "complete": _plain("complete_case", Completion, drafts.complete_case),
    "advise_elsewhere": _plain("advise_elsewhere", AdviceElsewhere, triage.advise_elsewhere),
    "redirect_urgent": _plain("redirect_urgent", UrgentRedirection, triage.redirect_urgent),
    "decline": _plain("decline_case", Declining, triage.decline_case),
    "withdraw": _plain("withdraw_case", Withdrawal, consents.withdraw_case),
    "withdraw_consent": _plain("withdraw_consent", ConsentWithdrawal, consents.withdraw_consent),
    "reopen": _plain("reopen_case", Reopening, consents.reopen_case),
    "answer_directly": _plain("answer_directly", DirectNote, _answer_directly),
    "publish": _plain("publish_answer", Nothing, _publish),
    "close": _plain("close_case", ClosingText, _close),
}
ADDITIONS = {
    "consent": Addition(
        "record_consent", ConsentRecord, lambda s, _, code, told: consents.record_consent(s, code, told)
    ),
    "message": Addition("send_message", NewMessage, lambda s, _, code, told: messages.send_message(s, code, told)),
    "note": Addition("write_team_note", NewTeamNote, lambda s, _, code, told: notes.write_team_note(s, code, told)),
    "minutes": Addition("record_minutes", NewMinutes, lambda s, _, code, told: meetings.record_minutes(s, code, told)),
    "gap": Addition("record_gap", teams.NewGap, inviting.record_gap),
}
ON_INVITATION = {
    "accept_invitation": OnInvitation("accept_invitation", teams.Acceptance, answering.accept_invitation),
    "decline_invitation": OnInvitation("decline_invitation", teams.Declining, answering.decline_invitation),
    "recuse": OnInvitation("recuse_invitation", teams.Recusal, answering.recuse_invitation),
}
