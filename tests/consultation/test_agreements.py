"""Whose experts may be used, and how often: the registry's agreements as a team meets them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.shared.clock import MovedClock
from tests.builders.people import a_person
from tests.builders.work import Expert, Work, an_expert, ok, refused, some_work
from tests.support.apps import App

pytestmark = pytest.mark.anyio
TODAY = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
async def work(consultation: App, registry: App, clock: MovedClock) -> Work:
    clock.set(TODAY)
    return await some_work(consultation, registry)


async def agreed(work: Work, **terms: Any) -> tuple[Expert, dict[str, Any]]:
    """An expert of an organisation in another county, and the agreement by which the case's area may use it."""
    keeper = work.registry.as_(a_person("coordinator", yta="ita"))
    name = {"fi": "Siltapaikka ry", "sv": "Siltapaikka rf"}
    body = {"slug": "siltapaikka", "name": name, "type": "jarjesto", "area": "13", "areas": ["13"], "languages": ["fi"]}
    organisation = ok(await keeper.post("/v1/organisations", json=body))
    usual = {"areas": ["12"], "valid_from": "2026-01-01"}
    agreement = ok(await keeper.post("/v1/organisations/siltapaikka/agreements", json=usual | terms))
    expert = await an_expert(work.registry, "Sovittu Osaaja", "nuorisopsykiatri", employer=organisation["id"])
    return expert, agreement


async def test_a_month_s_consultations_are_counted_over_all_cases(work: Work, clock: MovedClock) -> None:
    expert, agreement = await agreed(work, month_limit=1)
    ok(await work.invite(expert, reason="Ainoa.", exception=None))
    [sent] = await work.events("invitation.sent")
    assert (sent["data"]["agreement"], sent["data"]["agreement_why"]) == (agreement["id"], None)

    other = await some_work(work.app, work.registry)
    [member] = (await other.proposal())["members"]
    assert (member["agreement_ok"], member["agreement_why"]) == (False, "month_full")
    refused(await other.invite(expert, exception=None), 422, "exception_reason_required")
    clock.move(timedelta(days=7))  # December
    await other.proposal()
    ok(await other.invite(expert, exception=None))


async def test_who_said_no_leaves_room_in_the_month(work: Work) -> None:
    expert, _ = await agreed(work, month_limit=1)
    ok(await work.invite(expert, reason="Ainoa.", exception=None))
    ok(await work.answer(expert, "decline"))
    other = await some_work(work.app, work.registry)
    [member] = (await other.proposal())["members"]
    assert member["agreement_ok"]


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"themes": ["kunniavakivalta"]}, "themes"),
        ({"valid_to": "2026-11-23"}, "ended"),
        ({"valid_from": "2026-11-25"}, "coming"),
        ({"areas": ["15"]}, "missing"),
        ({"themes": ["sijaishuolto"], "valid_to": "2026-11-24"}, None),
    ],
)
async def test_what_an_agreement_does_not_cover_is_told_by_why(
    work: Work, terms: dict[str, Any], why: str | None
) -> None:
    expert, _ = await agreed(work, **terms)
    [member] = (await work.proposal())["members"]
    assert (member["expert"], member["agreement_ok"], member["agreement_why"]) == (expert.id, why is None, why)


async def test_an_exception_is_asked_of_somebody_chosen_by_hand_too(work: Work) -> None:
    expert, _ = await agreed(work, themes=["kunniavakivalta"])
    police = await an_expert(work.registry, "Sovittu Poliisi", "poliisi", employer=expert.entry["employer"]["id"])
    problem = refused(await work.invite(police, reason="Tarvitaan.", exception=None), 422, "exception_reason_required")
    assert problem["experts"] == [police.id]
