"""The addresses that other systems rely on, as they are now; run as a program it writes them down anew."""

from __future__ import annotations

from pathlib import Path

from demo.processes import PROCESSES

SERVICES = ("registry", "consultation", "reporting")
METHODS = frozenset({"get", "put", "post", "patch", "delete"})
COMMAND = ".venv/bin/python -m tests.contracts.write"


def file_of(service: str) -> Path:
    return Path(__file__).with_name(f"{service}.txt")


def written(service: str) -> list[str]:
    return file_of(service).read_text().splitlines()


def addresses(service: str) -> list[str]:
    """`METHOD path operationId` of everything in the service's document, by path."""
    settings = PROCESSES[service].settings_class()(process=service, key_folder=Path("/nowhere"))
    paths = PROCESSES[service].application(settings).openapi()["paths"]
    return [
        f"{method.upper()} {path} {operation['operationId']}"
        for path, operations in sorted(paths.items())
        for method, operation in sorted(operations.items())
        if method in METHODS
    ]


if __name__ == "__main__":
    for service in SERVICES:
        file_of(service).write_text("\n".join(addresses(service)) + "\n")
