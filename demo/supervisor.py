"""`./ot demo`: the whole system on one machine, from nothing, until ctrl-C."""

from __future__ import annotations

import fcntl
import gc
import importlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import FrameType
from typing import IO

from demo import postgres
from demo.environment import HOST, VAR, Secrets, address_of, environment, port_of
from demo.processes import PROCESSES
from demo.story.marks import forget_what_was_cut_off
from migrations.prepare import prepare
from migrations.reference import LOADERS, load_reference
from migrations.run import migrate

NAMES = ("registry", "consultation", "reporting", "identity_provider", "mailbox", "gateway")
READY_WITHIN = 60.0  # seconds
TRIES = 3  # a process that ends this often in a row, at once, is given up


class Example(Enum):
    """How much of the example is loaded."""

    NOTHING = "nothing"
    PEOPLE = "people"
    ALL = "all"


class DemoFailed(Exception):
    """Something the person who started the demo can mend; the message says how."""


@dataclass
class Child:
    """One process of the system. `started` is monotonic; `failures` counts quick ends in a row."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    started: float = 0.0
    failures: int = 0


@dataclass
class Demo:
    port: int
    folder: Path = VAR
    children: dict[int, Child] = field(default_factory=dict)
    claim: IO[str] | None = None
    ready: bool = False

    def say(self, words: str) -> None:
        print(words, flush=True)

    def log_of(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"


def run(*, port: int, fresh: bool = False, example: Example = Example.ALL) -> int:
    """Runs the demo; the exit code says whether it ended as asked. Every expected trouble is one line, no traceback."""
    demo = Demo(port)
    with ExitStack() as stack:
        try:
            _serve(demo, stack, fresh=fresh, example=example)
        except (DemoFailed, postgres.PostgresFailed) as failed:
            print(f"demo: {failed}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            demo.say("\nEnded before it was ready.")
            return 130
    demo.say("Ended. The data stays; ./ot demo --fresh starts over.")
    return 0


def _serve(demo: Demo, stack: ExitStack, *, fresh: bool, example: Example) -> None:
    began = time.monotonic()
    demo.claim = stack.enter_context(_claim(demo))
    sockets, mail = _listen(demo, stack), _listen_for_mail(stack)
    kept = _secrets(demo, fresh=fresh)
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    server = postgres.start(demo.folder / "postgres")
    stack.callback(server.stop)
    if forget_what_was_cut_off(server.admin):
        demo.say("  the example was cut off while it was loaded: it is loaded anew")
    databases = prepare(server.admin, secret=kept.database)
    for process, access in databases.items():
        if migrate(process, access.owner):
            demo.say(f"  {process}: database brought to its newest revision")
    os.environ |= environment(demo.port, kept, databases, demo.folder) | mail
    _import_once()
    stack.callback(_end, demo)
    _fill(demo, example)
    for name in NAMES:
        _start(demo, Child(name, _server_of(name, sockets)))
    _wait_until_all_answer(demo)
    demo.ready = True
    demo.say(_greeting(demo, time.monotonic() - began, example))
    _watch(demo)


def _claim(demo: Demo) -> IO[str]:
    """Only one demo per checkout. The lock goes with the process, so a killed one leaves nothing behind."""
    (demo.folder / "log").mkdir(parents=True, exist_ok=True)
    note = (demo.folder / "demo.lock").open("a+")
    try:
        fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        note.seek(0)
        other = note.read().strip() or "another process"
        note.close()
        raise DemoFailed(f"another demo of this checkout is running already ({other}); end it first") from None
    for log in (demo.folder / "log").iterdir():
        log.unlink()
    note.truncate(0)
    note.write(f"process {os.getpid()}, {address_of('gateway', demo.port)}")
    note.flush()
    return note


def _listen(demo: Demo, stack: ExitStack) -> dict[str, socket.socket]:
    """Takes all ports before anything is started; the processes inherit them, so a restarted one misses no caller."""
    sockets = {}
    for name in NAMES:
        taken = stack.enter_context(socket.socket())
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port = port_of(name, demo.port)
        try:
            taken.bind((HOST, port))
        except (OSError, OverflowError):
            raise DemoFailed(
                f"port {port} (for {name}) is taken or not allowed;"
                f" choose where six free ports begin: OT_PORT={(demo.port + 1000) % 60000} ./ot demo"
            ) from None
        taken.listen(512)
        sockets[name] = taken
    return sockets


def _listen_for_mail(stack: ExitStack) -> dict[str, str]:
    """Any free port: only consultation needs to know it. The mailbox inherits the socket, like the others theirs."""
    taken = stack.enter_context(socket.socket())
    taken.bind((HOST, 0))
    return {"OT_SMTP_URL": f"smtp://{HOST}:{taken.getsockname()[1]}?tls=never", "OT_SMTP_FD": str(taken.fileno())}


def _secrets(demo: Demo, *, fresh: bool) -> Secrets:
    kept = Secrets.kept_in(demo.folder)
    if kept is not None and not fresh:
        return kept
    postgres.erase(demo.folder / "postgres")  # nothing in it could be opened with new secrets
    (demo.folder / "clock.json").unlink(missing_ok=True)
    return Secrets.made_in(demo.folder)


def _as_ctrl_c(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _import_once() -> None:
    """What all processes share is read before they part, and left alone by the garbage collector."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # its threads must not start before the fork
    for process in PROCESSES.values():
        importlib.import_module(f"{process.package}.app")
    for part in ("identity_provider", "mailbox"):
        importlib.import_module(f"demo.{part}")
    importlib.import_module("uvicorn")
    gc.collect()
    gc.freeze()


