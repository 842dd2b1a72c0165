"""Reporting beside the real registry and the real consultation: what it asks of them, they answer."""

from __future__ import annotations

from services.consultation.lines.operations import load_lines
from services.registry.reference import load_reference
from services.reporting.intake.store import labels
from services.shared.database import new_id
from services.shared.journal import record_event
from tests.builders.people import a_person
from tests.support.apps import App


async def test_both_feeds_are_read_to_their_end(registry: App, consultation: App, reporting: App) -> None:
    async with consultation.app.state.database.duty("test") as session:
        await record_event(
            session, "case.submitted", subject="0198c1f4-7a3e-7c11-9d52-2f6f0f6a1b7e", yta="ita", area="12"
        )
    reply = await reporting.as_(a_person("admin")).post("/v1/intake/pull")
    assert reply.status_code == 200
    assert reply.json() == {"events": 1, "set_aside": 0, "sources": {"registry": "done", "consultation": "done"}}


async def test_rows_are_called_what_their_owners_call_them(registry: App, consultation: App, reporting: App) -> None:
    async with consultation.app.state.database.duty("test") as session:
        await load_lines(session)
    async with registry.app.state.database.duty("test") as session:
        await load_reference(session)
    await reporting.as_(a_person("admin")).post("/v1/intake/pull")
    async with reporting.app.state.database.duty("test") as session:
        known = {(row["scheme"], row["key"]): row for row in await labels(session)}
    assert known[("area", "12")]["parent"] == "ita"
    assert known[("yta", "ita")]["sv"] == "Östra Finlands samarbetsområde"
    assert {"theme", "age_group", "discipline", "language", "line"} <= {scheme for scheme, _ in known}
    assert len([row for row in known.values() if row["scheme"] == "area" and row["parent"]]) >= 22


async def test_reporting_may_read_nothing_of_its_neighbours_but_their_feeds(registry: App, consultation: App) -> None:
    assert (await consultation.as_service("reporting").get("/v1/cases")).status_code == 403
    assert (await registry.as_service("reporting").get("/v1/experts")).status_code == 403


async def test_a_neighbour_that_is_down_leaves_the_figures_standing(
    registry: App, consultation: App, reporting: App
) -> None:
    consultation.house.down.add("consultation")
    admin = reporting.as_(a_person("admin"))
    reply = await admin.post("/v1/intake/pull")
    assert reply.json()["sources"] == {"registry": "done", "consultation": "service_unavailable"}
    assert (await reporting.as_(a_person("national")).get("/v1/figures/requests")).status_code == 200


async def test_a_case_of_a_merged_theme_is_counted_under_the_one_that_stands_for_it(
    registry: App, consultation: App, reporting: App
) -> None:
    async with registry.app.state.database.duty("test") as session:
        await load_reference(session)
    asked = [["traumat"], ["kunniavakivalta"], ["traumat", "kunniavakivalta"]] * 6
    async with consultation.app.state.database.duty("test") as session:
        for themes in asked:
            await record_event(session, "case.submitted", subject=new_id(), yta="ita", area="12", themes=themes)
    admin, national = reporting.as_(a_person("admin")), reporting.as_(a_person("national"))

    async def by_theme() -> dict[str, float]:
        await admin.post("/v1/intake/pull")
        figure = (await national.get("/v1/figures/requests", params={"by": "theme"})).json()
        return {row["key"]: row["value"] for row in figure["rows"] if row["value"]}

    assert await by_theme() == {"traumat": 12, "kunniavakivalta": 12}
    merge = {"into": "kunniavakivalta", "reason": "Sama asia."}
    url = "/v1/vocabularies/themes/traumat/merge"
    merged = await registry.as_(a_person("national")).post(url, json=merge, headers={"If-Match": '"1"'})
    assert merged.status_code == 200, merged.text
    assert await by_theme() == {"kunniavakivalta": 18}
