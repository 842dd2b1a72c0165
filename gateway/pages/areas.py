"""The map of the network: collaborative areas and their counties as of a day, and merging and splitting them."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from gateway import words
from gateway.clients.registry.areas import Areas
from gateway.entry_words import add_entry_words
from gateway.pages.case_choices import Choice, in_words
from gateway.pages.case_forms import Typed, key, text, texts, typed, version
from gateway.pages.case_names import forget_names, names_of
from gateway.pages.entry_history import history_page
from gateway.problems import add_sentences, messages
from gateway.rendering import page, translate
from services.shared.http import RemoteRefusal

router = APIRouter()
PARTS, NEEDED = {"merge": 1, "split": 4}, {"merge": 1, "split": 2}
LANGUAGES = ("fi", "sv", "en")

words.WORDS["area_change_state"] = {"planned": "Coming", "done": "Done", "cancelled": "Cancelled"}
add_entry_words(
    fields={"kind": "Kind", "bilingual": "Bilingual"},
    acts={
        "decide_area_change": "Decided a change of areas",
        "cancel_area_change": "Cancelled a change of areas",
        "merge_areas": "Areas were merged",
        "split_areas": "An area was split",
    },
)
add_sentences(
    {
        "areas_not_changeable": "These areas can't be changed so.",
        "area_change_done": "The day of the change has come, or it was cancelled before.",
    },
    fields={
        "two_needed": "At least two are needed.",
        "one_needed": "One is needed, and only one.",
        "unknown_area": "Choose one from the list.",
        "area_ended": "This area has ended. Choose the one that followed it.",
        "area_not_yet": "This area doesn't exist yet. Choose one that does.",
        "not_in_force": "This area isn't in force today.",
        "not_a_county": "Only counties and cities can be merged or split.",
        "changes_already": "Another change has been decided for this area.",
        "across_collaborative_areas": "The areas belong to different collaborative areas.",
        "code_taken": "Another area has this code.",
        "not_in_the_future": "Choose a day that is still to come.",
        "not_a_part": "Choose one of the new areas.",
    },
)


@router.get("/areas")
async def list_areas(request: Request) -> Response:
    asked = request.query_params.get("on", "")
    on = _day(asked)
    areas, centres = await _areas(request).list_areas(on=on), await _areas(request).list_collaborative_areas(on=on)
    in_force = [area for area in areas if area["state"] == "in_force"]
    return page(
        request,
        "areas/list.html",
        asked=on or "",
        centres=[{**one, "areas": [area for area in in_force if area["yta"] == one["key"]]} for one in centres],
        outside=[area for area in in_force if area["yta"] is None],
        changes=await _areas(request).list_area_changes() if request.state.me.memberships else [],
        all_names=await _names(request),
    )


@router.get("/areas/{code}")
async def read_area(request: Request, code: str) -> Response:
    area = await _areas(request).read_area(code)
    return page(request, "areas/detail.html", area=area, names=await names_of(request))


@router.get("/areas/{code}/history")
async def list_area_history(request: Request, code: str) -> Response:
    area = await _areas(request).read_area(code)
    history = await _areas(request).list_area_history(code, after=request.query_params.get("after", ""))
    name = in_words(area["name"], request.state.language)
    crumbs = [(translate(request.state.language, "Areas"), "/areas"), (name, f"/areas/{code}")]
    return await history_page(request, history, lead=name, crumbs=crumbs)


@router.get("/area-changes/merge")
async def merge_areas_form(request: Request) -> Response:
    return await _form_page(request, "merge", Typed())


@router.get("/area-changes/split")
async def split_area_form(request: Request) -> Response:
    return await _form_page(request, "split", Typed())


@router.post("/area-changes/merge")
async def merge_areas(request: Request) -> Response:
    return await _decide(request, "merge")


@router.post("/area-changes/split")
async def split_area(request: Request) -> Response:
    return await _decide(request, "split")


@router.get("/area-changes/{change}")
async def read_area_change(request: Request, change: str) -> Response:
    return await _change_page(request, change)


@router.post("/area-changes/{change}/cancel")
async def cancel_area_change(request: Request, change: str) -> Response:
    form = await request.form()
    reason = {"reason": text(form, "reason")}
    try:
        await _areas(request).cancel_area_change(change, reason, expected=version(form), key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 412, 422):
            raise
        return await _change_page(request, change, typed(form), refusal)
    forget_names(request)
    return RedirectResponse(f"/area-changes/{change}", status_code=303)


async def _decide(request: Request, kind: str) -> Response:
    """Looked at until the button says that it is decided."""
    form = await request.form()
    entered, shown = _entered(kind, form), Typed({**typed(form), "areas": texts(form, "areas")})
    try:
        preview = await _areas(request).preview_area_change(entered)
        if text(form, "step") != "decide":
            return await _form_page(request, kind, shown, preview=preview)
        made = await _areas(request).decide_area_change(entered, key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return await _form_page(request, kind, shown, refusal=refusal)
    forget_names(request)
    return RedirectResponse(f"/area-changes/{made['id']}", status_code=303)


def _entered(kind: str, form: FormData) -> dict[str, Any]:
    """A part that isn't needed and of which nothing was filled in isn't one."""
    into = []
    for at in range(PARTS[kind]):
        name = {language: text(form, f"into.{at}.name.{language}") for language in LANGUAGES}
        code = text(form, f"into.{at}.code")
        if at < NEEDED[kind] or code or any(name.values()):
            bilingual = text(form, f"into.{at}.bilingual") == "yes"
            into.append({"code": code, "name": {**name, "en": name["en"] or None}, "bilingual": bilingual})
    placed = {field.removeprefix("placements."): text(form, field) for field in form if field.startswith("placements.")}
    return {
        "kind": kind,
        "areas": texts(form, "areas"),
        "into": into,
        "effective_on": text(form, "effective_on") or None,
        "reason": text(form, "reason"),
        "placements": {slug: code for slug, code in placed.items() if code},
    }


async def _form_page(
    request: Request,
    kind: str,
    v: Typed,
    *,
    preview: dict[str, Any] | None = None,
    refusal: RemoteRefusal | None = None,
) -> Response:
    language = request.state.language
    errors: dict[str, str] = {}
    for name, said in (messages(refusal, language) if refusal else {}).items():
        # a problem with one of the chosen areas is told beside the choice of them all
        errors.setdefault("areas" if name.startswith("areas.") else name, said)
    parts: list[Choice] = [
        (v[f"into.{at}.code"], v[f"into.{at}.name.{language}"] or v[f"into.{at}.name.fi"])
        for at in range(PARTS[kind])
        if v[f"into.{at}.code"]
    ]
    return page(
        request,
        "areas/form.html",
        status=refusal.status if refusal else 200,
        kind=kind,
        v=v,
        errors=errors,
        preview=preview,
        parts=parts,
        numbers=range(PARTS[kind]),
        areas=await _changeable(request),
    )


async def _change_page(
    request: Request, change: str, v: Typed | None = None, refusal: RemoteRefusal | None = None
) -> Response:
    found = await _areas(request).read_area_change(change)
    return page(
        request,
        "areas/change.html",
        status=refusal.status if refusal else 200,
        change=found,
        all_names=await _names(request),
        v=v or Typed(),
        errors=messages(refusal, request.state.language) if refusal else {},
    )


async def _changeable(request: Request) -> list[Choice]:
    language = request.state.language
    return [
        (area["code"], in_words(area["name"], language))
        for area in await _areas(request).list_areas()
        if area["state"] == "in_force" and area["yta"] and area["kind"] != "hus"
    ]


async def _names(request: Request) -> dict[str, Any]:
    return {area["code"]: area["name"] for area in await _areas(request).list_areas()}


def _areas(request: Request) -> Areas:
    found: Areas = request.state.clients.registry.areas
    return found


def _day(typed: str) -> str | None:
    """What can't be read as a day asks for today's."""
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        return None