def _server_of(name: str, sockets: dict[str, socket.socket]) -> Callable[[], None]:
    def serve() -> None:
        for other in sockets:
            if other != name:
                sockets[other].close()
        from demo.serving import serve_process

        serve_process(name, sockets[name])

    return serve


def _fork(demo: Demo, name: str, act: Callable[[], None]) -> int:
    """Runs `act` in a process of its own that writes to its own log and ends with this one, however this one ends."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()  # ctrl-C is for the supervisor, which ends the others in order
        # by SIGKILL: whoever starts the demo again at once must find the ports free; what was committed is safe
        postgres.die_with_parent(signal.SIGKILL)()
        if demo.claim is not None:
            demo.claim.close()  # the lock belongs to the supervisor alone
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        log = os.open(demo.log_of(name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        if os.getppid() == parent:
            act()
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _start(demo: Demo, child: Child) -> None:
    child.pid = _fork(demo, child.name, child.run)
    child.started = time.monotonic()
    demo.children[child.pid] = child


def _fill(demo: Demo, example: Example) -> None:
    """Areas, words and lines always, people and cases unless they are not wanted."""
    terminal = os.dup(1)  # what the process itself writes goes to its log

    def say(words: str) -> None:
        os.write(terminal, f"{words}\n".encode())

    def fill() -> None:
        gc.disable()  # it ends before there is enough to throw away
        for process in LOADERS:
            load_reference(process, os.environ[f"OT_{process.upper()}_DATABASE"])
        if example is not Example.NOTHING:
            importlib.import_module("demo.story.loading").load(say, cases=example is Example.ALL)

    _, status = os.waitpid(_fork(demo, "story", fill), 0)
    os.close(terminal)
    if status != 0:
        raise DemoFailed(f"the example data could not be loaded, see {demo.log_of('story')}; or: ./ot demo --people")


def _wait_until_all_answer(demo: Demo) -> None:
    deadline = time.monotonic() + READY_WITHIN
    for name in NAMES:
        while not _answers(port_of(name, demo.port)):
            _mend(demo)
            if time.monotonic() > deadline:
                raise DemoFailed(f"{name} did not answer in {READY_WITHIN:.0f} s, see {demo.log_of(name)}")
            time.sleep(0.03)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as asked:
            asked.settimeout(2)
            asked.sendall(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return asked.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _watch(demo: Demo) -> None:
    try:
        while True:
            _mend(demo)
            time.sleep(0.2)
    except KeyboardInterrupt:
        demo.say("\nEnding …")


def _mend(demo: Demo) -> None:
    """Starts again what has ended. What ends by itself, again and again at once, is given up with a word."""
    for pid, child in list(demo.children.items()):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if not ended:
            continue
        del demo.children[pid]
        by_itself = not os.WIFSIGNALED(status) and time.monotonic() - child.started < 5
        child.failures = child.failures + 1 if by_itself else 0
        if child.failures < TRIES:
            demo.say(f"  {child.name} ended unexpectedly and is started again, see {demo.log_of(child.name)}")
            _start(demo, child)
        elif demo.ready:
            demo.say(
                f"  {child.name} ends as soon as it is started: its part is missing, see {demo.log_of(child.name)}"
            )
        else:
            raise DemoFailed(f"{child.name} ends as soon as it is started, see {demo.log_of(child.name)}")


def _end(demo: Demo) -> None:
    """The gateway first: nobody comes in while the others finish what they have."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in sorted(demo.children.values(), key=lambda child: child.name != "gateway"):
        _signal(child.pid, signal.SIGTERM)
    deadline = time.monotonic() + 8
    left = set(demo.children)
    while left and time.monotonic() < deadline:
        left = {pid for pid in left if os.waitpid(pid, os.WNOHANG)[0] == 0}
        time.sleep(0.02)
    for pid in left:
        _signal(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _first_run(demo: Demo) -> list[str]:
    """Who runs the demo is its operator: they are told the code that an operator would print."""
    code = importlib.import_module("demo.first_run").printed_code()
    return [f"Begin at {address_of('gateway', demo.port)}/setup with the code {code}"] if code else []


def _greeting(demo: Demo, seconds: float, example: Example) -> str:
    from demo.people import PEOPLE

    lines = [f"\nOT-verkko is ready ({seconds:.1f} s):  {address_of('gateway', demo.port)}/", ""]
    if example is Example.NOTHING:
        lines += ["Empty: no example people or cases.", *_first_run(demo)]
    else:
        lines += ["Log in as (pick on the login page; no password, everybody is invented):"]
        lines += [f"  {person.name:<18} {person.who_in('en')}" for person in PEOPLE]
    lines += ["", f"Mail that was sent: {address_of('mailbox', demo.port)}/"]
    lines += [f"Logs: {os.path.relpath(demo.folder / 'log')}/    End with ctrl-C."]
    return "\n".join(lines)
