"""Who is calling: tokens that processes sign for one another, and the table row that says who may."""

import asyncio
import json
import os
import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from services.shared.errors import NotSignedIn, ServiceUnavailable
from services.shared.http import client_for
from services.shared.settings import Settings

TOKEN_SECONDS = 300
SIGNED_ANEW_SECONDS = 60
"""How long a process uses a token again that it signed: what is left of its life must outlast any request."""
_ALGORITHMS = ["ES256"]
_TYPE = "ot+jwt"


@dataclass(frozen=True)
class Membership:
    """A role somebody holds. `area` is a county code, `yta` a collaborative area's key."""

    role: str
    organisation: str | None
    organisation_name: str
    area: str | None
    yta: str | None


Kind = Literal["person", "system", "service", "anonymous"]


@dataclass(frozen=True)
class Caller:
    """Who a request is made by.

    `via` is the system through which a person acts; `act` is the person for whom a service acts.
    """

    kind: Kind
    id: str
    name: str = ""
    memberships: tuple[Membership, ...] = ()
    scopes: frozenset[str] = frozenset()
    language: str = "fi"
    session: str | None = None
    via: str | None = None
    act: str | None = None

    @property
    def person(self) -> str:
        """The human's id, or an empty string where no human is behind the call."""
        return self.id if self.kind == "person" else self.act or ""

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(m.role for m in self.memberships)

    @property
    def unit(self) -> str:
        return self.memberships[0].organisation_name if self.memberships else ""

    def has(self, role: str) -> bool:
        return any(m.role == role for m in self.memberships)

    def ytas_as(self, role: str) -> frozenset[str]:
        return frozenset(m.yta for m in self.memberships if m.role == role and m.yta)

    def membership_as(self, role: str) -> Membership | None:
        return next((m for m in self.memberships if m.role == role), None)


ANONYMOUS = Caller(kind="anonymous", id="")


@dataclass(frozen=True)
class Who:
    """One row of a service's access table: who may call an operation. What isn't listed is denied.

    `scopes` are what a system needs, alone (`systems=True`) or on behalf of a person.
    """

    roles: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    everyone: bool = False
    systems: bool = False
    public: bool = False

    def permits(self, caller: Caller) -> bool:
        if self.public:
            return True
        if caller.kind == "service":
            return caller.id in self.services
        scoped = bool(self.scopes & caller.scopes)
        if caller.kind == "system":
            return self.systems and scoped
        if caller.kind == "person":
            return (self.everyone or bool(self.roles & caller.roles)) and (caller.via is None or scoped)
        return False


def own_key(settings: Settings) -> ECKey:
    """The process's private signing key; made on first use where the folder has none."""
    path = settings.key_folder / f"{settings.process}.jwk"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = ECKey.generate_key("P-256", auto_kid=True)
        partial = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(made.as_dict(private=True), file)
        with suppress(FileExistsError):  # another instance was quicker: its key is the one that everybody reads
            os.link(partial, path)
        partial.unlink()
    return ECKey.import_key(json.loads(path.read_text()))


class Tokens:
    """Signs short-lived tokens for one audience each. A token is never passed on to a neighbour."""

    def __init__(self, settings: Settings) -> None:
        self._process = settings.process
        self._key = own_key(settings)
        self._signed: dict[tuple[Caller, str], tuple[float, str]] = {}

    def public_keys(self) -> dict[str, Any]:
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": "ES256"}]}

    def for_caller(self, caller: Caller, audience: str) -> str:
        """The same again for a while, for a caller of whom nothing has changed: its end doesn't move."""
        known = self._signed.get((caller, audience))
        if known and known[0] > time.time():
            return known[1]
        if len(self._signed) > 10_000:
            self._signed.clear()
        token = self._sign(caller, audience)
        self._signed[caller, audience] = (time.time() + SIGNED_ANEW_SECONDS, token)
        return token

    def _sign(self, caller: Caller, audience: str) -> str:
        claims = {
            "sub": caller.id,
            "kind": caller.kind,
            "name": caller.name,
            "memberships": [asdict(m) for m in caller.memberships],
            "scopes": sorted(caller.scopes),
            "language": caller.language,
            "sid": caller.session,
            "via": caller.via,
            "act": {"sub": caller.act} if caller.act else None,
        }
        now = int(time.time())
        stamps = {"iss": self._process, "aud": audience, "iat": now, "exp": now + TOKEN_SECONDS}
        header = {"alg": "ES256", "kid": self._key.kid, "typ": _TYPE}
        known = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(header, {**stamps, **known}, self._key, algorithms=_ALGORITHMS)

    def for_service(self, audience: str, act: str | None = None) -> str:
        """This process speaking for itself, `act` naming the person whose work it does."""
        return self.for_caller(Caller(kind="service", id=self._process, name=self._process, act=act), audience)


