"""Templates into pages. One call for a handler: `page(request, "cases/detail.html", case=case)`.

A page is whole unless htmx asks for one of its named blocks. Macros of `components/` are at hand everywhere as
`ui.<name>`, with no import: a block rendered alone would not see the imports of its file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from gateway import dates, swaps, words
from gateway.addresses import path_of
from gateway.language import FRONTEND, Catalog, Language, catalogs
from gateway.swaps import Swap
from gateway.visitor import Me


@dataclass(frozen=True)
class View:
    """What every text and form of a page depends on: whose eyes it is for."""

    language: Language
    catalog: Catalog
    now: datetime
    me: Me | None
    csrf: str
    new_key: Callable[[], str]


_view: ContextVar[View] = ContextVar("view")


def page(
    request: Request, template: str, block: str | Swap | None = None, status: int = 200, **context: Any
) -> HTMLResponse:
    """The page, or only its `block` when htmx asks and a block is named."""
    view = view_of(request)
    everything = {**layout_context(request, view), **context}
    asks_part = swaps.asks_part(request)
    with looking(view):
        if asks_part and block is not None:
            html = swaps.part(environment(), template, Swap(block) if isinstance(block, str) else block, everything)
        else:
            html = environment().get_template(template).render(everything)
    if swaps.arrives(request):
        return HTMLResponse(html, status_code=status, headers=swaps.another(request))
    whole = asks_part and html.startswith("<!doctype")
    return HTMLResponse(html, status_code=status, headers=swaps.WHOLE if whole else None)


def view_of(request: Request) -> View:
    state = request.state
    language: Language = state.language
    return View(language, catalogs()[language], request.app.state.clock.now(), state.me, state.csrf, state.new_key)


def layout_context(request: Request, view: View) -> dict[str, Any]:
    return {
        "request": request,
        "path": request.url.path,
        # a page drawn again after a refused form stands at an address that can only be posted to
        "here": request.url.path if request.method == "GET" else path_of(request.headers.get("referer")),
        "me": view.me,
        "lang": view.language,
        "now": view.now,
        "demo": request.app.state.settings.demo,
        "demo_mail": request.app.state.settings.demo_mail_url,
        "badges": request.state.badges,
        "errors": {},
        "done": _done(request),
    }


def _done(request: Request) -> str:
    """The act that led here, where htmx followed it: a word of ours, whatever the address says."""
    named = request.query_params.get(swaps.SAID, "") if swaps.arrives(request) else ""
    return named if named in words.WORDS["said"] else ""


def translate(language: Language, original: str, **values: object) -> str:
    """A text outside a template, as plain text."""
    text = catalogs()[language].text(original)
    return text % values if values else text


@contextmanager
def looking(view: View) -> Iterator[None]:
    token = _view.set(view)
    try:
        yield
    finally:
        _view.reset(token)


@lru_cache
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(FRONTEND / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.do"],
    )
    env.globals |= {"static": static_url, "_": _text, "ngettext": _plural, "word": _word, "form_key": _form_key}
    env.filters |= FILTERS
    env.globals["ui"] = components = SimpleNamespace()
    for file in sorted((FRONTEND / "templates" / "components").glob("*.html")):
        module = env.get_template(f"components/{file.name}").module
        for name, macro in vars(module).items():
            if callable(macro) and not name.startswith("_"):
                setattr(components, name, macro)
    return env


@lru_cache(maxsize=64)
def static_url(path: str) -> str:
    """The file's address with a mark of its content, so that browsers may keep it for a year."""
    mark = sha256((FRONTEND / "static" / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={mark}"


def _text(original: str, **values: object) -> Markup:
    # our own texts may hold markup; what is put into them is escaped by Markup's %
    text = Markup(_view.get().catalog.text(original))
    return text % values if values else text


def _plural(one: str, many: str, count: int, **values: object) -> Markup:
    view = _view.get()
    shown = dates.number(count, view.language)
    return Markup(view.catalog.plural(one, many, count)) % {"num": shown, **values}


def _word(kind: str, code: object) -> Markup:
    return _text(words.word(kind, code))


def _language() -> Language:
    return _view.get().language


def _form_key(version: int | None = None) -> Markup:
    """Hidden fields of every form: whose form it is, a key so that a second press does nothing, and what was read."""
    view = _view.get()
    # a key of its own for each: after a swap the other forms of the page are still there
    fields = {"csrf": view.csrf, "key": view.new_key()}
    if version is not None:
        fields["version"] = str(version)
    hidden = Markup('<input type="hidden" name="%s" value="%s">')
    return Markup("").join(hidden % item for item in fields.items())


def _name(value: Mapping[str, str | None] | str | None) -> str:
    """A {fi, sv, en} name in the page's language, in another where that one lacks it."""
    if value is None or isinstance(value, str):
        return value or ""
    wanted = _view.get().language
    return next((text for code in (wanted, "fi", "sv", "en") if (text := value.get(code))), "")


def _paragraphs(text: str | None) -> Markup:
    """Typed text: empty lines part paragraphs, single ones break lines. Nothing in it is markup."""
    parts = [part.strip() for part in (text or "").replace("\r\n", "\n").split("\n\n")]
    lines = Markup("<br>")
    return Markup("\n").join(
        Markup("<p>%s</p>") % lines.join(escape(line) for line in part.split("\n")) for part in parts if part
    )


def _points(text: str | None) -> list[str]:
    """A list as people type one: a line for each point, or `1. … 2. …` in one line; without the numbers."""
    typed = (text or "").strip()
    inline = typed.startswith("1.") and "\n" not in typed
    found = re.split(r"(?:^|\s)\d{1,2}[.)]\s+", typed) if inline else typed.splitlines()
    bare = (re.sub(r"^\s*(?:\d{1,2}[.)]|[-–•*])\s+", "", point).strip().rstrip(" .;") for point in found)
    return [point for point in bare if point]


def _initials(name: str) -> str:
    parts = name.split()
    return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper() if parts else "?"


def _field_id(name: str) -> str:
    return "f-" + name.replace(".", "-").replace("_", "-")


def _signed(value: int | None) -> str:
    """A GAS level: `−2`, `0`, `+1`"""
    if value is None:
        return "–"
    return f"+{value}" if value > 0 else str(value).replace("-", "\N{MINUS SIGN}")


def _capital(text: str) -> str:
    """First letter large, the rest as it is: Jinja's `capitalize` would lower `OT`."""
    return text[:1].upper() + text[1:]


FILTERS: dict[str, Any] = {
    "name": _name,
    "paragraphs": _paragraphs,
    "points": _points,
    "initials": _initials,
    "field_id": _field_id,
    "signed": _signed,
    "capital": _capital,
    "zip": zip,
    "day": lambda value: dates.day(value, _language()),
    "day_or_words": lambda value: dates.day_or_words(value, _language()),
    "when": lambda value: dates.when(value, _language()),
    "long_day": lambda value: dates.long_day(value, _language()),
    "short_day": lambda value: dates.short_day(value, _language(), _today()),
    "short_when": lambda value: dates.short_when(value, _language(), _today()),
    "short_span": lambda starts, ends: dates.until(
        dates.short_when(starts, _language(), _today()), ends, starts, _language()
    ),
    "span": lambda starts, ends: dates.until(dates.when(starts, _language()), ends, starts, _language()),
    "duration": lambda value: dates.duration(value, _language()),
    "number": lambda value, digits=None: dates.number(value, _language(), digits),
}


def _today() -> Any:
    return _view.get().now.astimezone(dates.HELSINKI).date()
