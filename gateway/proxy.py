"""The one address for other systems: `/api/{service}/v1/…`. Who is calling is settled here; what they may do, there."""

import hashlib
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from gateway.api_description import as_seen_from_outside
from gateway.clients import SERVICES
from gateway.provider import LoginRefused, Provider
from services.shared.errors import Forbidden, Invalid, NotFound, NotSignedIn
from services.shared.http import Client, RemoteRefusal
from services.shared.identity import Caller, Membership, Tokens

router = APIRouter()
ADDRESSES = "/api/{service}/v1/{path:path}"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ON_BEHALF_OF = "OT-On-Behalf-Of"
KNOWN_SECONDS = 60
ANSWER_SECONDS = 70
"""Longer than the longest wait that `/events?wait=` permits."""

ASKED = (
    "accept",
    "accept-language",
    "content-type",
    "if-match",
    "if-none-match",
    "idempotency-key",
    "traceparent",
)
ANSWERED = (
    "content-type",
    "content-disposition",
    "content-language",
    "etag",
    "idempotent-replayed",
    "location",
    "retry-after",
    "cache-control",
    "last-modified",
    "vary",
    "www-authenticate",
)


class UnknownSystem(Forbidden):
    """The token holds, but the registry knows no such connected system."""

    code = "unknown_system"


@dataclass(frozen=True)
class _Known:
    caller: Caller
    until: float


class Systems:
    """Connected systems whose tokens held lately; asked again after a minute: a withdrawn right is soon gone."""

    def __init__(self) -> None:
        self._known: dict[bytes, _Known] = {}

    def find(self, token: str, person: str) -> Caller | None:
        known = self._known.get(_mark(token, person))
        return known.caller if known and known.until > time.monotonic() else None

    def remember(self, token: str, person: str, caller: Caller, *, expires: float) -> None:
        if len(self._known) > 5_000:
            self._known.clear()
        lasts = min(KNOWN_SECONDS, max(expires - time.time(), 0))
        self._known[_mark(token, person)] = _Known(caller, time.monotonic() + lasts)


def _mark(token: str, person: str) -> bytes:
    return hashlib.sha256(f"{token}\n{person}".encode()).digest()


@router.get("/api/{service}/openapi.json", name="describe_api")
async def describe_api(request: Request, service: str) -> Response:
    """The service's description, as it looks from outside."""
    return JSONResponse(await described(request, service), headers={"Cache-Control": "public, max-age=300"})


async def described(request: Request, service: str) -> dict[str, Any]:
    """Read from the service once a minute at most."""
    if service not in SERVICES:
        raise NotFound()
    cache: dict[str, tuple[float, dict[str, Any]]] = request.app.state.descriptions
    known = cache.get(service)
    if known is None or known[0] < time.monotonic():
        answer = await _connection(request, service).request("GET", "/openapi.json")
        document = as_seen_from_outside(answer.json(), service, request.app.state.settings)
        known = cache[service] = (time.monotonic() + 60, document)
    return known[1]


async def pass_on(request: Request) -> Response:
    """The request as it is, with a token of ours in place of the caller's; no cookie goes in or comes out."""
    service = request.path_params["service"]
    if service not in SERVICES:
        raise NotFound()
    caller = await _caller(request)
    tokens: Tokens = request.app.state.tokens
    answer = await _connection(request, service).request(
        request.method,
        _inside(request),
        token=tokens.for_caller(caller, service) if caller else None,
        content=await request.body() or None,
        headers={name: value for name in ASKED if (value := request.headers.get(name))},
        timeout=ANSWER_SECONDS,
        refuse=False,
    )
    headers = {name: value for name in ANSWERED if (value := answer.headers.get(name))}
    if headers.get("location", "").startswith("/v1/"):
        headers["location"] = f"/api/{service}{headers['location']}"
    return Response(answer.content, status_code=answer.status_code, headers=headers)


def _inside(request: Request) -> str:
    """The path and query as they were sent: decoding and encoding again could make another address of it."""
    raw = request.scope.get("raw_path") or request.url.path.encode()
    front, _, path = raw.decode("latin-1").split("?")[0].partition("/v1/")
    query = request.scope.get("query_string", b"").decode("latin-1")
    # a slash in disguise before the path, or steps upwards in it: not an address of ours
    if "%" in front or not path or {".", ".."} & set(unquote(path).replace("\\", "/").split("/")):
        raise NotFound()
    return f"/v1/{path}" + (f"?{query}" if query else "")


async def _caller(request: Request) -> Caller | None:
    """None without a token: what is public answers anyway. Raises NotSignedIn, UnknownSystem."""
    given = request.headers.get("authorization", "")
    if not given:
        return None
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn("a bearer token is needed")
    person = request.headers.get(ON_BEHALF_OF, "").strip()
    systems: Systems = request.app.state.systems
    known = systems.find(token, person)
    if known is None:
        known, expires = await _introduced(request, token, person)
        systems.remember(token, person, known, expires=expires)
    return known


async def _introduced(request: Request, token: str, person: str) -> tuple[Caller, float]:
    provider: Provider = request.app.state.provider
    try:
        claims = await provider.verified(token, audience=provider.settings.api_audience)
    except LoginRefused as refused:
        raise NotSignedIn("the token does not hold") from refused
    client = claims.get("client_id") or claims.get("azp")
    if not client:
        raise NotSignedIn("the token names no client: it must come from client credentials")
    login: dict[str, Any] = {"issuer": claims["iss"], "client": client}
    if person:
        login["on_behalf_of"] = _named_person(person)
    try:
        identity = await request.app.state.own_clients().registry.members.sign_in_system(login)
    except RemoteRefusal as refused:
        if refused.status == 404:
            raise UnknownSystem("the registry knows no such system, or not that person") from refused
        raise
    return _caller_of(identity), float(claims["exp"])


def _named_person(given: str) -> str | dict[str, str]:
    """A person's id, or the issuer and subject of their login with a space between."""
    parts = given.split(" ")
    if len(given) > 500 or len(parts) > 2:
        raise Invalid(f"{ON_BEHALF_OF}: a person's id, or an issuer and a subject")
    return parts[0] if len(parts) == 1 else {"issuer": parts[0], "subject": parts[1]}


def _caller_of(identity: dict[str, Any]) -> Caller:
    """A person through the system where one was named, else the system itself."""
    person = identity.get("person")
    system = str(identity["system"])
    wanted = ("role", "organisation", "organisation_name", "area", "yta")
    return Caller(
        kind="person" if person else "system",
        id=str(person or system),
        name=identity["name"],
        memberships=tuple(
            Membership(**{name: one.get(name) for name in wanted}) for one in identity.get("memberships", [])
        ),
        scopes=frozenset(identity["scopes"]),
        language=identity.get("language") or "fi",
        via=system if person else None,
    )


def _connection(request: Request, service: str) -> Client:
    connection: Client = request.app.state.connections[service]
    return connection
