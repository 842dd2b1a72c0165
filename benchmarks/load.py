"""Puts a load on one address and tells how long each answer took. A process of its own, so that it costs nobody else.

Reads jobs as JSON lines from its standard input and writes what it measured as JSON lines to its standard output.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Any

import uvloop

from services.shared.database import new_id

KEY = b"{key}"
"""Stands in a request for an Idempotency-Key, which is another one each time."""


@dataclass(frozen=True)
class Job:
    """`requests` are whole HTTP requests, sent in turn by `clients` at once for `seconds`."""

    port: int
    clients: int
    seconds: float
    requests: list[str]
    offset: int = 0


@dataclass(frozen=True)
class Outcome:
    """`took` in seconds, one per answer of 2xx; `refused` counts the others by status. `began`, `ended`: monotonic."""

    took: list[float]
    refused: dict[str, int]
    size: int
    sent: int


class Connection(asyncio.Protocol):
    """One kept-alive connection with one request on it at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, int]] | None = None
        self._received = b""
        self._length = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("closed before it answered"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._length < 0:
            self._length = _length_of(self._received)
        if 0 <= self._length <= len(self._received) and self._answer is not None:
            self._answer.set_result((int(self._received[9:12]), self._length))

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, int]]:
        """The status and the size of the answer."""
        assert self._transport is not None
        self._received, self._length = b"", -1
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()


def _length_of(received: bytes) -> int:
    """Of the whole answer, -1 while its head is not there yet. Every answer here says how long it is."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return -1
    head = received[:end].lower()
    at = head.find(b"content-length:")
    return end + 4 + (int(head[at + 15 :].split(b"\r\n")[0]) if at >= 0 else 0)


async def run(job: Job) -> Outcome:
    took: list[float] = []
    refused: dict[str, int] = {}
    sizes: list[int] = []
    wanted = cycle([one.encode() for one in job.requests])
    for _ in range(job.offset % len(job.requests)):
        next(wanted)
    until = time.perf_counter() + job.seconds
    await asyncio.gather(*(_one_client(job.port, wanted, until, took, refused, sizes) for _ in range(job.clients)))
    return Outcome(took, refused, max(sizes, default=0), len(took) + sum(refused.values()))


async def _one_client(
    port: int, wanted: Iterator[bytes], until: float, took: list[float], refused: dict[str, int], sizes: list[int]
) -> None:
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    while time.perf_counter() < until:
        request = next(wanted)
        if KEY in request:
            request = request.replace(KEY, str(new_id()).encode())
        began = time.perf_counter()
        status, size = await connection.ask(request)
        if 200 <= status < 300:
            took.append(time.perf_counter() - began)
            sizes.append(size)
        else:
            refused[str(status)] = refused.get(str(status), 0) + 1
    connection.close()


def main() -> None:
    for line in sys.stdin:
        told: dict[str, Any] = json.loads(line)
        outcome = uvloop.run(run(Job(**told)))
        print(json.dumps(asdict(outcome)), flush=True)


if __name__ == "__main__":
    main()
