"""All older cases, loaded as the demo loads them: what holds of every case holds, and figures count what was told."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, date, datetime

import pytest

from demo.story.history import History, load_history, tell_history
from services.consultation.lines.operations import load_lines
from services.shared.clock import HELSINKI, MovedClock
from services.shared.identity import Caller
from tests.builders.people import a_person
from tests.builders.story import fill_registry
from tests.support.apps import App, House
from tests.support.invariants import broken

pytestmark = pytest.mark.timeout(600)

LAST = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NATIONAL: Caller = a_person("national")
LONGEST_LOAD, LONGEST_INTAKE = 12.0, 60.0
"""Seconds of this process's own work, with all services in it; a third of it on an idle machine."""


async def test_what_holds_of_every_case_holds_and_figures_say_what_was_told(
    house: House, consultation: App, registry: App, reporting: App, run_clock: MovedClock
) -> None:
    run_clock.set(NOW)
    await fill_registry(house)
    async with consultation.app.state.database.duty("builder") as session:
        await load_lines(session)
    settings = house.settings_for("consultation", owner_database=house.databases["consultation"].owner)
    began = time.process_time()
    assert await load_history(house.settings_for("registry"), settings, LAST) > 1_500
    assert time.process_time() - began < LONGEST_LOAD
    assert await load_history(house.settings_for("registry"), settings, date(2026, 11, 24)) == 0, "once is enough"
    with house.databases.superuser("consultation") as rows:
        assert broken(rows, now=NOW) == []
        bare = "select relname from pg_class where relrowsecurity and not relforcerowsecurity"
        assert rows.execute(bare).fetchall() == [], "security is forced again"
    await _reports_take_it_in(reporting)
    await _figures_agree(reporting, tell_history(settings, LAST))


async def _reports_take_it_in(reporting: App) -> None:
    began = time.process_time()
    taken = await reporting.app.state.intake.pull_all()
    assert time.process_time() - began < LONGEST_INTAKE
    assert sum(batch.set_aside for batch in taken["consultation"]) == 0
    assert sum(batch.events for batch in taken["consultation"]) > 25_000


async def _figures_agree(reporting: App, history: History) -> None:
    sent = Counter(case.row["submitted_at"].astimezone(HELSINKI).year for case in history.cases)
    by_yta = Counter(
        case.row["yta"] for case in history.cases if case.row["submitted_at"].astimezone(HELSINKI).year == 2025
    )
    for year in (2024, 2025, 2026):
        assert await _total(reporting, "requests", str(year)) == sent[year]
    figure = (await reporting.as_(NATIONAL).get("/v1/figures/requests", params={"period": "2025", "by": "yta"})).json()
    shown = {row["key"]: row["numerator"] for row in figure["rows"] if row["hidden"] is None}
    moved = sum(abs(number - by_yta[yta]) for yta, number in shown.items())
    assert moved <= 20, "an area stays its centre's in reports, also where a case was handed to another"
    areas = (await reporting.as_(NATIONAL).get("/v1/figures/requests", params={"period": "2026", "by": "area"})).json()
    assert any(row["hidden"] for row in areas["rows"]), "small numbers are there to be hidden"


async def _total(reporting: App, indicator: str, period: str) -> int:
    answer = await reporting.as_(NATIONAL).get(f"/v1/figures/{indicator}", params={"period": period})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["total"]["numerator"])
