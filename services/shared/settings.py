"""What a process is told by its environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, SecretStr, model_validator


class Settings(BaseModel):
    """One process's settings; a process adds its own fields by inheriting.

    Each field is read from `OT_<PROCESS>_<FIELD>` or, shared by all, `OT_<FIELD>`, so that one environment can
    describe every process.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    process: str
    database: str = ""
    owner_database: str = ""
    keys_database: str = ""
    master_key: SecretStr = SecretStr("")
    """Base64 of the 32 bytes that wrap every record's key."""
    key_folder: Path = Path("var/keys")
    registry_url: str = "http://127.0.0.1:8001"
    consultation_url: str = "http://127.0.0.1:8002"
    reporting_url: str = "http://127.0.0.1:8003"
    gateway_url: str = "http://127.0.0.1:8000"
    public_url: str = "http://127.0.0.1:8000"
    clock_file: Path | None = None
    demo: bool = False
    sweep_seconds: float = 60
    """How often the process asks what is due; 0 = never (another process does)."""
    body_limit: int = 1024 * 1024
    transports: Mapping[str, Any] = {}
    """Base address → transport that answers instead of the network."""

    @model_validator(mode="after")
    def _only_a_demos_clock_is_moved(self) -> Self:
        if self.clock_file is not None and not self.demo:
            raise ValueError("OT_CLOCK_FILE moves time, and only a demo's time may be moved")
        return self

    @classmethod
    def load(cls, process: str, environment: Mapping[str, str] | None = None) -> Self:
        """Raises pydantic.ValidationError where a value can't be understood."""
        known = os.environ if environment is None else environment
        values: dict[str, Any] = {"process": process}
        for field in cls.model_fields:
            for name in (f"OT_{process}_{field}".upper(), f"OT_{field}".upper()):
                if name in known and field not in values:
                    values[field] = known[name]
        return cls(**values)

    def address_of(self, process: str) -> str:
        return str(getattr(self, f"{process}_url")).rstrip("/")
