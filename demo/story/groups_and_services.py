"""The example's expert groups and services, as rows of the registry's tables. All of them are invented."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from demo.story.files import read
from demo.story.ids import example_id, expert_id, organisation_id
from demo.story.organisations import organisations
from services.registry.texts import searchable, sort_key

ENTERED = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)
_Rows = list[dict[str, Any]]


def group_rows() -> _Rows:
    return [
        {
            **_row("group", told),
            "group_type": told["type"],
            "rhythm": told["rhythm"],
            "meets": _texts(told["meets"]),
            "next_meeting": _day(told.get("next_meeting")),
        }
        for told in read("groups")["groups"]
    ]


def group_member_rows() -> _Rows:
    return [
        {
            "id": example_id("group_member", f"{told['slug']} {expert}"),
            "group_id": example_id("group", told["slug"]),
            "expert_id": expert_id(expert),
            "role": role,
            "valid_from": date.fromisoformat(since),
            "valid_to": _day(until),
        }
        for told in read("groups")["groups"]
        for expert, role, since, until in told["members"]
    ]


def offering_rows() -> _Rows:
    return [_offering(told) for told in read("offerings")["offerings"]]


def _offering(told: dict[str, Any]) -> dict[str, Any]:
    youngest, oldest = told["ages"]
    state, number, told_on = told["capacity"]
    return {
        **_row("offering", told),
        "offering_kind": told["kind"],
        "minimum_age": youngest,
        "maximum_age": oldest,
        "age_groups": list(_age_groups(youngest, oldest)),
        "eligibility": _texts(told.get("eligibility")),
        "ways_in": told["ways_in"],
        "application_process": _texts(told.get("process")),
        "url": told.get("url", ""),
        "fees": _texts(told.get("fees")),
        "schedule": _texts(told.get("schedule")),
        "remote": told.get("remote", False),
        "capacity": state,
        "waiting_weeks": number if state == "queue" else None,
        "free_places": number if state == "open" else None,
        "capacity_on": date.fromisoformat(told_on),
        "assured_on": date.fromisoformat(told["assured"]),
        "assured_by": told["assured_by"],
    }


def _age_groups(youngest: int | None, oldest: int | None) -> Iterator[str]:
    """The vocabulary's groups that the ages meet."""
    for slug, low, high in _GROUPS:
        if (youngest is None or youngest <= high) and (oldest is None or oldest >= low):
            yield slug


_GROUPS = (("0-2", 0, 2), ("3-6", 3, 6), ("7-9", 7, 9), ("10-13", 10, 13), ("14-17", 14, 17), ("18-", 18, 120))


def _row(kind: str, told: dict[str, Any]) -> dict[str, Any]:
    """What both kinds have. Without areas of its own one serves what its organisation does."""
    owner, names = organisations()[told["organisation"]], told["name"]
    return {
        "id": example_id(kind, told["slug"]),
        "organisation_id": organisation_id(told["organisation"]),
        "name_fi": names["fi"],
        "name_sv": names["sv"],
        "name_en": names.get("en"),
        "areas": told.get("areas", owner["areas"]),
        "themes": told["themes"],
        "languages": told["languages"],
        "description": _texts(told["description"]),
        "contact": told.get("contact", {}),
        "end_reason": told.get("end_reason", ""),
        "sort_key": sort_key(names["fi"]),
        "search_text": searchable(*names.values()),
        "valid_from": date.fromisoformat(told.get("from", "2025-01-01")),
        "valid_to": _day(told.get("to")),
        "example": True,
        "created_at": ENTERED,
        "changed_at": ENTERED,
        "version": 1,
    }


def _texts(told: dict[str, str] | None) -> dict[str, str]:
    return {code: (told or {}).get(code, "") for code in ("fi", "sv", "en")}


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
