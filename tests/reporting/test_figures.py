"""Figures as people and other systems get them: right, protected, and only for those they are for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from services.shared.clock import MovedClock
from services.shared.identity import Caller
from tests.builders.people import a_person, a_stranger, a_system
from tests.support.databases import Databases
from tests.support.reports import PLACES, Reports
from tests.support.told_cases import answered, codes, submitted

NATIONAL = a_person("national")
SANNA = a_person("coordinator", yta="ita")


async def figure(reports: Reports, caller: Caller, indicator: str = "requests", **asked: str) -> dict[str, Any]:
    answer = await reports.as_(caller).get(f"/v1/figures/{indicator}", params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def seen(figure: dict[str, Any]) -> dict[str, Any]:
    """Each row's value, or how it is hidden."""
    return {row["key"]: row["hidden"] or row["value"] for row in (*figure["rows"], figure["total"])}


async def test_national_coordination_sees_counts_by_centre_with_small_ones_hidden_and_zero_shown(
    reports: Reports,
) -> None:
    await submitted(reports.feed, "12", 30)
    await submitted(reports.feed, "10", 12)
    await reports.pull()
    assert seen(await figure(reports, NATIONAL, by="yta")) == {"ita": 30, "etela": 12, "pohjoinen": 0, "total": 42}


async def test_a_small_centre_is_not_given_back_by_the_total(reports: Reports) -> None:
    await submitted(reports.feed, "12", 30)
    await submitted(reports.feed, "10", 12)
    await submitted(reports.feed, "20", 2)
    await reports.pull()
    found = seen(await figure(reports, NATIONAL, by="yta"))
    assert found["pohjoinen"] == "small"
    assert found["total"] == 44
    assert list(found.values()).count("protecting") == 2, "alone, the other centre could count the small one"


async def test_a_coordinator_sees_the_own_centre_exactly_and_is_told_so(reports: Reports) -> None:
    await submitted(reports.feed, "12", 3)
    await submitted(reports.feed, "13", 1)
    await reports.pull()
    own = await figure(reports, SANNA, yta="ita", by="area")
    assert own["kind"] == "exact"
    assert seen(own) == {"12": 3, "13": 1, "14": 0, "15": 0, "total": 4}
    themes = await figure(reports, SANNA, area="12", by="theme")
    assert seen(themes) == {"vakivalta": 3, "total": 3}


async def test_a_coordinator_sees_another_centre_protected(reports: Reports) -> None:
    await submitted(reports.feed, "10", 3)
    await reports.pull()
    other = await figure(reports, SANNA, yta="etela", by="area")
    assert other["kind"] == "protected"
    assert other["total"]["value"] is None
    assert 3 not in seen(other).values()


@pytest.mark.parametrize("role", ["professional", "expert", "organisation_editor", "auditor"])
async def test_professionals_see_the_country_and_no_place(reports: Reports, role: str) -> None:
    await submitted(reports.feed, "12", 8)
    await reports.pull()
    person = a_person(role)
    assert seen(await figure(reports, person, by="theme")) == {"vakivalta": 8, "total": 8}
    assert (await figure(reports, person))["by"] == "half"
    for asked in ({"by": "yta"}, {"by": "area"}, {"yta": "ita", "by": "half"}, {"area": "12"}):
        refused = await reports.as_(person).get("/v1/figures/requests", params=asked)
        assert (refused.status_code, refused.json()["code"]) == (403, "level_not_open")


async def test_a_system_needs_the_scope_of_reports(reports: Reports) -> None:
    assert (await reports.as_(a_system("cases")).get("/v1/figures/requests")).status_code == 403
    assert (await reports.as_(a_system("reports")).get("/v1/figures/requests")).status_code == 200
    assert (await reports.as_(a_stranger()).get("/v1/indicators")).status_code == 200


async def test_the_national_group_never_sees_a_centre_exactly(reports: Reports) -> None:
    await submitted(reports.feed, "12", 2)
    await reports.pull()
    assert (await figure(reports, NATIONAL, yta="ita", by="area"))["kind"] == "protected"


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"period": "2026-11-01"}, 422, "period_not_published"),
        ({"period": "2026-3"}, 422, "period_not_published"),
        ({"period": "2027"}, 422, "period_not_published"),
        ({"period": "1999"}, 422, "period_not_published"),
        ({"by": "shoe_size"}, 422, "breakdown_not_published"),
        ({"yta": "atlantis"}, 422, "unknown_place"),
        ({"area": "99"}, 422, "unknown_place"),
        ({"area": "12", "yta": "etela"}, 422, "unknown_place"),
        ({"area": "ita"}, 422, "unknown_place"),
        ({"area": "12", "by": "theme"}, 422, "breakdown_not_published"),
        ({"period": "x" * 50}, 422, "invalid"),
    ],
)
async def test_what_is_not_published_is_refused_by_name(
    reports: Reports, asked: dict[str, str], status: int, code: str
) -> None:
    refused = await reports.as_(NATIONAL).get("/v1/figures/requests", params=asked)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_an_unknown_indicator_is_not_found(reports: Reports) -> None:
    refused = await reports.as_(NATIONAL).get("/v1/figures/happiness")
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_indicator")


