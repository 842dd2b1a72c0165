"""The server that we bring along. As root these tests run it as nobody, as CI's ordinary user as themselves."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from demo import postgres


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The same data for all that may share it: making it takes longer than the tests."""
    made = tmp_path_factory.mktemp("postgres") / "var" / "postgres"
    made.parent.mkdir()
    yield made
    postgres.erase(made)


def test_trigrams_keep_the_finnish_letters(folder: Path) -> None:
    server = postgres.start(folder)
    try:
        with psycopg.connect(server.admin) as connection:
            connection.execute("create extension pg_trgm")
            row = connection.execute("select cardinality(show_trgm('väkiö')), lower('ÄÖÅ')").fetchone()
    finally:
        server.stop()
    assert row == (6, "äöå")


def test_what_was_committed_is_there_after_a_restart_and_after_kill_9(folder: Path) -> None:
    server = postgres.start(folder)
    try:
        with psycopg.connect(server.admin) as connection:
            connection.execute("create table kept (n int)")
        server.process.kill()
        server.process.wait()
        server = postgres.start(folder)
        with psycopg.connect(server.admin) as connection:
            assert connection.execute("select count(*) from kept").fetchone() == (0,)
    finally:
        server.stop()


def test_nobody_comes_in_without_the_password(folder: Path) -> None:
    server = postgres.start(folder)
    try:
        assert stat.S_IMODE(server.place.sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.place.password.stat().st_mode) == 0o600
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://ot_admin:guess@/postgres?host={server.place.sockets}")
    finally:
        server.stop()


def test_it_ends_with_a_launcher_that_is_killed_and_the_next_one_starts(folder: Path) -> None:
    program = f"""
        import pathlib, sys, time
        from demo import postgres
        print(postgres.start(pathlib.Path({str(folder)!r})).process.pid, flush=True)
        time.sleep(60)
    """
    launcher = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert launcher.stdout is not None
    pid = int(launcher.stdout.readline())
    launcher.send_signal(signal.SIGKILL)
    launcher.wait()
    launcher.stdout.close()
    deadline = time.monotonic() + 10
    while _is_there(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_there(pid)
    postgres.start(folder).stop()


def test_a_server_left_running_is_ended_first(folder: Path) -> None:
    left = postgres.start(folder)
    server = postgres.start(folder)
    try:
        assert left.process.wait(timeout=5) is not None
        psycopg.connect(server.admin).close()
    finally:
        server.stop()


def test_a_note_whose_number_now_belongs_to_another_does_no_harm(folder: Path) -> None:
    server = postgres.start(folder)
    server.stop()
    (server.place.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.place.data}\n")
    postgres.start(folder).stop()


def test_a_long_path_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / ("very-long-" * 10) / "var" / "postgres"
    folder.parent.mkdir(parents=True)
    server = postgres.start(folder)
    psycopg.connect(server.admin).close()
    server.stop()
    postgres.erase(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root leaves its data outside the checkout")
def test_what_a_removed_checkout_left_is_forgotten(tmp_path: Path) -> None:
    gone = tmp_path / "gone" / "var" / "postgres"
    gone.parent.parent.mkdir()
    server = postgres.start(gone)
    server.stop()
    gone.parent.parent.rmdir()
    postgres.start(tmp_path / "here" / "var" / "postgres").stop()
    assert not server.place.home.exists()
    postgres.erase(tmp_path / "here" / "var" / "postgres")


def _is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False
