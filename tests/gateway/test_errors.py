"""Refusals and surprises as pages: said in the reader's language, with a way on, and with nothing given away."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from services.shared.errors import Conflict, ServiceUnavailable
from tests.gateway.conftest import Browser, Door

pytestmark = pytest.mark.anyio


def add_page(door: Door, path: str, error: Exception) -> None:
    """A page that fails in a given way; `home` lends its name, so that no login is needed."""

    async def home(request: Request) -> Response:
        raise error

    router = APIRouter()
    router.add_api_route(path, home, methods=["GET"])
    route = router.routes[0]
    assert isinstance(route, APIRoute)
    door.gateway.router.routes.insert(0, route)


async def test_a_page_that_does_not_exist_is_said_and_leads_home(browser: Browser) -> None:
    answer = await browser.get("/no/such/page")
    assert answer.status_code == 404
    assert "Sivua ei löydy" in answer.text
    assert 'href="/"' in answer.text


async def test_the_same_in_swedish(door: Door) -> None:
    async with door.browser("sv") as browser:
        assert "Sidan hittades inte" in (await browser.get("/no/such/page")).text


async def test_a_surprise_is_a_page_with_an_identifier_and_no_details(browser: Browser, door: Door) -> None:
    add_page(door, "/broken", RuntimeError("the secret text of a case"))
    answer = await browser.get("/broken")
    assert answer.status_code == 500
    assert "Jokin meni rikki" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "secret text" not in answer.text


async def test_a_surprise_is_logged_without_its_message(
    browser: Browser, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    add_page(door, "/broken", RuntimeError("the secret text of a case"))
    await browser.get("/broken")
    logged = capsys.readouterr().err
    assert "RuntimeError" in logged
    assert "secret text" not in logged


async def test_a_missing_part_is_named(browser: Browser, door: Door) -> None:
    add_page(door, "/missing", ServiceUnavailable("down", service="reporting"))
    answer = await browser.get("/missing")
    assert answer.status_code == 503
    assert "raportit" in answer.text
    assert answer.headers["Retry-After"]


async def test_a_conflict_says_that_somebody_was_first(browser: Browser, door: Door) -> None:
    add_page(door, "/conflict", Conflict())
    answer = await browser.get("/conflict")
    assert answer.status_code == 409
    assert "samaan aikaan" in answer.text


async def test_htmx_puts_an_error_in_place_of_the_main_content(browser: Browser, door: Door) -> None:
    add_page(door, "/conflict", Conflict())
    answer = await browser.get("/conflict", headers={"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#main"
    assert "<main" in answer.text


async def test_htmx_is_led_to_the_login_when_the_session_is_over(browser: Browser) -> None:
    answer = await browser.get("/me", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/login?next=/me"


@pytest.mark.parametrize("path", ["/", "/login", "/accessibility", "/privacy", "/developers", "/no/such/page"])
async def test_every_page_has_a_title_one_heading_a_main_part_and_nothing_inline(browser: Browser, path: str) -> None:
    page = (await browser.get(path)).text
    assert page.count("<title>") == 1
    assert "> – OT-verkko" not in page
    assert page.count("<h1") == 1
    assert page.count("<main") == 1
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=")


async def test_every_answer_carries_the_policy_of_what_may_run(browser: Browser) -> None:
    for path in ("/", "/no/such/page", "/static/style.css", "/api/registry/v1/areas", "/health/live"):
        answer = await browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self' http://idp.test" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_pages_are_kept_nowhere_and_marked_files_for_long(browser: Browser) -> None:
    page = await browser.get("/")
    assert page.headers["Cache-Control"] == "no-store"
    style = page.text.split('href="/static/style.css')[1].split('"')[0]
    assert "immutable" in (await browser.get(f"/static/style.css{style}")).headers["Cache-Control"]


async def test_the_head_of_a_page_is_the_pages_head(browser: Browser) -> None:
    answer = await browser.head("/")
    assert answer.status_code == 200
    assert answer.content == b""
    assert (await browser.head("/no/such/page")).status_code == 404


async def test_the_process_tells_how_it_is_doing(browser: Browser) -> None:
    assert (await browser.get("/health/live")).json() == {"status": "ok"}
    assert (await browser.get("/health/ready")).json() == {"status": "ok"}
    assert "ot_requests_total" in (await browser.get("/metrics")).text


@pytest.mark.parametrize("came_from", ["http://[", "//[", "http://[::1/cases"])
async def test_an_address_that_can_not_be_read_is_no_surprise(browser: Browser, came_from: str) -> None:
    assert (await browser.get("/nowhere", headers={"Referer": came_from})).status_code == 404
    assert (await browser.post("/language", data={"language": "sv", "back": came_from})).status_code == 303
    refused = await browser.post("/language", data={"language": "sv"}, headers={"Origin": came_from})
    assert refused.status_code == 403
