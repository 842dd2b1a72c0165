"""The demo's mailbox: takes mail for real, shows it, sends nothing on."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx2
import pytest
from fastapi import FastAPI

from demo.mailbox import MailboxSettings, create_mailbox
from services.shared.mail import Letter, MailServer, Outcome

pytestmark = pytest.mark.anyio


@pytest.fixture
async def mailbox() -> AsyncIterator[tuple[FastAPI, MailServer]]:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    settings = MailboxSettings(process="mailbox", demo=True, smtp_fd=taken.detach(), public_url="http://front.test")
    app = create_mailbox(settings)
    async with app.router.lifespan_context(app):
        yield app, MailServer(f"smtp://127.0.0.1:{port}?tls=never", "OT-verkko <nobody@ot.example>")


async def page(app: FastAPI, **params: str) -> str:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://mail.test") as client:
        answer = await client.get("/", params=params)
    assert answer.status_code == 200
    return answer.text


async def test_what_is_sent_is_shown_the_newest_first(mailbox: tuple[FastAPI, MailServer]) -> None:
    app, server = mailbox
    assert "Yhtään viestiä ei ole vielä lähetetty." in await page(app)
    letters = [
        Letter(
            f"{who}@county.example", f"Jotain odottaa <{who}>", "Ääkköset & muut.\n", "http://front.test/me/settings"
        )
        for who in ("first", "second")
    ]
    at = datetime(2026, 11, 24, 7, 40, tzinfo=UTC)
    assert [outcome async for outcome in server.send(letters, at)] == [Outcome.SENT, Outcome.SENT]
    shown = await page(app, lang="sv")
    assert shown.index("second@county.example") < shown.index("first@county.example")
    assert "Jotain odottaa &lt;first&gt;" in shown
    assert "Ääkköset &amp; muut." in shown
    assert "24.11.2026 9.40" in shown
    assert 'href="http://front.test"' in shown


def test_it_runs_in_the_demo_only() -> None:
    with pytest.raises(SystemExit, match="demo only"):
        create_mailbox(MailboxSettings(process="mailbox"))
