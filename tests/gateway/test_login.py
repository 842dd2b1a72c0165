"""Coming in and going out, against an identity provider that keeps to the standards."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from demo import identity_provider
from services.shared.clock import MovedClock
from tests.gateway.conftest import ISSUER, Browser, Door, _Wire

pytestmark = pytest.mark.anyio


async def test_logging_in_leads_to_the_page_that_was_asked_for(browser: Browser) -> None:
    asked = await browser.get("/me?from=mail")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/login?next=/me%3Ffrom%3Dmail"
    back = await browser.log_in("maria", next="/me?from=mail")
    assert back.headers["location"] == "/me?from=mail"
    assert "Maria Lehtola" in (await browser.get("/")).text


async def test_the_login_is_code_with_pkce_and_a_nonce(browser: Browser) -> None:
    begun = await browser.post("/login", data={"next": "/"})
    query = parse_qs(urlsplit(begun.headers["location"]).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == ["http://gateway.test/login/callback"]
    assert {"state", "nonce", "code_challenge"} <= set(query)


async def test_a_login_begun_in_another_browser_is_refused(browser: Browser, door: Door) -> None:
    begun = await browser.post("/login", data={"next": "/"})
    async with door.browser() as other:
        answer = await other.come_back(begun.headers["location"], "maria")
    assert answer.status_code == 401
    assert "ot-session" not in other.cookies


async def test_a_login_cannot_be_finished_twice(browser: Browser) -> None:
    begun = await browser.post("/login", data={"next": "/"})
    first = await browser.come_back(begun.headers["location"], "maria")
    assert first.status_code == 303
    second = await browser.come_back(begun.headers["location"], "maria")
    assert second.status_code == 401


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\tb"]
)
async def test_a_login_never_leads_to_another_site(browser: Browser, elsewhere: str) -> None:
    back = await browser.log_in("maria", next=elsewhere)
    assert back.headers["location"] == "/"


async def test_the_registry_is_told_who_the_provider_says_it_is(browser: Browser, door: Door) -> None:
    await browser.log_in("maria")
    told = next(body for asked, body in door.registry.asked if asked == "POST /v1/sign-ins")
    assert told["issuer"] == ISSUER
    assert told["subject"] == "maria"
    assert told["email_verified"] is True


async def test_the_cookie_holds_a_secret_that_the_database_does_not(browser: Browser, door: Door) -> None:
    back = await browser.log_in("maria")
    cookie = back.headers["set-cookie"]
    assert "HttpOnly" in str(back.headers.get_list("set-cookie"))
    assert "SameSite=lax" in str(back.headers.get_list("set-cookie"))
    secret = browser.cookies["ot-session"]
    async with door.gateway.state.database.engine.connect() as connection:
        rows = (await connection.exec_driver_sql("select * from session")).mappings().all()
    assert len(rows) == 1
    assert secret not in str(rows[0])
    assert "refresh_token" not in str(rows[0])
    assert cookie


async def test_an_idle_session_ends(browser: Browser, clock: MovedClock) -> None:
    await browser.log_in("maria")
    clock.move(timedelta(minutes=59))
    assert (await browser.get("/me")).status_code == 200
    clock.move(timedelta(minutes=61))
    assert (await browser.get("/me")).status_code == 303


async def test_no_session_outlives_the_working_day(browser: Browser, clock: MovedClock) -> None:
    await browser.log_in("maria")
    for _ in range(12):
        clock.move(timedelta(minutes=49))
        assert (await browser.get("/me")).status_code == 200
    clock.move(timedelta(minutes=20))
    assert (await browser.get("/me")).status_code == 303


async def test_a_revoked_membership_stops_working_within_five_minutes(
    browser: Browser, door: Door, clock: MovedClock
) -> None:
    await browser.log_in("maria")
    assert "Pyydä konsultaatiota" in (await browser.get("/")).text
    door.registry.identity["memberships"] = []
    clock.move(timedelta(minutes=5))
    assert "Pyydä konsultaatiota" not in (await browser.get("/")).text


async def test_a_registry_that_is_down_logs_nobody_out(browser: Browser, door: Door, clock: MovedClock) -> None:
    await browser.log_in("maria")
    door.down.add("registry")
    clock.move(timedelta(minutes=6))
    answer = await browser.get("/")
    assert answer.status_code == 200
    assert "rekisterissä" in answer.text or "rekisteri" in answer.text


async def test_a_login_that_ended_at_the_provider_ends_here_at_the_next_check(
    browser: Browser, door: Door, clock: MovedClock
) -> None:
    await browser.log_in("maria")
    door.provider.state.provider.ended |= set(door.provider.state.provider.logins)
    clock.move(timedelta(minutes=5))
    assert (await browser.get("/me")).status_code == 303


@pytest.fixture
def refresh_tokens_work_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a provider that takes a second use for theft."""
    used: set[str] = set()
    refresh = identity_provider._refresh

    def once(provider: identity_provider.Provider, form: dict[str, str]) -> dict[str, Any]:
        if form["refresh_token"] in used:
            raise identity_provider.OAuthRefusal("invalid_grant")
        used.add(form["refresh_token"])
        return refresh(provider, form)

    monkeypatch.setattr(identity_provider, "_refresh", once)


