"""Callers, as the gateway's token would describe them."""

from __future__ import annotations

from uuid import uuid4

from services.shared.identity import Caller, Membership

AREA_OF = {"etela": "90", "ita": "12", "sisa": "08", "lansi": "17", "pohjoinen": "19"}


def a_person(
    role: str = "professional",
    *,
    yta: str | None = "ita",
    area: str | None = None,
    organisation: str | None = None,
    organisation_name: str = "Esimerkin hyvinvointialue",
    name: str = "Esko Esimerkki",
    language: str = "fi",
    person: str | None = None,
    more: tuple[Membership, ...] = (),
) -> Caller:
    """Somebody signed in with one membership (and `more`). Coordinators have their whole YTA, others an area of it."""
    if role in {"coordinator", "national", "auditor", "admin"}:
        area = None
    elif area is None and yta is not None:
        area = AREA_OF.get(yta)
    if role in {"national", "auditor", "admin"}:
        yta = None
    membership = Membership(role, organisation or str(uuid4()), organisation_name, area, yta)
    return Caller(
        kind="person",
        id=person or str(uuid4()),
        name=name,
        memberships=(membership, *more),
        language=language,
        session="session-of-a-test",
    )


def a_stranger() -> Caller:
    """Signed in, known, and a member of nothing."""
    return Caller(kind="person", id=str(uuid4()), name="Outi Outo", session="session-of-a-test")


def a_system(*scopes: str, name: str = "esavo-asiakastieto") -> Caller:
    """Another system that speaks for itself."""
    return Caller(kind="system", id=str(uuid4()), name=name, scopes=frozenset(scopes))
