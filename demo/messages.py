"""The texts of the pages: every English original, and what lacks a translation."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from jinja2.ext import babel_extract

from demo.environment import ROOT

TEMPLATES = ROOT / "frontend" / "templates"
TRANSLATED = ("fi", "sv")


def run(*, every: bool) -> int:
    """Prints the texts that lack a translation (or all of them) with a place each; 1 where something is missing."""
    texts = originals()
    if every:
        for text in sorted(texts):
            print(f"{texts[text]}: {text}")
        return 0
    lacking = missing(texts)
    for language, text in lacking:
        print(f"{language}: {texts[text]}: {text}")
    print(f"{len(texts)} texts, {len(lacking)} translations missing")
    return 1 if lacking else 0


def originals() -> dict[str, str]:
    """Every text a person may see on a page → one place where it stands."""
    found: dict[str, str] = {}
    for text, place in [*_in_templates(), *_in_python(), *_in_tables()]:
        found.setdefault(text, place)
    return found


def missing(texts: Iterable[str]) -> list[tuple[str, str]]:
    """(language, text) pairs without a translation."""
    language_module = importlib.import_module("gateway.language")
    known = {language: language_module.catalogs()[language] for language in TRANSLATED}
    return [
        (language, text)
        for text in sorted(texts)
        for language, catalog in known.items()
        if not (catalog.texts.get(text) or any(catalog.plurals.get(text, ())))
    ]


def _in_templates() -> Iterator[tuple[str, str]]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        with path.open("rb") as file:
            found = babel_extract(file, ["_", "ngettext"], [], {"extensions": "jinja2.ext.do"})
            for line, _, texts, _ in found:
                yield from ((text, f"{_place(path)}:{line}") for text in _first(texts))


def _in_python() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "gateway").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and (text := _said(node)):
                yield text, f"{_place(path)}:{node.lineno}"


def _said(call: ast.Call) -> str | None:
    """The written-out text of `_("…")`, `ngettext("…", …)`, `translate(language, "…")` or `with_none(…, …, "…")`."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    place = {"_": 0, "ngettext": 0, "translate": 1, "with_none": 2}.get(name)
    if place is None or len(call.args) <= place:
        return None
    text = call.args[place]
    return text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else None


def _in_tables() -> Iterator[tuple[str, str]]:
    """Codes that pages say in words: these stand in tables, which page modules add to when they are loaded."""
    pages = importlib.import_module("gateway.pages")
    for module in pkgutil.iter_modules(pages.__path__, "gateway.pages."):
        importlib.import_module(module.name)
    words, problems = (importlib.import_module(f"gateway.{name}") for name in ("words", "problems"))
    for kind, table in words.WORDS.items():
        yield from _of_table(table, f"gateway/words.py {kind}")
    for table in (problems.SENTENCES, problems.FIELD_SENTENCES):
        yield from _of_table(table, "gateway/problems.py")


def _of_table(table: Mapping[str, str], place: str) -> Iterator[tuple[str, str]]:
    yield from ((text, f"{place} {code}") for code, text in table.items() if text)


def _first(texts: str | tuple[str | None, ...] | None) -> list[str]:
    """A plural is kept under its singular. What is not a written-out text (`_(variable)`) stands in a table."""
    first = texts[0] if isinstance(texts, tuple) else texts
    return [first] if first else []


def _place(path: Path) -> str:
    return str(path.relative_to(ROOT))
