"""What does one answer cost, and how long does it take? The system beside a bare floor, with everything on.

./ot bench [--cases N] [--only WORD] [--seconds S] [--json PATH]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks.costs import Group, spent
from benchmarks.load import Job, Outcome
from benchmarks.operations import OPERATIONS, Operation
from benchmarks.report import Measured, Report, Sums, told
from benchmarks.stage import Stage, set_stage
from demo.environment import ROOT, VAR

CLIENTS = (1, 16)
ROUNDS = 3
WARMERS = 16
"""So many at once before a measurement: every connection to the database then knows its statements."""
SIDES = ("system", "floor")
CASES = 20_000


class Loader:
    """The process that sends the requests."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, job: Job) -> Outcome:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        return Outcome(**json.loads(self._process.stdout.readline()))


@contextmanager
def _loader() -> Iterator[Loader]:
    words = [sys.executable, "-m", "benchmarks.load"]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Loader(process)
        finally:
            process.terminate()


def measure(stage: Stage, loader: Loader, operation: Operation, clients: int, seconds: float) -> Measured:
    """Rounds in turn, so that whatever else the machine does meets both sides."""
    requests = {"system": operation.of_system(stage.scene), "floor": operation.of_floor(stage.scene)}
    groups = {"system": stage.system, "floor": stage.floor}
    sums = {side: Sums() for side in SIDES}
    for side in SIDES:
        loader.run(Job(stage.ports[side], WARMERS, seconds, requests[side]))
    for number in range(ROUNDS):
        for side in SIDES:
            job = Job(stage.ports[side], clients, seconds, requests[side], offset=number * 37)
            sums[side].add(*_round(loader, job, groups[side]))
    return Measured(operation.name, clients, sums["system"].result(stage.processes), sums["floor"].result({}))


def _round(loader: Loader, job: Job, group: Group) -> tuple[Outcome, dict[str, float]]:
    before = group.cpu_ms()
    outcome = loader.run(job)
    return outcome, spent(before, group.cpu_ms())


def main(words: Sequence[str] | None = None) -> int:
    asked = _arguments(words)
    chosen = [one for one in OPERATIONS if asked.only in one.name]
    if not chosen:
        print(f"no operation has {asked.only!r} in its name: {', '.join(one.name for one in OPERATIONS)}")
        return 2
    port = int(os.environ.get("OT_PORT") or 8000)
    with set_stage(VAR / "bench" / str(asked.cases), port, cases=asked.cases) as stage, _loader() as loader:
        idle = stage.system.pss_mib()
        measured = []
        for operation in chosen:
            for clients in CLIENTS:
                measured.append(measure(stage, loader, operation, clients, asked.seconds))
                print(f"  measured: {operation.name}, {clients} at once", file=sys.stderr, flush=True)
        report = Report(asked.cases, idle, stage.system.pss_mib(), tuple(measured))
    return _tell(report, asked.json or VAR / "bench" / f"{asked.cases}.json")


def _tell(report: Report, path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report.as_json(), indent=1))
    print(told(report, VAR / "bench" / f"{CASES}.json"))
    print(f"written to {path}")
    return 0


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./ot bench", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cases", type=int, default=CASES, help=f"how many there are (default {CASES})")
    parser.add_argument("--only", default="", metavar="WORD", help="only operations with this in their name")
    parser.add_argument("--seconds", type=float, default=1.5, help="of each round")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    return parser.parse_args(words)


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    print(f"{time.monotonic() - began:.0f} s")
    sys.exit(code)
