"""Expert groups and services alike: what their forms post, their fields in words, and who may keep one."""

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import Request
from markupsafe import Markup
from starlette.datastructures import FormData

from gateway import words
from gateway.entry_words import Teller
from gateway.pages.case_choices import Choice, in_words, named, themes, with_none
from gateway.pages.case_forms import Typed, text, texts, typed
from gateway.pages.case_names import Names
from gateway.pages.organisation_forms import CONTACT, MOST_CHOICES
from gateway.problems import messages
from gateway.rendering import translate
from services.shared.http import RemoteRefusal

LANGUAGES = ("fi", "sv", "en")
LISTS = ("areas", "themes", "languages", "age_groups", "ways_in")
REFUSED = (409, 412, 422)
Entry = dict[str, Any]


def shown(found: Entry, told: Iterable[str], plain: Iterable[str]) -> Typed:
    """An entry as its form's fields show it. `told`: texts in languages; `plain`: every other field of the kind."""
    contact = found["contact"] or {}
    fields: dict[str, Any] = {f"contact.{name}": contact.get(name) or "" for name in CONTACT}
    for name in ("name", *told):
        fields |= {f"{name}.{code}": found[name].get(code) or "" for code in LANGUAGES}
    for name in ("areas", "themes", "languages", "valid_from", "valid_to", *plain):
        fields[name] = "" if found[name] is None else found[name]
    return Typed(fields)


def posted(form: FormData) -> Typed:
    """As typed, the lists as lists."""
    return Typed({**typed(form), **{name: texts(form, name) for name in LISTS}})


def entered(form: FormData, told: Iterable[str]) -> dict[str, Any]:
    """What every kind's form posts."""
    contact = {name: text(form, f"contact.{name}") for name in CONTACT}
    names = {code: text(form, f"name.{code}") for code in LANGUAGES}
    return {
        "name": {**names, "en": names["en"] or None},
        **{name: {code: text(form, f"{name}.{code}") for code in LANGUAGES} for name in told},
        **{name: texts(form, name) for name in ("areas", "themes", "languages")},
        "contact": {name: value for name, value in contact.items() if value},
        "valid_from": text(form, "valid_from"),
        "valid_to": text(form, "valid_to") or None,
    }


def errors_of(request: Request, refusal: RemoteRefusal) -> dict[str, str]:
    """Field → sentence; what is wrong with one of several choices is told at their field."""
    found: dict[str, str] = {}
    for path, sentence in messages(refusal, request.state.language).items():
        name = path.partition(".")[0]
        found.setdefault(name if name in LISTS else path, sentence)
    return found


def choices_of(request: Request, names: Names) -> dict[str, list[Choice]]:
    """What both forms and both lists offer."""
    return {
        "areas": named(request, names, "areas"),
        "themes": themes(request, names),
        "languages": named(request, names, "languages"),
    }


def limits_of(request: Request, names: Names) -> dict[str, list[Choice]]:
    """The same for a list's limits, each with one that doesn't limit."""
    offered = choices_of(request, names) | {"ytas": named(request, names, "ytas")}
    return {name: with_none(request, choices, "All") for name, choices in offered.items()}


async def keepers(request: Request, act: str) -> list[Choice]:
    """The organisations for which the reader may do the act."""
    organisations, after = request.state.clients.registry.organisations, None
    found: list[Entry] = []
    for _ in range(0, MOST_CHOICES, 200):
        listed = await organisations.list_organisations(limit=200, after=after)
        found += [one for one in listed["items"] if act in one["allowed"]]
        if (after := listed["next"]) is None:
            break
    return [(one["id"], in_words(one["name"], request.state.language)) for one in found]


def rows_of(request: Request, names: Names, entry: Entry, fields: Sequence[str]) -> list[tuple[str, str]]:
    """(term, description) of each field that says something, and the days."""
    language = request.state.language
    teller = Teller(names, language)
    rows = []
    for name in fields:
        value = entry[name]
        told = in_words(value, language) if _in_languages(value) else "; ".join(teller.lines(name, value))
        if name == "areas":
            told = told or translate(language, "The whole country")
        if told:
            rows.append((translate(language, words.word("entry_field", name)), told))
    return rows


def _in_languages(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == set(LANGUAGES)


def _leading(name: str, value: str) -> str:
    """An address as a link."""
    match name:
        case "email":
            return Markup('<a href="mailto:{0}">{0}</a>').format(value)
        case "web":
            return Markup('<a href="{0}">{0}</a>').format(value)
        case _:
            return value


def contact_rows(request: Request, entry: Entry) -> list[tuple[str, str]]:
    contact = entry["contact"] or {}
    return [
        (translate(request.state.language, words.word("entry_field", name)), _leading(name, contact[name]))
        for name in CONTACT
        if contact.get(name)
    ]
