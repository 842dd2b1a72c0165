"""What `./ot` can do."""

from __future__ import annotations

import argparse
import importlib
import os
import secrets
import signal
import sys
from collections.abc import Callable, Sequence

from demo.environment import DEFAULT_PORT
from migrations.prepare import Access

SERVABLE = ("registry", "consultation", "reporting", "gateway")
MIGRATABLE = (*SERVABLE, "keys")


class WrongUse(Exception):
    """The message says what to do instead."""


def main(words: Sequence[str]) -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    parser, acts = _parser()
    asked = parser.parse_args(words or ["help"])
    if asked.verb == "help":
        parser.print_help()
        return 0
    try:
        return acts[asked.verb](asked)
    except KeyboardInterrupt:
        return 130
    except WrongUse as wrong:
        print(f"ot {asked.verb}: {wrong}", file=sys.stderr)
        return 2


def _parser() -> tuple[argparse.ArgumentParser, dict[str, Callable[[argparse.Namespace], int]]]:
    parser = argparse.ArgumentParser(
        prog="./ot",
        description="OT-verkko, the shared working tool of Finland's five OT centres.",
        epilog="OT_PORT (default 8000): the gateway's port in the demo; the next five are used too.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    acts: dict[str, Callable[[argparse.Namespace], int]] = {}

    def verb(name: str, act: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
        acts[name] = act
        return verbs.add_parser(name, help=help, description=help)

    demo = verb("demo", _demo, "everything on this machine with example people, until ctrl-C")
    demo.add_argument("--fresh", action="store_true", help="forget what earlier demos wrote")
    less = demo.add_mutually_exclusive_group()
    less.add_argument("--people", action="store_true", help="example people and organisations, but no cases")
    less.add_argument("--empty", action="store_true", help="no example people or cases")
    test = verb("test", _test, "lint, types, import contracts and all tests; what CI runs")
    test.add_argument("--long", action="store_true", help="the slow tests too")
    test.add_argument("rest", nargs=argparse.REMAINDER, metavar="PATH", help="a part of the tests, or pytest's options")
    serve = verb("serve", _serve, "one process, described by OT_ variables (see .env.example)")
    serve.add_argument("name", choices=SERVABLE)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int)
    migrate = verb(
        "migrate",
        _migrate,
        "bring a database (OT_<NAME>_OWNER_DATABASE) to its newest revision",
    )
    migrate.add_argument("name", choices=(*MIGRATABLE, "all"))
    prepare = verb("prepare", _prepare, "make databases and roles on a server, and print their addresses")
    prepare.add_argument("--admin", help="an administrator's address (default: OT_DATABASE_SERVER)")
    prepare.add_argument("--suffix", default="", help="put after every name, for several sets on one server")
    verb("setup", _setup, "print the code by which the first administrator of an empty installation is known")
    clock = verb("clock", _clock, "show or move the running demo's clock: ./ot clock +90d, ./ot clock reset")
    clock.add_argument("move", nargs="?", metavar="+3d|+5h|reset")
    verb("lock", _lock, "write the requirements*.lock files anew (needs uv)")
    messages = verb("messages", _messages, "list the texts of the pages that lack a translation")
    messages.add_argument("--all", action="store_true", help="list every text instead")
    bench = verb("bench", _bench, "what an answer costs, beside a bare floor; or another benchmark (bench list)")
    bench.add_argument("name", nargs="?", default="measure", help="another benchmark, or list")
    bench.add_argument("--cases", metavar="N", help="how many there are (default 20000)")
    bench.add_argument("--only", metavar="WORD", help="only operations with this in their name")
    bench.add_argument("--seconds", metavar="S", help="of each round (default 1.5)")
    bench.add_argument("--json", metavar="PATH", help="where to write the figures (default: under var/bench)")
    verb("help", lambda _: 0, "this list")
    return parser, acts


def _demo(asked: argparse.Namespace) -> int:
    supervisor = importlib.import_module("demo.supervisor")
    wanted = "NOTHING" if asked.empty else "PEOPLE" if asked.people else "ALL"
    return int(supervisor.run(port=_port(), fresh=asked.fresh, example=supervisor.Example[wanted]))


def _port() -> int:
    given = os.environ.get("OT_PORT", "") or str(DEFAULT_PORT)
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 65532:
        raise WrongUse(f"OT_PORT must be a number from 1 to 65531, not {given!r}")
    return int(given)


def _test(asked: argparse.Namespace) -> int:
    return int(importlib.import_module("demo.checking").run(asked.rest, long=asked.long))


def _serve(asked: argparse.Namespace) -> int:
    from demo.processes import PROCESSES

    port = asked.port or _port() + PROCESSES[asked.name].offset
    importlib.import_module("demo.serving").serve_alone(asked.name, host=asked.host, port=port)
    return 0


def _migrate(asked: argparse.Namespace) -> int:
    from migrations.reference import load_reference
    from migrations.run import migrate

    names = MIGRATABLE if asked.name == "all" else (asked.name,)
    missing = [name for name in names if not os.environ.get(f"OT_{name.upper()}_OWNER_DATABASE")]
    if missing:
        raise WrongUse(", ".join(f"OT_{name.upper()}_OWNER_DATABASE" for name in missing) + " is not set")
    for name in names:
        changed = migrate(name, os.environ[f"OT_{name.upper()}_OWNER_DATABASE"])
        print(f"{name}: {'brought to the newest revision' if changed else 'already at the newest revision'}")
        app = os.environ.get(f"OT_{name.upper()}_DATABASE")
        if app and load_reference(name, app):
            print(f"{name}: reference data is there")
    return 0


def _prepare(asked: argparse.Namespace) -> int:
    """Makes what the OT_…_DATABASE addresses name; where none is set, makes up addresses and prints them."""
    from migrations.prepare import prepare, prepare_named

    admin = asked.admin or os.environ.get("OT_DATABASE_SERVER")
    if not admin:
        raise WrongUse("give --admin or OT_DATABASE_SERVER: the address of an administrator")
    named = _named_databases()
    if named:
        try:
            prepare_named(admin, named)
        except ValueError as wrong:
            raise WrongUse(str(wrong)) from None
        print(f"prepared: {', '.join(named)}")
        return 0
    secret = os.environ.get("OT_DATABASE_SECRET") or secrets.token_hex(32)
    for process, access in prepare(admin, asked.suffix, secret=secret).items():
        print(f"OT_{process.upper()}_DATABASE={access.app}\nOT_{process.upper()}_OWNER_DATABASE={access.owner}")
    return 0


def _named_databases() -> dict[str, Access]:
    known = {}
    for name in MIGRATABLE:
        app, owner = (os.environ.get(f"OT_{name.upper()}_{kind}DATABASE") for kind in ("", "OWNER_"))
        if app and owner:
            known[name] = Access(app=app, owner=owner)
    return known


def _setup(_: argparse.Namespace) -> int:
    from demo.first_run import printed_code

    if not os.environ.get("OT_REGISTRY_DATABASE"):
        raise WrongUse("OT_REGISTRY_DATABASE is not set: the code is kept in the registry")
    code = printed_code()
    if code is None:
        raise WrongUse("this installation has an administrator already")
    address = os.environ.get("OT_PUBLIC_URL", "").rstrip("/")
    print(f"{code}\nLog in at {address}/setup within a day and write it there. It works once.")
    return 0


def _clock(asked: argparse.Namespace) -> int:
    from demo.moving_clock import move

    print(move(asked.move))
    return 0


def _lock(_: argparse.Namespace) -> int:
    return int(importlib.import_module("demo.locking").run())


def _messages(asked: argparse.Namespace) -> int:
    return int(importlib.import_module("demo.messages").run(every=asked.all))


def _bench(asked: argparse.Namespace) -> int:
    given = {name: getattr(asked, name) for name in ("cases", "only", "seconds", "json")}
    words = [word for name, value in given.items() if value is not None for word in (f"--{name}", value)]
    return int(importlib.import_module("demo.benchmarks").run(asked.name, words))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