async def test_requests_at_once_use_a_refresh_token_once(
    browser: Browser, clock: MovedClock, refresh_tokens_work_once: None
) -> None:
    await browser.log_in("maria")
    for _ in range(2):
        clock.move(timedelta(minutes=5))
        answers = await asyncio.gather(*(browser.get("/me") for _ in range(4)))
        assert [one.status_code for one in answers] == [200] * 4


async def test_a_new_refresh_token_is_kept_though_the_registry_is_down(
    browser: Browser, door: Door, clock: MovedClock, refresh_tokens_work_once: None
) -> None:
    await browser.log_in("maria")
    door.down.add("registry")
    clock.move(timedelta(minutes=5))
    assert (await browser.get("/me")).status_code == 200
    door.down.clear()
    assert (await browser.get("/me")).status_code == 200


async def test_logging_out_ends_the_session_and_tells_the_provider(browser: Browser, door: Door) -> None:
    await browser.log_in("maria")
    secret = browser.cookies["ot-session"]
    out = await browser.submit("/logout")
    assert out.headers["location"].startswith(f"{ISSUER}/end-session?id_token_hint=")
    browser.cookies.set("ot-session", secret, domain="gateway.test")
    assert (await browser.get("/me")).status_code == 303


async def test_the_provider_can_end_a_session_behind_the_scenes(browser: Browser, door: Door) -> None:
    await browser.log_in("maria")
    sid = next(iter(door.provider.state.provider.logins))
    async with httpx2.AsyncClient(transport=_Wire(door, "login"), base_url=ISSUER) as provider:
        await provider.post(f"/logins/{sid}/end")
    assert (await browser.get("/me")).status_code == 303


async def test_a_made_up_logout_notice_ends_nothing(browser: Browser) -> None:
    await browser.log_in("maria")
    answer = await browser.post("/logout/back-channel", data={"logout_token": "a.b.c"})
    assert answer.status_code == 400
    assert (await browser.get("/me")).status_code == 200


async def test_a_provider_that_is_down_is_said_on_the_page(browser: Browser, door: Door) -> None:
    door.down.add("login")
    answer = await browser.post("/login", data={"next": "/"})
    assert answer.status_code == 503
    assert "kirjautumi" in answer.text


async def test_plain_http_is_refused_in_the_open(door: Door) -> None:
    known = door.gateway.state.settings.model_dump()
    with pytest.raises(ValueError, match="https"):
        type(door.gateway.state.settings)(**{**known, "public_url": "http://ot-verkko.example"})
