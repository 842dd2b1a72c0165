"""Requests around the day on which counties become one."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from services.registry.areas.changing import carry_out_changes
from services.shared.clock import MovedClock
from services.shared.jobs import Sweep, run_sweep
from tests.builders.cases import a_case, a_draft, codes, got
from tests.builders.people import a_person
from tests.support.apps import App

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def forgotten(consultation: App) -> Iterator[None]:
    """What consultation remembers for minutes would reach the tests after these, whose day is years before."""
    yield
    consultation.app.state.registry._kept.clear()


async def test_a_case_keeps_its_county_and_a_request_of_the_day_after_goes_to_the_new_one(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    asked = await a_case(consultation, registry)
    people = asked.people
    draft = await a_draft(consultation, registry, people)
    merger = {
        "kind": "merge",
        "areas": ["12", "14"],
        "into": [{"code": "30", "name": {"fi": "Esimerkkialue", "sv": "Exempelområdet"}}],
        "effective_on": "2031-01-01",
        "reason": "Esimerkki",
    }
    got(await registry.as_(a_person("admin")).post("/v1/area-changes", json=merger))
    clock.set(datetime(2031, 1, 1, 8, tzinfo=UTC))
    assert await run_sweep(registry.app.state.database, Sweep("area changes", carry_out_changes))
    consultation.app.state.registry._kept.clear()  # what is remembered for a minute

    seen = await asked.read(people.coordinator)
    assert (seen["area"], seen["yta"]) == ("12", "ita"), "what was asked of a county stays on record as it was"
    accepted = await asked.do(people.coordinator, "accept")
    assert (accepted["state"], accepted["area"]) == ("accepted", "12")
    sent = await draft.do(people.asker, "submit")
    assert (sent["area"], sent["yta"]) == ("30", "ita")
    assert (await draft.read(people.coordinator))["area"] == "30"
    late = await a_draft(consultation, registry, people, area="30")
    assert (await late.do(people.asker, "submit"))["area"] == "30"


async def test_a_county_that_was_split_is_chosen_anew(consultation: App, registry: App, clock: MovedClock) -> None:
    draft = await a_draft(consultation, registry)
    into = [{"code": code, "name": {"fi": code, "sv": code}} for code in ("31", "32")]
    split = {"kind": "split", "areas": ["12"], "into": into, "effective_on": "2031-01-01", "reason": "Esimerkki"}
    got(await registry.as_(a_person("admin")).post("/v1/area-changes", json=split))
    clock.set(datetime(2031, 1, 1, 8, tzinfo=UTC))
    assert await run_sweep(registry.app.state.database, Sweep("area changes", carry_out_changes))
    consultation.app.state.registry._kept.clear()
    refusal = await draft.try_(draft.people.asker, "submit")
    assert codes(refusal.json()) == {"area": "area_ended"}
