"""Writes the lock files anew. A developer's tool: who runs or tests the product doesn't need uv."""

from __future__ import annotations

import shutil
import subprocess

from demo.commands import WrongUse
from demo.environment import ROOT

# No header and no index: a lock says what was chosen, not on whose machine or from which host.
COMMON = ("--universal", "--generate-hashes", "--no-header", "--no-emit-index-url", "--python-version=3.11", "--quiet")
LOCKS = {
    "requirements.lock": ("pyproject.toml",),
    "requirements-dev.lock": ("pyproject.toml", "--extra=dev"),
    "requirements-pip.lock": ("--group=installer",),
}


def run() -> int:
    uv = shutil.which("uv")
    if uv is None:
        raise WrongUse("uv is not installed (it is only needed to write the locks anew)")
    for name, chosen in LOCKS.items():
        command = [uv, "pip", "compile", *chosen, *COMMON, "-o", name]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            return 1
        if "://" in (ROOT / name).read_text():
            raise WrongUse(f"{name} names a host; it must not")
        print(f"{name} written")
    return 0
