"""The example must be good enough to play every part of the story, and invented beyond doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from demo.people import PEOPLE
from demo.story import people
from demo.story.ids import organisation_id, person_id
from demo.story.load import load_registry
from demo.story.logins import everybody_else
from demo.story.organisations import organisations
from services.registry.reference import read_data
from services.shared.personal_codes import holds_code
from tests.builders.story import ISSUER
from tests.support.apps import App

Rows = Callable[..., list[tuple[Any, ...]]]


def themes() -> list[dict[str, Any]]:
    data = read_data("themes")
    return [*data["themes"], *data["themes_without_a_source"]["themes"]]


def test_there_are_enough_organisations_of_every_kind_the_network_has() -> None:
    kinds = Counter(told["type"] for told in organisations().values())
    assert sum(kinds.values()) >= 45
    assert (kinds["hyvinvointialue"], kinds["helsinki"], kinds["hus"]) == (21, 1, 1)
    assert (kinds["osaamiskeskus"], kinds["ot_keskus"], kinds["yliopistollinen_sairaala"]) == (11, 5, 5)
    assert {one["slug"] for one in read_data("organisation_types")["organisation_types"]} == set(kinds)


def test_every_county_has_its_organisation() -> None:
    covered = {told["area"] for told in organisations().values() if told["type"] in ("hyvinvointialue", "helsinki")}
    assert covered == {area["code"] for area in read_data("areas")["areas"] if area["in_ot_scope"]}


def test_every_name_is_in_both_languages() -> None:
    assert all(told["name"]["fi"] and told["name"]["sv"] for told in organisations().values())


def test_there_are_enough_experts_and_no_two_share_a_name() -> None:
    assert len(people.experts()) >= 130
    names = Counter(human.name for human in people.humans())
    assert [name for name, times in names.items() if times > 1] == []
    slugs = Counter(human.slug for human in people.humans())
    assert [slug for slug, times in slugs.items() if times > 1] == []


def test_the_same_seed_tells_the_same_people() -> None:
    first = [(told["slug"], told["capacity_month"]) for told in people.experts()]
    people.experts.cache_clear()
    assert [(told["slug"], told["capacity_month"]) for told in people.experts()] == first


def test_nothing_in_the_example_could_be_somebody_real() -> None:
    for path in ("organisations", "experts", "profiles"):
        text = (people.__file__.rpartition("/")[0]) + f"/{path}.json"
        with open(text, encoding="utf-8") as file:
            content = file.read()
        assert not holds_code(content)
    assert all(told["contact"]["email"].endswith(".example") for told in organisations().values())
    assert all(person.email.endswith(".example") for person in PEOPLE)


@pytest.mark.anyio
async def test_what_every_theme_requires_is_met_somewhere(network: App, rows: Rows) -> None:
    found = rows("select unnest(disciplines), count(*) from expert where active group by 1")
    disciplines = {slug for slug, _ in found}
    for theme in themes():
        assert set(theme["disciplines"]["required"]) <= disciplines, theme["slug"]
    known = {slug for (slug,) in rows("select distinct concept from competence where scheme = 'themes'")}
    assert {theme["slug"] for theme in themes()} - known <= {"muu"}


@pytest.mark.anyio
async def test_some_areas_and_languages_lack_something(network: App, rows: Rows) -> None:
    """So that the story has gaps of competence to show."""
    forensic = "select count(*) from expert where 'oikeuspsykiatria_psykologia' = any(disciplines)"
    assert rows(f"{forensic} and languages[1] = 'sv'") == [(0,)]
    assert rows(f"{forensic} and area = '20'") == [(0,)]
    assert rows("select count(*) from expert where 'lastenneurologia' = any(disciplines) and area = '17'") == [(0,)]
    assert rows("select count(*) from expert where 'se' = any(languages)")[0][0] > 0


@pytest.mark.anyio
async def test_everything_is_marked_as_an_example(network: App, rows: Rows) -> None:
    for table in ("organisation", "expert", "person", "membership", "domain_rule", "connected_system", "agreement"):
        assert rows(f"select count(*) filter (where not example), count(*) > 0 from {table}") == [(0, True)]


@pytest.mark.anyio
async def test_every_collaborative_area_has_a_coordinator_and_those_who_log_in_are_known(
    network: App, rows: Rows
) -> None:
    found = rows("select distinct yta from membership where role = 'coordinator'")
    assert {yta for (yta,) in found} == {"etela", "ita", "sisa", "lansi", "pohjoinen"}
    known = {subject for (subject,) in rows("select subject from person where issuer = %s", ISSUER)}
    assert {person.subject for person in PEOPLE} - known == people.NOT_KNOWN_YET


@pytest.mark.anyio
async def test_loading_again_keeps_what_people_changed_and_follows_a_new_address(network: App, rows: Rows) -> None:
    before = rows("select count(*) from expert"), rows("select count(*) from event")
    with network.house.databases.superuser("registry") as connection:
        connection.execute("update organisation set name_fi = 'Muutettu' where id = %s", [organisation_id("kys")])
    await load_registry(network.house.settings_for("registry"), "http://127.0.0.1:9004")
    assert rows("select name_fi from organisation where id = %s", organisation_id("kys")) == [("Muutettu",)]
    assert (rows("select count(*) from expert"), rows("select count(*) from event")) == before
    assert rows("select issuer from person where id = %s", person_id("sanna")) == [("http://127.0.0.1:9004",)]
    assert rows("select distinct issuer from domain_rule") == [("http://127.0.0.1:9004",)]


@pytest.mark.anyio
async def test_whoever_a_proposal_may_name_can_log_in(network: App, rows: Rows) -> None:
    named = {str(slug) for (slug,) in rows("select p.subject from expert e join person p on p.id = e.person_id")}
    assert named <= {person.subject for person in (*PEOPLE, *everybody_else())}
