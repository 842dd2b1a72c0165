"""An OpenID provider for the demo and the tests only: anybody may be anybody, so it refuses to start elsewhere.

It keeps to the standards (code + PKCE S256, refresh, client credentials, both logouts), so that the gateway can be
tried against it as against Keycloak or Entra ID.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from demo.login_page import error_page, login_page, logins_page
from demo.people import SYSTEMS, Person, named_people
from demo.story.logins import all_logins, everybody_else_by_role
from services.shared.http import client_for
from services.shared.settings import Settings

STATIC = Path(__file__).parents[1] / "frontend" / "static"
TOKEN_SECONDS = 300
REFRESH_SECONDS = 12 * 3600
CODE_SECONDS = 60
CALLBACK = "/login/callback"
BACKCHANNEL = "/logout/back-channel"


class ProviderSettings(Settings):
    oidc_issuer: str
    oidc_client: str = "ot-verkko"
    oidc_secret: SecretStr
    demo_mail_url: str = ""
    api_audience: str = "ot-verkko-api"


class OAuthRefusal(Exception):
    def __init__(self, error: str, status: int = 400) -> None:
        self.error, self.status = error, status


@dataclass(frozen=True)
class Grant:
    """What a code stands for until it is exchanged, once."""

    person: Person
    sid: str
    redirect_uri: str
    challenge: str
    nonce: str
    until: float


@dataclass
class Provider:
    settings: ProviderSettings
    key: RSAKey
    codes: dict[str, Grant] = field(default_factory=dict)
    logins: dict[str, Person] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)

    def sign(self, claims: Mapping[str, Any], *, kind: str, seconds: int = TOKEN_SECONDS) -> str:
        now = int(time.time())
        stamps = {"iss": self.settings.oidc_issuer, "iat": now, "exp": now + seconds, "jti": secrets.token_hex(8)}
        header = {"alg": "RS256", "kid": self.key.kid, "typ": kind}
        return jwt.encode(header, {**stamps, **claims}, self.key, algorithms=["RS256"])

    def read(self, token: str, *, kind: str, may_be_old: bool = False) -> dict[str, Any]:
        """The claims of a token of ours. Raises OAuthRefusal."""
        try:
            decoded = jwt.decode(token, self.key, algorithms=["RS256"])
        except (JoseError, ValueError):
            raise OAuthRefusal("invalid_grant") from None
        old = decoded.claims["exp"] < time.time()
        if decoded.header.get("typ") != kind or (old and not may_be_old):
            raise OAuthRefusal("invalid_grant")
        return dict(decoded.claims)

    def tokens_for(self, person: Person, sid: str, nonce: str | None = None) -> dict[str, Any]:
        about = claims_of(person) | {"sid": sid}
        client = self.settings.oidc_client
        return {
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": "openid profile email",
            "access_token": self.sign(about | {"aud": self.settings.oidc_issuer, "client_id": client}, kind="at+jwt"),
            "refresh_token": self.sign({"sub": person.subject, "sid": sid}, kind="rt+jwt", seconds=REFRESH_SECONDS),
            "id_token": self.sign(about | {"aud": client} | ({"nonce": nonce} if nonce else {}), kind="JWT"),
        }

    def system_token(self, client: str, scope: str) -> dict[str, Any]:
        claims = {"sub": client, "client_id": client, "azp": client, "scope": scope, "aud": self.settings.api_audience}
        token = self.sign(claims, kind="at+jwt")
        return {"token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": scope, "access_token": token}


def create_identity_provider(settings: ProviderSettings) -> FastAPI:
    """Logins live in real time: moving the demo's clock logs nobody out."""
    if not settings.demo:
        raise SystemExit("the demo's identity provider lets anybody be anybody: it runs in the demo only (OT_DEMO)")
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.provider = Provider(settings, kept_key(settings.key_folder))
    app.mount("/static", StaticFiles(directory=STATIC))
    for path, act, method in (
        ("/health/ready", is_ready, "GET"),
        ("/.well-known/openid-configuration", describe, "GET"),
        ("/jwks", read_keys, "GET"),
        ("/authorize", ask_who, "GET"),
        ("/authorize", give_code, "POST"),
        ("/token", give_tokens, "POST"),
        ("/userinfo", tell_about, "GET"),
        ("/end-session", end_login, "GET"),
        ("/", list_logins, "GET"),
        ("/logins/{sid}/end", end_login_for_all, "POST"),
    ):
        app.add_api_route(path, act, methods=[method], response_model=None)
    app.add_exception_handler(OAuthRefusal, _refused)
    return app


