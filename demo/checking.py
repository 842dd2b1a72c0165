"""`./ot test`: what CI runs. Every check runs even where an earlier one failed, so that one run says all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence

from demo.environment import ROOT

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_GET_CHROMIUM = "browser tests are skipped: no Chromium here (Debian, Ubuntu: apt install chromium)"


def run(rest: Sequence[str], *, long: bool) -> int:
    """0 where every check held. With paths or pytest options only those tests are run."""
    browser = find_chromium() or _install_chromium()
    if browser:
        os.environ["OT_CHROMIUM"] = browser
    else:
        print(f"ot test: {HOW_TO_GET_CHROMIUM}", file=sys.stderr)
        if os.environ.get("CI") == "true":
            print("ot test: CI=true, so a skip is a failure", file=sys.stderr)
            return 1
    checks = {"tests": [*_PYTEST, *rest]} if rest else {**_STATIC, **_tests(long=long)}
    failed = [name for name, command in checks.items() if not _holds(name, command)]
    if failed:
        print(f"ot test: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


_PYTEST = [sys.executable, "-m", "pytest", "-q"]
_STATIC = {
    "lint": [sys.executable, "-m", "ruff", "check", "--quiet"],
    "format": [sys.executable, "-m", "ruff", "format", "--check", "--quiet"],
    "types": [sys.executable, "-m", "mypy"],
    "imports": [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"],
}


def _tests(*, long: bool) -> dict[str, list[str]]:
    """A worker per core, each with a server of its own; a file stays whole, so that it starts what it needs once.

    Browser tests drive their own event loop and can't share a process with the others.
    """
    spread = [*_PYTEST, "-n", str(os.cpu_count() or 1), "--dist", "loadfile"]
    checks = {"tests": [*spread, "tests", "--ignore=tests/browser"], "browser": [*spread, "tests/browser"]}
    if long:
        of_long = [*_PYTEST, "tests/long", "--override-ini=norecursedirs=.* var", "--timeout=900"]
        checks |= {"long": [*of_long, "-m", "not browser"], "long in a browser": [*of_long, "-m", "browser"]}
    return checks


def _holds(name: str, command: list[str]) -> bool:
    began = time.monotonic()
    quiet = name in _STATIC
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=quiet, text=True)
    if quiet and done.returncode:
        print(done.stdout + done.stderr)
    print(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'} ({time.monotonic() - began:.0f} s)", flush=True)
    return done.returncode == 0


def find_chromium() -> str | None:
    given = os.environ.get("OT_CHROMIUM")
    return given or next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def _install_chromium() -> str | None:
    """Only where that is ours to do: as root, on a system with apt."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return None
    print("ot test: installing Chromium for the browser tests", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run([apt, *words], env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            print(f"ot test: apt-get {words[0]} did not succeed", file=sys.stderr)
            return None
    return find_chromium()
