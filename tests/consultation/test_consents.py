"""Consents: no expert sees a case before what its mode needs is recorded, and none after it was withdrawn."""

from datetime import timedelta

import pytest

from services.consultation.cases.consents import end_unchosen, fingerprint
from services.shared.clock import MovedClock
from services.shared.jobs import Sweep, run_sweep
from tests.builders.cases import CONSENT, ACase, a_case, a_draft, codes, got, refused, the_world
from tests.builders.people import a_person
from tests.support.apps import App

pytestmark = pytest.mark.anyio

STATEMENT = {"line": "etela-savo-14", "form": "group_14", "identification": "statement"}


def blocked(case: ACase) -> dict[str, str]:
    return {one["act"]: one["code"] for one in case.view["blocked"]}


async def test_an_anonymous_case_needs_and_takes_no_consent(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="accepted")
    assert case.view["team_may_read"]
    assert {"record_consent", "withdraw_consent"}.isdisjoint({*case.allowed(), *blocked(case)})
    response = await case.as_(case.people.asker).post(f"{case.path}/consents", json=CONSENT)
    refused(response, 409, "no_consent")


async def test_no_team_is_invited_before_the_consent_is_there(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="accepted", identification="with_consent")
    assert blocked(case)["invite_team"] == "consent_missing"
    await case.consent()
    await case.read(case.people.coordinator)
    assert case.view["team_may_read"]
    assert "invite_team" in case.allowed()


async def test_consent_to_something_else_opens_nothing(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, identification="with_consent")
    assert not (await case.consent(to_what=["follow_up"]))["team_may_read"]


async def test_a_statement_needs_a_written_permission_beside_the_consent(consultation: App, registry: App) -> None:
    case = await a_statement_case(consultation, registry)
    assert not (await case.consent(to_what=["team", "statement"], written=False))["team_may_read"]
    assert (await case.consent(to_what=["statement"], written=True, given_by="minor"))["team_may_read"]


async def a_statement_case(consultation: App, registry: App) -> ACase:
    """On the county's own line, which only people of counties may ask at."""
    people = await the_world(consultation, registry)
    county = await a_county(registry)
    people.asker = a_person(name="Maria Lehtola", area="12", organisation=county)
    case = await a_draft(consultation, registry, people, **STATEMENT)
    await case.do(people.asker, "submit")
    return case


async def a_county(registry: App) -> str:
    body = {
        "slug": "etela_savo",
        "name": {"fi": "Etelä-Savon hyvinvointialue", "sv": "Södra Savolax välfärdsområde"},
        "type": "hyvinvointialue",
        "areas": ["12"],
        "languages": ["fi"],
    }
    coordinator = a_person("coordinator")
    return str(got(await registry.as_(coordinator).post("/v1/organisations", json=body))["id"])


async def test_a_consent_is_of_today_or_earlier(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, identification="with_consent")
    body = CONSENT | {"given_on": "2026-11-25"}
    response = await case.as_(case.people.asker).post(f"{case.path}/consents", json=body)
    assert codes(refused(response, 422, "invalid")) == {"given_on": "in_the_future"}


async def test_the_reference_is_for_who_asks_and_who_coordinates(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, identification="with_consent")
    await case.consent()
    for caller in (case.people.asker, case.people.coordinator):
        consents = got(await case.as_(caller).get(f"{case.path}/consents"))
        assert [one["client_reference"] for one in consents] == ["ES-2209"]
    refused(await case.as_(case.people.elsewhere).get(f"{case.path}/consents"), 404, "not_found")
    with consultation.house.databases.superuser("consultation") as connection:
        row = connection.execute("select client_reference_sealed, client_reference_hmac from consents").fetchone()
    assert row is not None
    assert b"2209" not in bytes(row[0]) + bytes(row[1])
    assert bytes(row[1]) == fingerprint(consultation.app.state.settings, " es-2209 ")


