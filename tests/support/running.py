"""The demo as a person starts it: real processes on free ports, with data of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from demo import postgres
from demo.environment import ROOT

READY_WITHIN = 60.0
WITH_CASES_WITHIN = 600.0  # on a machine that has much else to do


@dataclass
class Running:
    """`said` is a file with everything that the demo wrote to its terminal."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path
    said: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def login_address(self) -> str:
        return f"http://127.0.0.1:{self.port + 4}"

    def words(self) -> str:
        return self.said.read_text(errors="replace")

    def wait_until_ready(self, within: float = READY_WITHIN) -> None:
        deadline = time.monotonic() + within
        while "is ready" not in self.words():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the demo did not get ready:\n{self.words()}\n{self.logs()}")
            time.sleep(0.05)

    def logs(self) -> str:
        files = sorted((self.folder / "log").glob("*.log")) if (self.folder / "log").exists() else []
        return "\n".join(f"--- {file.name}\n{file.read_text(errors='replace')[-2000:]}" for file in files)

    def press_ctrl_c(self) -> int:
        """As in a terminal: to the whole group. Returns the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=20)

    def children(self) -> dict[str, int]:
        """The processes of the system by the log they write to."""
        found = {}
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                parent = next(line for line in status.read_text().splitlines() if line.startswith("PPid:"))
                written = os.readlink(status.parent / "fd" / "1")
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if int(parent.split()[1]) == self.process.pid:
                found[Path(written).stem] = int(status.parent.name)
        return found


def free_ports() -> int:
    """Where six free ports begin: each test process looks in places of its own, below the system's own choices."""
    mine = os.getpid() % 2000
    for first in range(10_000 + 10 * mine, 32_000, 10):
        taken: list[socket.socket] = []
        try:
            for port in range(first, first + 6):
                taken.append(socket.socket())
                taken[-1].bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for one in taken:
                one.close()
    raise RuntimeError("no six free ports in a row")


def start(folder: Path, words: Sequence[str] = (), *, port: int | None = None, **environment: str) -> Running:
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_ports()
    said = folder / "said.txt"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "demo", "demo", *words],
            cwd=ROOT,
            env={**os.environ, "OT_PORT": str(port), "OT_VAR": str(folder), **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return Running(process, port, folder, said)


@contextmanager
def running_demo(folder: Path, *words: str, cases: bool = False) -> Iterator[Running]:
    """Ready when the block begins; ended, with its data removed, when it ends.

    With the example's people; `cases`: with all that has happened to them too, which takes a while.
    """
    running = start(folder, [*words, *([] if cases else ["--people"])])
    try:
        running.wait_until_ready(WITH_CASES_WITHIN if cases else READY_WITHIN)
        yield running
    finally:
        end(running)
        postgres.erase(folder / "postgres")


def end(running: Running) -> None:
    if running.process.poll() is None:
        try:
            running.press_ctrl_c()
        except subprocess.TimeoutExpired:
            running.process.kill()
            running.process.wait()


def answers(address: str) -> int:
    """The status, 0 where nobody answers."""
    try:
        return httpx2.get(address, timeout=5, trust_env=False).status_code
    except httpx2.TransportError:
        return 0
