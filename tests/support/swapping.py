"""A page and what htmx does to it: the tree of a page, an answer put into it, and the tree as lines to compare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
# what differs between two drawings of one page, and must
DIFFERS = frozenset({"hx-ptag", "hx-trigger"})


@dataclass(eq=False)
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    parent: Element | None = None

    def all(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.all()

    def find(self, **attributes: str) -> Element | None:
        named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return next((one for one in self.all() if named.items() <= one.attributes.items()), None)

    def tagged(self, tag: str) -> Element | None:
        return next((one for one in self.all() if one.tag == tag), None)

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def take(self, children: list[Element | str]) -> None:
        self.children = children
        for child in children:
            if isinstance(child, Element):
                child.parent = self

    def give_place_to(self, others: list[Element | str]) -> None:
        assert self.parent is not None
        at = self.parent.children.index(self)
        self.parent.take([*self.parent.children[:at], *others, *self.parent.children[at + 1 :]])

    def lines(self, depth: int = 0) -> Iterator[str]:
        if self.tag == "script":
            return
        told = {name: value for name, value in self.attributes.items() if name not in DIFFERS}
        if told.get("name") == "key":
            told["value"] = "…"
        yield " " * depth + " ".join([self.tag, *(f'{name}="{value}"' for name, value in sorted(told.items()))])
        if told.get("id") == "status":
            return
        words = ""
        for child in [*self.children, None]:
            if isinstance(child, str):
                words += child
                continue
            if words.strip():
                yield " " * (depth + 1) + re.sub(r"\s+", " ", words.strip())
            words = ""
            if child is not None:
                yield from child.lines(depth + 1)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Element("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, parent=self.at)
        self.at.children.append(made)
        if tag not in VOID:
            self.at = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        open_one: Element | None = self.at
        while open_one is not None and open_one.tag != tag:
            open_one = open_one.parent
        if open_one is not None and open_one.parent is not None:
            self.at = open_one.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def tree_of(html: str) -> Element:
    reader = _Reader()
    reader.feed(html)
    return reader.root


def apply(page: Element, answer: str, *, target: str, style: str, headers: Mapping[str, str]) -> None:
    """As htmx does it: title, parts that name their own place, and the rest into the target."""
    said = tree_of(answer)
    _title(page, said)
    partials = [one for one in said.all() if one.tag == "hx-partial"]
    for partial in partials:
        partial.give_place_to([])
    rest = said.children
    if headers.get("HX-Retarget") == "body":
        old, new = page.tagged("body"), said.tagged("body")
        assert old is not None
        assert new is not None
        old.take(new.children)
        return
    reselect = headers.get("HX-Reselect", "")
    if reselect.startswith("#"):
        found = said.find(id=reselect[1:])
        assert found is not None, f"the answer holds no {reselect}"
        rest = [found]
    if any(isinstance(one, Element) for one in rest):
        _put(page, rest, headers.get("HX-Retarget", target), headers.get("HX-Reswap", style))
    for partial in partials:
        _put(page, partial.children, partial.attributes["hx-target"], partial.attributes["hx-swap"])


def _title(page: Element, said: Element) -> None:
    new, old = said.tagged("title"), page.tagged("title")
    if new is not None and old is not None:
        old.take(new.children)
        if new.parent is said:
            new.give_place_to([])


def _put(page: Element, what: list[Element | str], target: str, style: str) -> None:
    place = page.find(id=target.removeprefix("#"))
    assert place is not None, f"the page has no {target}, so htmx would drop this part"
    if style in ("outerHTML", "outerMorph"):
        place.give_place_to(what)
    else:
        assert style in ("innerHTML", "innerMorph"), style
        place.take(what)


def differences(swapped: Element, fresh: Element) -> list[str]:
    """Lines that only one of the two pages has; a page is its title, its header and its main content."""
    ours, theirs = list(swapped.lines()), list(fresh.lines())
    only = [f"swapped {line.strip()}" for line in ours if line not in theirs]
    only += [f"fresh   {line.strip()}" for line in theirs if line not in ours]
    return only or [] if ours == theirs else only or ["the order differs"]
