"""Lists that come as files: sent, looked at row by row, and only then written."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from gateway import words
from gateway.clients.registry.imports import Imports
from gateway.pages.case_forms import key, version
from gateway.problems import add_sentences, sentence_of
from gateway.rendering import page, translate
from services.shared.errors import NotFound
from services.shared.http import RemoteRefusal

router = APIRouter()
ENTRIES = {"organisations": "slug", "experts": "name"}
"""What an entry is called in its file."""
KINDS = ("people", *ENTRIES)
FATES = {
    "invite": "Gets an invitation",
    "already_invited": "Has an open invitation already",
    "already_member": "Is a member already",
    "new": "Is added",
    "changed": "Is changed",
    "same": "Stays as it is",
    "wrong": "Has to be mended",
}
COLUMNS = {
    "name": "name",
    "email": "e-mail",
    "role": "role",
    "organisation": "organisation",
    "valid_to": "valid to",
    "slug": "short name",
    "name_fi": "name in Finnish",
    "name_sv": "name in Swedish",
    "name_en": "name in English",
    "type": "kind of organisation",
    "parent": "belongs to",
    "area": "place",
    "areas": "areas served",
    "languages": "languages of service",
    "phone": "telephone",
    "web": "web page",
    "address": "street address",
    "id": "identifier",
    "title": "work title",
    "profession": "profession",
    "employer": "employer",
    "capacity_month": "consultations in a month",
    "bio": "introduction",
    "*": "the row",
}
PROBLEMS = {
    "missing": "nothing is written here",
    "formula": "a spreadsheet would run this as a formula",
    "hetu_found": "a personal identity code is never accepted",
    "control_character": "a character that can't be kept",
    "too_long": "too long",
    "too_many_cells": "more cells than there are headings",
    "repeated": "the same as an earlier row",
    "not_an_address": "not an e-mail address",
    "enum": "no such role",
    "unknown_organisation": "no such organisation: write its short name",
    "not_yours": "not yours to grant",
    "in_the_past": "the day has passed",
    "date_from_datetime_parsing": "not a date",
    "date_parsing": "not a date",
    "string_pattern_mismatch": "not written as it should be",
    "string_too_short": "nothing is written here",
    "too_short": "nothing is written here",
    "value_error": "not written as it should be",
    "int_parsing": "not a number",
    "greater_than_equal": "too small a number",
    "less_than_equal": "too big a number",
    "unknown_area": "no such area: write its code",
    "area_ended": "the area has ended",
    "area_not_yet": "the area does not exist yet",
    "unknown_concept": "no such word: write its short name",
    "concept_merged": "the word has been merged with another",
    "unknown_expert": "no such expert of yours: leave the identifier empty for a new one",
    "part_of_itself": "would belong to itself",
    "slug_taken": "the short name is taken",
    "field_not_yours": "not yours to change",
    "forbidden": "not yours to change",
    "coordinator_needs_area": "a coordinator belongs to a centre",
}
words.WORDS["import_fate"] = FATES
words.WORDS["import_column"] = COLUMNS
words.WORDS["import_problem"] = PROBLEMS

add_sentences(
    {
        "not_a_csv": "This is not a CSV file. Save it from the spreadsheet as CSV.",
        "mixed_encoding": "Part of the file is UTF-8 and part is not: letters would come out wrong. Save it as UTF-8.",
        "quote_not_closed": "A quotation mark opens a cell and nothing closes it.",
        "empty_file": "The file has no rows below its headings.",
        "wrong_columns": "The headings of the file are not right.",
        "too_many_rows": "The file has too many rows. Divide it.",
        "already_written": "This file has been written already.",
        "nothing_to_write": "No row of this file would change anything.",
        "preview_outdated": "Something changed since you looked at the file. Send it again.",
    }
)


@router.get("/imports/{kind}")
async def import_form(request: Request, kind: str) -> Response:
    return _form_page(request, _known(kind))


@router.post("/imports/{kind}")
async def preview_import(request: Request, kind: str) -> Response:
    form = await request.form()
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    if not content:
        error = translate(request.state.language, "Choose a file.")
        return _form_page(request, _known(kind), {"file": error}, status=422)
    try:
        made = await _imports(request).preview_import(_known(kind), content, key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 413, 422):
            raise
        return _form_page(request, kind, {"file": _why(request, refusal)}, refusal.data, refusal.status)
    return RedirectResponse(f"/imports/{kind}/{made['id']}", status_code=303)


def _why(request: Request, refusal: RemoteRefusal) -> str:
    """With the place in the file, where it is known."""
    sentence = sentence_of(refusal.code, request.state.language)
    place = refusal.data.get("row") or refusal.data.get("line")
    if place is None:
        return sentence
    return f"{sentence} {translate(request.state.language, 'Row %(number)s.', number=place)}"


@router.get("/imports/{kind}/{id}")
async def read_import(request: Request, kind: str, id: str) -> Response:
    return await _import_page(request, _known(kind), id)


@router.post("/imports/{kind}/{id}/write")
async def write_import(request: Request, kind: str, id: str) -> Response:
    try:
        await _imports(request).write_import(id, expected=version(await request.form()))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 422):
            raise
        errors = {"": sentence_of(refusal.code, request.state.language)}
        return await _import_page(request, _known(kind), id, errors, refusal.status)
    return RedirectResponse(f"/imports/{kind}/{id}", status_code=303)


@router.get("/exports/{kind}.csv")
async def export_entries(request: Request, kind: str) -> Response:
    if kind not in ENTRIES:
        raise NotFound()
    content = await _imports(request).export_entries(kind)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"', "Cache-Control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _imports(request: Request) -> Imports:
    found: Imports = request.state.clients.registry.imports
    return found


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise NotFound()
    return kind


def _form_page(
    request: Request,
    kind: str,
    errors: dict[str, str] | None = None,
    problem: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:
    template = "imports/entries_form.html" if kind in ENTRIES else "imports/form.html"
    return page(request, template, status=status, kind=kind, errors=errors or {}, problem=problem or {})


async def _import_page(
    request: Request, kind: str, id: str, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    fate = request.query_params.get("fate", "")
    imports = _imports(request)
    made = await imports.read_import(id)
    rows = await imports.list_import_rows(id, fate=fate, after=request.query_params.get("after"), limit=100)
    return page(
        request,
        "imports/entries_preview.html" if kind in ENTRIES else "imports/preview.html",
        status=status,
        kind=kind,
        called=ENTRIES.get(kind),
        made=made,
        fate=fate,
        fates=[one for one in FATES if one in made["counts"]],
        rows=rows["items"],
        next=rows["next"],
        errors=errors or {},
    )
