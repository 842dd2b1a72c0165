from __future__ import annotations

import pytest

from demo.story.load import load_registry
from tests.builders.story import ISSUER
from tests.support.apps import App

pytestmark = pytest.mark.anyio


async def test_the_five_collaborative_areas_know_their_members_and_centre(network: App) -> None:
    found = {one["key"]: one for one in (await network.client.get("/v1/collaborative-areas")).json()}
    assert {key: one["letter"] for key, one in found.items()} == {
        "etela": "E",
        "ita": "I",
        "sisa": "S",
        "lansi": "L",
        "pohjoinen": "P",
    }
    assert found["ita"]["members"] == ["12", "13", "14", "15"]
    assert "HUS" in found["etela"]["members"]
    assert found["ita"]["university_hospital"]["abbr"] == "KYS"
    centre = (await network.client.get(f"/v1/organisations/{found['ita']['centre_organisation']}")).json()
    assert centre["slug"] == "ot_ita"


async def test_areas_need_no_login_and_keep_their_leading_zeros(network: App) -> None:
    areas = (await network.client.get("/v1/areas")).json()
    codes = [area["code"] for area in areas]
    assert len(codes) == 25, "those of today, and the one of the example's merger"
    assert {"01", "21", "90", "91", "HUS"} <= set(codes)
    aland = next(area for area in areas if area["code"] == "91")
    assert aland["yta"] is None
    assert not aland["in_ot_scope"]
    assert all(area["name"]["fi"] and area["name"]["sv"] for area in areas)


@pytest.mark.parametrize(
    ("scheme", "count"),
    [
        ("themes", 35),
        ("theme_groups", 7),
        ("disciplines", 18),
        ("professions", 40),
        ("age_groups", 6),
        ("languages", 44),
        ("organisation_types", 24),
        ("group_types", 6),
        ("offering_kinds", 8),
        ("sectors", 24),
    ],
)
async def test_every_vocabulary_is_whole_and_has_both_languages(network: App, scheme: str, count: int) -> None:
    concepts = (await network.client.get(f"/v1/vocabularies/{scheme}")).json()
    assert len(concepts) == count
    assert all(concept["name"]["fi"] and concept["name"]["sv"] for concept in concepts)


async def test_a_theme_says_which_disciplines_its_team_needs_in_order(network: App) -> None:
    themes = {one["slug"]: one for one in (await network.client.get("/v1/vocabularies/themes")).json()}
    honour = themes["kunniavakivalta"]
    assert honour["group"] == "vakivalta"
    assert honour["required_disciplines"] == ["sosiaalityo_lastensuojelu", "kulttuuri_uskonto_tulkkaus"]
    assert honour["useful_disciplines"][:2] == ["poliisi", "psykologia"]
    assert themes["muu"]["required_disciplines"] == []


async def test_a_discipline_says_who_counts_for_it_and_for_which_ages(network: App) -> None:
    disciplines = {one["slug"]: one for one in (await network.client.get("/v1/vocabularies/disciplines")).json()}
    assert disciplines["nuorisopsykiatria"]["professions"] == ["nuorisopsykiatri"]
    assert disciplines["nuorisopsykiatria"]["age_groups"] == ["14-17", "18-"]
    assert "laakari" in disciplines["nuorisopsykiatria"]["professions_with_competence"]
    assert disciplines["psykologia"]["age_groups"] is None


async def test_a_vocabulary_that_did_not_change_is_not_sent_again(network: App) -> None:
    first = await network.client.get("/v1/vocabularies/age_groups")
    again = await network.client.get("/v1/vocabularies/age_groups", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    changed = await network.client.get("/v1/vocabularies/age_groups", headers={"If-None-Match": '"other"'})
    assert changed.status_code == 200


async def test_an_unknown_vocabulary_is_refused_with_its_field(network: App) -> None:
    answer = await network.client.get("/v1/vocabularies/recipes")
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["path"] == "scheme"


async def test_loading_the_reference_again_changes_nothing(network: App) -> None:
    before = (await network.client.get("/v1/vocabularies/themes")).headers["ETag"]
    await load_registry(network.house.settings_for("registry"), ISSUER)
    assert (await network.client.get("/v1/vocabularies/themes")).headers["ETag"] == before
