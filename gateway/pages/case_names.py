"""Names of the codes a case carries: themes, areas, languages. Asked of the registry, remembered for a while.

The registry being down is no reason to hide a case: codes are shown then, and the page says why.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request

from gateway.clients import Clients
from services.shared.errors import Refusal, ServiceUnavailable

REMEMBERED_FOR = timedelta(minutes=10)
SCHEMES = (
    *("themes", "theme_groups", "age_groups", "languages", "disciplines", "professions"),
    *("organisation_types", "group_types", "offering_kinds"),
)
Name = dict[str, str | None]


@dataclass(frozen=True)
class Names:
    """{fi, sv, en} names by scheme and code, and the counties of each collaborative area.

    `missing`: the registry did not answer for all of them.
    """

    schemes: Mapping[str, Mapping[str, Name]]
    members: Mapping[str, list[str]]
    missing: bool = False
    retired: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Codes that still have their names and are no longer offered."""

    def of(self, scheme: str, code: str | None) -> Name | str:
        return self.schemes.get(scheme, {}).get(code or "") or code or ""

    def employer(self, name: str | None) -> Name | str:
        """A seat keeps its employer's Finnish name; a county is told in the reader's language."""
        counties = self.schemes.get("areas", {}).values()
        return next((county for county in counties if county.get("fi") == name), name or "")

    def all(self, scheme: str) -> list[tuple[str, Name]]:
        return list(self.schemes.get(scheme, {}).items())

    def offered(self, scheme: str) -> list[tuple[str, Name]]:
        gone = self.retired.get(scheme, frozenset())
        return [(code, name) for code, name in self.all(scheme) if code not in gone]


async def names_of(request: Request) -> Names:
    now: datetime = request.app.state.clock.now()
    made_at, names = _memory(request).get("all", (None, Names({}, {}, missing=True)))
    if made_at is None or abs(now - made_at) >= REMEMBERED_FOR:
        names = await _asked(request, now)
        if not names.missing:
            _memory(request)["all"] = (now, names)
    return names


def forget_names(request: Request) -> None:
    """After words were changed: whoever did it wants to see it at once. Other processes ask again in a while."""
    _memory(request).clear()


async def lines_of(request: Request) -> list[dict[str, Any]]:
    """All lines, remembered like the names: they hold no people, and what a case asks of its line the service knows."""
    now: datetime = request.app.state.clock.now()
    asked_at, lines = _memory(request).get("lines", (None, []))
    if asked_at is None or abs(now - asked_at) >= REMEMBERED_FOR:
        lines = await request.state.clients.consultation.lines.list_lines()
        _memory(request)["lines"] = (now, lines)
    return lines


def _memory(request: Request) -> dict[str, tuple[datetime, Any]]:
    if not hasattr(request.app.state, "names"):
        request.app.state.names = {}
    memory: dict[str, tuple[datetime, Any]] = request.app.state.names
    return memory


async def _asked(request: Request, now: datetime) -> Names:
    clients: Clients = request.state.clients
    asked: dict[str, Callable[[], Awaitable[list[dict[str, Any]]]]] = {
        "areas": clients.registry.areas.list_areas,
        "ytas": clients.registry.areas.list_collaborative_areas,
    }
    members, *found = await asyncio.gather(
        _remembered(request, "members", now, clients.registry.areas.list_collaborative_areas, field="members"),
        *(_remembered(request, scheme, now, ask) for scheme, ask in asked.items()),
        *(_remembered(request, scheme, now, _concepts(clients, scheme)) for scheme in SCHEMES),
    )
    schemes = dict(zip((*asked, *SCHEMES), found, strict=True))
    known = {scheme: names or {} for scheme, names in schemes.items()}
    retired = {
        scheme: _memory(request).get(f"{scheme} retired", (now, frozenset()))[1] for scheme in ("areas", *SCHEMES)
    }
    return Names(known, members or {}, any(one is None for one in found), retired)


def _concepts(clients: Clients, scheme: str) -> Callable[[], Awaitable[list[dict[str, Any]]]]:
    return lambda: clients.registry.vocabulary.list_concepts(scheme)


async def _remembered(
    request: Request,
    scheme: str,
    now: datetime,
    ask: Callable[[], Awaitable[list[dict[str, Any]]]],
    field: str = "name",
) -> Mapping[str, Any] | None:
    """None when it was never known and can't be asked now; an old answer is better than none."""
    memory = _memory(request)
    asked_at, names = memory.get(scheme, (None, None))
    if asked_at is not None and abs(now - asked_at) < REMEMBERED_FOR:
        return names
    try:
        rows = await ask()
    except (ServiceUnavailable, Refusal):
        return names
    names = {_code(row): row[field] for row in rows}
    memory[scheme] = (now, names)
    memory[f"{scheme} retired"] = (now, frozenset(_code(row) for row in rows if _is_gone(row)))
    return names


def _is_gone(row: dict[str, Any]) -> bool:
    """A word that was retired, an area that has ended or isn't there yet: it has its name and isn't offered."""
    return bool(row.get("retired_on")) or row.get("state", "in_force") != "in_force"


def _code(row: dict[str, Any]) -> str:
    return str(row.get("slug") or row.get("key") or row.get("code"))
