"""Keeping words: adding, changing, retiring and merging them. Without a script each list is a row of choices."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from gateway import words
from gateway.pages.case_choices import Choice, in_words, named
from gateway.pages.case_forms import Typed, key, text, texts, version
from gateway.pages.case_names import forget_names, names_of
from gateway.pages.vocabulary import Concept, concept_of, crumbs_of, known_scheme
from gateway.problems import messages
from gateway.rendering import page, translate
from gateway.vocabulary_words import LABELS, MATCHES
from services.shared.http import RemoteRefusal

router = APIRouter()
LANGUAGES = ("fi", "sv", "en")
IN_ORDER = {"required_disciplines": "disciplines", "useful_disciplines": "disciplines", "related": ""}
"""Lists with a row of choices each; their vocabulary, empty: the word's own."""
MARKED = {
    "professions": "professions",
    "professions_with_competence": "professions",
    "age_groups": "age_groups",
}
FIELDS = {
    "themes": ("group", "required_disciplines", "useful_disciplines"),
    "disciplines": ("professions", "professions_with_competence", "age_groups"),
}
EVERYWHERE = ("broader", "related")
MORE_ROWS = 2
MOST_ROWS = 40


@router.get("/vocabulary/{scheme}/new")
async def create_concept_form(request: Request, scheme: str) -> Response:
    known_scheme(scheme)
    return await _form(request, scheme, None, Typed())


