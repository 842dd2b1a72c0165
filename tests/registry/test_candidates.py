from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from demo.story.organisations import WITHOUT_AGREEMENT
from services.shared.clock import MovedClock
from tests.builders.story import expert_id, organisation_id, person_id
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]


async def candidates(registry: App, **need: Any) -> dict[str, dict[str, Any]]:
    body = {"area": "12", "yta": "ita", **need}
    answer = await registry.as_service("consultation", act=str(person_id("sanna"))).post("/v1/candidates", json=body)
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["items"]}


async def test_those_with_a_theme_or_a_discipline_are_told_with_their_levels(network: App) -> None:
    found = await candidates(network, themes=["kunniavakivalta"], disciplines=["kulttuuri_uskonto_tulkkaus"])
    tuomas, hodan = found["Tuomas Rinne"], found["Hodan Yusuf"]
    assert tuomas["expert"] == str(expert_id("tuomas"))
    assert tuomas["person"] == str(person_id("tuomas"))
    assert tuomas["themes"] == [{"slug": "kunniavakivalta", "level": 3, "assured": True}]
    assert tuomas["employer_name"] == "Keski-Suomen hyvinvointialue"
    assert (tuomas["area"], tuomas["yta"]) == ("15", "ita")
    assert hodan["disciplines"] == ["kokemusasiantuntijuus", "kulttuuri_uskonto_tulkkaus"]
    assert "Risto Koponen" not in found


async def test_another_area_or_language_excludes_nobody(network: App) -> None:
    found = await candidates(network, themes=["kunniavakivalta"], languages=["fi"])
    assert "Kaisa Björklund" in found
    assert found["Kaisa Björklund"]["conflicts"] == [
        {"organisation": str(organisation_id("solgardens_barnhem")), "area": None, "person": None}
    ]


async def test_absences_are_told_for_the_matcher_to_weigh(network: App) -> None:
    found = await candidates(network, themes=["haastavat_erot"])
    assert (found["Outi Kinnunen"]["away_from"], found["Outi Kinnunen"]["away_until"]) == ("2026-11-16", "2026-12-04")


async def test_an_employer_without_an_agreement_is_told(network: App) -> None:
    here = await candidates(network, disciplines=["sosiaalityo_lastensuojelu"])
    assert here["Tuomas Rinne"]["agreement_ok"]
    elsewhere = await candidates(network, disciplines=["sosiaalityo_lastensuojelu"], area="17", yta="lansi")
    assert not elsewhere["Tuomas Rinne"]["agreement_ok"]
    own = {name for name, one in elsewhere.items() if one["agreement_ok"]}
    assert own
    kainuu = await candidates(network, area="20", yta="pohjoinen")
    assert any(one["area"] == "20" and one["agreement_ok"] for one in kainuu.values())
    lapland = await candidates(network, area="21", yta="pohjoinen")
    assert "kainuu" in WITHOUT_AGREEMENT
    assert not any(one["agreement_ok"] for one in lapland.values() if one["employer"] == str(organisation_id("kainuu")))


async def test_an_agreement_ends_with_its_last_day(network: App, clock: MovedClock) -> None:
    clock.set(datetime(2028, 1, 1, 8, tzinfo=UTC))
    found = await candidates(network, disciplines=["sosiaalityo_lastensuojelu"])
    assert not found["Tuomas Rinne"]["agreement_ok"]
    assert found["Anu Hakkarainen"]["agreement_ok"]  # the county's own


async def test_who_is_inactive_or_not_listed_is_not_proposed(network: App, as_: As) -> None:
    where = f"/v1/experts/{expert_id('tuomas')}"
    left = await as_("sanna").post(f"{where}/deactivate", json={"reason": "Lopetti."}, headers={"If-Match": '"1"'})
    assert left.status_code == 200
    assert "Tuomas Rinne" not in await candidates(network, themes=["kunniavakivalta"])


async def test_a_need_of_nothing_in_particular_finds_everybody(network: App) -> None:
    assert len(await candidates(network)) > 130


async def test_the_same_question_is_answered_in_the_same_order(network: App) -> None:
    first = await candidates(network, themes=["traumat"])
    assert list(first) == list(await candidates(network, themes=["traumat"]))


@pytest.mark.parametrize(
    ("need", "path"),
    [
        ({"area": "99"}, "area"),
        ({"themes": ["traumat", "nonsense"]}, "themes.1"),
        ({"disciplines": ["nonsense"]}, "disciplines.0"),
        ({"age_groups": ["7-12"]}, "age_groups.0"),
        ({"themes": "traumat"}, "themes"),
    ],
)
async def test_a_word_that_is_not_in_the_vocabulary_is_named(network: App, need: dict[str, Any], path: str) -> None:
    body = {"area": "12", **need}
    answer = await network.as_service("consultation").post("/v1/candidates", json=body)
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["path"] == path


async def test_no_human_asks_for_candidates(network: App, as_: As) -> None:
    for client in (as_("sanna"), as_("admin"), network.as_service("reporting"), network.as_service("gateway")):
        assert (await client.post("/v1/candidates", json={"area": "12"})).status_code == 403
