"""A request: written, saved, checked, sent to a named coordinator."""

from typing import Any

import pytest

from tests.builders.cases import (
    CONSENT,
    QUESTION,
    REQUEST,
    SITUATION,
    SUBJECT,
    a_case,
    a_coordinator,
    a_draft,
    codes,
    got,
    refused,
    the_world,
)
from tests.builders.people import a_person
from tests.support.apps import App, House

pytestmark = pytest.mark.anyio


async def test_a_sent_request_names_its_coordinator_and_the_promised_times(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    assert case.view["state"] == "submitted"
    assert case.view["coordinator"]["name"] == "Sanna Heiskanen"
    assert {clock["name"]: clock["due"] for clock in case.view["clocks"]} == {
        "receipt": "2026-11-25T07:40:00Z",
        "first": "2026-12-01T07:40:00Z",
    }
    assert case.code.startswith("OT-I-")
    assert case.view["next"] == {**case.view["next"], "turn": False, "code": "accept", "who": ["Sanna Heiskanen"]}


async def test_nothing_is_required_of_a_draft_and_everything_is_told_when_it_is_sent(
    consultation: App, registry: App
) -> None:
    world = await the_world(consultation, registry)
    asker = consultation.as_(world.asker)
    draft = got(await asker.post("/v1/cases", json={}))
    problem = refused(
        await asker.post(f"/v1/cases/{draft['id']}/submit", json={}, headers={"If-Match": '"1"'}), 422, "invalid"
    )
    assert set(codes(problem)) == {
        "line",
        "area",
        "subject",
        "themes",
        "age_groups",
        "client_languages",
        "language",
        "form",
        "situation",
        "questions",
    }


async def test_a_draft_keeps_what_was_saved_and_changes_only_what_was_sent(consultation: App, registry: App) -> None:
    case = await a_draft(consultation, registry)
    saved = got(await case.save(case.people.asker, {"tried": "Perhetyötä."}))
    assert (saved["tried"], saved["situation"], saved["questions"]) == ("Perhetyötä.", SITUATION, [QUESTION])
    assert saved["version"] == case.view["version"] + 1


async def test_the_same_draft_saved_twice_at_once_is_one_version_and_no_conflict(
    consultation: App, registry: App
) -> None:
    case = await a_draft(consultation, registry)
    texts = {"subject": SUBJECT, "questions": [QUESTION], "themes": ["kunniavakivalta"], "situation": "Sama teksti."}
    first = got(await case.save(case.people.asker, texts))
    assert got(await case.save(case.people.asker, texts))["version"] == first["version"]
    refused(await case.save(case.people.asker, texts | {"situation": "Toinen teksti."}), 412, "stale_version")


async def test_empty_questions_of_a_form_are_left_out(consultation: App, registry: App) -> None:
    case = await a_draft(consultation, registry, questions=["", "Yksi kysymys?", " "])
    assert case.view["questions"] == ["Yksi kysymys?"]


async def test_nobody_else_sees_a_draft_not_even_the_coordinator(consultation: App, registry: App) -> None:
    case = await a_draft(consultation, registry)
    for caller in (case.people.coordinator, a_person(), a_person("expert")):
        refused(await case.as_(caller).get(case.path), 404, "not_found")


async def test_the_partner_may_do_what_the_asker_may_until_replaced(consultation: App, registry: App) -> None:
    partner, other = a_person(name="Anu Hakkarainen"), a_person(name="Outi Toinen")
    case = await a_draft(consultation, registry, partner=partner.id)
    assert "submit" in [one["act"] for one in got(await case.as_(partner).get(case.path))["allowed"]]
    case.view = got(await case.save(case.people.asker, {"partner": other.id}))
    refused(await case.as_(partner).get(case.path), 404, "not_found")
    case.view = got(await case.try_(other, "submit"))
    assert case.view["state"] == "submitted"


async def test_nobody_is_their_own_partner(consultation: App, registry: App) -> None:
    world = await the_world(consultation, registry)
    body = {**REQUEST, "partner": world.asker.id}
    assert codes(refused(await consultation.as_(world.asker).post("/v1/cases", json=body), 422, "invalid")) == {
        "partner": "yourself"
    }


HETU = "131052-308T"
TEXTS = ("subject", "situation", "tried", "involved", "expertise_wished", "participants")


@pytest.mark.parametrize("field", [*TEXTS, "questions"])
async def test_an_identity_code_is_refused_in_every_text_of_a_request(
    consultation: App, registry: App, field: str
) -> None:
    case = await a_draft(consultation, registry)
    text: Any = f"Lapsi {HETU}"
    problem = refused(
        await case.save(case.people.asker, {field: [text] if field == "questions" else text}), 422, "invalid"
    )
    assert problem["fields"][0]["code"] == "hetu_found"
    assert problem["fields"][0]["quote"] == HETU
    assert problem["fields"][0]["path"] == ("questions.0" if field == "questions" else field)


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("return", {"text": HETU, "due": "2026-12-01"}),
        ("complete", {"text": HETU}),
        ("advise-elsewhere", {"place": HETU, "contact": HETU, "text": HETU}),
        ("redirect-urgent", {"text": HETU}),
        ("decline", {"reason_code": "other", "text": HETU}),
        ("withdraw", {"reason": HETU}),
        ("reopen", {"reason": HETU}),
        ("transfer", {"yta": "lansi", "reason": HETU}),
        ("merge", {"into": "OT-I-7K42M", "reason": HETU}),
        ("consents", CONSENT | {"client_reference": HETU}),
    ],
)  # fmt: skip
async def test_an_identity_code_is_refused_in_every_text_of_every_act(
    consultation: App, registry: App, act: str, body: dict[str, Any]
) -> None:
    case = await a_case(consultation, registry)
    caller = case.people.asker if act in ("complete", "withdraw", "reopen", "consents") else case.people.coordinator
    problem = refused(await case.try_(caller, act, body), 422, "invalid")
    assert {one["code"] for one in problem["fields"]} == {"hetu_found"}
    assert (await case.read())["state"] == "submitted"


