"""What processes cost: processor time and memory, as Linux counts them under /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Group:
    """Processes that are counted together. `postmaster`: its backends are found anew each time they are counted."""

    pids: tuple[int, ...]
    postmaster: int | None = None
    databases: str = ""
    """What the names of the databases begin with whose backends belong to the group."""

    def cpu_ms(self) -> dict[str, float]:
        """By process; a backend that has ended in between is counted with the postmaster, which waited for it."""
        counted = {str(pid): _cpu_ms(pid) for pid in self.pids}
        if self.postmaster is not None:
            counted["postgres"] = sum(_cpu_ms(pid) for pid in self._of_postgres())
        return counted

    def _of_postgres(self) -> list[int]:
        """The server's own processes and the backends of these databases."""
        assert self.postmaster is not None
        return [pid for pid in (self.postmaster, *children(self.postmaster)) if self._is_ours(pid)]

    def _is_ours(self, pid: int) -> bool:
        words = command_of(pid).split()
        # "postgres: user database [local] idle"; the server's own processes have no database
        return "[local]" not in words or len(words) < 3 or words[2].startswith(self.databases)

    def pss_mib(self) -> float:
        """Memory, what is shared divided among those who share it; the whole server's with it."""
        pids = list(self.pids)
        if self.postmaster is not None:
            pids += [self.postmaster, *children(self.postmaster)]
        return sum(_pss_kib(pid) for pid in pids) / 1024


def spent(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    return {name: after[name] - before.get(name, 0.0) for name in after}


def _cpu_ms(pid: int) -> float:
    """User and system time of a process and of those it has waited for; 0 where it is no more."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) * TICK_MS


def children(pid: int) -> list[int]:
    return [int(found.parent.name) for found in Path("/proc").glob("[0-9]*/stat") if _parent(found) == pid]


def _parent(stat: Path) -> int:
    fields = _text(stat).rpartition(")")[2].split()
    return int(fields[1]) if fields else 0


def command_of(pid: int) -> str:
    return _text(Path(f"/proc/{pid}/cmdline")).replace("\0", " ")


def _pss_kib(pid: int) -> int:
    lines = _text(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