async def test_half_years_sum_to_the_year_in_finnish_time(reports: Reports, clock: MovedClock) -> None:
    clock.set(datetime(2026, 6, 30, 20, 59, tzinfo=UTC))
    await submitted(reports.feed, "12", 7)
    clock.set(datetime(2026, 6, 30, 21, 0, tzinfo=UTC))
    await submitted(reports.feed, "12", 9)
    clock.set(datetime(2025, 12, 31, 22, 0, tzinfo=UTC))
    await submitted(reports.feed, "12", 6)
    clock.set(datetime(2026, 11, 24, tzinfo=UTC))
    await reports.pull()
    assert seen(await figure(reports, NATIONAL, by="half")) == {"2026-1": 13, "2026-2": 9, "total": 22}
    second = await figure(reports, NATIONAL, by="month", period="2026-2")
    assert seen(second)["2026-07"] == 9
    assert len(second["rows"]) == 6


async def test_a_case_submitted_twice_is_counted_once(reports: Reports) -> None:
    (case,) = await submitted(reports.feed, "12")
    for _ in range(5):
        await reports.feed.tell("case.submitted", case, **codes("12"))
    await reports.pull()
    assert seen(await figure(reports, SANNA, yta="ita", by="half"))["total"] == 1


async def test_time_to_answer_is_a_median_with_its_ninth_tenth(reports: Reports, clock: MovedClock) -> None:
    for days in (2, 4, 6, 8, 10, 12, 14, 16, 18, 30):
        await answered(reports.feed, clock, "12", after_days=days)
    await reports.pull()
    found = await figure(reports, NATIONAL, "days_to_answer", by="half")
    assert (found["total"]["value"], found["total"]["second"]) == (11.0, 18.0)
    in_time = await figure(reports, SANNA, "answered_in_time", yta="ita", by="half")
    assert (in_time["total"]["value"], in_time["total"]["numerator"], in_time["total"]["denominator"]) == (90.0, 9, 10)


async def test_a_median_of_few_is_hidden_like_their_count(reports: Reports, clock: MovedClock) -> None:
    for days in (2, 4, 30):
        await answered(reports.feed, clock, "12", after_days=days)
    await reports.pull()
    found = (await figure(reports, NATIONAL, "days_to_answer", by="half"))["total"]
    assert found["value"] is None
    assert found["second"] is None
    assert found["denominator"] is None
    assert found["hidden"]


async def test_a_share_that_would_tell_of_a_few_is_hidden(reports: Reports, clock: MovedClock) -> None:
    for days in (*range(1, 11), 30, 40):
        await answered(reports.feed, clock, "12", after_days=days)
    await reports.pull()
    total = (await figure(reports, NATIONAL, "answered_in_time", by="half"))["total"]
    assert total["value"] is None, "10 of 12 in time would tell that 2 were not"


async def test_dissents_are_told_as_a_share_of_answers(reports: Reports, clock: MovedClock) -> None:
    for dissents in (1, 0, 2, 0):
        await answered(reports.feed, clock, "12", after_days=3, dissents=dissents)
    await reports.pull()
    assert (await figure(reports, SANNA, "dissents", yta="ita", by="half"))["total"]["value"] == 50.0


async def test_triage_is_divided_by_the_first_decision(reports: Reports) -> None:
    cases = await submitted(reports.feed, "12", 12)
    for case in cases[:7]:
        await reports.feed.tell("case.accepted", case, **codes("12"))
    for case in cases[7:]:
        await reports.feed.tell("case.advised_elsewhere", case, **codes("12"))
    await reports.feed.tell("case.advised_elsewhere", cases[0], **codes("12"))
    await reports.pull()
    found = await figure(reports, NATIONAL, "triage_outcomes")
    assert found["by"] == "outcome"
    assert {row["key"]: row["numerator"] for row in found["rows"]} == {
        "accepted": 7,
        "answered_directly": 0,
        "advised_elsewhere": 5,
        "urgent_redirected": 0,
        "declined": 0,
    }


