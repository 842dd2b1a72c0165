"""What the demo tells its processes: one environment describes them all, as an operator's would."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from demo.processes import ONLY_IN_THE_DEMO, PROCESSES
from migrations.prepare import Access

ROOT = Path(__file__).parents[1]
VAR = Path(os.environ.get("OT_VAR") or ROOT / "var").absolute()
HOST = "127.0.0.1"
DEFAULT_PORT = 8000


@dataclass(frozen=True)
class Secrets:
    """Made once and kept in var/: without the master key the texts of the example cases could not be opened again."""

    database: str = field(repr=False)
    master_key: str = field(repr=False)
    login_client: str = field(repr=False)

    @classmethod
    def kept_in(cls, folder: Path) -> Self | None:
        try:
            return cls(**json.loads((folder / "secrets.json").read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    @classmethod
    def made_in(cls, folder: Path) -> Self:
        made = cls(
            database=secrets.token_urlsafe(32),
            master_key=base64.b64encode(secrets.token_bytes(32)).decode(),
            login_client=secrets.token_urlsafe(32),
        )
        path = folder / "secrets.json"
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made.__dict__, file)
        return made


def port_of(process: str, base: int) -> int:
    return base + (PROCESSES[process].offset if process in PROCESSES else ONLY_IN_THE_DEMO[process])


def address_of(process: str, base: int) -> str:
    return f"http://{HOST}:{port_of(process, base)}"


def environment(base: int, kept: Secrets, databases: dict[str, Access], folder: Path = VAR) -> dict[str, str]:
    """Every OT_ variable that the processes read, the gateway on port `base`."""
    return {
        "OT_DEMO": "true",
        "OT_KEY_FOLDER": str(folder / "keys"),
        "OT_CLOCK_FILE": str(folder / "clock.json"),
        "OT_MASTER_KEY": kept.master_key,
        "OT_PUBLIC_URL": address_of("gateway", base),
        **{f"OT_{name.upper()}_URL": address_of(name, base) for name in PROCESSES},
        **{f"OT_{name.upper()}_DATABASE": access.app for name, access in databases.items()},
        **{f"OT_{name.upper()}_OWNER_DATABASE": access.owner for name, access in databases.items()},
        "OT_MAIL_SENDER": "OT-verkko <ei-vastata@ot-verkko.example>",
        "OT_MAIL_SECONDS": "3",
        "OT_DEMO_MAIL_URL": address_of("mailbox", base),
        "OT_OIDC_ISSUER": address_of("identity_provider", base),
        "OT_OIDC_CLIENT": "ot-verkko",
        "OT_OIDC_SECRET": kept.login_client,
    }
