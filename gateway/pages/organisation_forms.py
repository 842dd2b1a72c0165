"""The form of an organisation: what it shows, what it posts, and what is said of it."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import FormData

from gateway.pages.case_choices import Choice, in_words, named, with_none
from gateway.pages.case_forms import Typed, text, texts, typed
from gateway.pages.case_names import names_of
from gateway.problems import add_sentences, messages
from gateway.rendering import page, translate
from services.shared.http import RemoteRefusal

LISTS = ("areas", "languages", "themes", "organisations")
CONTACT = ("email", "phone", "web", "address")
MOST_CHOICES = 1000

add_sentences(
    {
        "slug_taken": "Another organisation has this short name already.",
        "part_of_itself": "An organisation can't be a part of itself.",
    },
    fields={
        "part_of_itself": "An organisation can't be a part of itself.",
        "slug_taken": "Another organisation has this short name already.",
    },
)


def shown(found: dict[str, Any]) -> Typed:
    """An entry as the form's fields show it."""
    contact = found["contact"] or {}
    fields = {f"name.{code}": found["name"].get(code) or "" for code in ("fi", "sv", "en")}
    fields |= {f"contact.{name}": contact.get(name) or "" for name in CONTACT}
    fields |= {name: found[name] or "" for name in ("type", "parent", "area", "areas", "languages")}
    return Typed(fields)


def posted(form: FormData) -> Typed:
    """As typed, the lists as lists."""
    return Typed({**typed(form), **{name: texts(form, name) for name in LISTS}})


def entered(form: FormData) -> dict[str, Any]:
    contact = {name: text(form, f"contact.{name}") for name in CONTACT}
    return {
        "name": {"fi": text(form, "name.fi"), "sv": text(form, "name.sv"), "en": text(form, "name.en") or None},
        "type": text(form, "type"),
        "parent": text(form, "parent") or None,
        "area": text(form, "area") or None,
        "areas": texts(form, "areas"),
        "languages": texts(form, "languages"),
        "contact": {name: value for name, value in contact.items() if value},
    }


def new_organisation(form: FormData) -> dict[str, Any]:
    return {**entered(form), "slug": text(form, "slug") or slug_of(text(form, "name.fi"))}


def slug_of(name: str) -> str:
    """A short name for addresses made of the Finnish one: `Siltapaikka ry` is `siltapaikka_ry`."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return "_".join("".join(c if c.isalnum() else " " for c in plain).split())[:80].strip("_")


def told(request: Request, refusal: RemoteRefusal) -> dict[str, str]:
    """Field → sentence; what is wrong with one of several choices is told at their field."""
    found: dict[str, str] = {}
    for path, sentence in messages(refusal, request.state.language).items():
        name = path.partition(".")[0]
        found.setdefault(name if name in LISTS else path, sentence)
    if refusal.code == "slug_taken" and "" in found:
        found["slug"] = found.pop("")
    return found


def crumbs_of(request: Request, organisation: dict[str, Any] | None) -> list[tuple[str, str]]:
    """The way back to an organisation from what is inside its page; to the list from a new one."""
    listed = (translate(request.state.language, "Organisations"), "/organisations")
    if organisation is None:
        return [listed]
    name = in_words(organisation["name"], request.state.language)
    return [listed, (name[:1].upper() + name[1:], f"/organisations/{organisation['slug']}")]


async def organisation_choices(request: Request, *, without: str = "") -> list[Choice]:
    """Organisations by name, as many as a list can offer."""
    organisations, after = request.state.clients.registry.organisations, None
    found: list[dict[str, Any]] = []
    while len(found) < MOST_CHOICES:
        listed = await organisations.list_organisations(limit=200, after=after)
        found += [one for one in listed["items"] if one["id"] != without]
        after = listed["next"]
        if after is None:
            break
    return [(one["id"], in_words(one["name"], request.state.language)) for one in found]


async def form_page(
    request: Request,
    found: dict[str, Any] | None,
    v: Typed,
    *,
    errors: dict[str, str] | None = None,
    similar: Sequence[dict[str, Any]] = (),
    status: int = 200,
) -> Response:
    """`found` is none of a new organisation; `similar` are those with nearly its name."""
    names = await names_of(request)
    parents = await organisation_choices(request, without=found["id"] if found else "")
    every = ("name", "type", "parent", "area", "areas", "languages", "contact")
    return page(
        request,
        "organisations/form.html",
        status=status,
        organisation=found,
        editable=found["editable"] if found else every,
        crumbs=crumbs_of(request, found),
        v=v,
        errors=errors or {},
        similar=similar,
        types=with_none(request, named(request, names, "organisation_types")),
        areas=named(request, names, "areas"),
        languages=named(request, names, "languages"),
        parents=with_none(request, parents, "Of no other one"),
    )
