"""What may be chosen on the forms of a consultation: pairs of a code and its words in the reader's language."""

from collections.abc import Iterable
from typing import Any

from fastapi import Request

from gateway import words
from gateway.language import Language
from gateway.pages.case_names import Name, Names, lines_of
from gateway.rendering import translate

Choice = tuple[str, str]
URGENCIES = ("normal", "soon", "urgent")
FORMS = ("written", "one_to_one", "team", "network_meeting", "group_14")
IDENTIFICATIONS = ("anonymous", "with_consent", "statement")
WORKING_LANGUAGES = ("fi", "sv", "en")
# Areas outside the OT centres can't own a case.
OUTSIDE = frozenset({"91"})


def codes(request: Request, kind: str, wanted: Iterable[str]) -> list[Choice]:
    language = request.state.language
    return [(code, translate(language, words.word(kind, code))) for code in wanted]


def in_words(name: Name | str, language: Language) -> str:
    if isinstance(name, str):
        return name
    return next((text for code in (language, "fi", "sv", "en") if (text := name.get(code))), "")


def named(request: Request, names: Names, scheme: str) -> list[Choice]:
    language = request.state.language
    return [(code, in_words(name, language)) for code, name in names.offered(scheme)]


def with_none(request: Request, choices: list[Choice], none: str = "Choose") -> list[Choice]:
    """The choices after one that chooses nothing, which `none` names."""
    return [("", translate(request.state.language, none)), *choices]


def counties(request: Request, names: Names) -> list[Choice]:
    return [(code, name) for code, name in named(request, names, "areas") if code not in OUTSIDE]


def counties_of(request: Request, names: Names, yta: str | None) -> list[Choice]:
    """The counties of one collaborative area; all of them where its own are not known."""
    own = names.members.get(yta or "", ())
    return [one for one in counties(request, names) if not own or one[0] in own]


def themes(request: Request, names: Names) -> list[Choice]:
    found = [(code, name[:1].upper() + name[1:]) for code, name in named(request, names, "themes")]
    return sorted(found, key=lambda one: one[1].casefold())


def working_languages(request: Request, names: Names) -> list[Choice]:
    return [one for one in named(request, names, "languages") if one[0] in WORKING_LANGUAGES]


async def lines(request: Request, *, yta: str | None = None) -> list[dict[str, Any]]:
    """The open lines; with a collaborative area only those that serve it."""
    found = await lines_of(request)
    return [line for line in found if line["open"] and (yta is None or line["yta"] in (None, yta))]


async def line_choices(request: Request, *, yta: str | None = None) -> list[Choice]:
    language = request.state.language
    return [(line["slug"], in_words(line["name"], language)) for line in await lines(request, yta=yta)]


async def of_request(request: Request, names: Names) -> dict[str, Any]:
    """Everything the request form offers."""
    language = request.state.language
    shown = [
        (line["slug"], in_words(line["name"], language), in_words(line["description"], language))
        for line in await lines(request)
    ]
    identifications = [
        (code, label, translate(language, words.word("identification_hint", code)))
        for code, label in codes(request, "identification", IDENTIFICATIONS)
    ]
    return {
        "lines": shown,
        "areas": with_none(request, counties(request, names)),
        "urgencies": codes(request, "urgency", URGENCIES),
        "forms": codes(request, "form", FORMS),
        "age_groups": named(request, names, "age_groups"),
        "themes": themes(request, names),
        "identifications": identifications,
        "languages": with_none(request, named(request, names, "languages")),
        "working_languages": working_languages(request, names),
    }
