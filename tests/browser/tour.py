"""Every page there is, as people meet it: by following links from the first page, each person for themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urldefrag

from playwright.sync_api import APIResponse, BrowserContext
from starlette.routing import compile_path

from gateway.access import OPEN_PAGES
from tests.repository.test_routes import app_of, routes_of

INSIDE = ("maria", "sanna", "tuomas", "erik", "anna", "noora", "timo", "admin", "editor", "outsider")
PEOPLE = (None, *INSIDE, "anu_hakkarainen")  # the last one has asked with a consent
MOST = 400  # addresses one person is led through; more would be a trap that makes new ones for ever
ENOUGH = 6  # pages of one kind below a case, whose links depend on how far the case has come
SEARCHED = "/search?q=psykologi"  # where the search of the top bar leads, which is no link
NO_PAGES = ("/api", "/health", "/login", "/metrics", "/static", "/.")
STATE = re.compile(r'class="stage stage--([a-z-]+)')


@dataclass(frozen=True)
class Stop:
    """One page of the tour. `route` is the gateway's own path of it, `look` what makes it differ from its likes.

    `is_file`: not a page but a file that a page offers.
    """

    person: str | None
    route: str
    address: str
    look: str = ""
    is_file: bool = False

    @property
    def name(self) -> str:
        where = re.sub(r"[^a-z]+", "-", self.route).strip("-") or "home"
        return "-".join(filter(None, (where, self.look, self.person)))


class Pages:
    """The gateway's own GET routes, longest first, so that `/ask/{code}/check` isn't taken for another."""

    def __init__(self, folder: Path) -> None:
        routes = {
            route.path: route.name for route in routes_of(app_of("gateway", folder)) if "GET" in (route.methods or ())
        }
        self.all = {path for path in routes if not path.startswith(NO_PAGES)}
        self.open = {path for path in self.all if routes[path] in OPEN_PAGES} - {"/"}
        self._patterns = [(compile_path(path)[0], path) for path in sorted(self.all, key=lambda path: path.count("{"))]

    def route_of(self, address: str) -> str | None:
        path = address.partition("?")[0]
        return next((route for pattern, route in self._patterns if pattern.match(path)), None)


def tour(context: BrowserContext, person: str | None, pages: Pages) -> Iterator[Stop]:
    """Breadth first. Of pages of one kind the first is a stop, of lists each of their views; of a case each state."""
    met: Counter[tuple[str, str]] = Counter()
    waiting, seen = ["/", SEARCHED], {"/", SEARCHED}
    for _ in range(MOST):
        if not waiting:
            return
        address = waiting.pop(0)
        route = pages.route_of(address)
        if route is None or (person is not None and route in pages.open) or not _worth_following(address, pages, met):
            continue
        answer = context.request.get(address)
        assert answer.status < 400, f"{person} is led to {address}, which answers {answer.status}"
        html = answer.text() if _is_page(answer) else ""
        look = _look(address, route, html)
        met[route, look] += 1
        if met[route, look] == 1:
            yield Stop(person, route, address, look, is_file=not _is_page(answer))
        for link in [*links_of(html), *_led_to_by_buttons(person, address, route)]:
            if link not in seen and _worth_following(link, pages, met):
                seen.add(link)
                waiting.append(link)


def _worth_following(link: str, pages: Pages, met: Counter[tuple[str, str]]) -> bool:
    """Of most pages one is enough; cases differ by their state, and each act has a form of its own."""
    route = pages.route_of(link)
    if route is None or route == "/cases/{code}":
        return route is not None
    enough = ENOUGH if route.startswith("/cases/{code}/") and "{act}" not in route else 1
    return met[route, _look(link, route, "")] < enough


def _led_to_by_buttons(person: str | None, address: str, route: str) -> list[str]:
    """Where Maria's buttons lead from a draft, and from a request when it is sent."""
    after = {"/ask/{code}": "/check", "/cases/{code}": "/receipt"}.get(route) if person == "maria" else None
    return [address.partition("?")[0] + after] if after else []


def _look(address: str, route: str, html: str) -> str:
    path, _, query = address.partition("?")
    if route == "/cases/{code}/acts/{act}":
        return path.rpartition("/")[2]
    if views := parse_qs(query).get("view"):
        return views[0]
    state = STATE.search(html) if route == "/cases/{code}" else None
    return state[1] if state else ""


def _is_page(answer: APIResponse) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") if tag == "a" else None
        if href and href.startswith("/") and not href.startswith("//"):
            self.found.append(urldefrag(href).url)


def links_of(html: str) -> Iterable[str]:
    parser = _Links()
    parser.feed(html)
    return parser.found
