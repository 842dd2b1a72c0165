"""A measurement's figures, beside what was to be reached."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.load import Outcome
from benchmarks.operations import OPERATIONS

GATEWAY_MS = 1.0
IDLE_MIB = 600
GROWTH = 1.3


@dataclass(frozen=True)
class Side:
    """Times in milliseconds; `cpu` is per answer, `parts` by process. `answers`: how many were measured."""

    answers: int
    refused: dict[str, int]
    p50: float
    p95: float
    p99: float
    cpu: float
    parts: dict[str, float]
    bytes: int


@dataclass
class Sums:
    """What the rounds of one side add up to."""

    took: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    sent: int = 0
    size: int = 0

    def add(self, outcome: Outcome, cpu: Mapping[str, float]) -> None:
        self.took += outcome.took
        self.sent += outcome.sent
        self.size = max(self.size, outcome.size)
        for status, number in outcome.refused.items():
            self.refused[status] = self.refused.get(status, 0) + number
        for name, ms in cpu.items():
            self.cpu[name] = self.cpu.get(name, 0.0) + ms

    def result(self, names: Mapping[str, int]) -> Side:
        by_pid = {str(pid): name for name, pid in names.items()}
        each = {by_pid.get(pid, pid): ms / max(self.sent, 1) for pid, ms in self.cpu.items()}
        p50, p95, p99 = (percentile(self.took, share) * 1000 for share in (0.5, 0.95, 0.99))
        return Side(len(self.took), self.refused, p50, p95, p99, sum(each.values()), each, self.size)


def percentile(values: list[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(int(len(ranked) * share), len(ranked) - 1)] if ranked else float("nan")


@dataclass(frozen=True)
class Measured:
    operation: str
    clients: int
    system: Side
    floor: Side

    @property
    def ratio(self) -> float:
        return self.system.cpu / self.floor.cpu if self.floor.cpu else float("nan")


@dataclass(frozen=True)
class Report:
    cases: int
    idle_mib: float
    after_mib: float
    measured: tuple[Measured, ...]

    def as_json(self) -> dict[str, Any]:
        rows = [{**asdict(one), "ratio": one.ratio} for one in self.measured]
        return {"cases": self.cases, "idle_mib": self.idle_mib, "after_mib": self.after_mib, "measured": rows}


HEAD = f"{'':<30}{'at once':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'CPU':>8}{'floor':>8}{'ratio':>8}{'gateway':>9}  "


def told(report: Report, reference: Path) -> str:
    """The table for a person. `reference`: the figures to compare growth with."""
    lines = [f"{report.cases} cases; milliseconds, CPU of all processes and the database per answer", "", HEAD]
    lines += [_line(one) for one in report.measured]
    lines += ["", f"memory (PSS) idle {report.idle_mib:.0f} MiB {_mark(report.idle_mib <= IDLE_MIB)} (≤ {IDLE_MIB}),"]
    lines[-1] += f" after {report.after_mib:.0f} MiB"
    if reference.exists() and json.loads(reference.read_text())["cases"] != report.cases:
        lines += ["", *_growth(report, json.loads(reference.read_text()))]
    return "\n".join(lines)


def _line(one: Measured) -> str:
    target = next(operation for operation in OPERATIONS if operation.name == one.operation)
    system, gateway = one.system, one.system.parts.get("gateway", 0.0)
    marks = f"CPU {_mark(one.ratio <= target.most)} (≤ {target.most}×)"
    if one.clients == 1:
        marks += f"  p50 {_mark(system.p50 <= target.target_ms)} (≤ {target.target_ms})"
        if "page" not in one.operation:
            marks += f"  gateway {_mark(gateway <= GATEWAY_MS)}"
    refused = (
        f"  refused: {system.refused or ''}{one.floor.refused or ''}" if system.refused or one.floor.refused else ""
    )
    figures = "".join(f"{value:8.2f}" for value in (system.p50, system.p95, system.p99, system.cpu, one.floor.cpu))
    return f"{one.operation:<30}{one.clients:>8}{figures}{one.ratio:7.1f}×{gateway:9.2f}  {marks}{refused}"


def _growth(report: Report, smaller: dict[str, Any]) -> list[str]:
    lines = [f"p95 beside that at {smaller['cases']} cases (≤ {GROWTH}×)"]
    known = {(row["operation"], row["clients"]): row["system"]["p95"] for row in smaller["measured"]}
    for one in report.measured:
        if before := known.get((one.operation, one.clients)):
            times = one.system.p95 / before
            lines.append(f"{one.operation:<30}{one.clients:>8}{times:8.2f}× {_mark(times <= GROWTH)}")
    return lines


def _mark(reached: bool) -> str:
    return "reached" if reached else "NOT REACHED"
