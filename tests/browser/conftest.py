"""Chromium on the demo's real processes. A page that breaks its policy or lacks something it needs fails the test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from demo.checking import HOW_TO_GET_CHROMIUM, find_chromium
from tests.support.running import Running, running_demo

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 740}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_CHROMIUM)
        pytest.skip(HOW_TO_GET_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The whole system with its example people, on real processes."""
    with running_demo(tmp_path_factory.mktemp("browser") / "var") as running:
        yield running


@pytest.fixture
def open_page(chromium: Browser, site: Running) -> Iterator[Callable[..., Page]]:
    """`open_page("maria")`: a browser of its own for that person, logged in. Without a name: nobody in particular."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(person: str | None = None, *, script: bool = True, lang: str = "fi", **more: Any) -> Page:
        known: dict[str, Any] = {"viewport": WIDE, "locale": lang, "base_url": site.address}
        context = chromium.new_context(java_script_enabled=script, **(known | more))
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        listen(page, complaints)
        if person is not None:
            log_in(page, person)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def log_in(page: Page, person: str) -> None:
    """By the login page, as a person does."""
    page.goto("/login")
    page.locator("form[action='/login'] button").first.click()
    button = page.locator(f"button[name=person][value={person}]")
    if not button.is_visible():  # the many others are folded away
        page.locator("details", has=button).locator("summary").click()
    button.click()
    page.wait_for_url(lambda address: "/authorize" not in address and "/login" not in address)


def listen(page: Page, complaints: list[str]) -> None:
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("console", lambda told: complaints.append(told.text) if _is_trouble(told.type, told.text) else None)


def _is_trouble(kind: str, text: str) -> bool:
    # a refused form answers 422, a stale one 409, and the browser notes each; what a policy forbids is never meant
    return "Content Security Policy" in text or (
        kind == "error" and "the server responded with a status of 4" not in text
    )
