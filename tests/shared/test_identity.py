"""Tokens between processes: each attack here was accepted by a plain decode."""

import time
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport
from joserfc import jwt
from joserfc.jwk import ECKey

from services.shared.errors import NotSignedIn, ServiceUnavailable
from services.shared.identity import Caller, Membership, Tokens, Verifier, Who, own_key
from services.shared.settings import Settings

COORDINATOR = Membership("coordinator", None, "Itä-Suomen OT-keskus", None, "ita")
SANNA = Caller(kind="person", id="p1", name="Sanna", memberships=(COORDINATOR,), language="sv", session="s1")
TRUSTED = {"gateway": frozenset({"person", "system", "service"}), "reporting": frozenset({"service"})}


class Issuer:
    """A process that publishes its keys and counts how often it is asked."""

    def __init__(self, settings: Settings) -> None:
        self.tokens = Tokens(settings)
        self.asked = 0
        self.app = FastAPI()
        self.app.get("/.well-known/jwks.json")(self.keys)

    async def keys(self) -> dict[str, Any]:
        self.asked += 1
        return self.tokens.public_keys()


@pytest.fixture
def gateway_settings(tmp_path: Path) -> Settings:
    return Settings(process="gateway", key_folder=tmp_path)


@pytest.fixture
def issuer(gateway_settings: Settings) -> Issuer:
    return Issuer(gateway_settings)


@pytest.fixture
def verifier(tmp_path: Path, issuer: Issuer) -> Verifier:
    settings = Settings(process="registry", key_folder=tmp_path)
    reporting = Issuer(Settings(process="reporting", key_folder=tmp_path))
    transports = {
        settings.address_of("gateway"): ASGITransport(app=issuer.app),
        settings.address_of("reporting"): ASGITransport(app=reporting.app),
    }
    return Verifier(settings.model_copy(update={"transports": transports}), TRUSTED)


def forged(settings: Settings, *, key: ECKey | None = None, typ: str = "ot+jwt", **claims: Any) -> str:
    signing = key or own_key(settings)
    now = int(time.time())
    whole = {"iss": "gateway", "aud": "registry", "exp": now + 60, "sub": "p1", "kind": "person", **claims}
    return jwt.encode(
        {"alg": "ES256", "kid": own_key(settings).kid, "typ": typ},
        {name: value for name, value in whole.items() if value is not None},
        signing,
        algorithms=["ES256"],
    )


async def test_a_caller_arrives_as_it_was_sent(issuer: Issuer, verifier: Verifier) -> None:
    assert await verifier.caller_of(issuer.tokens.for_caller(SANNA, "registry")) == SANNA


async def test_a_token_for_a_neighbour_is_refused(issuer: Issuer, verifier: Verifier) -> None:
    with pytest.raises(NotSignedIn):
        await verifier.caller_of(issuer.tokens.for_caller(SANNA, "consultation"))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["registry", "consultation"]},
        {"aud": ["registry"]},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"iss": "consultation"},
        {"iss": None},
        {"kind": "anonymous"},
        {"kind": "service", "sub": "reporting"},
        {"kind": None},
    ],
)
async def test_a_claim_that_does_not_hold_is_refused(
    claims: dict[str, Any], gateway_settings: Settings, verifier: Verifier
) -> None:
    with pytest.raises(NotSignedIn):
        await verifier.caller_of(forged(gateway_settings, **claims))


async def test_another_kind_of_token_is_refused(gateway_settings: Settings, verifier: Verifier) -> None:
    with pytest.raises(NotSignedIn):
        await verifier.caller_of(forged(gateway_settings, typ="JWT"))


async def test_a_signature_by_another_key_is_refused(gateway_settings: Settings, verifier: Verifier) -> None:
    with pytest.raises(NotSignedIn):
        await verifier.caller_of(forged(gateway_settings, key=ECKey.generate_key("P-256")))


async def test_reporting_may_not_speak_for_a_person(tmp_path: Path, verifier: Verifier) -> None:
    tokens = Tokens(Settings(process="reporting", key_folder=tmp_path))
    assert (await verifier.caller_of(tokens.for_service("registry"))).kind == "service"
    with pytest.raises(NotSignedIn):
        await verifier.caller_of(tokens.for_caller(SANNA, "registry"))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.", "e30.W10.x", "ä.ö.å"])
async def test_what_is_not_a_token_is_refused(token: str, verifier: Verifier) -> None:
    with pytest.raises(NotSignedIn):
        await verifier.caller_of(token)


async def test_made_up_keys_do_not_make_us_ask_the_issuer_again_and_again(
    issuer: Issuer, verifier: Verifier, tmp_path: Path
) -> None:
    await verifier.caller_of(issuer.tokens.for_caller(SANNA, "registry"))
    other = Settings(process="gateway", key_folder=tmp_path / "other")
    for _ in range(20):
        with pytest.raises(NotSignedIn):
            await verifier.caller_of(forged(other))
    assert issuer.asked <= 2


async def test_an_issuer_that_is_down_is_not_the_callers_fault(tmp_path: Path, issuer: Issuer) -> None:
    settings = Settings(process="registry", key_folder=tmp_path, gateway_url="http://127.0.0.1:9")
    with pytest.raises(ServiceUnavailable):
        await Verifier(settings, TRUSTED).caller_of(issuer.tokens.for_caller(SANNA, "registry"))


def test_a_process_keeps_its_key(gateway_settings: Settings) -> None:
    assert own_key(gateway_settings).kid == own_key(gateway_settings).kid
    assert (gateway_settings.key_folder / "gateway.jwk").stat().st_mode & 0o077 == 0


SYSTEM = Caller(kind="system", id="s", scopes=frozenset({"cases:read"}))
SERVICE = Caller(kind="service", id="consultation")


@pytest.mark.parametrize(
    ("who", "caller", "permitted"),
    [
        (Who(), SANNA, False),
        (Who(roles=frozenset({"coordinator"})), SANNA, True),
        (Who(roles=frozenset({"auditor"})), SANNA, False),
        (Who(everyone=True), SANNA, True),
        (Who(everyone=True), SYSTEM, False),
        (Who(everyone=True), SERVICE, False),
        (Who(everyone=True), Caller(kind="anonymous", id=""), False),
        (Who(public=True), Caller(kind="anonymous", id=""), True),
        (Who(services=frozenset({"consultation"})), SERVICE, True),
        (Who(services=frozenset({"reporting"})), SERVICE, False),
        (Who(scopes=frozenset({"cases:read"}), systems=True), SYSTEM, True),
        (Who(scopes=frozenset({"cases:read"})), SYSTEM, False),
        (Who(scopes=frozenset({"cases:write"}), systems=True), SYSTEM, False),
    ],
)
def test_only_a_listed_caller_is_permitted(who: Who, caller: Caller, *, permitted: bool) -> None:
    assert who.permits(caller) is permitted


def test_a_system_gives_a_person_no_more_than_its_own_scopes() -> None:
    through = Caller(kind="person", id="p1", memberships=(COORDINATOR,), scopes=frozenset({"cases:read"}), via="s")
    who = Who(everyone=True, scopes=frozenset({"cases:write"}))
    assert not who.permits(through)
    assert Who(everyone=True, scopes=frozenset({"cases:read"})).permits(through)
    assert not Who(everyone=True).permits(through)
