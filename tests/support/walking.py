"""Following every link of the pages, as one person, and what each page must hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag

import httpx2


@dataclass
class Page(HTMLParser):
    """What a page is made of."""

    lang: str = ""
    title: str = ""
    headings: list[str] = field(default_factory=list)
    mains: int = 0
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    points_at: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    _inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self._inside.append(tag)
        self.lang = known.get("lang", "") if tag == "html" else self.lang
        self.mains += tag == "main"
        if tag == "h1":
            self.headings.append("")
        if "id" in known:
            self.ids.append(known["id"])
        if tag == "a" and "href" in known:
            self.links.append(known["href"])
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget"):
            self.points_at += known.get(name, "").split()
        self.forbidden += [f"{tag} {name}" for name in known if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in known):
            self.forbidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._inside[-1:] == ["title"] and "svg" not in self._inside:
            self.title += data
        if "h1" in self._inside and self.headings:
            self.headings[-1] += data

    def faults(self, language: str) -> Iterator[str]:
        if self.lang != language:
            yield f"lang is {self.lang!r}"
        if not re.fullmatch(r"\S.* – OT-verkko", self.title.strip(), re.DOTALL):
            yield f"title is {self.title!r}"
        if len(self.headings) != 1 or not self.headings[0].strip():
            yield f"h1: {self.headings}"
        if self.mains != 1:
            yield f"{self.mains} main landmarks"
        yield from (f"inline {one}" for one in self.forbidden)
        yield from (f"id {one} twice" for one in sorted({one for one in self.ids if self.ids.count(one) > 1}))
        yield from (f"nothing has the id {one}" for one in sorted(set(self.points_at) - set(self.ids)))
        anchors = {link[1:] for link in self.links if link.startswith("#") and len(link) > 1}
        yield from (f"a link to #{one} leads nowhere" for one in sorted(anchors - set(self.ids)))


def page_of(html: str) -> Page:
    page = Page()
    page.feed(html)
    return page


@dataclass
class Walk:
    """One person's walk: which kinds of pages were seen, and what was wrong where."""

    seen: set[str] = field(default_factory=set)
    faults: dict[str, list[str]] = field(default_factory=dict)


async def walk(client: httpx2.AsyncClient, kind_of: Callable[[str], str | None], language: str = "fi") -> Walk:
    """From the first page along every link. Of pages of one kind one is looked at, and one narrowed by a query."""
    done, waiting = Walk(), [("/", "the beginning")]
    known, looked = {"/"}, set[tuple[str, bool]]()
    while waiting:
        address, found_on = waiting.pop(0)
        kind = kind_of(address)
        if kind is None or (kind, "?" in address) in looked:
            continue
        looked.add((kind, "?" in address))
        answer = await client.get(address, follow_redirects=True)
        if answer.status_code >= 400:
            done.faults[address] = [f"answers {answer.status_code}, linked from {found_on}"]
            continue
        done.seen.add(kind)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        page = page_of(answer.text)
        if faults := list(page.faults(language)):
            done.faults[address] = faults
        for link in page.links:
            path = urldefrag(link).url
            if path.startswith("/") and path not in known:
                known.add(path)
                waiting.append((path, address))
    return done
