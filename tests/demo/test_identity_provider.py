"""The demo's login keeps to the standard, so that what works with it works with another provider too."""

from __future__ import annotations

import base64
import hashlib
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from demo.identity_provider import BACKCHANNEL, ProviderSettings, create_identity_provider, kept_key
from demo.people import PEOPLE, SYSTEMS

ISSUER = "http://identity.test"
PUBLIC = "http://gateway.test"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"
ASKED = {
    "response_type": "code",
    "client_id": "ot-verkko",
    "redirect_uri": f"{PUBLIC}/login/callback",
    "scope": "openid profile email",
    "state": "the state",
    "nonce": "the nonce",
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}
SECRET = ("ot-verkko", "the client's secret")


class Notices(httpx2.AsyncBaseTransport):
    """Stands where the gateway would be told of an ended login."""

    def __init__(self) -> None:
        self.received: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.received.append(request)
        return httpx2.Response(200, json={})


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def settings(tmp_path: Path, notices: Notices) -> ProviderSettings:
    return ProviderSettings(
        process="identity_provider",
        demo=True,
        key_folder=tmp_path,
        oidc_issuer=ISSUER,
        oidc_secret=SECRET[1],
        public_url=PUBLIC,
        gateway_url=PUBLIC,
        transports={PUBLIC: notices},
    )


@pytest.fixture
async def browser(settings: ProviderSettings) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=create_identity_provider(settings))
    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as client:
        yield client


async def pick(browser: httpx2.AsyncClient, person: str = "maria", **changed: str) -> httpx2.Response:
    return await browser.post("/authorize", params=ASKED | changed, data={"person": person})


async def code_for(browser: httpx2.AsyncClient, person: str = "maria") -> str:
    answer = await pick(browser, person)
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


async def exchange(browser: httpx2.AsyncClient, code: str, **changed: str) -> httpx2.Response:
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
    form["redirect_uri"] = ASKED["redirect_uri"]
    return await browser.post("/token", data=form | changed, auth=SECRET)


async def claims_in(browser: httpx2.AsyncClient, token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set((await browser.get("/jwks")).json())
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


async def test_the_page_lists_everybody_without_script(browser: httpx2.AsyncClient) -> None:
    page = await browser.get("/authorize", params=ASKED | {"ui_locales": "sv"})
    assert page.status_code == 200
    assert all(person.name in page.text for person in PEOPLE)
    assert "Inloggning" in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert "form-action 'self' http://gateway.test" in page.headers["Content-Security-Policy"]


async def test_a_pick_leads_back_with_a_code_that_gives_who_it_is(browser: httpx2.AsyncClient) -> None:
    answer = await pick(browser)
    back = urlsplit(answer.headers["Location"])
    assert (answer.status_code, f"{back.scheme}://{back.netloc}{back.path}") == (303, ASKED["redirect_uri"])
    query = parse_qs(back.query)
    assert (query["state"], query["iss"]) == (["the state"], [ISSUER])
    tokens = (await exchange(browser, query["code"][0])).json()
    claims = await claims_in(browser, tokens["id_token"])
    assert (claims["iss"], claims["aud"], claims["sub"], claims["nonce"]) == (ISSUER, "ot-verkko", "maria", "the nonce")
    assert claims["email_verified"] is True


async def test_a_code_works_once(browser: httpx2.AsyncClient) -> None:
    code = await code_for(browser)
    assert (await exchange(browser, code)).status_code == 200
    again = await exchange(browser, code)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize("changed", [{"code_verifier": "another"}, {"redirect_uri": f"{PUBLIC}/elsewhere"}])
async def test_a_stolen_code_is_of_no_use(browser: httpx2.AsyncClient, changed: dict[str, str]) -> None:
    assert (await exchange(browser, await code_for(browser), **changed)).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "http://evil.test/login/callback"},
        {"client_id": "another"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"response_type": "token"},
    ],
)
async def test_a_wrong_question_is_never_sent_back(browser: httpx2.AsyncClient, changed: dict[str, str]) -> None:
    answer = await pick(browser, **changed)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


