from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.deltas.asking import LINES, Ask, Keys, ids_of
from services.registry.deltas.schemas import Delta
from services.registry.experts import candidates, operations
from services.registry.experts.candidates import Candidates, Need
from services.registry.experts.filters import Filters
from services.registry.experts.schemas import Assurance, ExpertChange, ExpertCounts, ExpertPage, ExpertView, NewExpert
from services.registry.organisations.schemas import Code
from services.registry.texts import Query as Words
from services.shared.database import ReadSession
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag

router = APIRouter(tags=["experts"])


def limits(
    theme: Annotated[Code | None, Query(examples=["kunniavakivalta"])] = None,
    discipline: Annotated[Code | None, Query(examples=["nuorisopsykiatria"])] = None,
    profession: Annotated[Code | None, Query(examples=["psykologi"])] = None,
    language: Annotated[Code | None, Query(examples=["sv"])] = None,
    area: Annotated[Code | None, Query(description="Serving this area", examples=["12"])] = None,
    yta: Annotated[Code | None, Query(description="Working in this collaborative area", examples=["ita"])] = None,
    employer: UUID | None = None,
    q: Annotated[Words | None, Query(description="Words: name, title, profession, theme")] = None,
    available: Annotated[bool | None, Query(description="Can take a consultation today")] = None,
) -> Filters:
    return Filters(
        theme=theme,
        discipline=discipline,
        profession=profession,
        language=language,
        area=area,
        yta=yta,
        employer=employer,
        q=q,
        available=available,
    )


Limits = Annotated[Filters, Depends(limits)]


@router.get(
    "/experts",
    operation_id="list_experts",
    summary="Experts, by family name",
    response_model=ExpertPage | Delta[ExpertView],
    responses=LINES,
)
async def list_experts(ask: Ask, caller: SignedIn, filters: Limits) -> Any:
    async def listed(session: ReadSession, limit: int, after: str | None, keys: Keys) -> ExpertPage:
        within = replace(filters, ids=ids_of(keys))
        return await operations.list_experts(session, caller, within, limit=limit, after=after)

    return await ask.tell("experts", listed)


@router.get("/experts/counts", operation_id="count_experts", summary="How many experts there are with each value")
async def count_experts(session: Reading, caller: SignedIn, filters: Limits) -> ExpertCounts:
    return await operations.count_experts(session, caller, filters)


@router.get("/experts/{expert_id}", operation_id="read_expert", summary="One expert")
async def read_expert(expert_id: UUID, session: Reading, caller: SignedIn, response: Response) -> ExpertView:
    found = await operations.read_expert(session, caller, expert_id)
    etag(response, found.version)
    return found


@router.post("/experts", operation_id="create_expert", summary="Add an expert to the network", status_code=201)
async def create_expert(
    body: NewExpert, session: Writing, caller: SignedIn, once: Once, response: Response
) -> ExpertView:
    made = await once.run(
        lambda: operations.create_expert(session, caller, body),
        lambda id: operations.read_expert(session, caller, UUID(id)),
    )
    etag(response, made.version)
    return made


@router.patch("/experts/{expert_id}", operation_id="change_expert", summary="Change an expert's entry")
async def change_expert(
    expert_id: UUID, body: ExpertChange, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> ExpertView:
    changed = await operations.change_expert(session, caller, expert_id, body, expected=expected)
    etag(response, changed.version)
    return changed


@router.post(
    "/experts/{expert_id}/assure", operation_id="assure_competences", summary="Say that you have checked competences"
)
async def assure_competences(
    expert_id: UUID, body: Assurance, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> ExpertView:
    assured = await operations.assure_competences(session, caller, expert_id, body, expected=expected)
    etag(response, assured.version)
    return assured


@router.post(
    "/candidates", operation_id="match_candidates", summary="Experts who could bring what a case needs to its team"
)
async def match_candidates(body: Need, session: Reading) -> Candidates:
    return await candidates.match_candidates(session, body)
