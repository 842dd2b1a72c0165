"""The first run: is the login set, who is the first administrator, which is the first centre, does mail go out."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway import words
from gateway.clients.registry.setup import Setup
from gateway.pages.case_choices import counties, named, with_none
from gateway.pages.case_forms import filled, key, text
from gateway.pages.case_names import names_of
from gateway.problems import add_sentences, messages
from gateway.provider import CALLBACK, LoginNotConfigured, LoginRefused, Provider
from gateway.rendering import page
from services.shared.errors import Forbidden, ServiceUnavailable
from services.shared.http import RemoteRefusal

router = APIRouter()
CENTRE = ("yta", "area", "name_fi", "name_sv", "name_en")
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LOGIN_STATES = {
    "works": "The identity provider answers and names itself rightly.",
    "not_set": "No identity provider is set. Set OT_OIDC_ISSUER, and start the gateway again.",
    "silent": "The identity provider does not answer. Check OT_OIDC_ISSUER and OT_OIDC_DISCOVERY, and the way there.",
    "another": "The identity provider calls itself by another name than OT_OIDC_ISSUER. The two must be the same.",
    "lacking": "The identity provider does not say where to log in, where tokens are given or what its keys are.",
}
MAIL_STATES = {
    "sent": "The test mail was handed over. Look in your mailbox.",
    "later": "The mail server asked to try again later.",
    "refused": "The mail server does not take mail to your address.",
    "silent": "The mail server does not answer. Check OT_SMTP_URL, and start the registry again.",
    "no_address": "Your login does not vouch for an e-mail address, so there is nowhere to send it.",
    "not_set": "No mail server is set. Set OT_SMTP_URL, and start the registry again.",
}
words.WORDS["setup_login"] = LOGIN_STATES
words.WORDS["setup_mail"] = MAIL_STATES

add_sentences(
    {"setup_done": "This has been done already.", "centre_exists": "This area has its centre already."},
    fields={
        "wrong_code": "This is not the code, or it is older than a day. Print a new one with ./ot setup.",
        "centre_exists": "This area has its centre already.",
    },
)


@dataclass(frozen=True)
class Tried:
    """`state` is one of LOGIN_STATES."""

    state: str
    issuer: str
    redirect: str
    secret: bool
    client: str

    @property
    def works(self) -> bool:
        return self.state == "works"


@router.get("/setup")
async def read_setup(request: Request) -> Response:
    return await _setup_page(request)


@router.post("/setup/claim")
async def claim_installation(request: Request) -> Response:
    form = await request.form()
    try:
        await _setup(request).claim_installation(text(form, "code"))
    except RemoteRefusal as refusal:
        return await _refused(request, refusal, {})
    identity = await request.app.state.own_clients().registry.members.read_person(request.state.me.person)
    await request.app.state.sessions.renewed(request.state.login, identity)
    return RedirectResponse("/setup", status_code=303)


@router.post("/setup/centre")
async def found_centre(request: Request) -> Response:
    form = await request.form()
    given = filled(form, CENTRE)
    name = {language: given[f"name_{language}"] for language in ("fi", "sv", "en") if f"name_{language}" in given}
    centre = {**filled(form, ("yta", "area")), "name": name}
    try:
        await _setup(request).found_centre(centre, key=key(form))
    except RemoteRefusal as refusal:
        return await _refused(request, refusal, given)
    return RedirectResponse("/setup", status_code=303)


@router.post("/setup/mail")
async def send_test_mail(request: Request) -> Response:
    outcome = (await _setup(request).send_test_mail())["outcome"]
    return await _setup_page(request, mailed=outcome)


@router.post("/setup/finish")
async def finish_setup(request: Request) -> Response:
    await _setup(request).finish_setup()
    return RedirectResponse("/", status_code=303)


def _setup(request: Request) -> Setup:
    found: Setup = request.state.clients.registry.setup
    return found


async def _refused(request: Request, refusal: RemoteRefusal, typed: dict[str, Any]) -> Response:
    if refusal.status not in (409, 422):
        raise refusal
    found = messages(refusal, request.state.language)
    errors = {name.replace("name.", "name_"): said for name, said in found.items()}
    return await _setup_page(request, typed, errors, refusal.status)


async def _setup_page(
    request: Request,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
    mailed: str = "",
) -> Response:
    told = await request.app.state.own_clients().registry.setup.read_setup()
    me = request.state.me
    if told["finished"] and not (me and me.has("admin")):
        return page(request, "setup/done.html")
    if told["claimed"] and me and not me.has("admin"):
        raise Forbidden("an administrator goes on with this")
    names = await names_of(request)
    return page(
        request,
        "setup/setup.html",
        status=status,
        told=told,
        login=await _tried(request),
        typed={**dict.fromkeys(CENTRE, ""), **(typed or {})},
        errors=errors or {},
        mailed=mailed,
        ytas=with_none(request, [one for one in named(request, names, "ytas") if one[0] not in told["centres"]]),
        areas=with_none(request, counties(request, names)),
    )


async def _tried(request: Request) -> Tried:
    """Asked anew each time: what was read before may be what is to be mended. Never shows the secret."""
    settings = request.app.state.settings
    provider = Provider(settings)
    try:
        about = await provider.about()
        state = "works" if all(about.get(name) for name in NEEDED) else "lacking"
    except LoginNotConfigured:
        state = "not_set"
    except LoginRefused:
        state = "another"
    except ServiceUnavailable:
        state = "silent"
    return Tried(
        state=state,
        issuer=settings.oidc_issuer,
        redirect=f"{settings.public_url.rstrip('/')}{CALLBACK}",
        secret=bool(settings.oidc_secret.get_secret_value()),
        client=settings.oidc_client,
    )
