"""Every operation of the registry, tried by everybody: it opens for whom the table names, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from services.registry.access import ACCESS, MEMBERS
from tests.builders.people import a_person, a_stranger, a_system
from tests.support.apps import App
from tests.support.doors import call, filled, routes

pytestmark = pytest.mark.anyio

ROLES = sorted(MEMBERS)
SCOPE = "registry:read"


async def test_each_door_opens_for_whom_the_table_names_and_for_nobody_else(registry: App) -> None:
    """Into an empty registry: whoever gets in finds nothing, or is told what the call lacks."""
    anybody = registry.client
    doors = {
        "a visitor": anybody,
        "a stranger": registry.as_(a_stranger()),
        **{role: registry.as_(a_person(role)) for role in ROLES},
        "a system": registry.as_(a_system(SCOPE)),
        "a system without the scope": registry.as_(a_system("events:read")),
        "consultation": registry.as_service("consultation"),
        "gateway": registry.as_service("gateway"),
        "reporting": registry.as_service("reporting"),
    }
    wrong, tried = [], 0
    for route in routes(registry.app):
        if (who := ACCESS.get(route.operation)) is None:
            continue
        for name, client in doors.items():
            answer = await call(client, route.method, filled(route.path), {} if route.method != "GET" else None)
            tried += 1
            turned_away = answer.status_code in (401, 403) and "not in this role" in answer.text
            turned_away = turned_away or answer.status_code == 401
            if turned_away == _let_in(who, name):
                wrong.append(f"{route.operation} by {name}: {answer.status_code} {answer.text[:80]}")
    assert not wrong, "\n".join(wrong)
    assert tried == len(ACCESS) * len(doors)


def _let_in(who: Any, name: str) -> bool:
    if who.public:
        return True
    match name:
        case "a visitor" | "a system without the scope":
            return False
        case "a stranger":
            return bool(who.everyone)
        case "a system":
            return who.systems and SCOPE in who.scopes
        case "consultation" | "gateway" | "reporting":
            return name in who.services
        case _:
            return who.everyone or name in who.roles
