"""The processes of the system: what each is called, where its code is, how its application is made."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from fastapi import FastAPI

    from services.shared.clock import Clock
    from services.shared.settings import Settings


@dataclass(frozen=True)
class Process:
    name: str
    package: str
    offset: int  # its port is OT_PORT + this
    databases: tuple[str, ...]

    def settings_class(self) -> type[Settings]:
        """Its own settings where it has some, those that all share otherwise."""
        try:
            module = importlib.import_module(f"{self.package}.settings")
        except ModuleNotFoundError:
            module = importlib.import_module("services.shared.settings")
        return cast("type[Settings]", getattr(module, f"{self.name.capitalize()}Settings", None) or module.Settings)

    def application(self, settings: Settings, clock: Clock | None = None) -> FastAPI:
        module = importlib.import_module(f"{self.package}.app")
        return cast("FastAPI", getattr(module, f"create_{self.name}")(settings, clock=clock))


PROCESSES = {
    process.name: process
    for process in (
        Process("registry", "services.registry", 1, ("registry",)),
        Process("consultation", "services.consultation", 2, ("consultation", "keys")),
        Process("reporting", "services.reporting", 3, ("reporting",)),
        Process("gateway", "gateway", 0, ("gateway",)),
    )
}
ONLY_IN_THE_DEMO = {"identity_provider": 4, "mailbox": 5}
"""Offsets of what a real installation has elsewhere."""
