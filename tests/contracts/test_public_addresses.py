"""An address that another system calls doesn't vanish unnoticed, and a new one is seen by whoever reads the change."""

from __future__ import annotations

import pytest

from tests.contracts.write import COMMAND, SERVICES, addresses, file_of, written


@pytest.mark.parametrize("service", SERVICES)
def test_no_public_address_vanishes(service: str) -> None:
    vanished = sorted(set(written(service)) - set(addresses(service)))
    assert not vanished, (
        f"the {service} service no longer has\n  "
        + "\n  ".join(vanished)
        + f"\nOther systems may call these. If they go on purpose, run `{COMMAND}`, commit"
        f" {file_of(service).name} and tell the integrators."
    )


@pytest.mark.parametrize("service", SERVICES)
def test_every_new_address_is_written_down(service: str) -> None:
    added = sorted(set(addresses(service)) - set(written(service)))
    assert not added, f"new in the {service} service:\n  " + "\n  ".join(added) + f"\nRun `{COMMAND}` and commit it."
