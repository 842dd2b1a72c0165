"""What keeps the experts' entries true: reviews, checks, who leaves and who comes back, and what was changed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.registry.experts import operations, reviews, similar, standing
from services.registry.experts.schemas import (
    DueExperts,
    ExpertView,
    FormerExperts,
    LackingExperts,
    ReasonGiven,
    SimilarExperts,
)
from services.registry.history.schemas import HistoryPage
from services.registry.organisations.schemas import Code
from services.registry.texts import Query as Words
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Reading, SignedIn, Writing, etag

router = APIRouter(tags=["experts"])
Area = Annotated[Code | None, Query(description="Working in this area", examples=["12"])]


@router.get("/own-expert", operation_id="read_own_expert", summary="Your own entry among the experts")
async def read_own_expert(session: Reading, caller: SignedIn, response: Response) -> ExpertView:
    found = await operations.read_own_expert(session, caller)
    etag(response, found.version)
    return found


@router.get(
    "/experts/{expert_id}/history",
    operation_id="list_expert_history",
    summary="What was changed in an expert's entry, by whom and when, as far as you see it",
)
async def list_expert_history(
    expert_id: UUID, session: Writing, caller: SignedIn, limit: Limit = 50, after: After = None
) -> HistoryPage:
    return await standing.list_expert_history(session, caller, expert_id, limit=limit, after=after)


@router.post(
    "/experts/{expert_id}/deactivate",
    operation_id="deactivate_expert",
    summary="Say that an expert has left the network; old cases go on telling the name",
)
async def deactivate_expert(
    expert_id: UUID, body: ReasonGiven, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> ExpertView:
    left = await standing.deactivate_expert(session, caller, expert_id, body.reason, expected=expected)
    etag(response, left.version)
    return left


@router.post(
    "/experts/{expert_id}/reactivate", operation_id="reactivate_expert", summary="Say that an expert has come back"
)
async def reactivate_expert(
    expert_id: UUID, body: ReasonGiven, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> ExpertView:
    back = await standing.reactivate_expert(session, caller, expert_id, body.reason, expected=expected)
    etag(response, back.version)
    return back


@router.post(
    "/experts/{expert_id}/check-registration",
    operation_id="check_registration",
    summary="Say that you have looked the number up in the register of professionals",
)
async def check_registration(
    expert_id: UUID, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> ExpertView:
    checked = await standing.check_registration(session, caller, expert_id, expected=expected)
    etag(response, checked.version)
    return checked


@router.get(
    "/similar-experts",
    operation_id="list_similar_experts",
    summary="Experts with nearly this name, to be looked at before adding another",
)
async def list_similar_experts(
    session: Reading,
    caller: SignedIn,
    name: Annotated[Words, Query(examples=["Anu Hakarainen"])],
    employer: UUID | None = None,
) -> SimilarExperts:
    return await similar.list_similar_experts(session, caller, name, employer)


@router.get(
    "/due-competences",
    operation_id="list_due_competences",
    summary="Whose competences of your areas are due for review within three months, or were",
)
async def list_due_competences(session: Reading, caller: SignedIn, area: Area = None) -> DueExperts:
    return await reviews.list_due_competences(session, caller, area=area)


@router.get(
    "/lacking-experts",
    operation_id="list_lacking_experts",
    summary="Experts of your areas without a competence, an assurance or a consent to be listed",
)
async def list_lacking_experts(session: Reading, caller: SignedIn, area: Area = None) -> LackingExperts:
    return await reviews.list_lacking_experts(session, caller, area=area)


@router.get(
    "/former-experts", operation_id="list_former_experts", summary="Who of your areas' experts has left the network"
)
async def list_former_experts(session: Reading, caller: SignedIn, area: Area = None) -> FormerExperts:
    return await reviews.list_former_experts(session, caller, area=area)
