from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from services.registry.vocabulary import operations
from services.registry.vocabulary.schemas import ConceptView, Scheme
from services.shared.requests import Reading

router = APIRouter(tags=["vocabulary"])

_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing changed since that ETag"}}


@router.get(
    "/vocabularies/{scheme}",
    operation_id="list_concepts",
    summary="All concepts of a vocabulary, in its own order",
    response_model=list[ConceptView],
    responses=_NOT_MODIFIED,
)
async def list_concepts(
    scheme: Scheme,
    session: Reading,
    response: Response,
    known: Annotated[str | None, Header(alias="If-None-Match", max_length=200)] = None,
) -> list[ConceptView] | Response:
    concepts = await operations.list_concepts(session, scheme)
    headers = {"ETag": operations.content_tag(concepts), "Cache-Control": "public, max-age=300"}
    if known == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return concepts