async def _replies(reports: Reports, number: int, **said: Any) -> None:
    for _ in range(number):
        data = {"usefulness": 4, "plan_changed": "yes", "rows": {"will_do": 2, "partly": 1, "not": 1}} | said
        await reports.feed.tell("case.replied", uuid4(), **codes("12"), **data)
    await reports.pull()


async def test_recommendations_are_counted_by_row_and_hidden_by_case(reports: Reports) -> None:
    await _replies(reports, 6)
    rows = (await figure(reports, NATIONAL, "recommendation_replies"))["rows"]
    assert [(row["key"], row["numerator"], row["value"]) for row in rows] == [
        ("will_do", 12, 50.0),
        ("partly", 6, 25.0),
        ("not", 6, 25.0),
    ]


async def test_many_rows_of_a_single_case_stay_hidden(reports: Reports) -> None:
    await _replies(reports, 1, rows={"will_do": 9, "partly": 8, "not": 7})
    found = await figure(reports, NATIONAL, "recommendation_replies")
    assert [row["value"] for row in found["rows"]] == [None, None, None]
    assert [row["numerator"] for row in found["rows"]] == [None, None, None]


async def test_usefulness_is_a_mean_and_plan_changed_a_distribution_of_the_same_replies(reports: Reports) -> None:
    await _replies(reports, 6, usefulness=5)
    await _replies(reports, 6, usefulness=4, plan_changed="no")
    useful = await figure(reports, NATIONAL, "usefulness", by="half")
    assert (useful["total"]["value"], useful["total"]["denominator"]) == (4.5, 12)
    changed = await figure(reports, NATIONAL, "plan_changed")
    assert {row["key"]: row["value"] for row in changed["rows"]} == {"yes": 50.0, "partly": 0.0, "no": 50.0}


async def test_goals_are_measured_where_there_are_goals(reports: Reports) -> None:
    for change in (10.0, 20.0, 12.0, 8.0, 0.0, None):
        await reports.feed.tell("case.followed_up", uuid4(), **codes("12"), gas_change=change, wanted_change="yes")
    await reports.pull()
    found = (await figure(reports, NATIONAL, "gas_change", by="half"))["total"]
    assert (found["value"], found["denominator"]) == (10.0, 5)
    assert (await figure(reports, NATIONAL, "wanted_change"))["total"]["value"] == 6


async def test_competence_gaps_are_counted_by_case_under_each_theme_and_discipline(reports: Reports) -> None:
    for _ in range(6):
        case = uuid4()
        for discipline in ("lastenpsykiatria", "sosiaalityo"):
            gap = {"theme": "radikalisoituminen", "discipline": discipline, "language": "sv"}
            await reports.feed.tell("competence.gap", case, **codes("12") | gap)
    await reports.pull()
    assert seen(await figure(reports, NATIONAL, "competence_gaps", by="discipline")) == {
        "lastenpsykiatria": 6,
        "sosiaalityo": 6,
        "total": 6,
    }
    assert seen(await figure(reports, NATIONAL, "competence_gaps", by="theme")) == {"radikalisoituminen": 6, "total": 6}


async def test_a_figure_says_its_definition_its_age_and_what_it_lacks(reports: Reports, clock: MovedClock) -> None:
    await submitted(reports.feed, "12", 6)
    await reports.feed.tell("case.submitted", uuid4(), **codes("12", yta=None))
    await reports.pull()
    clock.move(timedelta(seconds=9))
    found = await figure(reports, NATIONAL, by="half")
    assert found["lag_seconds"] == 9
    assert found["unread"] == 1
    assert found["indicator"]["version"] == 1
    assert set(found["indicator"]["numerator"]) == {"fi", "sv", "en"}
    assert found["example"] is False


async def test_the_finding_is_by_rule_and_never_about_what_is_hidden(reports: Reports) -> None:
    assert (await figure(reports, NATIONAL, by="yta"))["finding"]["code"] == "nothing_yet"
    await submitted(reports.feed, "12", 2)
    await reports.pull()
    assert (await figure(reports, NATIONAL, by="yta"))["finding"]["code"] == "too_few"
    await submitted(reports.feed, "12", 28)
    await submitted(reports.feed, "10", 12)
    await reports.pull()
    largest = (await figure(reports, NATIONAL, by="yta"))["finding"]
    assert (largest["code"], largest["key"], largest["value"]) == ("largest", "ita", 30)


