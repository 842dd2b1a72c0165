"""The team that is suggested to a coordinator."""

from datetime import date

import pytest

from tests.builders.people import a_person
from tests.builders.work import a_usual_team, an_expert, ok, refused, some_work, theme
from tests.support.apps import App
from tests.support.databases import Databases

pytestmark = pytest.mark.anyio


async def test_a_whole_team_is_suggested_with_reasons_and_roles(consultation: App, registry: App) -> None:
    work = await some_work(consultation, registry)
    await a_usual_team(work)
    proposal = await work.proposal()
    assert {one["name"] for one in proposal["members"]} == {"Tuomas Rinne", "Leena Vartiainen", "Pia Laine"}
    assert proposal["required"] == ["sosiaalityo_lastensuojelu", "nuorisopsykiatria"]
    assert proposal["missing"] == []
    assert proposal["optimal"] is True
    tuomas = next(one for one in proposal["members"] if one["name"] == "Tuomas Rinne")
    assert tuomas["role"] == "chair"
    assert tuomas["covers"] == ["sosiaalityo_lastensuojelu"]
    assert {"only_one_with", "theme", "same_collaborative_area", "no_known_conflict"} <= {
        reason["code"] for reason in tuomas["reasons"]
    }


async def test_the_same_question_gets_the_same_stored_answer(
    consultation: App, registry: App, databases: Databases
) -> None:
    work = await some_work(consultation, registry)
    await a_usual_team(work)
    first, second = await work.proposal(), await work.proposal()
    assert first == second
    with databases.superuser("consultation") as connection:
        [(inputs, result)] = connection.execute("select inputs, result from team_proposals").fetchall()
    assert len(inputs["experts"]) == 3
    assert set(result["members"]) == {one["expert"] for one in first["members"]}


async def test_a_stored_proposal_names_nobody_and_holds_no_text(
    consultation: App, registry: App, databases: Databases
) -> None:
    work = await some_work(consultation, registry)
    await a_usual_team(work)
    await work.proposal()
    with databases.superuser("consultation") as connection:
        [(stored,)] = connection.execute("select inputs::text || result::text from team_proposals").fetchall()
    assert not [word for word in ("Tuomas", "Rinne", "Kanarialintu", "Etelä-Savo") if word in stored]


async def test_who_is_away_full_or_in_conflict_is_not_suggested_and_the_gap_says_why(
    consultation: App, registry: App
) -> None:
    work = await some_work(consultation, registry)
    await an_expert(registry, "Poissa Oleva", "nuorisopsykiatri", away=(date(2026, 11, 20), date(2026, 12, 4)))
    await an_expert(registry, "Ei Aikaa", "sosiaalityontekija", capacity_month=0)
    await an_expert(registry, "Esteellinen Osaaja", "psykologi", conflicts=[{"area": "12"}])
    proposal = await work.proposal()
    assert proposal["members"] == []
    assert {gap["discipline"]: gap["code"] for gap in proposal["missing"]} == {
        "sosiaalityo_lastensuojelu": "no_capacity",
        "nuorisopsykiatria": "away",
    }


async def test_open_work_counts_wherever_the_cases_are(consultation: App, registry: App) -> None:
    far = await some_work(consultation, registry, yta="etela", area="01")
    work = await some_work(consultation, registry)
    far.coordinator = a_person("coordinator", yta="etela")
    busy = await an_expert(registry, "Kiireinen Osaaja", "nuorisopsykiatri", capacity_month=1)
    ok(await far.invite(busy, reason="Ainoa."))
    proposal = await work.proposal()
    assert [gap["code"] for gap in proposal["missing"] if gap["discipline"] == "nuorisopsykiatria"] == ["no_capacity"]


async def test_an_expert_of_another_area_is_marked_and_comes_after_the_near(consultation: App, registry: App) -> None:
    work = await some_work(consultation, registry)
    await an_expert(registry, "Kaukaa Tuleva", "nuorisopsykiatri", area="05", areas=["05"], yta="lansi")
    [far] = (await work.proposal())["members"]
    assert far["cross_area"] is True
    near = await an_expert(registry, "Läheltä Tuleva", "nuorisopsykiatri")
    proposal = await work.proposal()
    assert [one["expert"] for one in proposal["members"]] == [near.id]
    [alternative] = proposal["alternatives"]
    assert (alternative["name"], alternative["price"]) == ("Kaukaa Tuleva", ["distance"])


async def test_an_expert_without_an_agreement_is_marked(consultation: App, registry: App) -> None:
    work = await some_work(consultation, registry)
    await an_expert(registry, "Sopimukseton Osaaja", "nuorisopsykiatri")
    [member] = (await work.proposal())["members"]
    assert member["agreement_ok"] is False


async def test_after_a_decline_the_next_is_suggested_and_the_rest_of_the_team_stays(
    consultation: App, registry: App
) -> None:
    work = await some_work(consultation, registry)
    tuomas, leena, pia = await a_usual_team(work)
    next_one = await an_expert(registry, "Seuraava Psykiatri", "nuorisopsykiatri", area="05", areas=["05"], yta="lansi")
    await work.proposal()
    ok(await work.invite(tuomas, leena, pia))
    ok(await work.answer(leena, "decline"))
    proposal = await work.proposal()
    assert [one["expert"] for one in proposal["members"]] == [next_one.id]
    assert proposal["already"] == ["psykologia", "sosiaalityo_lastensuojelu"]


async def test_nobody_but_a_coordinator_of_the_area_gets_a_proposal(consultation: App, registry: App) -> None:
    work = await some_work(consultation, registry)
    url = f"{work.path}/team-proposal"
    refused(await work.as_(work.asker).get(url), 403, "forbidden")
    refused(await work.as_(a_person("coordinator", yta="lansi")).get(url), 404, "not_found")


async def test_no_team_is_sought_for_a_case_that_is_not_accepted(consultation: App, registry: App) -> None:
    work = await some_work(consultation, registry, state="submitted")
    refused(await work.as_(work.coordinator).get(f"{work.path}/team-proposal"), 409, "act_not_possible")


async def test_a_registry_that_is_down_is_named(consultation: App, registry: App) -> None:
    work = await some_work(consultation, registry)
    registry.house.down.add("registry")
    answer = refused(await work.as_(work.coordinator).get(f"{work.path}/team-proposal"), 503, "service_unavailable")
    assert answer["service"] == "registry"


async def test_strength_on_the_theme_decides_between_two_of_a_kind(consultation: App, registry: App) -> None:
    work = await some_work(consultation, registry, form="one_to_one")
    await an_expert(registry, "Aloitteleva", "nuorisopsykiatri")
    strong = await an_expert(registry, "Vahva", "nuorisopsykiatri", competences=[theme("sijaishuolto")])
    assert [one["expert"] for one in (await work.proposal())["members"]] == [strong.id]
