"""What an expert's entry has several of: absences, competences, conflicts of interest. Each on a page of its own."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from gateway.pages.case_choices import Choice, codes, in_words, named, with_none
from gateway.pages.case_forms import text, texts, version
from gateway.pages.case_names import Names, names_of
from gateway.pages.experts import employers
from gateway.problems import messages
from gateway.rendering import page
from services.shared.http import RemoteRefusal

router = APIRouter()
LEVELS = ("1", "2", "3")
DAYS = ("away_from", "away_to")
PARTIES = ("organisation", "area", "person_name")
MOST = 60
Rows = list[dict[str, Any]]


@router.get("/experts/{expert}/absences")
async def change_absences_form(request: Request, expert: str) -> Response:
    found = await request.state.clients.registry.experts.read_expert(expert)
    return _absences_page(request, found, found["absences"] or [])


@router.post("/experts/{expert}/absences")
async def change_absences(request: Request, expert: str) -> Response:
    form = await request.form()
    rows = [{name: text(form, f"absences.{n}.{name}") or None for name in DAYS} for n in _places(form, "absences")]
    rows = [row for row in rows if any(row.values())]
    refused = await _changed(request, expert, {"absences": rows}, version(form))
    if refused is None:
        return RedirectResponse(f"/experts/{expert}", status_code=303)
    found, errors, status = refused
    return _absences_page(request, found, rows, errors, status)


def _absences_page(
    request: Request, found: dict[str, Any], rows: Rows, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    rows = [*rows, dict.fromkeys(DAYS, "")]
    return page(request, "experts/absences.html", status=status, expert=found, rows=rows, errors=errors or {})


@router.get("/experts/{expert}/competences")
async def change_competences_form(request: Request, expert: str) -> Response:
    found = await request.state.clients.registry.experts.read_expert(expert)
    return await _competences_page(request, found, found["competences"])


@router.post("/experts/{expert}/competences")
async def change_competences(request: Request, expert: str) -> Response:
    form = await request.form()
    rows = [_competence(form, n) for n in _places(form, "competences")]
    rows = [row for row in rows if row["concept"] or row["evidence"]]
    refused = await _changed(request, expert, {"competences": rows}, version(form))
    if refused is None:
        return RedirectResponse(f"/experts/{expert}", status_code=303)
    found, errors, status = refused
    return await _competences_page(request, found, rows, errors, status)


def _competence(form: FormData, place: int) -> dict[str, Any]:
    scheme, _, concept = text(form, f"competences.{place}.concept").rpartition("/")
    return {
        "scheme": scheme or "themes",
        "concept": concept,
        "level": text(form, f"competences.{place}.level"),
        "evidence": text(form, f"competences.{place}.evidence"),
    }


async def _competences_page(
    request: Request, found: dict[str, Any], rows: Rows, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    names = await names_of(request)
    return page(
        request,
        "experts/competences.html",
        status=status,
        expert=found,
        names=names,
        assured={(one["scheme"], one["concept"]): one for one in found["competences"] if one["assured_on"]},
        rows=[*rows, {"scheme": "themes", "concept": "", "level": "2", "evidence": ""}],
        levels=codes(request, "level", LEVELS),
        themes=_with_scheme(request, names, "themes"),
        fields=_with_scheme(request, names, "disciplines"),
        errors=errors or {},
    )


def _with_scheme(request: Request, names: Names, scheme: str) -> list[Choice]:
    return [(f"{scheme}/{code}", words) for code, words in named(request, names, scheme)]


@router.get("/experts/{expert}/conflicts")
async def change_conflicts_form(request: Request, expert: str) -> Response:
    found = await request.state.clients.registry.experts.read_expert(expert)
    return await _conflicts_page(request, found, dict.fromkeys(PARTIES, ""))


@router.post("/experts/{expert}/conflicts")
async def change_conflicts(request: Request, expert: str) -> Response:
    form = await request.form()
    gone, stated = set(texts(form, "remove")), texts(form, "kept")
    rows = [dict([one.split("/", 1)]) for one in stated if "/" in one and one not in gone]
    added = {name: text(form, name) for name in PARTIES}
    rows += [{name: value} for name, value in added.items() if value]
    refused = await _changed(request, expert, {"conflicts": rows}, version(form))
    if refused is None:
        return RedirectResponse(f"/experts/{expert}", status_code=303)
    found, errors, status = refused
    at_fields = {path.rpartition(".")[2]: sentence for path, sentence in errors.items()}
    return await _conflicts_page(request, found, added, at_fields, status, gone)


async def _conflicts_page(
    request: Request,
    found: dict[str, Any],
    typed: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 200,
    gone: set[str] | None = None,
) -> Response:
    names = await names_of(request)
    return page(
        request,
        "experts/conflicts.html",
        status=status,
        expert=found,
        rows=[_party(request, names, one) for one in found["conflicts"] or []],
        gone=gone or set(),
        typed=typed,
        errors=errors or {},
        organisations=await employers(request),
        areas=with_none(request, named(request, names, "areas")),
    )


def _party(request: Request, names: Names, conflict: dict[str, Any]) -> tuple[str, str]:
    """(value, words) of whom the expert may not work for."""
    language = request.state.language
    if conflict["organisation"]:
        name = conflict["organisation_name"] or conflict["organisation"]
        return f"organisation/{conflict['organisation']}", in_words(name, language)
    if conflict["area"]:
        return f"area/{conflict['area']}", in_words(names.of("areas", conflict["area"]), language)
    return f"person/{conflict['person']}", conflict["name"] or conflict["person"]


def _places(form: FormData, prefix: str) -> list[int]:
    """The rows of the form, without those that were to be removed."""
    gone = set(texts(form, "remove"))
    count = text(form, "rows")
    most = min(int(count), MOST + 1) if count.isdecimal() and len(count) < 4 else 0
    return [n for n in range(most) if str(n) not in gone]


async def _changed(
    request: Request, expert: str, changes: dict[str, Any], expected: int
) -> tuple[dict[str, Any], dict[str, str], int] | None:
    """None where it was saved; else the entry as it is now, what was wrong and the status."""
    experts = request.state.clients.registry.experts
    try:
        await experts.change_expert(expert, changes, expected=expected)
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 412, 422):
            raise
        found = await experts.read_expert(expert)
        return found, messages(refusal, request.state.language), refusal.status
    return None
