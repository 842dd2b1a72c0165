"""Every act on an entry, by every role, with a tie to it and without: what happens is what the tables say.

What is expected is worked out here from the tables and from who somebody is, not by the code that decides. A call that
may be made is sent so that it changes little: with a version that nobody has read, or with something else to refuse.
Who is let in by which door at all is tried in tests/long/test_every_door.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.registry.access import ACCESS, GROUNDS, MEMBERS, Ground
from services.shared.application import SHARED_ACCESS
from services.shared.identity import Caller
from tests.builders.people import a_person
from tests.builders.story import person_id
from tests.support.apps import App
from tests.support.doors import NOBODY, call, filled, routes

pytestmark = pytest.mark.anyio

YTAS = ("etela", "ita", "sisa", "lansi", "pohjoinen")
ROLES = sorted(MEMBERS)

ELSEWHERE = {
    # no operation of its own: what a reader sees of an entry, or whose row of a file or a list it is
    *("read_unlisted_expert", "read_conflicts", "read_registration", "read_hidden_fields", "decide_access"),
    # looking, not changing: tests/registry/test_members.py, test_reviews.py, test_experts.py
    *("read_person", "read_access_request", "read_membership", "confirm_membership", "revoke_membership"),
    "list_expert_history",
}
"""Acts with grounds that no single call to an entry shows."""


async def test_every_operation_has_a_row_and_every_row_an_operation(registry: App) -> None:
    named = {route.operation for route in routes(registry.app)}
    assert named - {*SHARED_ACCESS} == {*ACCESS}


@dataclass(frozen=True)
class Entry:
    """Something to act on, and what ties people to it."""

    id: UUID
    organisation: UUID | None
    ytas: tuple[str, ...]
    person: UUID | None = None


def _of_organisation(table: str) -> str:
    """A row of the table whose organisation is of one area."""
    return (
        f"select t.id, o.id, o.ytas, null from {table} t join organisation o on o.id = t.organisation_id"
        " where cardinality(o.ytas) = 1 order by t.id limit 1"
    )


ORGANISATION = "select id, id, ytas, null from organisation where slug = 'etela_savo'"
EXPERT = (
    "select id, employer_id, array[yta], person_id from expert where active and consent_listed"
    " and yta is not null and employer_id is not null and register_number is not null order by id limit 1"
)
TERM = {"valid_from": "2030-01-02", "valid_to": "2030-01-01"}
"""Ends before it begins: refused once the right to make it has been looked at."""
NAMED = {**TERM, "name": {"fi": "Malli", "sv": "Modell"}, "languages": ["fi"]}
END = {"valid_to": "2001-01-01", "reason": "Matriisi"}
DAYS = {"valid_to": "2030-01-01"}
REASON = {"reason": "Matriisi"}
Body = Callable[[Entry], Any]


def _in(entry: Entry, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "organisation": str(entry.organisation)}


CALLS: dict[str, tuple[str, Body]] = {
    "create_organisation": (
        "select null, null, array['ita'], null",
        lambda entry: {
            **{"slug": "uusi_toimija", "name": {"fi": "Uusi", "sv": "Ny"}, "languages": ["fi"], "areas": ["12"]},
            "type": "no_such_type",
        },
    ),
    "change_organisation": (ORGANISATION, lambda entry: {"languages": ["fi"]}),
    **{
        f"create_{kind}": (ORGANISATION, lambda entry, more=more: {**TERM, **more})  # type: ignore[misc]
        for kind, more in {
            "mandate": {"task": "x", "basis": "y"},
            "resource": {"funding": "state", "person_years": 1},
            "affiliation": {"of": str(NOBODY), "how": "partner"},
            "agreement": {},
        }.items()
    },
    **{
        f"change_{table}": (_of_organisation(table), lambda entry: DAYS)
        for table in ("mandate", "resource", "affiliation", "agreement")
    },
    "end_agreement": (_of_organisation("agreement"), lambda entry: END),
    "create_group": (ORGANISATION, lambda entry: _in(entry, {**NAMED, "group_type": "lsl14"})),
    "change_group": (_of_organisation("expert_group"), lambda entry: DAYS),
    "end_group": (_of_organisation("expert_group"), lambda entry: END),
    "add_group_member": (
        _of_organisation("expert_group"),
        lambda entry: {"expert": str(NOBODY), "valid_from": "2030-01-01"},
    ),
    "create_offering": (ORGANISATION, lambda entry: _in(entry, {**NAMED, "offering_kind": "demanding"})),
    "change_offering": (_of_organisation("offering"), lambda entry: DAYS),
    "tell_capacity": (_of_organisation("offering"), lambda entry: {"capacity": "open"}),
    "confirm_offering": (_of_organisation("offering"), lambda entry: None),
    "end_offering": (_of_organisation("offering"), lambda entry: END),
    "create_expert": (
        EXPERT,
        lambda entry: {
            **{"person": str(NOBODY), "name": "Malli Mallinen", "title": "x", "profession": "sosiaalityontekija"},
            **{"employer": str(entry.organisation), "areas": ["12"], "languages": ["fi"]},
        },
    ),
    "change_expert": (EXPERT, lambda entry: {"languages": ["fi"]}),
    "assure_competences": (
        EXPERT,
        lambda entry: {"competences": [{"scheme": "themes", "concept": "kunniavakivalta"}]},
    ),
    "check_registration": (EXPERT, lambda entry: None),
    "deactivate_expert": (EXPERT, lambda entry: REASON),
    "reactivate_expert": (EXPERT, lambda entry: REASON),
    "grant_membership": (
        "select p.id, o.id, o.ytas, null from organisation o, person p where o.slug = 'etela_savo'"
        f" and p.id <> '{person_id('sanna')}' order by p.id limit 1",
        lambda entry: _in(entry, {"person": str(entry.id), "role": "professional", **REASON, **DAYS}),
    ),
    "invite_member": (
        ORGANISATION,
        lambda entry: _in(entry, {"email": "malli@kunta.example", "role": "professional", **REASON}),
    ),
}


def test_every_act_that_asks_for_a_tie_is_tried() -> None:
    changes = {act for act in GROUNDS if act not in ELSEWHERE}
    assert changes - {"end_group_member"} <= {*CALLS}  # goes in by the same door as add_group_member


def people_around(entry: Entry) -> Iterator[tuple[str, bool, Caller]]:
    """Every role, tied to the entry (True) and not. A tie is of the role's own sort: an area, or the organisation."""
    own, other = entry.ytas[0], next(yta for yta in YTAS if yta not in entry.ytas)
    sanna = str(person_id("sanna"))  # somebody there is: what is granted says by whom
    for role in ROLES:
        yield role, True, a_person(role, yta=own, organisation=str(entry.organisation or NOBODY), person=sanna)
        away = own if role == "organisation_editor" else other
        yield role, False, a_person(role, yta=away, organisation=str(UUID(int=8)), person=sanna)
    if entry.person:
        yield "the expert", True, a_person("expert", yta=other, person=str(entry.person))


