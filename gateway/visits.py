"""Before a page's handler: who is looking, in which language, and whether a posted form is really ours."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.datastructures import FormData, Headers, State, UploadFile
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.access import NEVER_FROM_A_FORM, OPEN_PAGES, WITHOUT_MENU
from gateway.addresses import split
from gateway.badges import ADDRESS as BADGES
from gateway.badges import Badges, badges_on
from gateway.clients import Clients
from gateway.language import LANGUAGE_COOKIE, known_language, preferred_language
from gateway.provider import LoginRefused
from gateway.sessions import CHECKED_EVERY, Login, Sessions, form_token, open_tokens, seal_tokens
from gateway.swaps import asks_part, polls
from services.shared.database import new_id
from services.shared.errors import Forbidden, Invalid, NotSignedIn, ServiceUnavailable
from services.shared.http import RemoteRefusal
from services.shared.logging import log

NOT_PAGES = ("/static/", "/api/", "/health/", "/metrics", "/.well-known/")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NO_TEXT = re.compile("[\ufffd\ud800-\udfff]")
"""What stands where bytes were no UTF-8, and halves of characters: those come in by naming another charset."""


class FormExpired(Forbidden):
    """The form carries no token of this session: an old tab, or somebody else's page."""

    code = "form_expired"


class UnreadableForm(Invalid):
    code = "unreadable_text"


class LoginNeeded(NotSignedIn):
    code = "login_needed"


class Visits:
    """Puts the visitor into the request's state, so that pages and errors alike know who they speak to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(NOT_PAGES):
            await greet(scope)
        await self.app(scope, receive, send)


async def greet(scope: Scope) -> None:
    """Fills the state. A stranger's comes first, so that an error page can be drawn even if the database fails."""
    app_state: State = scope["app"].state
    headers = Headers(scope=scope)
    cookies = cookie_parser(headers.get("cookie", ""))
    state = scope.setdefault("state", {})
    state.update(stranger(app_state, headers, cookies))
    secret = cookies.get(app_state.cookie)
    if not secret:
        return
    # an open tab that asks again and again is nobody at work: it keeps no login alive
    login = await app_state.sessions.find(secret, noted=not (scope["path"] == BADGES or polls(headers)))
    if login is None:
        return
    login = await _renewed_if_old(app_state, login, secret)
    if login is None:
        return
    caller = login.me.caller()
    state.update(
        me=login.me,
        login=login,
        secret=secret,
        csrf=form_token(secret),
        language=login.me.language,
        clients=Clients(app_state.connections, app_state.tokens, caller),
    )


def stranger(app_state: State, headers: Headers, cookies: Mapping[str, str]) -> dict[str, Any]:
    chosen = known_language(cookies.get(LANGUAGE_COOKIE))
    return {
        "me": None,
        "login": None,
        "secret": "",
        "csrf": "",
        "language": chosen or preferred_language(headers.get("accept-language", "")),
        "clients": Clients(app_state.connections, app_state.tokens, None),
        "new_key": lambda: str(new_id()),
        "badges": Badges(),
    }


async def _renewed_if_old(app_state: State, login: Login, secret: str) -> Login | None:
    """Asks the registry again every five minutes, and the provider whether the login still holds.

    While the registry does not answer, what it said last stays true: memberships are revoked there and nowhere else.
    """
    sessions: Sessions = app_state.sessions
    due = sessions.clock.now() - login.checked_at >= CHECKED_EVERY
    # of requests at once only one asks: a provider may take a refresh token used twice for a stolen one
    if not due or not await sessions.claim_check(login):
        return login
    try:
        login = await _still_logged_in(app_state, login, secret)
        identity = await app_state.own_clients().registry.members.read_person(login.me.person)
        return await sessions.renewed(login, identity)
    except ServiceUnavailable as missing:
        log.warning("not_renewed", service=missing.data.get("service"))
        await sessions.note(login.me.session, checked_at=login.checked_at)
        return login
    except (LoginRefused, RemoteRefusal) as over:
        log.info("session_over", code=over.code)
        await sessions.end(login.me.session)
        return None


async def _still_logged_in(app_state: State, login: Login, secret: str) -> Login:
    """With new tokens where the provider gives them, kept at once. LoginRefused when the login is over."""
    tokens = open_tokens(secret, login.sealed_tokens)
    if "refresh_token" not in tokens:
        return login
    newer = await app_state.provider.refresh(tokens["refresh_token"])
    sealed = seal_tokens(secret, {**tokens, **newer})
    await app_state.sessions.note(login.me.session, tokens=sealed)
    return replace(login, sealed_tokens=sealed)


async def admit(request: Request) -> None:
    """Runs before every page handler: a login where one is needed, and a form of ours where something is posted."""
    route = request.scope.get("route")
    name = route.name if isinstance(route, APIRoute) else ""
    if request.state.me is None and name not in OPEN_PAGES:
        raise LoginNeeded("log in to see this")
    await _number_the_menu(request, name)
    if request.method not in ("GET", "HEAD") and name not in NEVER_FROM_A_FORM:
        await _check_form(request)


async def _number_the_menu(request: Request, name: str) -> None:
    """A page that is drawn after a refused form, or in part, leaves its numbers to the menu's own next question."""
    whole = request.method == "GET" and not asks_part(request)
    if whole and request.state.me is not None and name not in WITHOUT_MENU:
        request.state.badges = await badges_on(request)


async def _check_form(request: Request) -> None:
    if not same_origin(request):
        raise FormExpired("posted from another site")
    form = await request.form(max_fields=500, max_files=10)
    if request.state.me is not None and form.get("csrf") != request.state.csrf:
        raise FormExpired("no token of this session")
    # starlette hands the handler this same form again
    request._form = request.state.posted = cleaned(form)


def same_origin(request: Request) -> bool:
    """By what browsers can't be made to lie about. Whoever sends neither header is no browser in somebody's name."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    return split(origin).netloc in {split(request.app.state.settings.public_url).netloc, request.url.netloc}


def cleaned(form: FormData) -> FormData:
    """Line ends as one character, no control characters. Raises UnreadableForm for bytes that are not UTF-8."""
    items: list[tuple[str, str | UploadFile]] = []
    for name, value in form.multi_items():
        if isinstance(value, str):
            if _NO_TEXT.search(value) or _NO_TEXT.search(name):
                raise UnreadableForm("the form is not valid UTF-8")
            value = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        items.append((name, value))
    return FormData(items)
