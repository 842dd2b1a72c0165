"""Consents: recorded before any expert sees the case, withdrawn at once, and the asker's own ways out."""

import hashlib
import hmac
from base64 import b64decode
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, true

from services.consultation.access import ASKING, ON_TEAM, Relation
from services.consultation.cases import acts, checks, rules, store
from services.consultation.cases.operations import open_case, take_case
from services.consultation.cases.schemas import (
    ConsentChoice,
    ConsentRecord,
    ConsentTo,
    ConsentView,
    ConsentWithdrawal,
    Reopening,
    Withdrawal,
)
from services.consultation.cases.store import OpenCase
from services.consultation.cases.tables import Case, CaseAccess, Consent
from services.consultation.errors import NoConsent
from services.consultation.workflow import ACTS, State
from services.shared.clock import HELSINKI
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import FieldProblem, Forbidden, Invalid
from services.shared.settings import Settings

_PLACE = "consents.client_reference"
# What the team has without the client's consent: age group, theme and questions.
_LEFT_OUT = ("situation", "tried", "involved", "participants")


def fingerprint(settings: Settings, reference: str) -> bytes:
    """Finds the same client's cases again without the reference being readable anywhere."""
    master = b64decode(settings.master_key.get_secret_value())
    own = hmac.digest(master, b"client reference", hashlib.sha256)
    return hmac.digest(own, " ".join(reference.split()).upper().encode(), hashlib.sha256)


async def record_consent(session: WriteSession, case_id: str, body: ConsentRecord) -> OpenCase:
    """From here on experts may see the case, when it covers what its identification mode needs."""
    case = await take_case(session, case_id)
    acts.check(case, "record_consent")
    if case.row.identification == "anonymous":
        raise NoConsent("an anonymous case has no consents")
    if body.given_on > session.clock.now().astimezone(HELSINKI).date():
        raise Invalid(fields=[FieldProblem(path="given_on", code="in_the_future")])
    session.add(
        Consent(
            id=new_id(),
            case_id=case.id,
            given_by=body.given_by.value,
            to_what=sorted({one.value for one in body.to_what}),
            given_on=body.given_on,
            written=body.written,
            client_reference_sealed=case.key.seal(body.client_reference, _PLACE),
            client_reference_hmac=fingerprint(session.settings, body.client_reference),
            recorded_by=UUID(session.caller.person),
            recorded_by_name=session.caller.name,
            recorded_at=session.clock.now(),
        )
    )
    await session.flush()
    case.row.team_may_read = case.state is not State.DRAFT and await store.consents_suffice(session, case.row)
    if case.row.team_may_read:
        case.row.choice_due = None  # consented anew: it goes on as it was
    facts = {"given_by": body.given_by.value, "to_what": [one.value for one in body.to_what], "written": body.written}
    await acts.move(session, case, "record_consent", event=facts, log=facts)
    return case


async def list_consents(session: WriteSession, case_id: str) -> list[ConsentView]:
    """For who asks and who coordinates; the team needs no reference to the client."""
    case = await open_case(session, case_id, part="consents")
    if not case.relations & (ASKING | {Relation.COORDINATOR}):
        raise Forbidden()
    return [_view(case, consent) for consent in await store.consents_of(session, case.id)]


def _view(case: OpenCase, consent: Consent) -> ConsentView:
    return ConsentView.model_validate(
        {
            **{name: getattr(consent, name) for name in ConsentView.model_fields if name != "client_reference"},
            "client_reference": case.key.open(consent.client_reference_sealed, _PLACE),
            "to_what": [ConsentTo(one) for one in consent.to_what],
        }
    )


