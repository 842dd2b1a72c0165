"""Sending plain mail over SMTP: what is sent, and what became of it. Knows no word of the field."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

# A server that is slower than this is tried again later.
PATIENCE_SECONDS = 20.0
_PORTS = {"smtp": 587, "smtps": 465}


class MailServerSilent(Exception):
    """Nothing could be handed over: the server doesn't answer, or refuses us. Everything may be tried again."""


class Outcome(StrEnum):
    SENT = "sent"
    LATER = "later"
    """Refused for now."""
    REFUSED = "refused"
    """This address will never take it."""


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str
    leave: str
    """Address of the page where one chooses to get no more of these."""


class MailServer:
    """`address`: `smtp://user:secret@host:587`, `smtps://…` for TLS from the start; `?tls=never` for a server on this
    machine alone. Raises ValueError where it can't be understood."""

    def __init__(self, address: str, sender: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("a mail server is named as smtp://host:port or smtps://host:port")
        self.sender = sender
        self._host, self._port = parts.hostname, parts.port or _PORTS[parts.scheme]
        self._user, self._secret = unquote(parts.username or "") or None, unquote(parts.password or "") or None
        self._tls = parts.scheme == "smtps"
        plain = parse_qs(parts.query).get("tls") == ["never"]
        self._start_tls = False if plain or self._tls else None  # None: where the server offers it

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Callable[[EmailMessage], object]]:
        """A connection for many letters. Raises MailServerSilent."""
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._secret,
            use_tls=self._tls,
            start_tls=self._start_tls,
            timeout=PATIENCE_SECONDS,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as failed:
            raise MailServerSilent(type(failed).__name__) from failed
        try:
            yield client.send_message
        finally:
            client.close()

    async def send(self, letters: list[Letter], now: datetime) -> AsyncGenerator[Outcome, None]:
        """What became of each, in order, as it becomes known. Raises MailServerSilent: the rest was not sent."""
        if not letters:
            return
        async with self.open() as hand_over:
            for letter in letters:
                if _is_one_address(letter.to):
                    yield await _handed_over(hand_over, self.message(letter, now))
                else:
                    yield Outcome.REFUSED

    def message(self, letter: Letter, now: datetime) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, letter.to, letter.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].rstrip("> ") or "localhost")
        # no answering machine answers, and no list program takes it for a letter of a person
        message["Auto-Submitted"] = "auto-generated"
        message["List-Unsubscribe"] = f"<{letter.leave}>"
        message.set_content(letter.text, charset="utf-8")
        return message


def _is_one_address(written: str) -> bool:
    """An odd one must hold up nobody else's letter, and a list of them is not whom we write to."""
    header: Any = EmailMessage()
    try:
        header["To"] = written
        (known,) = header["To"].addresses
    except (ValueError, MessageError, LookupError, AttributeError):  # the parser itself stumbles over some
        return False
    return bool(known.username and known.domain) and known.addr_spec == written and written.isprintable()


async def _handed_over(hand_over: Callable[[EmailMessage], object], message: EmailMessage) -> Outcome:
    try:
        await hand_over(message)  # type: ignore[misc]
    except aiosmtplib.SMTPRecipientsRefused as refused:
        return Outcome.REFUSED if all(500 <= one.code < 600 for one in refused.recipients) else Outcome.LATER
    except aiosmtplib.SMTPSenderRefused as refused:
        raise MailServerSilent(f"sender refused, {refused.code}") from refused
    except aiosmtplib.SMTPResponseException as refused:
        return Outcome.REFUSED if 500 <= refused.code < 600 else Outcome.LATER
    except (aiosmtplib.SMTPNotSupported, ValueError):  # letters beyond ASCII in an address, for a server without them
        return Outcome.REFUSED
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as failed:
        raise MailServerSilent(type(failed).__name__) from failed
    return Outcome.SENT