async def test_findings_must_be_looked_at_before_sending(consultation: App, registry: App) -> None:
    case = await a_draft(consultation, registry, situation="Äidin numero on 040 123 4567.")
    problem = refused(await case.try_(case.people.asker, "submit"), 409, "findings_not_confirmed")
    assert [(one["field"], one["kind"], one["quote"]) for one in problem["findings"]] == [
        ("situation", "phone", "040 123 4567")
    ]
    assert (await case.do(case.people.asker, "submit", {"findings_confirmed": True}))["state"] == "submitted"


async def test_a_name_is_only_a_hint(consultation: App, registry: App) -> None:
    case = await a_draft(consultation, registry, situation="Kerroimme Marialle.")
    assert [one["kind"] for one in case.view["findings"]] == ["name"]
    assert (await case.do(case.people.asker, "submit"))["state"] == "submitted"


async def test_the_privacy_check_answers_without_keeping_anything(consultation: App, registry: App) -> None:
    body = {"texts": {"situation": f"Tunnus {HETU}", "tried": "Ei mitään."}}
    found = got(await consultation.as_(a_person()).post("/v1/privacy-checks", json=body))["findings"]
    assert [(one["field"], one["kind"], one["blocking"]) for one in found] == [("situation", "hetu", True)]


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"area": "99"}, "area", "unknown"),
        ({"area": "91"}, "area", "outside_ot_centres"),
        ({"themes": ["ei_ole"]}, "themes", "unknown"),
        ({"language": "xx"}, "language", "unknown"),
        ({"form": "group_14"}, "form", "not_on_this_line"),
        ({"identification": "statement"}, "identification", "not_group_14_line"),
        ({"line": "etela-savo-14", "area": "13", "form": "group_14"}, "line", "not_in_this_area"),
        ({"line": "etela-savo-14", "form": "group_14"}, "line", "not_for_your_organisation"),
    ],
)
async def test_what_does_not_fit_is_told_by_the_field_and_nothing_is_sent(
    consultation: App, registry: App, changed: dict[str, Any], field: str, code: str
) -> None:
    case = await a_draft(consultation, registry, **changed)
    response = await case.try_(case.people.asker, "submit")
    assert response.status_code == 422
    assert codes(response.json())[field] == code
    assert (await case.read())["state"] == "draft"


async def test_an_unknown_line_is_refused_at_once(consultation: App, registry: App) -> None:
    world = await the_world(consultation, registry)
    response = await consultation.as_(world.asker).post("/v1/cases", json={"line": "ei-ole"})
    assert codes(refused(response, 422, "invalid")) == {"line": "unknown"}


