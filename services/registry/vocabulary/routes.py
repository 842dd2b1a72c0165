from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Response

from services.registry.deltas.asking import LINES, AskForAll
from services.registry.deltas.schemas import Delta
from services.registry.history.schemas import HistoryPage
from services.registry.vocabulary import editing, exporting, merging, operations
from services.registry.vocabulary.schemas import (
    ConceptChange,
    ConceptDetail,
    ConceptView,
    Form,
    Lack,
    Merge,
    NewConcept,
    Retirement,
    Scheme,
    SchemeView,
    Why,
)
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag

router = APIRouter(tags=["vocabulary"])

_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing changed since that ETag"}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/turtle": {}, "application/ld+json": {}}, "description": "The vocabulary as SKOS"}
}
_CACHED = "public, max-age=300"
Known = Annotated[str | None, Header(alias="If-None-Match", max_length=200)]
Slug = Annotated[str, Path(max_length=60, pattern=r"^[A-Za-z0-9_-]+$", examples=["kunniavakivalta"])]


@router.get("/vocabularies", operation_id="list_schemes", summary="The vocabularies, with how much they hold")
async def list_schemes(session: Reading) -> list[SchemeView]:
    return await operations.list_schemes(session)


@router.get("/lacking-concepts", operation_id="list_lacking_concepts", summary="Concepts in use that lack a language")
async def list_lacking_concepts(session: Reading) -> list[Lack]:
    return await operations.list_lacking_concepts(session)


@router.get(
    "/vocabularies/{scheme}.{form}",
    operation_id="export_concepts",
    summary="A vocabulary as SKOS, in Turtle or JSON-LD",
    response_class=Response,
    responses={**_FILE, **_NOT_MODIFIED},
)
async def export_concepts(scheme: Scheme, form: Form, session: Reading, known: Known = None) -> Response:
    file = await exporting.export_concepts(session, scheme, form, known=known)
    headers = {"ETag": file.tag, "Cache-Control": _CACHED}
    if file.content is None:
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


@router.get(
    "/vocabularies/{scheme}",
    operation_id="list_concepts",
    summary="All concepts of a vocabulary, in its own order; the retired ones are marked",
    response_model=list[ConceptView] | Delta[ConceptView],
    responses={**LINES, **_NOT_MODIFIED},
)
async def list_concepts(scheme: Scheme, ask: AskForAll, response: Response, known: Known = None) -> Any:
    concepts = await ask.tell_all(
        f"concepts/{scheme.value}", lambda session: operations.list_concepts(session, scheme), key="slug"
    )
    if not isinstance(concepts, list):
        return concepts
    headers = {"ETag": operations.content_tag(concepts), "Cache-Control": _CACHED}
    if known == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return concepts


@router.post("/vocabularies/{scheme}", operation_id="create_concept", summary="Add a concept", status_code=201)
async def create_concept(
    scheme: Scheme, body: NewConcept, session: Writing, caller: SignedIn, once: Once, response: Response
) -> ConceptDetail:
    made = await once.run(
        lambda: editing.create_concept(session, caller, scheme, body),
        lambda slug: operations.read_concept(session, caller, scheme, slug),
    )
    etag(response, made.version)
    return made


@router.get(
    "/vocabularies/{scheme}/{slug}",
    operation_id="read_concept",
    summary="One concept; a slug that was ever given is found for ever",
)
async def read_concept(
    scheme: Scheme, slug: Slug, session: Reading, caller: SignedIn, response: Response
) -> ConceptDetail:
    found = await operations.read_concept(session, caller, scheme, slug)
    etag(response, found.version)
    return found


@router.patch("/vocabularies/{scheme}/{slug}", operation_id="change_concept", summary="Change a concept")
async def change_concept(
    scheme: Scheme,
    slug: Slug,
    body: ConceptChange,
    session: Writing,
    caller: SignedIn,
    expected: IfMatch,
    response: Response,
) -> ConceptDetail:
    changed = await editing.change_concept(session, caller, scheme, slug, body, expected=expected)
    etag(response, changed.version)
    return changed


@router.post(
    "/vocabularies/{scheme}/{slug}/retire",
    operation_id="retire_concept",
    summary="Offer a concept no more; what refers to it stays",
)
async def retire_concept(
    scheme: Scheme, slug: Slug, body: Retirement, session: Writing, caller: SignedIn, expected: IfMatch
) -> ConceptDetail:
    return await editing.retire_concept(session, caller, scheme, slug, body, expected=expected)


@router.post(
    "/vocabularies/{scheme}/{slug}/restore", operation_id="restore_concept", summary="Offer a retired concept again"
)
async def restore_concept(
    scheme: Scheme, slug: Slug, body: Why, session: Writing, caller: SignedIn, expected: IfMatch
) -> ConceptDetail:
    return await editing.restore_concept(session, caller, scheme, slug, body, expected=expected)


@router.post(
    "/vocabularies/{scheme}/{slug}/merge",
    operation_id="merge_concept",
    summary="Let another concept stand for this one from now on; answers with that one",
)
async def merge_concept(
    scheme: Scheme, slug: Slug, body: Merge, session: Writing, caller: SignedIn, expected: IfMatch
) -> ConceptDetail:
    return await merging.merge_concept(session, caller, scheme, slug, body, expected=expected)


@router.get(
    "/vocabularies/{scheme}/{slug}/history",
    operation_id="list_concept_history",
    summary="What was changed in a concept, by whom and when",
)
async def list_concept_history(
    scheme: Scheme, slug: Slug, session: Reading, limit: Limit = 50, after: After = None
) -> HistoryPage:
    return await operations.list_concept_history(session, scheme, slug, limit=limit, after=after)
