from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response

from services.registry.imports import operations
from services.registry.imports.schemas import EntryImportView, ExportKind, ImportKind, ImportRowPage
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Once, Reading, SignedIn, Writing, etag

router = APIRouter(prefix="/imports", tags=["imports"])
exports = APIRouter(prefix="/exports", tags=["imports"])
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "A spreadsheet"}}


@router.post(
    "/{kind}", operation_id="preview_import", summary="Send a CSV file and see what each row would do", status_code=201
)
async def preview_import(
    kind: ImportKind,
    content: Annotated[bytes, Body(media_type="text/csv")],
    session: Writing,
    caller: SignedIn,
    once: Once,
    response: Response,
) -> EntryImportView:
    """Nothing is written before `write_import`. What was sent is forgotten after a day."""
    made = await once.run(
        lambda: operations.preview_import(session, caller, kind, content),
        lambda id: operations.read_import(session, caller, UUID(id)),
    )
    etag(response, made.version)
    return made


@router.get("/{import_id}", operation_id="read_import", summary="A file you sent, and how many rows have which fate")
async def read_import(import_id: UUID, session: Reading, caller: SignedIn, response: Response) -> EntryImportView:
    found = await operations.read_import(session, caller, import_id)
    etag(response, found.version)
    return found


@router.get("/{import_id}/rows", operation_id="list_import_rows", summary="The file's rows with their fates")
async def list_import_rows(
    import_id: UUID,
    session: Reading,
    caller: SignedIn,
    fate: Annotated[str | None, Query(max_length=40, examples=["wrong"])] = None,
    limit: Limit = 50,
    after: After = None,
) -> ImportRowPage:
    return await operations.list_import_rows(session, caller, import_id, fate=fate, limit=limit, after=after)


@router.post("/{import_id}/write", operation_id="write_import", summary="Write it as it was shown: all or nothing")
async def write_import(
    import_id: UUID, session: Writing, caller: SignedIn, expected: IfMatch, response: Response
) -> EntryImportView:
    written = await operations.write_import(session, caller, import_id, expected=expected)
    etag(response, written.version)
    return written


@exports.get(
    "/{kind}",
    operation_id="export_entries",
    summary="The entries you look after as a CSV file, which can be changed and sent back",
    response_class=Response,
    responses=_CSV,
)
async def export_entries(kind: ExportKind, session: Writing, caller: SignedIn) -> Response:
    content = await operations.export_entries(session, caller, kind)
    named = {"Content-Disposition": f'attachment; filename="{kind.value}.csv"', "Cache-Control": "no-store"}
    return Response(content.encode(), media_type="text/csv; charset=utf-8", headers=named)
