"""The coordinator's acts on a case and the asker's ways out, over HTTP. What an act asks for is its body."""

from fastapi import APIRouter, Response

from services.consultation.cases import consents, triage
from services.consultation.cases.routes import CaseId, shown
from services.consultation.cases.schemas import (
    Acceptance,
    AdviceElsewhere,
    CaseView,
    ConsentWithdrawal,
    Declining,
    Merging,
    Reopening,
    ReturnForMore,
    Transfer,
    UrgentRedirection,
    Withdrawal,
)
from services.consultation.cases.views import view_case
from services.consultation.registry_part import AskRegistry
from services.shared.requests import IfMatch, Once, Writing

router = APIRouter(tags=["cases"])


@router.post("/cases/{case_id}/return", operation_id="return_case", summary="Ask for more; the clocks stand still")
async def return_case(
    case_id: CaseId, body: ReturnForMore, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await triage.return_case(session, case_id, expected, body))

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.post("/cases/{case_id}/accept", operation_id="accept_case", summary="Accept, confirming line and owning county")
async def accept_case(
    case_id: CaseId,
    body: Acceptance,
    session: Writing,
    registry: AskRegistry,
    expected: IfMatch,
    once: Once,
    response: Response,
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await triage.accept_case(session, registry, case_id, expected, body))

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.post("/cases/{case_id}/advise-elsewhere", operation_id="advise_elsewhere", summary="Name the right place")
async def advise_elsewhere(
    case_id: CaseId, body: AdviceElsewhere, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await triage.advise_elsewhere(session, case_id, expected, body))

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.post(
    "/cases/{case_id}/redirect-urgent",
    operation_id="redirect_urgent",
    summary="Not an emergency channel: say where to call now",
)
async def redirect_urgent(
    case_id: CaseId, body: UrgentRedirection, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await triage.redirect_urgent(session, case_id, expected, body))

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.post(
    "/cases/{case_id}/decline", operation_id="decline_case", summary="Decline, with a reason the asker can read"
)
async def decline_case(
    case_id: CaseId, body: Declining, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await triage.decline_case(session, case_id, expected, body))

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.post("/cases/{case_id}/transfer", operation_id="transfer_case", summary="To another centre or line")
async def transfer_case(
    case_id: CaseId,
    body: Transfer,
    session: Writing,
    registry: AskRegistry,
    expected: IfMatch,
    once: Once,
    response: Response,
) -> CaseView:
    async def act() -> CaseView:
        return await triage.transfer_case(session, registry, case_id, expected, body)

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.post("/cases/{case_id}/merge", operation_id="merge_case", summary="Into another case of the same asker")
async def merge_case(
    case_id: CaseId, body: Merging, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await triage.merge_case(session, case_id, expected, body))

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.post("/cases/{case_id}/withdraw", operation_id="withdraw_case", summary="The asker takes the request back")
async def withdraw_case(
    case_id: CaseId, body: Withdrawal, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await consents.withdraw_case(session, case_id, expected, body))

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.post(
    "/cases/{case_id}/withdraw-consent", operation_id="withdraw_consent", summary="Experts lose the case at once"
)
async def withdraw_consent(
    case_id: CaseId, body: ConsentWithdrawal, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await consents.withdraw_consent(session, case_id, expected, body))

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.post("/cases/{case_id}/reopen", operation_id="reopen_case", summary="New clocks, and on it goes")
async def reopen_case(
    case_id: CaseId, body: Reopening, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await consents.reopen_case(session, case_id, expected, body))

    return shown(response, await once.run(act, lambda case: view_case(session, case)))
