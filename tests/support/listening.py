"""Hears everything that is said while a test walks: between processes, to each person, and into the logs."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import Any

import httpx2
import pikepdf
import pytest

from tests.consultation.test_answer_pdf import words
from tests.support.apps import Wire
from tests.support.databases import Databases

_CANARY = re.compile(r"kanari(\d{3})lintu", re.IGNORECASE)
_IN_HEXADECIMAL = b"kanari".hex()
_IN_BASE64 = ("a2FuYXJp", "thbmFya", "rYW5hcm")  # "kanari" wherever the groups of three happen to begin


@dataclass
class Canaries:
    """A word of its own for each place where somebody writes: `say("reply.text")`."""

    said: dict[str, str] = field(default_factory=dict)

    def __call__(self, place: str) -> str:
        return self.said.setdefault(place, f"kanari{len(self.said):03d}lintu")

    def in_(self, text: str) -> set[str]:
        """The places whose word is found in the text, as it is, in hexadecimal or in base64."""
        places = list(self.said)
        found = {places[int(number)] for number in _CANARY.findall(text)}
        if _IN_HEXADECIMAL in text.lower():
            found.add("in hexadecimal")
        if any(part in text for part in _IN_BASE64):
            found.add("in base64")
        return found


@dataclass(frozen=True)
class Passed:
    """A request between processes."""

    process: str
    method: str
    address: str
    body: bytes

    @property
    def path(self) -> str:
        return self.address.partition("?")[0]


@dataclass(frozen=True)
class Got:
    """An answer that somebody got, as text whatever it was."""

    address: str
    leads_to: str
    kind: str
    text: str

    @property
    def title(self) -> str:
        found = re.search(r"<title>(.*?)</title>", self.text, re.DOTALL)
        return found.group(1) if found else ""


@dataclass
class Heard:
    passed: list[Passed] = field(default_factory=list)
    answers: dict[str, list[Got]] = field(default_factory=dict)
    logs: StringIO = field(default_factory=StringIO)

    def listen(self, client: httpx2.AsyncClient, person: str) -> httpx2.AsyncClient:
        """What this client is answered is kept as that person's."""

        async def keep(answer: httpx2.Response) -> None:
            await answer.aread()
            kind = answer.headers.get("content-type", "")
            got = Got(str(answer.url), answer.headers.get("location", ""), kind, _text_of(answer, kind))
            self.answers.setdefault(person, []).append(got)

        client.event_hooks = {"response": [keep]}
        return client

    def by(self, person: str) -> str:
        return "\n".join(got.text for got in self.answers.get(person, []))

    def everything(self) -> Iterator[Got]:
        for answers in self.answers.values():
            yield from answers

    def addresses(self) -> list[str]:
        """Every address that was asked for or led to, inside and outside."""
        inside = [passed.address for passed in self.passed]
        return inside + [part for got in self.everything() for part in (got.address, got.leads_to)]


def _text_of(answer: httpx2.Response, kind: str) -> str:
    if kind == "application/pdf":
        return words(pikepdf.open(BytesIO(answer.content)))
    return answer.text


@contextmanager
def listening() -> Iterator[Heard]:
    heard = Heard()
    carried = Wire.handle_async_request

    async def heard_and_carried(wire: Wire, request: httpx2.Request) -> httpx2.Response:
        heard.passed.append(Passed(wire._process, request.method, str(request.url), await request.aread()))
        return await carried(wire, request)

    library = logging.StreamHandler(heard.logs)
    logging.getLogger().addHandler(library)
    try:
        with pytest.MonkeyPatch.context() as changed:
            changed.setattr(Wire, "handle_async_request", heard_and_carried)
            changed.setattr(sys, "stderr", heard.logs)
            changed.setattr(sys, "stdout", heard.logs)
            yield heard
    finally:
        logging.getLogger().removeHandler(library)


def everything_stored(databases: Databases, process: str) -> dict[str, str]:
    """Every row of every table as a superuser sees it, as text; bytes once more as the letters they may be."""
    with databases.superuser(process) as connection:
        tables = connection.execute(
            "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        return {
            f"{process}: {table}": "\n".join(
                text + _letters(text) for (text,) in connection.execute(f"select t::text from {table} t").fetchall()
            )
            for (table,) in tables
        }


def _letters(row: str) -> str:
    return "".join(bytes.fromhex(found).decode("latin-1") for found in re.findall(r"\\x((?:[0-9a-f]{2})+)", row))


class FreeTexts:
    """Where a service's document lets somebody write as they like: neither codes, ids, dates nor numbers.

    Each of `all` reads as `reply_to_answer rows.*.why`.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._schemas = document["components"]["schemas"]
        self._operations = [
            (method.upper(), re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) + "$"), operation)
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        ]
        self.all = frozenset(
            f"{operation['operationId']} {place}"
            for _, _, operation in self._operations
            for media in operation.get("requestBody", {}).get("content", {}).values()
            for place in self._places(media["schema"], "")
        )

    def filled(self, passed: Passed, canaries: Canaries) -> set[str]:
        """Those where the request holds a canary."""
        if not passed.body:
            return set()
        path = re.sub(r"^\w+://[^/]+", "", passed.path)
        name = next(
            operation["operationId"]
            for method, pattern, operation in self._operations
            if method == passed.method and pattern.match(path)
        )
        leaves = _leaves(json.loads(passed.body), ())
        places = {where for where, text in leaves if canaries.in_(text)}
        return {one for one in self.all if one.split(" ")[0] == name and any(_fits(one, where) for where in places)}

    def _places(self, schema: dict[str, Any], place: str) -> Iterator[str]:
        if "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        for option in schema.get("anyOf", []):
            yield from self._places(option, place)
        for name, part in schema.get("properties", {}).items():
            yield from self._places(part, f"{place}.{name}".lstrip("."))
        for inner in (schema.get("items"), schema.get("additionalProperties")):
            if isinstance(inner, dict):
                yield from self._places(inner, f"{place}.*")
        if schema.get("type") == "string" and not {"pattern", "enum", "format", "const"} & set(schema):
            yield place


def _leaves(value: Any, where: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    match value:
        case dict():
            for name, part in value.items():
                yield from _leaves(part, (*where, str(name)))
        case list():
            for part in value:
                yield from _leaves(part, (*where, "*"))
        case str():
            yield where, value


def _fits(place: str, where: tuple[str, ...]) -> bool:
    parts = place.partition(" ")[2].split(".")
    return len(parts) == len(where) and all(part in ("*", name) for part, name in zip(parts, where, strict=True))
