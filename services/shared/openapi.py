"""The OpenAPI document says which refusals an operation can really give, and how a caller signs in."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.shared.errors import Problem
from services.shared.identity import Who

_SAID = {
    "400": "The request can't be read",
    "401": "Not signed in, or the token doesn't hold",
    "403": "Not in this role",
    "404": "It doesn't exist, or isn't yours to see",
    "409": "Its state doesn't allow this now",
    "412": "Somebody changed it since you read it",
    "413": "The body is too large",
    "422": "A field isn't right; `fields` says which",
    "428": "`If-Match` is needed",
    "503": "A part of the system doesn't answer",
}
_ALWAYS = {"400", "401", "403", "422", "503"}
_REF = "#/components/schemas/{model}"


def described(app: FastAPI) -> dict[str, Any]:
    """The document, made once per process."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
        )
        components = document.setdefault("components", {})
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        _add_problem(components.setdefault("schemas", {}))
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _finish(app, path, method, operation)
        app.openapi_schema = document
    return app.openapi_schema


def _add_problem(schemas: dict[str, Any]) -> None:
    problem = Problem.model_json_schema(ref_template=_REF)
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)


def _finish(app: FastAPI, path: str, method: str, operation: dict[str, Any]) -> None:
    who = app.state.access.get(operation["operationId"])
    public = who is not None and who.public
    if not public:
        operation["security"] = [{"token": []}]
    operation |= {"x-systems": _systems(who), "x-scopes": sorted(who.scopes) if who else []}
    answer = {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}}
    for status in sorted(_possible(path, method, operation, public=public)):
        own = operation["responses"].get(status, {})
        described = own.get("description") if "application/json" not in own.get("content", {}) else None
        operation["responses"][status] = {"description": described or _SAID[status], "content": answer}


def _systems(who: Who | None) -> str:
    """How a connected system may call it: `alone`, `for a person`, or `no`."""
    if who is None:
        return "no"
    if who.public or (who.systems and who.scopes):
        return "alone"
    return "for a person" if who.scopes and (who.everyone or who.roles) else "no"


def _possible(path: str, method: str, operation: dict[str, Any], *, public: bool) -> set[str]:
    possible = set(_ALWAYS)
    if "{" in path:
        possible.add("404")
    if method != "get":
        possible |= {"404", "409", "413"}
    if any(p["name"] == "If-Match" for p in operation.get("parameters", [])):
        possible |= {"412", "428"}
    return possible - {"403"} if public else possible