def _expected(act: str, role: str, tied: bool) -> bool:
    listed = "expert" if role == "the expert" else role
    if not (ACCESS[act].everyone or listed in ACCESS[act].roles):
        return False
    ground = {
        "admin": Ground.ADMIN,
        "coordinator": Ground.COORDINATOR if tied else None,
        "organisation_editor": Ground.EDITOR if tied else None,
        "the expert": Ground.OWN,
    }.get(role)
    return ground in GROUNDS[act]


async def test_an_entry_is_changed_by_those_with_a_tie_to_it_and_by_nobody_else(
    network: App, rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    by_act = {route.operation: route for route in routes(network.app)}
    clients: dict[Caller, httpx2.AsyncClient] = {}
    wrong, tried = [], 0
    for act, (asked, body) in CALLS.items():
        if act not in ACCESS:
            continue
        entry = Entry(*rows(asked)[0])
        for role, tied, caller in people_around(entry):
            if act == "create_organisation" and role == "organisation_editor":
                continue  # what doesn't exist yet has no editor
            client = clients.setdefault(caller, network.as_(caller))
            answer = await call(client, by_act[act].method, filled(by_act[act].path, entry.id), body(entry))
            tried += 1
            assert answer.status_code < 500, answer.text
            if (answer.status_code not in (401, 403, 404)) != _expected(act, role, tied):
                whose = "own" if tied else "other"
                wrong.append(f"{act} by {role} ({whose}): {answer.status_code} {answer.text[:120]}")
    assert not wrong, "\n".join(wrong)
    assert tried > 300