async def test_nobody_can_be_somebody_unknown(browser: httpx2.AsyncClient) -> None:
    assert (await pick(browser, "nobody")).status_code == 400


@pytest.mark.parametrize("secret", [("ot-verkko", "wrong"), ("unknown", "x"), ("esavo-asiakastieto", "")])
async def test_a_client_without_its_secret_gets_nothing(browser: httpx2.AsyncClient, secret: tuple[str, str]) -> None:
    answer = await browser.post("/token", data={"grant_type": "client_credentials"}, auth=secret)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_login_is_refreshed_until_it_ends(browser: httpx2.AsyncClient) -> None:
    tokens = (await exchange(browser, await code_for(browser))).json()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    newer = await browser.post("/token", data=form, auth=SECRET)
    assert (await claims_in(browser, newer.json()["id_token"]))["sub"] == "maria"
    farewell = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": f"{PUBLIC}/"}
    gone = await browser.get("/end-session", params=farewell)
    assert (gone.status_code, gone.headers["Location"]) == (303, f"{PUBLIC}/")
    assert (await browser.post("/token", data=form, auth=SECRET)).json() == {"error": "invalid_grant"}


async def test_an_access_token_is_not_taken_for_a_refresh_token(browser: httpx2.AsyncClient) -> None:
    tokens = (await exchange(browser, await code_for(browser))).json()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["access_token"]}
    assert (await browser.post("/token", data=form, auth=SECRET)).status_code == 400


async def test_logout_leads_nowhere_but_home(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/end-session", params={"post_logout_redirect_uri": "http://evil.test/"})
    assert answer.status_code == 400


async def test_the_access_token_tells_who_it_is(browser: httpx2.AsyncClient) -> None:
    tokens = (await exchange(browser, await code_for(browser, "erik"))).json()
    about = await browser.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert (about.json()["name"], about.json()["locale"]) == ("Erik Nyman", "sv")
    assert (await browser.get("/userinfo", headers={"Authorization": "Bearer nothing"})).status_code == 400


async def test_a_system_gets_a_token_for_the_api_alone(browser: httpx2.AsyncClient) -> None:
    client = next(iter(SYSTEMS))
    form = {"grant_type": "client_credentials", "scope": "cases:write"}
    answer = await browser.post("/token", data=form, auth=(client, SYSTEMS[client]))
    claims = await claims_in(browser, answer.json()["access_token"])
    assert (claims["sub"], claims["aud"], claims["scope"]) == (client, "ot-verkko-api", "cases:write")
    refused = await browser.post("/token", data={"grant_type": "client_credentials"}, auth=SECRET)
    assert refused.json() == {"error": "unsupported_grant_type"}


async def test_ending_a_login_here_tells_the_gateway(browser: httpx2.AsyncClient, notices: Notices) -> None:
    tokens = (await exchange(browser, await code_for(browser))).json()
    sid = (await claims_in(browser, tokens["id_token"]))["sid"]
    assert "Maria Lehtola" in (await browser.get("/")).text
    await browser.post(f"/logins/{sid}/end")
    told = notices.received[0]
    assert told.url.path == BACKCHANNEL
    claims = await claims_in(browser, parse_qs(told.content.decode())["logout_token"][0])
    assert (claims["sid"], claims["sub"], "nonce" in claims) == (sid, "maria", False)
    assert "Maria Lehtola" not in (await browser.get("/")).text


def test_it_refuses_to_start_outside_the_demo(settings: ProviderSettings) -> None:
    with pytest.raises(SystemExit, match="demo only"):
        create_identity_provider(settings.model_copy(update={"demo": False}))


def test_its_key_is_kept_and_nobody_elses_to_read(tmp_path: Path) -> None:
    assert kept_key(tmp_path).kid == kept_key(tmp_path).kid
    assert stat.S_IMODE((tmp_path / "identity_provider.jwk").stat().st_mode) == 0o600
