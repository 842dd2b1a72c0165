"""The components of the pages: each there under its name, and each in use."""

from __future__ import annotations

import re

import pytest

from demo.messages import TEMPLATES
from gateway.rendering import environment

NAMES = {
    "any page": "page_head button tag badge_count notice summary_list item person table views empty saved refusal diff",
    "forms": "field choice choices segments error_summary privacy_finding filters facets sheet",
    "a consultation": "stage clock track next thread team_notes recommendation signoffs gas matrix why load log",
    "an answer and a consent": "presence block recommendation_edit paper consents withdrawal",
    "figures": "figure key_figure hidden_count heat tile_map",
    "the API": "code endpoint params",
}


def _components() -> dict[str, object]:
    return vars(environment().globals["ui"])


def _told() -> str:
    return "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("kind", NAMES)
def test_the_components_have_the_names_that_everybody_knows(kind: str) -> None:
    assert [name for name in NAMES[kind].split() if name not in _components()] == []


def test_every_component_is_used() -> None:
    told = _told()
    assert [name for name in _components() if not re.search(rf"\bui\.{name}\(", told)] == []


def test_every_component_that_is_used_is_there() -> None:
    used = set(re.findall(r"\bui\.(\w+)\(", _told()))
    assert used - set(_components()) == set()