@dataclass
class _Issuer:
    keys: KeySet | None = None
    asked_at: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Verifier:
    """Believes the issuers it was told to trust, each only for the kinds of caller it may speak for."""

    def __init__(self, settings: Settings, trusted: Mapping[str, frozenset[str]]) -> None:
        self._settings = settings
        self._trusted = trusted
        self._issuers = {name: _Issuer() for name in trusted}
        self._believed: dict[str, tuple[float, Caller]] = {}

    async def caller_of(self, token: str) -> Caller:
        """Raises NotSignedIn, or ServiceUnavailable where the issuer's keys can't be fetched."""
        known = self._believed.get(token)
        if known and known[0] > time.time():
            return known[1]
        claims = await self._verified_claims(token)
        caller = self._caller_from(claims)
        if len(self._believed) > 10_000:
            self._believed.clear()
        self._believed[token] = (float(claims["exp"]), caller)
        return caller

    async def _verified_claims(self, token: str) -> dict[str, Any]:
        header, issuer = _unverified(token)
        if issuer not in self._trusted or header.get("typ") != _TYPE:
            raise NotSignedIn("unknown issuer or kind of token")
        keys = await self._keys_of(issuer, str(header.get("kid")))
        try:
            decoded = jwt.decode(token, keys, algorithms=_ALGORITHMS)
            rules = jwt.JWTClaimsRegistry(
                iss={"essential": True, "value": issuer}, aud={"essential": True}, exp={"essential": True}
            )
            rules.validate(decoded.claims)
        except (JoseError, ValueError) as refused:
            raise NotSignedIn("the token does not hold") from refused
        # joserfc accepts a list that merely contains the audience: such a token could be replayed at a neighbour
        if decoded.claims["aud"] != self._settings.process:
            raise NotSignedIn("the token is for another service")
        return decoded.claims

    async def _keys_of(self, issuer: str, kid: str) -> KeySet:
        state = self._issuers[issuer]
        async with state.lock:
            if _has(state.keys, kid):
                return state.keys  # type: ignore[return-value]
            if time.monotonic() - state.asked_at >= 1.0 or state.asked_at == 0.0:
                state.asked_at = time.monotonic()
                state.keys = await self._fetch_keys(issuer)
        if state.keys is None:
            raise ServiceUnavailable("the issuer's keys are not known yet", service=issuer)
        if not _has(state.keys, kid):
            raise NotSignedIn("unknown key")
        return state.keys

    async def _fetch_keys(self, issuer: str) -> KeySet | None:
        async with client_for(self._settings, issuer) as client:
            try:
                return KeySet.import_key_set((await client.request("GET", "/.well-known/jwks.json")).json())
            except ServiceUnavailable:
                return self._issuers[issuer].keys

    def _caller_from(self, claims: dict[str, Any]) -> Caller:
        issuer, kind = claims["iss"], claims.get("kind")
        if kind not in self._trusted[issuer] or (kind == "service" and claims.get("sub") != issuer):
            raise NotSignedIn("the issuer may not speak for this caller")
        return Caller(
            kind=kind,
            id=str(claims["sub"]),
            name=claims.get("name", ""),
            memberships=tuple(Membership(**m) for m in claims.get("memberships", [])),
            scopes=frozenset(claims.get("scopes", [])),
            language=claims.get("language", "fi"),
            session=claims.get("sid"),
            via=claims.get("via"),
            act=(claims.get("act") or {}).get("sub"),
        )


def _has(keys: KeySet | None, kid: str) -> bool:
    return keys is not None and any(key.kid == kid for key in keys.keys)


def _unverified(token: str) -> tuple[dict[str, Any], str]:
    try:
        header, payload, _ = token.split(".")
        return _json_part(header), str(_json_part(payload).get("iss"))
    except (ValueError, AttributeError) as broken:
        raise NotSignedIn("not a token") from broken


def _json_part(part: str) -> dict[str, Any]:
    value = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value