async def test_figures_follow_new_facts_at_once(reports: Reports) -> None:
    await submitted(reports.feed, "12", 6)
    await reports.pull()
    assert seen(await figure(reports, NATIONAL, by="half"))["total"] == 6
    await submitted(reports.feed, "12", 1)
    await reports.pull()
    assert seen(await figure(reports, NATIONAL, by="half"))["total"] == 7


async def test_periods_and_places_on_offer_are_those_the_caller_may_see(reports: Reports) -> None:
    await submitted(reports.feed, "12", 1)
    await reports.pull()
    mine = (await reports.as_(SANNA).get("/v1/periods")).json()
    assert [period["key"] for period in mine["periods"]] == ["2026", "2026-2", "2026-1"]
    assert [(place["key"], place["own"]) for place in mine["places"]] == [
        ("etela", False),
        ("ita", True),
        ("pohjoinen", False),
    ]
    assert (await reports.as_(a_person("professional")).get("/v1/periods")).json()["places"] == []


async def test_every_indicator_answers_every_division_it_offers(reports: Reports, clock: MovedClock) -> None:
    for area in ("12", "13", "10", "20"):
        await answered(reports.feed, clock, area, after_days=5)
    await _replies(reports, 3)
    await reports.feed.tell("case.followed_up", uuid4(), **codes("12"), gas_change=5, rows={"done": 2})
    await reports.pull()
    for indicator in (await reports.as_(NATIONAL).get("/v1/indicators")).json():
        for by in indicator["by"]:
            assert (await figure(reports, NATIONAL, indicator["slug"], by=by))["by"] == by
        for by in indicator["by_own"]:
            assert (await figure(reports, SANNA, indicator["slug"], yta="ita", by=by))["kind"] == "exact"
        for place in ({}, {"yta": "ita"}, {"yta": "etela"}):
            found = await figure(reports, SANNA, indicator["slug"], **place)
            for by in found["divisions"]:
                assert (await figure(reports, SANNA, indicator["slug"], by=by, **place))["divisions"]


async def test_own_counts_agree_with_a_plain_count_of_the_facts(reports: Reports, databases: Databases) -> None:
    random = Random(7)
    for _ in range(60):
        themes = random.sample(["vakivalta", "huoltoriita", "sijaishuolto"], random.choice((1, 2)))
        await submitted(reports.feed, random.choice(PLACES["ita"]), themes=themes, language=random.choice(("fi", "sv")))
    await reports.pull()
    with databases.superuser("reporting") as connection:
        for by, column in (("area", "area"), ("language", "language"), ("theme", "unnest(themes)")):
            plain: dict[str, int] = dict(
                connection.execute(f"select {column}, count(*) from fact group by 1").fetchall()
            )
            found = seen(await figure(reports, SANNA, yta="ita", by=by))
            assert {key: value for key, value in found.items() if key != "total" and value} == plain


async def test_rows_stand_largest_first_and_the_order_of_hidden_ones_tells_nothing(reports: Reports) -> None:
    for area, number in {"12": 6, "13": 30, "14": 1, "15": 3, "10": 11, "20": 40, "21": 14}.items():
        await submitted(reports.feed, area, number)
    await reports.pull()
    rows = (await figure(reports, NATIONAL, by="area"))["rows"]
    shown = [row["value"] for row in rows if row["hidden"] is None]
    assert shown == sorted(shown, reverse=True)
    places = [area for areas in sorted(PLACES) for area in PLACES[areas]]
    hidden = [row["key"] for row in rows if row["hidden"]]
    assert hidden == [area for area in places if area in hidden]


async def test_a_protected_year_is_kept_until_its_own_cases_change(reports: Reports) -> None:
    """Protecting takes seconds, and facts come all day: most of them change nothing in most figures."""
    kept = reports.app.state.shelf._kept
    cases = await submitted(reports.feed, "12", 30)
    await reports.pull()
    await asyncio.gather(*(figure(reports, NATIONAL, by=by) for by in ("yta", "theme", "month")))
    (_, first), *others = kept.values()
    assert others == []
    await reports.feed.tell("competence.gap", cases[0], **codes("12"))
    await reports.pull()
    await figure(reports, NATIONAL, by="yta")
    assert kept[("submitted", 2026)][1] is first
    await submitted(reports.feed, "12", 1)
    await reports.pull()
    assert seen(await figure(reports, NATIONAL, by="yta"))["total"] == 31
    assert kept[("submitted", 2026)][1] is not first
