"""Structured logs without personal data: codes, ids of requests, times. Never a message of an exception."""

import logging
import sys
import traceback
from typing import Any

import structlog


class _StandardError:
    """Wherever it leads at the moment: the logger itself is made once."""

    def msg(self, message: str) -> None:
        sys.stderr.write(message + "\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = msg


def configure_logging(process: str) -> None:
    """JSON lines on standard error, each with the process's name."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _StandardError(),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    for noisy in ("uvicorn.access", "httpx2", "httpcore2"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def frames_of(error: BaseException) -> list[str]:
    """Where an error came from. Its message is left out: it may quote what somebody typed."""
    return [f"{f.filename.split('/')[-1]}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)][-12:]


log: Any = structlog.get_logger()
