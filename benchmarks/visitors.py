"""Who asks in a measurement: a coordinator through their centre's own system, and the same one at the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from benchmarks.data import Actor
from demo.identity_provider import Provider, ProviderSettings, kept_key
from gateway.sessions import Sessions
from gateway.settings import GatewaySettings
from services.shared.clock import SystemClock
from services.shared.database import Database, new_id

CLIENT = "measured-system"
SCOPES = ("cases:read", "cases:write", "registry:read")
LASTS = 3600
"""Seconds for which the system's token holds: longer than a measurement."""


@dataclass(frozen=True)
class Visitors:
    """The headers that say who asks, at the API and at the pages."""

    api_headers: Mapping[str, str]
    page_headers: Mapping[str, str]


async def introduce(environment: Mapping[str, str], registry_admin: str, coordinator: Actor) -> Visitors:
    """Connects a system of the coordinator's organisation, and logs the coordinator in."""
    settings = ProviderSettings.load("identity_provider", environment)
    _connect_system(registry_admin, settings.oidc_issuer, coordinator)
    provider = Provider(settings, kept_key(settings.key_folder))
    claims = {"sub": CLIENT, "client_id": CLIENT, "azp": CLIENT, "aud": settings.api_audience}
    token = provider.sign(claims, kind="at+jwt", seconds=LASTS)
    api = {"Authorization": f"Bearer {token}", "OT-On-Behalf-Of": str(coordinator.person)}
    cookie = await _log_in(GatewaySettings.load("gateway", environment), coordinator)
    return Visitors(api, {"Cookie": f"ot-session={cookie}"})


def _connect_system(registry_admin: str, issuer: str, coordinator: Actor) -> None:
    with psycopg.connect(registry_admin, autocommit=True) as registry:
        registry.execute(
            "insert into connected_system (id, issuer, client, name, organisation_id, scopes, created_at, example)"
            " values (%s, %s, %s, 'Measured', %s, %s, %s, true) on conflict (issuer, client)"
            " do update set organisation_id = excluded.organisation_id, scopes = excluded.scopes",
            [new_id(), issuer, CLIENT, coordinator.organisation, list(SCOPES), datetime.now(UTC)],
        )


async def _log_in(settings: GatewaySettings, coordinator: Actor) -> str:
    """The secret of a new session, as after a login."""
    clock = SystemClock()
    database = Database(settings, clock)
    try:
        claims = {"iss": settings.oidc_issuer, "sub": str(coordinator.person)}
        return await Sessions(database, clock, settings).begin(_identity(coordinator), claims, {}, "fi")
    finally:
        await database.close()


def _identity(coordinator: Actor) -> dict[str, Any]:
    membership = {
        "role": "coordinator",
        "organisation": str(coordinator.organisation),
        "organisation_name": coordinator.organisation_name,
        "area": coordinator.area,
        "yta": coordinator.yta,
    }
    return {"person": str(coordinator.person), "name": coordinator.name, "memberships": [membership]}
