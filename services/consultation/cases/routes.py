"""Cases, over HTTP: asked, read, listed. The coordinator's acts and the ways out are in `act_routes.py`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.consultation.cases import checks, consents, drafts, lists
from services.consultation.cases.lists import Scope
from services.consultation.cases.privacy import find_all
from services.consultation.cases.schemas import (
    CaseDraft,
    CaseRow,
    CaseView,
    Completion,
    ConsentRecord,
    ConsentView,
    Counts,
    Findings,
    Submission,
    Texts,
)
from services.consultation.cases.views import view_case
from services.consultation.registry_part import AskRegistry
from services.consultation.waiting.counting import count_everything
from services.consultation.workflow import State
from services.shared.clock import HELSINKI
from services.shared.paging import After, Limit, Page
from services.shared.requests import IfMatch, Once, Reading, Writing, etag

router = APIRouter(tags=["cases"])

CaseId = Annotated[str, Path(max_length=40, description="The case's id or code", examples=["OT-I-7K42M"])]


@router.post(
    "/cases", operation_id="create_case", status_code=201, summary="Begin a request; a draft is its asker's own"
)
async def create_case(body: CaseDraft, session: Writing, once: Once, response: Response) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await drafts.create_case(session, body))

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.get("/cases", operation_id="list_cases", summary="The queue, one's own cases, or those of one's teams")
async def list_cases(
    session: Writing,
    scope: Annotated[Scope, Query(description="queue: of the coordinator's areas")] = Scope.MINE,
    state: State | None = None,
    area: Annotated[str | None, Query(pattern=r"^(\d{2}|HUS)$")] = None,
    line: Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_-]{0,79}$")] = None,
    theme: Annotated[str | None, Query(pattern=r"^[a-z][a-z_]{0,59}$")] = None,
    language: Annotated[str | None, Query(pattern=r"^[a-z]{2,3}$")] = None,
    late: Annotated[bool, Query(description="Only those with a clock that has run out")] = False,
    mine: Annotated[bool, Query(description="Only those that the caller coordinates")] = False,
    limit: Limit = 50,
    after: After = None,
) -> Page[CaseRow]:
    filters = lists.Filters(state, area, line, theme, language, late, mine)
    return await lists.list_cases(session, scope, filters, limit=limit, after=after)


@router.get("/cases/counts", operation_id="count_cases", summary="For the badges")
async def count_cases(session: Reading) -> Counts:
    return Counts(**await count_everything(session))


@router.get("/cases/{case_id}", operation_id="read_case", summary="A case as the caller may see it")
async def read_case(
    case_id: CaseId,
    session: Writing,
    response: Response,
    thread: Annotated[bool, Query(description="With the first messages of its thread")] = False,
) -> CaseView:
    return shown(response, await view_case(session, case_id, thread=thread))


@router.patch("/cases/{case_id}", operation_id="save_draft", summary="Save what was sent of a draft")
async def save_draft(
    case_id: CaseId, body: CaseDraft, session: Writing, expected: IfMatch, response: Response
) -> CaseView:
    return shown(response, await view_case(session, await drafts.save_draft(session, case_id, expected, body)))


@router.post("/cases/{case_id}/submit", operation_id="submit_case", summary="Send the request to the coordinator")
async def submit_case(
    case_id: CaseId,
    body: Submission,
    session: Writing,
    registry: AskRegistry,
    expected: IfMatch,
    once: Once,
    response: Response,
) -> CaseView:
    async def act() -> CaseView:
        sent = await drafts.submit_case(
            session, registry, case_id, expected, findings_confirmed=body.findings_confirmed
        )
        return await view_case(session, sent)

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.post("/cases/{case_id}/complete", operation_id="complete_case", summary="Tell what the coordinator asked for")
async def complete_case(
    case_id: CaseId, body: Completion, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await drafts.complete_case(session, case_id, expected, body))

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.get("/cases/{case_id}/consents", operation_id="list_consents", summary="For who asks and who coordinates")
async def list_consents(case_id: CaseId, session: Writing) -> list[ConsentView]:
    return await consents.list_consents(session, case_id)


@router.post(
    "/cases/{case_id}/consents", operation_id="record_consent", status_code=201, summary="Somebody has consented"
)
async def record_consent(
    case_id: CaseId, body: ConsentRecord, session: Writing, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await consents.record_consent(session, case_id, body))

    return shown(response, await once.run(act, lambda case: view_case(session, case)))


@router.post("/privacy-checks", operation_id="check_privacy", summary="What in these texts may point at a person")
async def check_privacy(body: Texts, session: Reading) -> Findings:
    today = session.clock.now().astimezone(HELSINKI).date()
    found = [checks.view_of(name, one) for name, text in body.texts.items() for one in find_all(text, today=today)]
    return Findings(findings=found)


def shown(response: Response, view: CaseView) -> CaseView:
    etag(response, view.version)
    return view
