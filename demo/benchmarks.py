"""Runs one of the files of benchmarks/, each of which answers one question."""

from __future__ import annotations

import ast
import subprocess
import sys

from demo.commands import WrongUse
from demo.environment import ROOT

FOLDER = ROOT / "benchmarks"


def run(name: str | None) -> int:
    known = {path.stem: path for path in sorted(FOLDER.glob("*.py")) if path.stem != "__init__"}
    if name is None:
        for stem, path in known.items():
            question = (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n")[0]
            print(f"{stem:<24} {question}")
        if not known:
            print("there are no benchmarks yet")
        return 0
    if name not in known:
        raise WrongUse(f"there is no benchmark {name!r}; ./ot bench lists them")
    return subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, check=False).returncode
