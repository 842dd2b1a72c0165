"""Every route says who may use it, and is called the same everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from demo.processes import PROCESSES
from tests.support.apps import MASTER_KEY

SERVICES = ("registry", "consultation", "reporting")
NOWHERE = "postgresql://nobody@/nothing?host=/nowhere"
PUBLIC = {
    "is_alive",
    "is_ready",
    "read_metrics",
    "read_public_keys",
    "list_areas",
    "read_area",
    "list_collaborative_areas",
    "list_schemes",
    "list_concepts",
    "read_concept",
    "export_concepts",
    "list_lacking_concepts",
    # no people in them; contact is added for members
    "list_organisations",
    "read_organisation",
    "read_organisation_tree",
    "list_offerings",
    "read_offering",
    "search_registry",
    "list_indicators",
    "read_figure",
    "read_figure_csv",
    "read_chart",
}


def app_of(process: str, folder: Path) -> FastAPI:
    settings = PROCESSES[process].settings_class()(
        process=process, database=NOWHERE, keys_database=NOWHERE, master_key=MASTER_KEY, key_folder=folder
    )
    return PROCESSES[process].application(settings)


def routes_of(holder: Any) -> Iterator[APIRoute]:
    """All routes, those of routers within routers too."""
    for route in holder.routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router)


@pytest.fixture(scope="module", params=SERVICES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return app_of(request.param, tmp_path_factory.mktemp("keys"))


def test_every_route_names_its_rule(service: FastAPI) -> None:
    names = {route.operation_id or route.path for route in routes_of(service)}
    assert names - set(service.state.access) == set()


def test_every_rule_has_its_route(service: FastAPI) -> None:
    assert set(service.state.access) - {route.operation_id for route in routes_of(service)} == set()


def test_what_is_open_to_everybody_is_on_the_short_list(service: FastAPI) -> None:
    assert {name for name, who in service.state.access.items() if who.public} - PUBLIC == set()


def test_a_route_has_one_name(service: FastAPI) -> None:
    for route in routes_of(service):
        assert route.operation_id == route.endpoint.__name__, route.path
    assert [name for name, times in Counter(r.operation_id for r in routes_of(service)).items() if times > 1] == []


def test_every_act_can_be_sent_twice_and_every_change_says_what_it_changes(service: FastAPI) -> None:
    """A POST takes an Idempotency-Key; a PUT, PATCH or DELETE takes If-Match (or is a key of its own)."""
    document = service.openapi()
    told = {
        (method, path): {parameter["name"] for parameter in operation.get("parameters", [])}
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if operation["operationId"] not in NEITHER
    }
    assert [path for (method, path), names in told.items() if method == "post" and not names & EITHER] == []


EITHER = {"Idempotency-Key", "If-Match"}
# They change nothing that a second time would change again.
NEITHER = {
    "check_privacy",
    "preview_area_change",
    "match_candidates",
    "look_up_people",
    "sign_in",
    "sign_in_system",
} | {
    "mark_notifications_seen",
    "read_recipients",
    "pull_now",
    "replay_source",
    "look_at_membership_invitation",
    "accept_membership_invitation",
    "confirm_memberships",
    "claim_installation",
    "send_test_mail",
    "finish_setup",
}


def test_every_page_is_open_or_asks_for_a_login(tmp_path: Path) -> None:
    from gateway.access import NEVER_FROM_A_FORM, OPEN_PAGES

    pages = {route.name for route in routes_of(app_of("gateway", tmp_path))}
    assert OPEN_PAGES - pages == set()
    assert NEVER_FROM_A_FORM - pages == set()


def test_the_documents_describe_every_refusal(service: FastAPI) -> None:
    for path, methods in service.openapi()["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), f"{method} {path}"
            assert operation.get("tags"), f"{method} {path}"
            if not service.state.access[operation["operationId"]].public:
                assert {"401", "403"} <= set(operation["responses"]), f"{method} {path}"
