"""The operations that are measured, each as whole HTTP requests to the gateway and the same to the floor."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from uuid import UUID

from benchmarks.data import Filled
from benchmarks.load import KEY
from benchmarks.visitors import Visitors

MANY = 400
"""How many different requests of a kind are sent in turn."""
SITUATION = (
    "Nuori on ollut kotoa poissa useita öitä, ja vanhemmat ovat eri mieltä siitä, mitä on tapahtunut. "
    "Koulu on huolissaan, poliisi on tehnyt ilmoituksen, ja perheen oma verkosto on hajallaan. "
) * 4
NEW_CASE = {
    "area": None,
    "subject": "Miten turvataan nuoren arki, kun perhe on eri mieltä?",
    "themes": ["sijaishuolto"],
    "age_groups": ["14-17"],
    "client_languages": ["fi"],
    "language": "fi",
    "form": "team",
    "situation": SITUATION,
    "questions": ["Miten perheen kanssa päästään alkuun?", "Kuka vastaa turvasuunnitelmasta?"],
}
MESSAGE = {"text": "Sovimme tapaamisen ensi viikolle. Voisitteko ennen sitä kertoa, ketkä tulevat koulusta? " * 2}


@dataclass(frozen=True)
class Scene:
    """What is there to be asked for, and by whom."""

    filled: Filled
    visitors: Visitors
    yta: str
    areas: tuple[str, ...]
    line: str

    @property
    def cases(self) -> tuple[UUID, ...]:
        return self.filled.open_cases_of[self.yta][:MANY]


@dataclass(frozen=True)
class Operation:
    """`target_ms`: p50 with one client on a quiet machine with two cores; `most`: how many times the floor's CPU."""

    name: str
    target_ms: float
    most: float
    of_system: Callable[[Scene], list[str]]
    of_floor: Callable[[Scene], list[str]]


def _request(method: str, path: str, body: object = None, **headers: str) -> str:
    content = "" if body is None else json.dumps(body)
    told = {"Host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if content:
        told |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", content]
    return "\r\n".join(lines)


def _api(scene: Scene, method: str, path: str, body: object = None) -> str:
    headers = dict(scene.visitors.api_headers)
    if method == "POST":
        headers = headers | {"Idempotency-Key": KEY.decode()}
    return _request(method, f"/api{path}", body, **headers)


def _queues(scene: Scene, **more: str) -> list[str]:
    states = ("submitted", "accepted", "in_consultation")
    return [urlencode({**more, "state": state, "area": area}) for area in scene.areas for state in states]


def _words(scene: Scene) -> list[str]:
    return [quote(word) for word in scene.filled.search_words[:MANY]]


def _new_case(scene: Scene) -> dict[str, object]:
    return {**NEW_CASE, "line": scene.line, "area": scene.areas[0]}


OPERATIONS = (
    Operation(
        "read a case with its thread",
        3.0,
        6,
        lambda scene: [_api(scene, "GET", f"/consultation/v1/cases/{one}?thread=true") for one in scene.cases],
        lambda scene: [_request("GET", f"/cases/{one}") for one in scene.cases],
    ),
    Operation(
        "queue of 50",
        3.5,
        6,
        lambda scene: [
            _api(scene, "GET", f"/consultation/v1/cases?{query}") for query in _queues(scene, scope="queue", limit="50")
        ],
        lambda scene: [_request("GET", f"/queue?{query}") for query in _queues(scene, yta=scene.yta)],
    ),
    Operation(
        "create a case",
        5.0,
        8,
        lambda scene: [_api(scene, "POST", "/consultation/v1/cases", _new_case(scene))],
        lambda scene: [_request("POST", "/cases", _new_case(scene))],
    ),
    Operation(
        "send a message",
        4.0,
        8,
        lambda scene: [_api(scene, "POST", f"/consultation/v1/cases/{one}/messages", MESSAGE) for one in scene.cases],
        lambda scene: [_request("POST", f"/cases/{one}/messages", MESSAGE) for one in scene.cases],
    ),
    Operation(
        "search experts",
        3.0,
        6,
        lambda scene: [_api(scene, "GET", f"/registry/v1/search?kind=experts&q={word}") for word in _words(scene)],
        lambda scene: [_request("GET", f"/experts?q={word}") for word in _words(scene)],
    ),
    Operation(
        "queue as a page",
        6.0,
        6,
        lambda scene: [_request("GET", f"/queue?{query}", **scene.visitors.page_headers) for query in _queues(scene)],
        lambda scene: [_request("GET", f"/queue.html?{query}") for query in _queues(scene, yta=scene.yta)],
    ),
)