@router.post("/vocabulary/{scheme}/new")
async def create_concept(request: Request, scheme: str) -> Response:
    known_scheme(scheme)
    form = await request.form()
    typed = _typed(form, scheme)
    body = {**_body(typed, scheme), **({"slug": typed["slug"]} if typed["slug"] else {})}
    try:
        made = await request.state.clients.registry.vocabulary.create_concept(scheme, body, key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return await _form(request, scheme, None, typed, refusal)
    return _see(request, scheme, made["slug"])


@router.get("/vocabulary/{scheme}/{slug}/edit")
async def change_concept_form(request: Request, scheme: str, slug: str) -> Response:
    concept = await concept_of(request, scheme, slug)
    return await _form(request, scheme, concept, _shown(concept))


@router.post("/vocabulary/{scheme}/{slug}/edit")
async def change_concept(request: Request, scheme: str, slug: str) -> Response:
    form = await request.form()
    typed = _typed(form, scheme)
    vocabulary = request.state.clients.registry.vocabulary
    try:
        await vocabulary.change_concept(scheme, slug, _body(typed, scheme), expected=version(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 412, 422):
            raise
        return await _form(request, scheme, await concept_of(request, scheme, slug), typed, refusal)
    return _see(request, scheme, slug)


@router.get("/vocabulary/{scheme}/{slug}/retire")
async def retire_concept_form(request: Request, scheme: str, slug: str) -> Response:
    return await _act_page(request, "retire", await concept_of(request, scheme, slug), Typed())


@router.post("/vocabulary/{scheme}/{slug}/retire")
async def retire_concept(request: Request, scheme: str, slug: str) -> Response:
    return await _act(request, "retire", scheme, slug, "replaced_by")


@router.get("/vocabulary/{scheme}/{slug}/restore")
async def restore_concept_form(request: Request, scheme: str, slug: str) -> Response:
    return await _act_page(request, "restore", await concept_of(request, scheme, slug), Typed())


@router.post("/vocabulary/{scheme}/{slug}/restore")
async def restore_concept(request: Request, scheme: str, slug: str) -> Response:
    return await _act(request, "restore", scheme, slug)


@router.get("/vocabulary/{scheme}/{slug}/merge")
async def merge_concept_form(request: Request, scheme: str, slug: str) -> Response:
    return await _act_page(request, "merge", await concept_of(request, scheme, slug), Typed())


@router.post("/vocabulary/{scheme}/{slug}/merge")
async def merge_concept(request: Request, scheme: str, slug: str) -> Response:
    return await _act(request, "merge", scheme, slug, "into")


async def _act(request: Request, act: str, scheme: str, slug: str, other: str = "") -> Response:
    known_scheme(scheme)
    form = await request.form()
    typed = Typed({name: text(form, name) for name in ("reason", other) if name})
    body = {name: value for name, value in typed.items() if value}
    vocabulary = request.state.clients.registry.vocabulary
    ask = {
        "retire": vocabulary.retire_concept,
        "restore": vocabulary.restore_concept,
        "merge": vocabulary.merge_concept,
    }[act]
    try:
        found = await ask(scheme, slug, body, expected=version(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 412, 422):
            raise
        return await _act_page(request, act, await concept_of(request, scheme, slug), typed, refusal)
    return _see(request, scheme, found["slug"])


async def _act_page(
    request: Request, act: str, concept: Concept, typed: Typed, refusal: RemoteRefusal | None = None
) -> Response:
    scheme = concept["scheme"]
    return page(
        request,
        "vocabulary/act.html",
        status=refusal.status if refusal else 200,
        act=act,
        scheme=scheme,
        concept=concept,
        v=typed,
        errors=_errors(request, refusal),
        others=await _others(request, scheme, concept["slug"]),
        crumbs=crumbs_of(request, scheme, concept),
    )


async def _form(
    request: Request, scheme: str, concept: Concept | None, typed: Typed, refusal: RemoteRefusal | None = None
) -> Response:
    names = await names_of(request)
    own = await _others(request, scheme, concept["slug"] if concept else "")
    choices = {
        name: named(request, names, name) for name in ("theme_groups", "disciplines", "professions", "age_groups")
    }
    stale = concept is not None and refusal is not None and refusal.status == 412
    return page(
        request,
        "vocabulary/edit.html",
        status=refusal.status if refusal else 200,
        scheme=scheme,
        concept=concept,
        v=typed,
        errors=_errors(request, refusal),
        labels=_labels(request),
        fields=(*FIELDS.get(scheme, ()), *EVERYWHERE),
        own=own,
        choices=choices,
        matches=[(code, translate(request.state.language, words.word("match", code))) for code in MATCHES],
        more_rows=MORE_ROWS,
        differences=_differences(request, _shown(concept), typed, {**choices, "": own}) if stale and concept else None,
        crumbs=crumbs_of(request, scheme, concept),
    )


async def _others(request: Request, scheme: str, slug: str) -> list[Choice]:
    """The other words in use of the vocabulary."""
    language = request.state.language
    found = await request.state.clients.registry.vocabulary.list_concepts(scheme)
    others = [
        (one["slug"], in_words(one["name"], language)) for one in found if one["slug"] != slug and not one["retired_on"]
    ]
    return sorted(others, key=lambda one: one[1].casefold())


def _see(request: Request, scheme: str, slug: str) -> Response:
    forget_names(request)
    return RedirectResponse(f"/vocabulary/{scheme}/{slug}", status_code=303)


def _labels(request: Request) -> dict[str, str]:
    return {name: translate(request.state.language, label) for name, label in LABELS.items()}


def _errors(request: Request, refusal: RemoteRefusal | None) -> dict[str, str]:
    """By the form's fields; a list's own item is said at the list, and a loop is named word by word."""
    if refusal is None:
        return {}
    language = request.state.language
    errors = {_field_of(path): said for path, said in messages(refusal, language).items()}
    for problem in refusal.fields:
        told = problem if isinstance(problem, Mapping) else problem.model_dump()
        if told.get("code") == "concept_cycle":
            way = " → ".join(in_words(name, language) for name in told.get("names", []))
            errors[str(told["path"])] = translate(language, "This would go round: %(way)s.", way=way)
        elif told.get("code") in words.WORDS["word_problem"]:
            said = words.word("word_problem", str(told["code"]))
            errors[_field_of(str(told["path"]))] = translate(language, said)
    return errors


def _field_of(path: str) -> str:
    parts = path.split(".")
    return ".".join(parts[:2]) if parts[0] in ("name", "alt", "definition") else parts[0]


def _typed(form: FormData, scheme: str) -> Typed:
    """The form as it was typed, in the shape of `_shown`."""
    typed = Typed({name: text(form, name) for name in ("slug", "broader")})
    for kind in ("name", "alt", "definition"):
        typed |= {f"{kind}.{language}": text(form, f"{kind}.{language}") for language in LANGUAGES}
    for name in (*FIELDS.get(scheme, ()), "related"):
        if name in IN_ORDER:
            typed[name] = _rows(form, name)
        else:
            typed[name] = texts(form, name) if name in MARKED else text(form, name)
    uris = ((text(form, f"mappings.{n}.uri"), text(form, f"mappings.{n}.match")) for n in range(MOST_ROWS))
    typed["mappings"] = [{"uri": uri, "match": match} for uri, match in uris if uri]
    return typed


def _rows(form: FormData, name: str) -> list[str]:
    return [value for n in range(MOST_ROWS) if (value := text(form, f"{name}.{n}"))]


def _shown(concept: Concept) -> Typed:
    shown = Typed(broader=concept["broader"] or "", mappings=concept["mappings"])
    for language in LANGUAGES:
        shown[f"name.{language}"] = concept["name"][language] or ""
        shown[f"alt.{language}"] = "\n".join(concept["alt"][language])
        shown[f"definition.{language}"] = concept["definition"][language]
    for name in (*FIELDS.get(concept["scheme"], ()), "related"):
        shown[name] = concept[name] or ([] if name != "group" else "")
    return shown


def _body(typed: Typed, scheme: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": {language: typed[f"name.{language}"] for language in LANGUAGES if typed[f"name.{language}"]},
        "alt": {language: _lines(typed[f"alt.{language}"]) for language in LANGUAGES},
        "definition": {language: typed[f"definition.{language}"] for language in LANGUAGES},
        "broader": typed["broader"] or None,
        "mappings": typed["mappings"],
    }
    for name in (*FIELDS.get(scheme, ()), "related"):
        body[name] = typed[name] if name != "group" else typed[name] or None
    return body


def _lines(said: str) -> list[str]:
    return [line.strip() for line in said.splitlines() if line.strip()]


def _differences(
    request: Request, theirs: Typed, mine: Typed, choices: Mapping[str, list[Choice]]
) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """What two have written of the same fields, each in lines; only the fields in which they differ."""
    sides: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    for name, label in _labels(request).items():
        if (theirs[name] or "") != (mine[name] or ""):
            for side, typed in zip(sides, (theirs, mine), strict=True):
                side.append((f"{label}: {_in_words(name, typed[name], choices) or '–'}", True))
    return sides


def _in_words(name: str, value: Any, choices: Mapping[str, list[Choice]]) -> str:
    if name == "mappings":
        return ", ".join(one["uri"] for one in value)
    scheme = {**IN_ORDER, **MARKED, "group": "theme_groups", "broader": ""}.get(name)
    if scheme is None:
        return ", ".join(_lines(value))
    told = dict(choices[scheme])
    return ", ".join(told.get(slug, slug) for slug in ([value] if isinstance(value, str) else value))
