"""Moves the demo's clock, so that a follow-up three months away can be seen today."""

from __future__ import annotations

import re
from datetime import timedelta

from demo.commands import WrongUse
from demo.environment import VAR
from services.shared.clock import HELSINKI, FileClock

UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def move(by: str | None) -> str:
    """Moves by `+3d`, `-5h` or back to real time by `reset`; says what the time is then."""
    path = VAR / "clock.json"
    clock = FileClock(path)
    if by == "reset":
        path.unlink(missing_ok=True)
    elif by:
        amount = re.fullmatch(r"([+-]?\d{1,5})([dhm])", by)
        if amount is None:
            raise WrongUse(f"say +3d, +5h, +30m or reset, not {by!r}")
        clock.move(timedelta(**{UNITS[amount[2]]: int(amount[1])}))
    now = FileClock(path).now().astimezone(HELSINKI)
    return f"the demo's time is {now:%Y-%m-%d %H:%M} in Finland"