def kept_key(folder: Path) -> RSAKey:
    """The signing key; made where there is none, so that logins outlive a restart."""
    path = folder / "identity_provider.jwk"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = RSAKey.generate_key(2048, auto_kid=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(made.as_dict(private=True), file)
    return RSAKey.import_key(json.loads(path.read_text()))


def claims_of(person: Person) -> dict[str, Any]:
    return {
        "sub": person.subject,
        "name": person.name,
        "email": person.email,
        "email_verified": person.email_verified,
        "locale": person.language,
        "preferred_username": person.subject,
    }


async def is_ready() -> dict[str, str]:
    return {"status": "ok"}


async def describe(request: Request) -> dict[str, Any]:
    issuer = _provider(request).settings.oidc_issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/end-session",
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }


async def read_keys(request: Request) -> dict[str, Any]:
    key = _provider(request).key
    return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": "RS256"}]}


async def ask_who(request: Request) -> Response:
    provider = _provider(request)
    asked = _checked_request(provider, request)
    language = asked.get("ui_locales", "fi").split(" ")[0][:2]
    return _page(
        provider,
        login_page(
            named_people(),
            everybody_else_by_role(),
            action=f"/authorize?{request.url.query}",
            language=language,
            mail=provider.settings.demo_mail_url,
        ),
    )


async def give_code(request: Request) -> Response:
    provider = _provider(request)
    asked = _checked_request(provider, request)
    chosen = str((await request.form()).get("person", ""))
    person = _person(chosen)
    if person is None:
        raise OAuthRefusal("invalid_request")
    sid, code = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
    until = time.time() + CODE_SECONDS
    nonce, challenge = asked.get("nonce", ""), asked["code_challenge"]
    provider.codes[code] = Grant(person, sid, asked["redirect_uri"], challenge, nonce, until)
    provider.logins[sid] = person
    answer = {"code": code, "state": asked.get("state", ""), "iss": provider.settings.oidc_issuer}
    return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", status_code=303)


def _person(subject: str) -> Person | None:
    return all_logins().get(subject)


def _checked_request(provider: Provider, request: Request) -> dict[str, str]:
    """Wrong client or address: never sent back to a place that somebody else may have named."""
    asked = dict(request.query_params)
    expected = {
        "client_id": provider.settings.oidc_client,
        "redirect_uri": f"{provider.settings.public_url.rstrip('/')}{CALLBACK}",
        "response_type": "code",
        "code_challenge_method": "S256",
    }
    wrong = [name for name, value in expected.items() if asked.get(name) != value]
    if wrong or not asked.get("code_challenge"):
        raise OAuthRefusal("invalid_request: " + ", ".join(wrong or ["code_challenge"]))
    return asked


async def give_tokens(request: Request) -> Response:
    provider = _provider(request)
    form = {name: str(value) for name, value in (await request.form()).items()}
    client = _authenticated_client(provider, request, form)
    match form.get("grant_type"):
        case "authorization_code" if client == provider.settings.oidc_client:
            tokens = _exchange(provider, form)
        case "refresh_token" if client == provider.settings.oidc_client:
            tokens = _refresh(provider, form)
        case "client_credentials" if client in SYSTEMS:
            tokens = provider.system_token(client, form.get("scope", ""))
        case _:
            raise OAuthRefusal("unsupported_grant_type")
    return JSONResponse(tokens, headers={"Cache-Control": "no-store"})


