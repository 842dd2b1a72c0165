"""`./ot demo` as a newcomer meets it, with the troubles a newcomer has."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import psycopg
import pytest

from demo import postgres
from demo.environment import Secrets
from tests.support.running import Running, answers, end, free_ports, start

PROCESSES = {"registry", "consultation", "reporting", "identity_provider", "mailbox", "gateway"}


@pytest.fixture
def demo(folder: Path) -> Iterator[Callable[..., Running]]:
    begun: list[Running] = []

    def begin(*words: str, port: int | None = None, where: Path = folder, **environment: str) -> Running:
        """Its cases are played in the long tests."""
        filling = [] if {"--empty", "--people"} & set(words) else ["--people"]
        begun.append(start(where, [*filling, *words], port=port, **environment))
        return begun[-1]

    yield begin
    for running in begun:
        end(running)


@pytest.fixture(scope="module")
def going_on(folder: Path) -> Iterator[tuple[Running, float]]:
    """The demo started again where it was before, and how long that took: for those that leave it running."""
    _started_before(folder)
    began = time.monotonic()
    running = start(folder, ["--people"])
    running.wait_until_ready()
    yield running, time.monotonic() - began
    end(running)


def _started_before(folder: Path) -> None:
    if Secrets.kept_in(folder) is None:
        running = start(folder, ["--people"])
        running.wait_until_ready()
        running.press_ctrl_c()


def test_it_gets_ready_and_ctrl_c_ends_everything(demo: Callable[..., Running]) -> None:
    running = demo()
    running.wait_until_ready()
    assert "Maria Lehtola" in running.words()
    assert set(running.children()) >= PROCESSES
    page = httpx2.get(f"{running.address}/", trust_env=False)
    assert (page.status_code, "<html" in page.text) == (200, True)
    for service in ("registry", "consultation", "reporting"):
        assert httpx2.get(f"{running.address}/api/{service}/openapi.json", trust_env=False).json()["openapi"]
    began = time.monotonic()
    assert running.press_ctrl_c() == 0
    assert time.monotonic() - began < 10
    assert [answers(f"http://127.0.0.1:{running.port + n}/") for n in range(6)] == [0] * 6
    assert "Traceback" not in running.words() + running.logs()


def test_secrets_are_nobody_elses_to_read(folder: Path) -> None:
    private = [folder / "secrets.json", *(folder / "keys").iterdir()]
    assert len(private) >= 5
    assert {oct(path.stat().st_mode & 0o777) for path in private} == {"0o600"}


def test_a_taken_port_is_said_in_one_line(demo: Callable[..., Running]) -> None:
    port = free_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 2))
        running = demo(port=port)
        assert running.process.wait(timeout=20) == 1
    said = running.words().strip().splitlines()
    assert len(said) == 1
    assert f"port {port + 2}" in said[0]
    assert "OT_PORT=" in said[0]


@pytest.mark.parametrize("port", ["abc", "70000", "８０００"])
def test_a_port_that_is_none_is_said_in_one_line(port: str, demo: Callable[..., Running]) -> None:
    running = demo(OT_PORT=port)
    assert running.process.wait(timeout=20) == 2
    assert len(running.words().strip().splitlines()) == 1


def test_it_is_ready_in_seconds_again_and_the_data_is_there(going_on: tuple[Running, float]) -> None:
    running, seconds = going_on
    assert seconds < 30, "5 seconds on a quiet machine"
    assert "newest revision" not in running.words(), "there was nothing to migrate"


def test_a_second_demo_of_the_same_checkout_is_told_of_the_first(going_on: tuple[Running, float], folder: Path) -> None:
    first, _ = going_on
    second = start(folder / ".." / folder.name, port=free_ports() + 100)
    assert second.process.wait(timeout=20) == 1
    assert f"process {first.process.pid}" in second.words()
    assert answers(f"{first.address}/health/ready") == 200


def test_a_process_that_dies_is_started_again(going_on: tuple[Running, float]) -> None:
    running, _ = going_on
    before = running.children()["registry"]
    os.kill(before, signal.SIGKILL)
    assert answers(f"http://127.0.0.1:{running.port + 1}/health/ready") == 200, "callers wait, none is turned away"
    assert running.children()["registry"] != before
    assert "registry ended unexpectedly" in running.words()


def test_kill_9_of_the_whole_leaves_nothing_running_and_nothing_broken(
    going_on: tuple[Running, float], demo: Callable[..., Running]
) -> None:
    """The last of those that share it."""
    killed, _ = going_on
    children = killed.children()
    killed.process.kill()
    killed.process.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(Path(f"/proc/{pid}").exists() for pid in children.values()):
        time.sleep(0.05)
    assert [name for name, pid in children.items() if Path(f"/proc/{pid}").exists()] == []
    again = demo(port=killed.port)
    again.wait_until_ready()
    assert answers(f"{again.address}/") == 200


def test_ctrl_c_while_it_starts_ends_it(demo: Callable[..., Running]) -> None:
    running = demo()
    while not (running.folder / "log").exists():
        time.sleep(0.02)
    time.sleep(0.7)
    assert running.press_ctrl_c() in (0, 130, -signal.SIGINT)
    assert "Traceback" not in running.words()


def test_fresh_starts_over_with_new_secrets(demo: Callable[..., Running], folder: Path) -> None:
    _started_before(folder)
    before = Secrets.kept_in(folder)
    running = demo("--fresh", "--empty")
    running.wait_until_ready()
    after = Secrets.kept_in(folder)
    assert before is not None
    assert after is not None
    assert before.master_key != after.master_key
    admin = postgres.address_of(folder / "postgres")
    with psycopg.connect(f"{admin}&dbname=ot_registry") as connection:
        assert connection.execute("select count(*) from person").fetchone() == (0,)
        assert connection.execute("select count(*) > 20 from area").fetchone() == (True,)
    assert "Maria" not in running.words()


def test_broken_secrets_count_as_none(tmp_path: Path) -> None:
    """So that what they sealed is made anew, which is among the long tests."""
    (tmp_path / "secrets.json").write_text("{broken")
    assert Secrets.kept_in(tmp_path) is None