@pytest.mark.parametrize(
    "body",
    [
        {"subject": "x" * 121},
        {"situation": "x" * 6001},
        {"questions": ["a", "b", "c", "d"]},
        {"questions": ["x" * 601]},
        {"urgency": "eilen"},
        {"themes": ["Sijaishuolto!"]},
        {"area": "12a"},
        {"partner": "ei-tunnus"},
        {"hetu": "on"},
        {"subject": 7},
    ],
)
async def test_bad_input_is_refused_by_the_field(consultation: App, registry: App, body: dict[str, Any]) -> None:
    problem = refused(await consultation.as_(a_person()).post("/v1/cases", json=body), 422, "invalid")
    assert problem["fields"]


async def test_the_case_goes_to_the_coordinator_with_the_fewest_open_ones(consultation: App, registry: App) -> None:
    first = await a_case(consultation, registry)
    other = await a_coordinator(registry, "Toini Toinen", "ita")
    await a_coordinator(registry, "Pekka Nousiainen", "ita", deputy=True)
    second = await a_case(consultation, registry, people=first.people)
    assert second.view["coordinator"]["person"] == other.id
    third, fourth = [await a_case(consultation, registry, people=first.people) for _ in range(2)]
    assert {third.view["coordinator"]["name"], fourth.view["coordinator"]["name"]} == {
        "Sanna Heiskanen",
        "Toini Toinen",
    }


async def test_a_deputy_is_named_where_there_is_nobody_else(consultation: App, registry: App) -> None:
    case = await a_draft(consultation, registry, area="19")
    refused(await case.try_(case.people.asker, "submit"), 409, "no_coordinator")
    await a_coordinator(registry, "Pohjan Sijainen", "pohjoinen", deputy=True)
    sent = await case.do(case.people.asker, "submit")
    assert (sent["coordinator"]["name"], sent["yta"]) == ("Pohjan Sijainen", "pohjoinen")
    assert sent["code"].startswith("OT-P-"), "the letter is that of the centre that owns the case"


async def test_where_the_registry_is_down_the_draft_is_kept_and_the_refusal_names_it(
    consultation: App, registry: App, house: House
) -> None:
    case = await a_draft(consultation, registry, area="20")
    house.down.add("registry")
    consultation.app.state.registry._kept.clear()
    assert refused(await case.try_(case.people.asker, "submit"), 503, "service_unavailable")["service"] == "registry"
    assert (await case.read())["subject"] == SUBJECT


async def test_a_request_begun_twice_with_one_key_is_one_draft(consultation: App, registry: App) -> None:
    world = await the_world(consultation, registry)
    asker = consultation.as_(world.asker, **{"Idempotency-Key": "form-1"})
    first, second = [await asker.post("/v1/cases", json=REQUEST) for _ in range(2)]
    assert got(first)["id"] == got(second)["id"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(got(await consultation.as_(world.asker).get("/v1/cases"))["items"]) == 1


async def test_a_case_is_found_by_its_code_too(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    for name in (case.code, case.code.lower()):
        assert got(await case.as_(case.people.asker).get(f"/v1/cases/{name}"))["id"] == case.id
    for unknown in ("OT-I-22222", "ei-mikään", "0197f4a0-0000-7000-8000-000000000000"):
        refused(await case.as_(case.people.asker).get(f"/v1/cases/{unknown}"), 404, "not_found")


async def test_every_line_has_its_names_in_three_languages_and_its_own_times(consultation: App, registry: App) -> None:
    await the_world(consultation, registry)
    lines = got(await consultation.as_(a_person()).get("/v1/lines"))
    assert len(lines) >= 8
    for line in lines:
        assert all(line[text][language] for text in ("name", "description") for language in ("fi", "sv", "en"))
        assert line["clocks"]["receipt_hours"] > 0
        assert got(await consultation.as_(a_person()).get(f"/v1/lines/{line['slug']}")) == line
    assert [line["slug"] for line in lines if line["guide_me"]] == ["ohjaa-minua"]
    assert [line["area"] for line in lines if line["group_14"]] == ["12"]
    assert [line["slug"] for line in lines if line["languages"] == ["sv"]] == ["svenska-linjen"]
    refused(await consultation.as_(a_person()).get("/v1/lines/ei-ole"), 404, "not_found")
