"""For those who connect another system: where to begin, and every call, from the services' own documents."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request, Response

from gateway.api_description import METHODS
from gateway.clients import SERVICES
from gateway.proxy import described
from gateway.rendering import page
from services.shared.errors import NotFound

router = APIRouter()


@dataclass(frozen=True)
class Call:
    """One operation as the page shows it."""

    name: str
    method: str
    path: str
    title: str
    text: str
    public: bool
    params: list[tuple[str, str, str]]
    body: list[tuple[str, str, str]]
    example: str
    answers: list[tuple[str, str]] = field(default_factory=list)
    systems: str = "alone"
    """How a connected system may call it: alone, for a person, or no."""
    scopes: list[str] = field(default_factory=list)


@router.get("/developers")
async def developers(request: Request) -> Response:
    address = request.app.state.settings.public_url.rstrip("/")
    return page(request, "developers/start.html", services=SERVICES, address=address)


@router.get("/developers/{service}")
async def api_reference(request: Request, service: str) -> Response:
    if service not in SERVICES:
        raise NotFound()
    document = await described(request, service)
    grouped: dict[str, list[Call]] = {}
    inner: list[Call] = []
    for concept, call in _calls(document):
        if call.systems == "no":
            inner.append(call)
        else:
            grouped.setdefault(concept, []).append(call)
    return page(request, "developers/reference.html", service=service, grouped=sorted(grouped.items()), inner=inner)


def _calls(document: dict[str, Any]) -> Iterator[tuple[str, Call]]:
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                yield (operation.get("tags") or ["other"])[0], _call(document, path, method, operation)


def _call(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Call:
    schema = _body_schema(document, operation)
    return Call(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation.get("summary") or operation["operationId"],
        text=operation.get("description", ""),
        public=not operation.get("security"),
        params=[_param(_resolved(document, one)) for one in operation.get("parameters", [])],
        body=_fields(document, schema),
        example=_example(schema),
        answers=[(status, answer.get("description", "")) for status, answer in sorted(operation["responses"].items())],
        systems=operation.get("x-systems", "alone"),
        scopes=operation.get("x-scopes", []),
    )


def _body_schema(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return _resolved(document, content.get("schema", {}))


def _resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` points at, inside the same document."""
    while "$ref" in node:
        target: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def _param(param: dict[str, Any]) -> tuple[str, str, str]:
    needed = ", needed" if param.get("required") else ""
    kind = _kind(param.get("schema", {}))
    return param["name"], f"{param['in']}, {kind}{needed}", param.get("description", "")


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> list[tuple[str, str, str]]:
    needed = set(schema.get("required", []))
    fields = []
    for name, node in schema.get("properties", {}).items():
        known = _resolved(document, node)
        kind = _kind(known) + (", needed" if name in needed else "")
        fields.append((name, kind, node.get("description") or known.get("description", "")))
    return fields


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        kinds = dict.fromkeys(_kind(one) for one in schema["anyOf"] if one.get("type") != "null")
        return " | ".join(kinds)
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    limit = f" ≤ {schema['maxLength']}" if "maxLength" in schema else ""
    return str(schema.get("format") or schema.get("type") or "any") + limit


def _example(schema: dict[str, Any]) -> str:
    given = (schema.get("examples") or [None])[0]
    if given is None:
        fields = schema.get("properties", {}).items()
        given = {name: one["examples"][0] for name, one in fields if one.get("examples")}
    return json.dumps(given, ensure_ascii=False, indent=2) if given else ""
