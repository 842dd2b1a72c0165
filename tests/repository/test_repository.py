"""What must stay true of the files themselves."""

from __future__ import annotations

import ast
import re
import stat
from pathlib import Path

import pytest

from demo.locking import LOCKS
from tests.repository.places import ROOT, tracked

CODE = [path for path in tracked() if path.suffix == ".py"]
PRODUCT = [path for path in CODE if path.relative_to(ROOT).parts[0] in {"services", "gateway", "demo", "migrations"}]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_hashes_everything(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    pinned = re.findall(r"^[a-z0-9][^\s=]*==\S+.*?(?=^[a-z0-9]|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert pinned
    assert all("--hash=sha256:" in one for one in pinned)


def test_the_development_lock_holds_the_runtime_lock() -> None:
    """./ot test installs the one over the other: they must agree on every version."""
    runtime, development = (_pins((ROOT / name).read_text()) for name in ("requirements.lock", "requirements-dev.lock"))
    assert runtime <= development


def _pins(text: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9][^\s=]*==[^\s;]+", text, flags=re.MULTILINE))


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    # spelled in parts, so that this file may be looked at too
    machine = re.compile(
        "|".join(["/ro" + "ot/", "/ho" + r"me/\w+/", "/wo" + "rk/", "/User" + "s/", "site-" + "packages/"])
    )
    text = {".py", ".md", ".toml", ".yaml", ".yml", ".json", ".html", ".css", ".ini", ".lock", ".txt", ".po", ""}
    told = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in tracked()
        if path.suffix in text and (found := machine.search(path.read_text(errors="replace")))
    ]
    assert told == []


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_divided_before_it_hurts(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 450


def test_functions_stay_small() -> None:
    lengths = sorted(_lengths())
    assert lengths[len(lengths) // 2] <= 10, "half of the functions have at most ten lines"
    assert lengths[int(len(lengths) * 0.9)] <= 25, "nine of ten have at most 25"


def _lengths() -> list[int]:
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in PRODUCT
        if "versions" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_the_commands_can_be_run() -> None:
    for name in ("ot", ".ci/run"):
        assert (ROOT / name).stat().st_mode & stat.S_IXUSR, name
        assert (ROOT / name).read_text().startswith("#!/bin/sh\n")


def test_nothing_is_left_to_do_later() -> None:
    later = re.compile("TO" + "DO|FIX" + r"ME|X{3}\b")
    assert [str(path.relative_to(ROOT)) for path in CODE if later.search(path.read_text())] == []


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_sleeps_or_asks_the_time_behind_the_clocks_back(path: Path) -> None:
    """Business time comes from the injected clock; only the kernel and the demo's own machinery know real time."""
    if path.relative_to(ROOT).parts[:2] in {("services", "shared")} or path.relative_to(ROOT).parts[0] == "demo":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            spelled = f"{node.value.id}.{node.attr}"
            assert spelled not in {"datetime.now", "datetime.utcnow", "date.today", "func.now"}, spelled
