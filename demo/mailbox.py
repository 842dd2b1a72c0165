"""Where the demo's mail ends: a mail server that sends nothing on, and a page that shows what came."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from demo.identity_provider import STATIC
from demo.mailbox_page import mailbox_page
from services.shared.settings import Settings

KEPT = 200


class MailboxSettings(Settings):
    smtp_fd: int = -1
    """An open socket that mail comes to, inherited from whoever started the process."""


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    text: str
    at: datetime | None
    """As the sender's clock said: the demo's moved one."""


class Mailbox:
    """What aiosmtpd hands mail to. The newest first."""

    def __init__(self) -> None:
        self.mails: deque[Mail] = deque(maxlen=KEPT)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
        text = message.get_content() if message.get_content_type() == "text/plain" else ""
        date = message["Date"]
        mail = Mail(str(message["To"]), str(message["Subject"]), str(text), date.datetime if date else None)
        self.mails.appendleft(mail)
        return "250 OK"


def create_mailbox(settings: MailboxSettings) -> FastAPI:
    if not settings.demo:
        raise SystemExit("the demo's mailbox keeps every mail for anybody to read: it runs in the demo only (OT_DEMO)")
    mailbox = Mailbox()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        taken = socket.socket(fileno=settings.smtp_fd)
        listening = await asyncio.get_running_loop().create_server(lambda: _server(mailbox), sock=taken)
        async with listening:
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.mailbox, app.state.front = mailbox, settings.public_url
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_api_route("/health/ready", is_ready, methods=["GET"])
    app.add_api_route("/", list_mails, methods=["GET"], response_model=None)
    return app


def _server(mailbox: Mailbox) -> SMTP:
    return SMTP(mailbox, hostname="localhost", enable_SMTPUTF8=True)


async def is_ready() -> dict[str, str]:
    return {"status": "ok"}


async def list_mails(request: Request, lang: str = "") -> HTMLResponse:
    language = lang or request.headers.get("accept-language", "")[:2]
    html = mailbox_page(request.app.state.mailbox.mails, front=request.app.state.front, language=language)
    policy_of_page = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'"
    return HTMLResponse(html, headers={"Content-Security-Policy": policy_of_page, "Cache-Control": "no-store"})
