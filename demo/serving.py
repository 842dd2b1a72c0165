"""Runs one process's application until it is told to stop."""

from __future__ import annotations

import importlib
import signal
import socket
from types import FrameType
from typing import Any

import uvicorn
from pydantic import ValidationError

from demo.processes import PROCESSES

ENDED_WITHIN = 12  # seconds


class Server(uvicorn.Server):
    """Ends even where something in it waits for ever, for a database that is no more, say."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        signal.alarm(ENDED_WITHIN)
        super().handle_exit(sig, frame)


def serve_process(name: str, listening: socket.socket) -> None:
    """Serves on an open socket; on SIGTERM or SIGINT finishes the requests it has, for a few seconds at most."""
    Server(_config(_application(name))).run(sockets=[listening])


def serve_alone(name: str, *, host: str, port: int) -> None:
    """One process of a real installation. Raises SystemExit with one line where its settings can't be read."""
    try:
        application = _application(name)
    except ValidationError as wrong:
        places = ", ".join(".".join(map(str, error["loc"])) + ": " + error["msg"] for error in wrong.errors())
        raise SystemExit(f"ot serve {name}: {places}") from None
    Server(_config(application, host=host, port=port)).run()


def _config(application: Any, **where: Any) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=30,
        **where,
    )


def _application(name: str) -> Any:
    if name in PROCESSES:
        process = PROCESSES[name]
        return process.application(process.settings_class().load(name))
    if name == "mailbox":
        mailbox = importlib.import_module("demo.mailbox")
        return mailbox.create_mailbox(mailbox.MailboxSettings.load(name))
    provider = importlib.import_module("demo.identity_provider")
    return provider.create_identity_provider(provider.ProviderSettings.load("identity_provider"))