def _authenticated_client(provider: Provider, request: Request, form: dict[str, str]) -> str:
    client, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, basic = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client, _, secret = base64.b64decode(basic, validate=True).decode().partition(":")
        except ValueError:
            raise OAuthRefusal("invalid_client", 401) from None
    known = SYSTEMS | {provider.settings.oidc_client: provider.settings.oidc_secret.get_secret_value()}
    if not known.get(client) or not hmac.compare_digest(known[client].encode(), secret.encode()):
        raise OAuthRefusal("invalid_client", 401)
    return client


def _exchange(provider: Provider, form: dict[str, str]) -> dict[str, Any]:
    grant = provider.codes.pop(form.get("code", ""), None)
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if (
        grant is None
        or grant.until < time.time()
        or grant.redirect_uri != form.get("redirect_uri")
        or not hmac.compare_digest(grant.challenge, challenge)
    ):
        raise OAuthRefusal("invalid_grant")
    return provider.tokens_for(grant.person, grant.sid, grant.nonce)


def _refresh(provider: Provider, form: dict[str, str]) -> dict[str, Any]:
    claims = provider.read(form.get("refresh_token", ""), kind="rt+jwt")
    person = _person(str(claims["sub"]))
    if person is None or claims["sid"] in provider.ended:
        raise OAuthRefusal("invalid_grant")
    provider.logins[claims["sid"]] = person
    return provider.tokens_for(person, claims["sid"])


async def tell_about(request: Request) -> dict[str, Any]:
    token = request.headers.get("Authorization", "").partition(" ")[2]
    claims = _provider(request).read(token, kind="at+jwt")
    return {name: claims[name] for name in ("sub", "name", "email", "email_verified", "locale") if name in claims}


async def end_login(request: Request) -> Response:
    """The person logged out at the gateway: this login is over here too."""
    provider = _provider(request)
    hint = request.query_params.get("id_token_hint")
    if hint:
        _end(provider, provider.read(hint, kind="JWT", may_be_old=True)["sid"])
    back = request.query_params.get("post_logout_redirect_uri", provider.settings.public_url)
    if _origin(back) != _origin(provider.settings.public_url):
        raise OAuthRefusal("invalid_request: post_logout_redirect_uri")
    state = request.query_params.get("state")
    return RedirectResponse(f"{back}?{urlencode({'state': state})}" if state else back, status_code=303)


async def list_logins(request: Request) -> Response:
    provider = _provider(request)
    return _page(provider, logins_page(provider.logins))


async def end_login_for_all(sid: str, request: Request) -> Response:
    """What an employer does when somebody leaves: the provider tells the gateway itself, without the browser."""
    provider = _provider(request)
    person = provider.logins.get(sid)
    if person is not None:
        _end(provider, sid)
        claims = {
            "aud": provider.settings.oidc_client,
            "sub": person.subject,
            "sid": sid,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        }
        body = urlencode({"logout_token": provider.sign(claims, kind="logout+jwt")}).encode()
        async with client_for(provider.settings, "gateway") as client:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            await client.request("POST", BACKCHANNEL, content=body, headers=headers)
    return RedirectResponse("/", status_code=303)


def _end(provider: Provider, sid: str) -> None:
    provider.ended.add(sid)
    provider.logins.pop(sid, None)


def _provider(request: Request) -> Provider:
    provider: Provider = request.app.state.provider
    return provider


def _page(provider: Provider, html: str) -> HTMLResponse:
    # a form's answer leads to the gateway, which the browser counts as the form's action too
    policy = (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none';"
        f" frame-ancestors 'none'; form-action 'self' {_origin(provider.settings.public_url)}"
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


async def _refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, OAuthRefusal)
    if request.url.path == "/token":
        return JSONResponse({"error": refused.error}, status_code=refused.status)
    return HTMLResponse(error_page(refused.error), status_code=refused.status)
