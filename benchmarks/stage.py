"""Everything that is measured, running: the system's own processes, the floor beside them, data for both."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from benchmarks.costs import Group, children, command_of
from benchmarks.data import Filled, fill
from benchmarks.floor_tables import DATABASE as FLOOR
from benchmarks.floor_tables import fill_floor
from benchmarks.operations import Scene
from benchmarks.visitors import introduce
from demo import postgres
from demo.environment import HOST, ROOT, Secrets, environment
from migrations.prepare import address_of, prepare
from services.shared.settings import Settings

YTA = "ita"
FLOOR_OFFSET = 9
"""The floor's port, behind all those of the system."""
READY_WITHIN = 60.0  # seconds
EXPERTS = 5_000


class NotReady(Exception):
    """Something did not start; the message says where to look."""


@dataclass(frozen=True)
class Stage:
    """`processes` are the system's, by name."""

    scene: Scene
    system: Group
    floor: Group
    ports: Mapping[str, int]
    processes: Mapping[str, int]
    admin: str


@contextmanager
def set_stage(folder: Path, port: int, *, cases: int) -> Iterator[Stage]:
    """The demo's processes without its story, with data of their own that stays in `folder` for the next time."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        demo = stack.enter_context(_running(_demo(folder, port), port, folder))
        kept = Secrets.kept_in(folder)
        assert kept is not None
        admin = postgres.address_of(folder / "postgres")
        told = environment(port, kept, prepare(admin, secret=kept.database), folder)
        filled = _filled(folder, told, admin, cases)
        coordinator = next(one for one in filled.coordinators if one.yta == YTA)
        _forget_drafts(admin, coordinator.person)
        visitors = asyncio.run(introduce(told, address_of(admin, "ot_registry"), coordinator))
        floor = stack.enter_context(_running(_floor(admin, port + 6), port + 6, folder))
        processes, postmaster = _processes(demo.pid)
        yield Stage(
            scene=Scene(filled, visitors, YTA, *_areas_and_line(admin)),
            system=Group(tuple(processes.values()), postmaster, "ot_"),
            floor=Group((floor.pid,), postmaster, FLOOR),
            ports={"system": port, "floor": port + 6},
            processes=processes,
            admin=admin,
        )


def _demo(folder: Path, port: int) -> subprocess.Popen[bytes]:
    return _started(["-m", "demo", "demo", "--empty"], folder / "said.txt", OT_PORT=str(port), OT_VAR=str(folder))


def _floor(admin: str, port: int) -> subprocess.Popen[bytes]:
    told = {"FLOOR_DATABASE": address_of(admin, FLOOR), "FLOOR_PORT": str(port)}
    return _started(["-m", "benchmarks.floor"], Path(os.devnull), **told)


def _started(words: list[str], said: Path, **environment: str) -> subprocess.Popen[bytes]:
    with said.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=postgres.die_with_parent(signal.SIGINT),
        )


@contextmanager
def _running(process: subprocess.Popen[bytes], port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """From the moment it answers until the block ends."""
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotReady(f"nothing answers on port {port}; see {folder}/said.txt and {folder}/log/")
            time.sleep(0.05)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(port: int) -> bool:
    """The gateway comes last, so the others answer when it does."""
    try:
        with socket.create_connection((HOST, port), timeout=1) as asked:
            asked.settimeout(2)
            asked.sendall(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return asked.recv(64).startswith((b"HTTP/1.1 200", b"HTTP/1.1 404"))
    except OSError:
        return False


def _filled(folder: Path, told: Mapping[str, str], admin: str, cases: int) -> Filled:
    """Kept between runs: what earlier runs wrote is little beside it."""
    note = folder / "filled.pickle"
    if note.exists():
        known: Filled = pickle.loads(note.read_bytes())
        return known
    # past the policies: to lift them, as the story does, would lock the tables that the services are sweeping
    writing = {**told, "OT_CONSULTATION_OWNER_DATABASE": address_of(admin, "ot_consultation")}
    settings = (Settings.load(name, writing) for name in ("registry", "consultation"))
    filled = asyncio.run(fill(*settings, cases=cases, messages=3 * cases, experts=EXPERTS))
    fill_floor(admin)
    note.write_bytes(pickle.dumps(filled))
    return filled


def _forget_drafts(admin: str, person: UUID) -> None:
    """Those that earlier runs began: nobody has thousands, and each count of one's own would meet them all."""
    with psycopg.connect(address_of(admin, "ot_consultation"), autocommit=True) as connection:
        connection.execute("delete from cases where state = 'draft' and asker = %s", [person])


def _areas_and_line(admin: str) -> tuple[tuple[str, ...], str]:
    """The counties whose coordinator asks, the busiest first, and a line where anybody may ask."""
    with psycopg.connect(address_of(admin, "ot_consultation")) as connection:
        found = connection.execute(
            "select area from cases where yta = %s and is_open and area is not null"
            " group by area order by count(*) desc",
            [YTA],
        ).fetchall()
        line = connection.execute("select slug from lines where open and yta is null order by place").fetchone()
    assert line is not None
    return tuple(str(row[0]) for row in found), str(line[0])


def _processes(demo: int) -> tuple[dict[str, int], int]:
    """The system's processes by the log they write to, and the database server."""
    found, postmaster = {}, 0
    for pid in children(demo):
        if "/postgres" in command_of(pid):
            postmaster = pid
        else:
            found[Path(os.readlink(f"/proc/{pid}/fd/1")).stem] = pid
    return found, postmaster
