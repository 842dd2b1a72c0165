"""A service is itself and the kernel, nothing more: each can be taken away and run elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demo.processes import PROCESSES
from tests.repository.places import ROOT
from tests.support.databases import Databases

PROGRAM = """
import asyncio, importlib, json, sys
import httpx2
name, package = sys.argv[1:]
settings = getattr(importlib.import_module("services.shared.settings"), "Settings")
try:
    own = importlib.import_module(package + ".settings")
    settings = getattr(own, name.capitalize() + "Settings", settings)
except ModuleNotFoundError:
    pass
app = getattr(importlib.import_module(package + ".app"), "create_" + name)(settings.load(name))
async def ask():
    async with app.router.lifespan_context(app):
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://alone") as client:
            ready = await client.get("/health/ready")
            heavy = [m for m in ("ortools", "typst", "numpy", "pandas", "vl_convert", "altair") if m in sys.modules]
            strange = [m for m in sys.modules if m.split(".")[0] in ("demo", "migrations", "tests")]
            print(json.dumps({"status": ready.status_code, "heavy": heavy, "strange": strange}))
asyncio.run(ask())
"""


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_it_starts_in_an_empty_folder_with_the_kernel_alone(name: str, databases: Databases, tmp_path: Path) -> None:
    process = PROCESSES[name]
    taken = ["services/__init__.py", "services/shared", process.package.replace(".", "/")]
    for one in [*taken, "frontend"] if name == "gateway" else taken:
        _copy(ROOT / one, tmp_path / one)
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(tmp_path),
        "OT_KEY_FOLDER": str(tmp_path / "keys"),
        "OT_SWEEP_SECONDS": "0",
        "OT_MASTER_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        **{f"OT_{database.upper()}_DATABASE": databases[database].app for database in process.databases},
    }
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, name, process.package],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {"status": 200, "heavy": [], "strange": []}


def _copy(source: Path, target: Path) -> None:
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    else:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