async def withdraw_consent(session: WriteSession, case_id: str, expected: int, body: ConsentWithdrawal) -> OpenCase:
    """Experts lose the case at once. How it goes on is told now or within seven days. Raises NoConsent."""
    case = await take_case(session, case_id, expected)
    acts.check(case, "withdraw_consent")
    await checks.refuse_blocked(session, case, "withdraw_consent")
    first = case.row.choice_due is None
    case.row.team_may_read = False
    for consent in await store.consents_of(session, case.id):
        consent.withdrawn_at = consent.withdrawn_at or session.clock.now()
    case.row.choice_due = session.clock.now() + timedelta(days=rules.CHOICE_DAYS) if first else case.row.choice_due
    if body.choice is ConsentChoice.ANONYMISED:
        await _go_on_without(session, case)
    elif body.choice is ConsentChoice.WITHDRAW:
        case.row.choice_due = None
    choice = {"choice": body.choice and body.choice.value}
    await acts.move(session, case, "withdraw_consent", event=choice, log=choice)
    if body.choice is ConsentChoice.WITHDRAW:
        await end_without_consent(session, case)
    return case


async def _go_on_without(session: WriteSession, case: OpenCase) -> None:
    """The reference and what was told in confidence go; the team goes on with age group, theme and questions.

    Row-level security keeps the talk of before from the team.
    """
    row = case.row
    for consent in await store.consents_of(session, case.id):
        await session.delete(consent)
    await store.remove_additions(session, case.id)
    store.put_texts(row, case.key, dict.fromkeys(_LEFT_OUT))
    row.identification, row.choice_due, row.team_may_read = "anonymous", None, True
    row.told_anew_at = session.clock.now()


async def end_without_consent(session: WriteSession, case: OpenCase) -> None:
    """Withdrawn where that is still possible; an answered case is closed."""
    name = "withdraw" if case.state in ACTS["withdraw"].before else "close"
    case.row.choice_due, case.row.exit_act = None, name
    case.row.exit_reason_code = "consent_withdrawn"
    await store.take_access(session, case.row, ON_TEAM)
    reason = {"reason_code": "consent_withdrawn"}
    extra = {"no_reply": False} if name == "close" else {}
    await acts.move(session, case, name, by_itself=True, event={**reason, **extra}, log=reason)


async def end_unchosen(session: WriteSession, centres: Sequence[str] | None = None) -> None:
    """Cases whose asker has not chosen in time are ended: nobody may go on with them. Call it on duty.

    Of every case, or of those of some centres.
    """
    watched = true() if centres is None else Case.yta.in_(centres)
    query = select(Case.id).where(Case.is_open, Case.choice_due <= session.clock.now(), watched)
    for case_id in list(await session.scalars(query.order_by(Case.choice_due).limit(200))):
        await end_without_consent(session, await take_case(session, case_id))


async def withdraw_case(session: WriteSession, case_id: str, expected: int, body: Withdrawal) -> OpenCase:
    case = await take_case(session, case_id, expected)
    acts.check(case, "withdraw")
    store.put_texts(case.row, case.key, {"exit_text": body.reason})
    case.row.exit_act, case.row.choice_due = "withdraw", None
    await store.take_access(session, case.row, ON_TEAM)
    await acts.move(session, case, "withdraw")
    return case


async def reopen_case(session: WriteSession, case_id: str, expected: int, body: Reopening) -> OpenCase:
    """New clocks. Where a team is still there it goes on at once."""
    case = await take_case(session, case_id, expected)
    acts.check(case, "reopen")
    store.put_texts(case.row, case.key, {"exit_text": body.reason})
    case.row.exit_act, case.row.exit_reason_code = "reopen", None
    by = "asker" if case.relations & ASKING else "coordinator"
    await acts.move(session, case, "reopen", event={"by": by}, log={"by": by})
    if case.row.team_may_read and await _has_team(session, case.id):
        await acts.move(session, case, "team_ready", by_itself=True)
    return case


async def _has_team(session: ReadSession, case_id: UUID) -> bool:
    query = select(CaseAccess.person_id).where(CaseAccess.case_id == case_id, CaseAccess.relation.in_(ON_TEAM)).limit(1)
    return await session.scalar(query) is not None
