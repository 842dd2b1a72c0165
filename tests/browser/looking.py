"""What every page must hold in a browser: the rules of axe, and nothing wider than its window."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

from demo.environment import ROOT

Scheme = Literal["light", "dark"]
WIDTHS = (1280, 390)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
VIEWS = [(width, scheme) for width in WIDTHS for scheme in SCHEMES]
NARROWEST = 320
PICTURES = ROOT / "var" / "screens"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASK = """async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ['violations']})).violations
    .flatMap(rule => rule.nodes.map(node => rule.id + ' ' + node.target.join(' ') + ': '
        + [...node.any, ...node.all, ...node.none].map(check => check.message).join('; ').slice(0, 300)))"""


def axe() -> str:
    """The source of the rules; `add_init_script` brings it past the page's own policy."""
    package = find_spec("axe_playwright_python")
    assert package is not None
    assert package.origin is not None
    return (Path(package.origin).parent / "axe.min.js").read_text()


def look(page: Page, address: str, *, name: str, width: int, scheme: Scheme) -> list[str]:
    """Every fault of one page in one view. A picture is kept under `var/screens/`."""
    _set_up(page, width, scheme)
    page.goto(address)
    return _faults(page, name, width, scheme)


def look_all_ways(page: Page, address: str, *, name: str) -> dict[str, list[str]]:
    """The faults of a page by view: it is drawn anew in each, and asked for once."""
    page.goto(address)
    found = {}
    for width, scheme in VIEWS:
        _set_up(page, width, scheme)
        found[f"{address} at {width} {scheme}"] = _faults(page, name, width, scheme)
    return {**found, f"{address} at {NARROWEST}": look_at_narrowest(page)}


def _set_up(page: Page, width: int, scheme: Scheme) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def _faults(page: Page, name: str, width: int, scheme: Scheme) -> list[str]:
    faults: list[str] = page.evaluate(ASK, RULES)
    headings = page.locator("h1").count()
    faults += [f"{headings} headings of the first level"] if headings != 1 else []
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
    return [*faults, *too_wide(page, width)]


def look_at_narrowest(page: Page) -> list[str]:
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    return too_wide(page, NARROWEST)


def too_wide(page: Page, width: int) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{wide} wide in a window of {width}"] if wide > width else []


def as_lines(faults: dict[str, Any]) -> str:
    return "\n".join(f"{where}: {what}" for where, found in faults.items() for what in found)
