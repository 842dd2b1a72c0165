"""Coming in and going out: OpenID Connect with code and PKCE, and the two ways out."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from gateway.addresses import path_of, safe_next
from gateway.language import LANGUAGE_COOKIE, known_language
from gateway.provider import CALLBACK, LoginRefused, Provider
from gateway.rendering import page
from gateway.sessions import Attempt, Sessions, open_tokens
from services.shared.errors import Invalid, ServiceUnavailable
from services.shared.logging import log

router = APIRouter()
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
Given = Annotated[str, Query(max_length=4096)]


class BadLogoutNotice(Invalid):
    """The provider's word that a login is over does not hold."""

    status = 400
    code = "bad_logout_notice"


@router.get("/login")
async def login_page(request: Request, next: Given = "/") -> Response:
    if request.state.me is not None:
        return RedirectResponse(safe_next(next), status_code=303)
    return page(request, "home/signed_out.html", next=safe_next(next), asked_for=next != "/")


@router.post("/login")
async def begin_login(request: Request) -> Response:
    """Sends the browser to the provider, remembering what must come back with it."""
    form = await request.form()
    provider: Provider = request.app.state.provider
    state, browser, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(4))
    departure = await provider.departure(nonce, state, verifier, request.state.language)
    attempt = Attempt(nonce, verifier, safe_next(str(form.get("next", "/"))), request.state.language)
    await request.app.state.sessions.depart(attempt, state=state, browser=browser)
    answer = RedirectResponse(departure.address, status_code=303)
    _keep(request, answer, request.app.state.login_cookie, browser, seconds=600)
    return answer


@router.get(CALLBACK)
async def end_login(request: Request, state: Given = "", code: Given = "", error: Given = "") -> Response:
    """The browser is back: exchanges the code, asks the registry who this is, and begins a session."""
    sessions: Sessions = request.app.state.sessions
    browser = request.cookies.get(request.app.state.login_cookie, "")
    attempt = await sessions.arrive(state=state, browser=browser) if state and browser else None
    if attempt is None or error or not code:
        raise LoginRefused("the login did not begin in this browser, or was given up")
    secret = await _new_session(request, attempt, code)
    answer = RedirectResponse(attempt.next, status_code=303)
    answer.delete_cookie(request.app.state.login_cookie, path="/", secure=_secure(request), httponly=True)
    _keep(request, answer, request.app.state.cookie, secret)
    return answer


async def _new_session(request: Request, attempt: Attempt, code: str) -> str:
    provider: Provider = request.app.state.provider
    tokens = await provider.exchange(code, attempt.verifier)
    claims = await provider.person(tokens, attempt.nonce)
    identity = await request.app.state.own_clients().registry.members.sign_in(_sign_in(claims, attempt.language))
    if request.state.login is not None:
        await request.app.state.sessions.end(request.state.login.me.session)
    language = known_language(request.cookies.get(LANGUAGE_COOKIE)) or known_language(identity.get("language"))
    log.info("logged_in")
    sessions: Sessions = request.app.state.sessions
    return await sessions.begin(identity, claims, tokens, language or attempt.language)


def _sign_in(claims: dict[str, Any], language: str) -> dict[str, Any]:
    """What the registry needs to know the person again, or to meet them for the first time."""
    return {
        "issuer": claims["iss"],
        "subject": claims["sub"],
        "tenant": claims.get("tid"),
        "email": claims.get("email"),
        "email_verified": claims.get("email_verified") is True,
        "name": claims.get("name") or claims.get("preferred_username") or claims["sub"],
        "language": language,
    }


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """Ends our session first; the provider is asked to end its own, and if it can't be, ours is over all the same."""
    answer = RedirectResponse("/", status_code=303)
    if request.state.login is not None:
        login = request.state.login
        await request.app.state.sessions.end(login.me.session)
        tokens = open_tokens(request.state.secret, login.sealed_tokens)
        answer = RedirectResponse(await _farewell(request, tokens.get("id_token")) or "/", status_code=303)
    answer.delete_cookie(request.app.state.cookie, path="/", secure=_secure(request), httponly=True)
    return answer


async def _farewell(request: Request, id_token: str | None) -> str | None:
    provider: Provider = request.app.state.provider
    try:
        return await provider.farewell(id_token) if id_token else None
    except (ServiceUnavailable, LoginRefused):
        log.warning("provider_not_told")
        return None


@router.post("/logout/back-channel")
async def back_channel_logout(request: Request) -> Response:
    """The provider says that a login is over (OpenID Connect Back-Channel Logout 1.0)."""
    form = await request.form()
    provider: Provider = request.app.state.provider
    try:
        claims = await provider.verified(str(form.get("logout_token", "")), audience=provider.settings.oidc_client)
    except LoginRefused as refused:
        raise BadLogoutNotice("the token does not hold") from refused
    if LOGOUT_EVENT not in claims.get("events", {}) or "nonce" in claims or not claims.get("jti"):
        raise BadLogoutNotice("not a logout token")
    subject, provider_session = claims.get("sub"), claims.get("sid")
    if not subject and not provider_session:
        raise BadLogoutNotice("it names neither a person nor a session")
    sessions: Sessions = request.app.state.sessions
    if not await sessions.end_all_of(claims["jti"], claims["iss"], subject=subject, provider_session=provider_session):
        raise BadLogoutNotice("used before")
    return JSONResponse({}, headers={"Cache-Control": "no-store"})


@router.post("/language")
async def choose_language(request: Request) -> Response:
    """Remembered in the browser, in the session and, for whoever has logged in, in the registry."""
    form = await request.form()
    language = known_language(str(form.get("language", ""))) or request.state.language
    answer = RedirectResponse(path_of(str(form.get("back", "/"))), status_code=303)
    await remember_language(request, answer, language)
    if request.state.me is not None:
        try:
            await request.state.clients.registry.members.choose_language(language)
            await renew_names(request)
        except ServiceUnavailable:
            log.warning("language_not_kept_in_registry")  # the page changes all the same; the session remembers
    return answer


async def remember_language(request: Request, answer: Response, language: str) -> None:
    """In the browser and in the session."""
    _keep(request, answer, LANGUAGE_COOKIE, language, seconds=31_536_000)
    if request.state.me is not None:
        await request.app.state.sessions.note(request.state.me.session, language=language)


async def renew_names(request: Request) -> None:
    """Memberships carry the names of organisations in one language: the one just chosen."""
    me, state = request.state.me, request.app.state
    identity = await state.own_clients().registry.members.read_person(me.person)
    await state.sessions.renewed(request.state.login, identity)


def _secure(request: Request) -> bool:
    return bool(request.app.state.settings.secure)


def _keep(request: Request, answer: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=_secure(request), httponly=True, samesite="lax")
