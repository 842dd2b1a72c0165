"""Every template compiles and is used, and every text on a page exists in Finnish and Swedish."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from jinja2 import nodes

from demo.messages import TEMPLATES, missing, originals
from gateway.language import FRONTEND
from gateway.rendering import environment
from tests.repository.places import ROOT

NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(name: str) -> None:
    environment().get_template(name)


def test_every_template_is_used() -> None:
    # components/*.html are all loaded, as macros; the rest is named by a handler or by another template
    told = "".join(path.read_text() for path in (ROOT / "gateway").rglob("*.py"))
    told += "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    unused = [name for name in NAMES if not re.fullmatch(r"components/[^/]+", name) and not _is_named(name, told)]
    assert unused == []


def _is_named(name: str, told: str) -> bool:
    if f'"{name}"' in told:
        return True
    # or chosen among the files of a folder: f"cases/acts/{act}.html"
    folder = re.escape(name.rpartition("/")[0])
    return bool(re.search(rf"""["']{folder}/(\{{[^}}]+\}}\.html)?["']""", told))


def test_every_text_exists_in_finnish_and_swedish() -> None:
    assert [f"{language}: {text}" for language, text in missing(originals())] == []


def test_a_translation_takes_the_values_its_original_takes() -> None:
    from gateway.language import catalogs

    wrong = [
        (language, text)
        for language, catalog in catalogs().items()
        for text, translation in catalog.texts.items()
        if set(re.findall(r"%\(\w+\)[sd]", text)) != set(re.findall(r"%\(\w+\)[sd]", translation))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_stands_in_a_page_that_its_policy_forbids(name: str) -> None:
    source = (TEMPLATES / name).read_text()
    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=|<style|javascript:|hx-on|[\"']js:", source)


# the API's own description is in English, as its names are, and the page says so
IN_ENGLISH = {"developers/reference.html"}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in IN_ENGLISH])
def test_no_text_stands_untranslated_in_a_template(name: str) -> None:
    """Words between tags must come from `_()`: a text written straight into the page has one language only."""
    tree = environment().parse((TEMPLATES / name).read_text())
    raw = "".join(node.data for node in tree.find_all(nodes.TemplateData))
    text = re.sub(r"<!--.*?-->|<(script|style|title)\b.*?</\1>", " ", raw, flags=re.DOTALL)
    words = [part.strip() for part in re.findall(r">([^<>]*[A-Za-zÅÄÖåäö]{3}[^<>]*)<", text)]
    assert [word for word in words if word not in ALLOWED_WORDS and not re.search(r'="|^\S+\.fi$|^/api/', word)] == []


NAMES_OF_THINGS = {"OT-verkko", "YSO", "OpenAPI 3.1", "OpenAPI 3.1:"}
NAMES_OF_LANGUAGES = {"Suomi", "Suomeksi", "Svenska", "På svenska", "English", "In English"}
ALLOWED_WORDS = NAMES_OF_THINGS | NAMES_OF_LANGUAGES


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_no_text_is_translated_in_two_files(language: str) -> None:
    """Which of the two would be shown depends on the files' names."""
    found: dict[str, list[str]] = {}
    for file in sorted((FRONTEND / "locales" / language).glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=language):
                original = message.id if isinstance(message.id, str) else message.id[0]
                found.setdefault(original, []).append(file.name)
    found.pop("", None)
    assert {text: files for text, files in found.items() if len(files) > 1} == {}