async def test_withdrawing_closes_the_case_to_experts_at_once_and_stops_the_clocks(
    consultation: App, registry: App
) -> None:
    case = await a_case(consultation, registry, state="accepted", identification="with_consent")
    await case.consent()
    view = await case.do(case.people.asker, "withdraw-consent")
    assert not view["team_may_read"]
    assert view["choice_due"] == "2026-12-01T07:40:00Z"
    assert view["next"]["code"] == "choose"
    assert {one["state"] for one in view["clocks"] if one["name"] != "receipt"} == {"paused"}
    await case.read(case.people.coordinator)
    assert blocked(case)["invite_team"] == "consent_withdrawn"


async def test_without_consent_the_case_may_go_on_anonymously_with_what_was_not_told_in_confidence(
    consultation: App, registry: App
) -> None:
    case = await a_case(consultation, registry, state="accepted", identification="with_consent", tried="Perhetyötä.")
    await case.consent()
    await case.do(case.people.asker, "withdraw-consent")
    view = await case.do(case.people.asker, "withdraw-consent", {"choice": "anonymised"})
    assert (view["identification"], view["choice_due"], view["team_may_read"]) == ("anonymous", None, True)
    assert (view["situation"], view["tried"]) == ("", "")
    assert view["questions"]
    assert got(await case.as_(case.people.asker).get(f"{case.path}/consents")) == []
    assert {one["state"] for one in view["clocks"] if one["name"] != "receipt"} == {"ok"}


async def test_without_consent_the_case_may_be_withdrawn_in_the_same_act(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="accepted", identification="with_consent")
    await case.consent()
    view = await case.do(case.people.asker, "withdraw-consent", {"choice": "withdraw"})
    assert (view["state"], view["exit"]["reason_code"]) == ("withdrawn", "consent_withdrawn")


async def test_whoever_does_not_choose_in_seven_days_has_withdrawn(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    case = await a_case(consultation, registry, state="accepted", identification="with_consent")
    await case.consent()
    await case.do(case.people.asker, "withdraw-consent")
    sweep, database = Sweep("consent_choices", end_unchosen), consultation.app.state.database
    clock.move(timedelta(days=7, seconds=-1))
    await run_sweep(database, sweep)
    assert (await case.read())["state"] == "accepted"
    clock.move(timedelta(seconds=1))
    await run_sweep(database, sweep)
    await run_sweep(database, sweep)
    view = await case.read()
    assert (view["state"], [one["act"] for one in view["log"]].count("withdraw")) == ("withdrawn", 1)


async def test_an_answered_case_is_closed_when_its_consent_goes(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry, state="accepted", identification="with_consent")
    await case.consent()
    await case.read(case.people.coordinator)
    await case.do(case.people.coordinator, "answer-directly")
    view = await case.do(case.people.asker, "withdraw-consent", {"choice": "withdraw"})
    assert view["state"] == "closed"
    assert [one["data"]["no_reply"] for one in await case.events() if one["type"] == "case.closed"] == [False]


async def test_a_case_that_ended_another_way_holds_up_no_other_case(
    consultation: App, registry: App, clock: MovedClock
) -> None:
    declined = await a_case(consultation, registry, identification="with_consent")
    unchosen = await a_case(consultation, registry, people=declined.people, identification="with_consent")
    for case in (declined, unchosen):
        await case.consent()
        await case.do(case.people.asker, "withdraw-consent")
    assert (await declined.do(declined.people.coordinator, "decline"))["choice_due"] is None
    clock.move(timedelta(days=7))
    await run_sweep(consultation.app.state.database, Sweep("consent_choices", end_unchosen))
    assert (await declined.read())["state"] == "declined"
    assert (await unchosen.read())["state"] == "withdrawn"


async def test_a_consent_given_anew_lets_the_case_go_on(consultation: App, registry: App, clock: MovedClock) -> None:
    case = await a_case(consultation, registry, state="accepted", identification="with_consent")
    await case.consent()
    await case.do(case.people.asker, "withdraw-consent")
    view = await case.consent()
    assert (view["team_may_read"], view["choice_due"]) == (True, None)
    assert {one["state"] for one in view["clocks"] if one["name"] != "receipt"} == {"ok"}
    clock.move(timedelta(days=7))
    await run_sweep(consultation.app.state.database, Sweep("consent_choices", end_unchosen))
    assert (await case.read())["state"] == "accepted"
