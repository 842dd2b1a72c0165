"""What would run in containers. No engine is needed: files, names, variables and commands are checked here."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest
import yaml

from demo.processes import PROCESSES
from gateway.settings import GatewaySettings
from migrations.run import INI
from tests.repository.places import ROOT
from tests.support.databases import Databases

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
CONTAINERFILE = (ROOT / "Containerfile").read_text()
EXAMPLE = dict(
    line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if line and line[0] not in "#"
)
REALM = json.loads((ROOT / "deploy/keycloak/realm.json").read_text())


def filled(text: str) -> str:
    """With the values of .env.example, as compose would fill them in; ${NAME:?} must be there."""
    return re.sub(r"\$\{(\w+)(:\?|:-)?\}", lambda found: EXAMPLE[found[1]], text)


def environment_of(service: str) -> dict[str, str]:
    return {name: filled(str(value)) for name, value in COMPOSE["services"][service].get("environment", {}).items()}


def test_every_process_has_a_container_and_an_image_of_its_own() -> None:
    for name in (*PROCESSES, "prepare"):
        assert COMPOSE["services"][name]["build"]["args"] == {"PROCESS": name}
        assert COMPOSE["services"][name]["build"]["dockerfile"] == "Containerfile"
        assert re.search(rf"[|(]{name}[|)]|\b{name}\|", CONTAINERFILE)


def test_every_variable_is_explained_in_the_example_and_none_is_idle() -> None:
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    assert used == set(EXAMPLE)


def test_every_copied_path_exists_and_no_invented_person_is_copied() -> None:
    copied = _copied()
    assert all((ROOT / source).exists() for source, _ in copied)
    assert not {"demo", "demo/people.py", "demo/identity_provider.py"} & {source for source, _ in copied}


def _copied() -> list[tuple[str, str]]:
    lines = re.findall(r"^COPY (.+)$", CONTAINERFILE, flags=re.MULTILINE)
    return [(source, words[-1]) for line in lines for words in [line.split()] for source in words[:-1]]


def test_nothing_runs_as_root() -> None:
    user = CONTAINERFILE.index("\nUSER ot\n")
    assert user < CONTAINERFILE.index("\nCMD ")
    assert "\nUSER root" not in CONTAINERFILE


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_a_container_alone_brings_only_what_it_needs(name: str) -> None:
    def brought(service: str) -> set[str]:
        needs = COMPOSE["services"][service].get("depends_on", {})
        return {service}.union(*(brought(need) for need in needs)) if needs else {service}

    assert brought(name) == {name, "prepare", "database"}


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_a_process_understands_what_its_container_is_told(name: str) -> None:
    told = environment_of(name)
    known = {field.upper() for field in PROCESSES[name].settings_class().model_fields}
    for variable in told:
        assert variable.removeprefix("OT_") in known or variable.removeprefix(f"OT_{name.upper()}_") in known, variable
    settings = PROCESSES[name].settings_class().load(name, told)
    assert settings.database.startswith(f"postgresql://ot_{name}_app:")
    assert not settings.demo


def test_only_prepare_knows_the_owners_and_only_consultation_the_master_key() -> None:
    for name in COMPOSE["services"]:
        told = environment_of(name)
        assert name == "prepare" or not [variable for variable in told if "OWNER" in variable or "SERVER" in variable]
        assert ("OT_MASTER_KEY" in told) == (name == "consultation")


def test_prepare_is_told_of_every_database() -> None:
    told = environment_of("prepare")
    for process in re.findall(r"^\[(\w+)\]", INI.read_text(), flags=re.MULTILINE):
        if process != "DEFAULT":
            assert {f"OT_{process.upper()}_DATABASE", f"OT_{process.upper()}_OWNER_DATABASE"} <= set(told)


def test_the_realm_knows_the_gateways_addresses() -> None:
    from gateway.app import create_gateway
    from tests.repository.test_routes import routes_of

    clients = {client["clientId"]: client for client in REALM["clients"]}
    gateway = GatewaySettings.load("gateway", environment_of("gateway"))
    ours = clients[gateway.oidc_client]
    paths = {route.path for route in routes_of(create_gateway(gateway))}
    assert urlsplit(filled(ours["redirectUris"][0])).path in paths
    assert urlsplit(ours["attributes"]["backchannel.logout.url"]).path in paths
    assert ours["attributes"]["pkce.code.challenge.method"] == "S256"
    assert gateway.oidc_issuer.endswith(f"/realms/{REALM['realm']}")
    mapped = clients["esavo-asiakastieto"]["protocolMappers"][0]["config"]["included.custom.audience"]
    assert mapped == gateway.api_audience


def test_only_this_machine_reaches_what_is_published() -> None:
    for service in COMPOSE["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder with what the image would hold."""
    for source, target in _copied():
        to = tmp_path / target
        to = to / Path(source).name if target.endswith("/") else to
        to.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, to, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, to)
    return tmp_path


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_the_images_command_serves_the_process(name: str, image: Path, databases: Databases) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = json.loads(CONTAINERFILE[CONTAINERFILE.index("\nCMD ") + 5 :])
    # the container's port and addresses are its own; here they are this machine's
    command[-1] = command[-1].replace("--port 8000", f"--port {port}").replace("0.0.0.0", "127.0.0.1")
    told = environment_of(name) | {"PROCESS": name, "OT_KEY_FOLDER": str(image / "keys")}
    told |= {f"OT_{one.upper()}_DATABASE": databases[one].app for one in PROCESSES[name].databases}
    told["PATH"] = f"{shlex.quote(str(Path(sys.executable).parent))}:{os.defpath}"
    running = subprocess.Popen(
        command, cwd=image, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert _status_of(f"http://127.0.0.1:{port}/health/ready", running) == 200
    finally:
        running.terminate()
        output = running.communicate(timeout=20)[0]
    assert "Traceback" not in output


def _status_of(address: str, running: subprocess.Popen[str]) -> int:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and running.poll() is None:
        try:
            return httpx2.get(address, timeout=5, trust_env=False).status_code
        except httpx2.TransportError:
            time.sleep(0.1)
    return 0


def test_the_images_command_prepares_and_migrates(image: Path, server: str) -> None:
    """Twice: the second time there is nothing to do, and it ends as well."""
    names = re.findall(r"^OT_(\w+)_OWNER_DATABASE$", "\n".join(environment_of("prepare")), flags=re.MULTILINE)
    from migrations.prepare import address

    told = {"OT_DATABASE_SERVER": server, "PROCESS": "prepare"}
    for name in names:
        base = f"ot_{name.lower()}_image"
        told[f"OT_{name}_DATABASE"] = address(server, database=base, role=f"{base}_app", secret="s")
        told[f"OT_{name}_OWNER_DATABASE"] = address(server, database=base, role=f"{base}_owner", secret="s")
    told["PATH"] = f"{Path(sys.executable).parent}:{os.defpath}"
    _drop_image_databases(server)
    command = json.loads(CONTAINERFILE[CONTAINERFILE.index("\nCMD ") + 5 :])
    for expected in ("brought to the newest revision", "already at the newest revision"):
        done = subprocess.run(command, cwd=image, env=told, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count(expected) == len(names)
    _drop_image_databases(server)


def _drop_image_databases(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        rows = connection.execute("select datname from pg_database where datname like '%\\_image'").fetchall()
        for (name,) in rows:
            connection.execute(f"drop database {name} with (force)")
