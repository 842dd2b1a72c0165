"""`./ot bench`: the measure, or another of the files of benchmarks/, each of which answers one question."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Sequence

from demo.commands import WrongUse
from demo.environment import ROOT

FOLDER = ROOT / "benchmarks"


def run(name: str, words: Sequence[str]) -> int:
    """`words` are the benchmark's own options; the name `list` says what there is."""
    known = questions()
    if name == "list":
        for stem, question in known.items():
            print(f"{stem:<16} {question}")
        return 0
    if name not in known:
        raise WrongUse(f"there is no benchmark {name!r}; ./ot bench list names them")
    return subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *words], cwd=ROOT, check=False).returncode


def questions() -> dict[str, str]:
    """Each benchmark with the question it answers: the other files there are parts of one."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        source = path.read_text()
        if "def main(" in source and "?" in (line := (ast.get_docstring(ast.parse(source)) or "").split("\n")[0]):
            found[path.stem] = line
    return found
