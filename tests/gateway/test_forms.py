"""What is posted: only forms of ours are taken, and nothing in them is lost or misread."""

from __future__ import annotations

import pytest

from tests.gateway.conftest import HIDDEN, Browser, Door

pytestmark = pytest.mark.anyio


async def test_a_form_without_the_sessions_token_is_refused(browser: Browser) -> None:
    await browser.log_in("maria")
    answer = await browser.post("/logout", data={"csrf": "made-up"})
    assert answer.status_code == 403
    assert "Lomake on liian vanha" in answer.text
    assert (await browser.get("/me")).status_code == 200


async def test_a_token_of_another_session_is_refused(browser: Browser, door: Door) -> None:
    await browser.log_in("maria")
    async with door.browser() as other:
        await other.log_in("sanna")
        answer = await other.post("/logout", data={"csrf": (await _csrf(browser))})
    assert answer.status_code == 403


async def _csrf(browser: Browser) -> str:
    return str(dict(HIDDEN.findall((await browser.get("/me")).text))["csrf"])


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_form_from_another_site_is_refused_even_with_the_right_token(browser: Browser, site: str) -> None:
    await browser.log_in("maria")
    answer = await browser.post("/logout", data={"csrf": await _csrf(browser)}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert (await browser.get("/me")).status_code == 200


async def test_another_origin_is_refused_before_login_too(browser: Browser) -> None:
    answer = await browser.post("/login", data={"next": "/"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


async def test_what_somebody_wrote_is_given_back_when_a_part_is_down(browser: Browser, door: Door) -> None:
    await browser.log_in("maria")
    text = "Koulukuraattori Mikkelissä, haluan pyytää konsultaatiota."
    hidden = {"csrf": await _csrf(browser), "key": "the-same-key"}
    door.down.add("registry")
    answer = await browser.post("/access", data={**hidden, "role": "professional", "reason": text})
    assert answer.status_code == 503
    assert "Yksi osa ei vastaa" in answer.text
    assert text in answer.text
    assert 'name="key" value="the-same-key"' in answer.text, "trying again does the same thing, not another"


async def test_text_that_is_not_utf8_is_refused_with_a_sentence(browser: Browser) -> None:
    await browser.log_in("maria")
    body = b"csrf=" + (await _csrf(browser)).encode() + b"&reason=%FF%FE"
    answer = await browser.post("/access", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 422
    assert "joita ei voi lukea" in answer.text


async def test_ten_megabytes_are_refused_with_a_sentence(browser: Browser) -> None:
    await browser.log_in("maria")
    answer = await browser.post("/access", data={"csrf": await _csrf(browser), "reason": "a" * 10_000_000})
    assert answer.status_code == 413
    assert "liian suuri" in answer.text


async def test_the_language_is_remembered_by_browser_session_and_registry(browser: Browser, door: Door) -> None:
    await browser.log_in("maria")
    answer = await browser.submit("/language", {"language": "sv", "back": "/me"})
    assert answer.headers["location"] == "/me"
    assert 'lang="sv"' in (await browser.get("/me")).text
    assert ("PUT /v1/people/me/language", {"language": "sv"}) in door.registry.asked
    await browser.submit("/logout")
    assert "Logga in med" in (await browser.get("/")).text


async def test_a_stranger_is_shown_the_language_their_browser_asks_for(door: Door) -> None:
    for asked, word in (
        ("sv-FI,sv;q=0.9", "Logga in"),
        ("en", "Log in"),
        ("de", "Kirjaudu"),
        ("en;q=0.3,fi", "Kirjaudu"),
    ):
        async with door.browser(asked) as browser:
            assert word in (await browser.get("/")).text


async def test_a_language_we_do_not_have_changes_nothing(browser: Browser) -> None:
    answer = await browser.post("/language", data={"language": "../../etc", "back": "https://evil.example/x"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/x"
    assert 'lang="fi"' in (await browser.get("/")).text
