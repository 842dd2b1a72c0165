"""The identity provider, any that follows OpenID Connect: where to send people, and whether its word holds."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from httpx2 import TransportError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.settings import GatewaySettings
from services.shared.errors import NotSignedIn, ServiceUnavailable
from services.shared.http import RemoteRefusal, client_for

ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA", "Ed25519"]
CALLBACK = "/login/callback"


class LoginRefused(NotSignedIn):
    """The provider said no, or what it said does not hold."""

    code = "login_refused"


class LoginNotConfigured(ServiceUnavailable):
    code = "login_not_configured"


@dataclass(frozen=True)
class Departure:
    """Where the browser goes to log in, and what must come back."""

    address: str
    state: str
    verifier: str


class Provider:
    """Reads the provider's configuration and keys when they are first needed; nothing waits for it at start."""

    def __init__(self, settings: GatewaySettings) -> None:
        self.settings = settings
        self.issuer = settings.oidc_issuer
        self._about: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._asked_at = 0.0
        self._lock = asyncio.Lock()

    async def about(self) -> dict[str, Any]:
        """The provider's own description of itself. Raises ServiceUnavailable, LoginRefused."""
        if not self.issuer:
            raise LoginNotConfigured("no identity provider is set", service="login")
        if not self._about:
            base = self.settings.oidc_discovery or self.issuer
            about = await self._read(_beside(base, "/.well-known/openid-configuration"))
            if about.get("issuer") != self.issuer:
                raise LoginRefused("the provider calls itself by another name than ours for it")
            self._about = about
        return self._about

    async def departure(self, nonce: str, state: str, verifier: str, language: str) -> Departure:
        about = await self.about()
        async with self._oauth() as oauth:
            address, _ = oauth.create_authorization_url(
                about["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier, ui_locales=language
            )
        return Departure(address, state, verifier)

    async def exchange(self, code: str, verifier: str) -> dict[str, Any]:
        """The tokens for a code. Raises LoginRefused, ServiceUnavailable."""
        return await self._tokens(grant_type="authorization_code", code=code, code_verifier=verifier)

    async def refresh(self, refresh_token: str) -> dict[str, Any]:
        """New tokens; LoginRefused means that the login is over."""
        return await self._tokens(grant_type="refresh_token", refresh_token=refresh_token)

    async def person(self, tokens: dict[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of the identity token, once they hold."""
        claims = await self.verified(str(tokens.get("id_token", "")), audience=self.settings.oidc_client)
        if claims.get("nonce") != nonce:
            raise LoginRefused("the identity token answers another login")
        if not claims.get("sub"):
            raise LoginRefused("the identity token names nobody")
        return claims

    async def verified(self, token: str, *, audience: str) -> dict[str, Any]:
        """The claims of a token that the provider signed for `audience`; LoginRefused otherwise."""
        try:
            decoded = await self._decode(token)
            rules = jwt.JWTClaimsRegistry(
                leeway=30,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": audience},
                exp={"essential": True},
            )
            rules.validate(decoded.claims)
        except (JoseError, ValueError) as broken:
            raise LoginRefused(type(broken).__name__) from broken
        return dict(decoded.claims)

    async def farewell(self, id_token: str) -> str | None:
        """Where to send the browser so that the provider forgets the login too, if it has such a place."""
        about = await self.about()
        end = about.get("end_session_endpoint")
        if not end:
            return None
        query = {
            "id_token_hint": id_token,
            "client_id": self.settings.oidc_client,
            "post_logout_redirect_uri": f"{self.settings.public_url.rstrip('/')}/",
        }
        return f"{end}?{urlencode(query)}"

    async def _tokens(self, **grant: str) -> dict[str, Any]:
        about = await self.about()
        async with self._oauth(about["token_endpoint"]) as oauth:
            try:
                return dict(await oauth.fetch_token(about["token_endpoint"], **grant))
            except OAuthError as refused:
                raise LoginRefused(str(refused.error)) from refused
            except TransportError as failed:
                raise ServiceUnavailable(type(failed).__name__, service="login") from failed

    async def _decode(self, token: str) -> jwt.Token:
        keys = await self._known_keys()
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # the provider may have changed its keys since; asked at most once a second, whoever sends made-up tokens
            return jwt.decode(token, await self._known_keys(newer=True), algorithms=ALGORITHMS)

    async def _known_keys(self, *, newer: bool = False) -> KeySet:
        async with self._lock:
            stale = self._keys is None or (newer and time.monotonic() - self._asked_at >= 1)
            if stale:
                self._asked_at = time.monotonic()
                self._keys = _key_set(await self._read((await self.about())["jwks_uri"]))
            assert self._keys is not None
            return self._keys

    async def _read(self, address: str) -> dict[str, Any]:
        """A published document. Whatever the provider answers instead, it can't be logged in with now."""
        origin = _origin(address)
        async with client_for(self.settings, "login", base_url=origin) as client:
            try:
                return dict((await client.request("GET", address.removeprefix(origin))).json())
            except (RemoteRefusal, ValueError) as unusable:
                raise ServiceUnavailable("not a document", service="login") from unusable

    def _oauth(self, address: str = "") -> AsyncOAuth2Client:
        secret = self.settings.oidc_secret.get_secret_value()
        return AsyncOAuth2Client(
            client_id=self.settings.oidc_client,
            client_secret=secret or None,
            scope=self.settings.oidc_scopes,
            redirect_uri=f"{self.settings.public_url.rstrip('/')}{CALLBACK}",
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            transport=self.settings.transports.get(_origin(address)),
            trust_env=False,
            timeout=10,
        )


def _key_set(document: dict[str, Any]) -> KeySet:
    return KeySet.import_key_set({"keys": document.get("keys", [])})


def _origin(address: str) -> str:
    return "/".join(address.split("/")[:3])


def _beside(issuer: str, path: str) -> str:
    """An issuer may have a path of its own; its configuration stands under it."""
    return issuer.rstrip("/") + path
