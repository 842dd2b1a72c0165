"""Made-up requests by the thousand against the three documents: no server error, no answer that isn't described."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo.environment import ROOT
from demo.processes import PROCESSES
from demo.story.ids import person_id
from services.shared import identity
from services.shared.identity import Caller, Membership, Tokens
from services.shared.settings import Settings
from tests.support.running import Running

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,response_headers_conformance"
)
# somebody who may do nearly everything, so that requests get as far as they can
ROLES = ("professional", "coordinator", "expert", "organisation_editor", "national", "auditor", "admin")


@pytest.fixture
def token(site: Running, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Signed as the gateway signs, but for an hour."""
    monkeypatch.setattr(identity, "TOKEN_SECONDS", 3600)
    tokens = Tokens(Settings(process="gateway", key_folder=site.folder / "keys"))
    unit = "Esimerkin hyvinvointialue"
    memberships = tuple(Membership(role, None, unit, "12", "ita") for role in ROLES)
    caller = Caller(kind="person", id=str(person_id("sanna")), name="Sanna Heiskanen", memberships=memberships)
    return lambda service: tokens.for_caller(caller, service)


@pytest.mark.parametrize("service", ["registry", "consultation", "reporting"])
def test_no_request_breaks_a_service_or_its_document(service: str, site: Running, token: Any, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{site.port + PROCESSES[service].offset}"
    command = [
        *(str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}/openapi.json"),
        *("--header", f"Authorization: Bearer {token(service)}"),
        *("--checks", CHECKS, "--max-examples", "15", "--seed", "1", "--no-color"),
        *("--workers", "1"),  # Python 3.11 can't parse code in two threads at once without stumbling at times
        *("--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all", "--request-timeout", "60"),
        *("--exclude-path", "/v1/events"),  # it may wait for half a minute, as it says
    ]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "NO_PROXY": "*", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=1100, check=False
    )
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2000:] + site.logs()[-3000:]
