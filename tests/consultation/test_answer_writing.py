"""Many hands write one answer: each part is saved against its own version, and only the team sees the draft."""

import asyncio
from uuid import uuid4

import pytest

from services.shared.identity import Caller
from tests.builders.answers import ROW, a_consultation, a_published_answer, checked, drafted, in_signing, match
from tests.builders.people import a_person
from tests.support.apps import App

pytestmark = pytest.mark.anyio


async def test_a_started_answer_holds_the_questions_the_team_and_the_default_limits(consultation: App) -> None:
    made = await a_consultation(consultation)
    answer = checked(await made.as_(made.chair).post(f"{made.path}/answer", json={}))
    assert answer["state"] == "drafting"
    assert answer["kind"] == "note"
    assert answer["number"] is None
    assert answer["blocks"]["questions"]["text"] == "Miten lasten ääni kuuluu?"
    assert answer["blocks"]["who"]["text"].splitlines()[0] == "Tuomas Rinne, sosiaalityöntekijä, puheenjohtaja"
    assert "ei sido ketään" in answer["blocks"]["limits"]["text"]
    assert {block["version"] for block in answer["blocks"].values()} == {0}


async def test_the_defaults_follow_the_language_of_the_case(consultation: App) -> None:
    made = await a_consultation(consultation, language="sv")
    answer = checked(await made.as_(made.chair).post(f"{made.path}/answer", json={}))
    assert "inte bindande" in answer["blocks"]["limits"]["text"]
    assert "ordförande" in answer["blocks"]["who"]["text"]


async def test_a_case_has_one_draft_however_many_start_it_at_once(consultation: App) -> None:
    made = await a_consultation(consultation)
    starts = [made.as_(one).post(f"{made.path}/answer", json={}) for one in (*made.team, made.coordinator)]
    answers = await asyncio.gather(*starts)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"answer_already_started"}


async def test_a_start_sent_twice_with_one_key_starts_once(consultation: App) -> None:
    made = await a_consultation(consultation)
    chair = made.as_(made.chair, **{"Idempotency-Key": "start-1"})
    first, second = [await chair.post(f"{made.path}/answer", json={}) for _ in range(2)]
    assert checked(first)["id"] == checked(second)["id"]


async def test_every_block_can_be_saved_and_each_save_is_a_version(consultation: App) -> None:
    made = await a_consultation(consultation)
    await drafted(made)
    for block in ("background", "questions", "considerations", "who", "limits"):
        version = (await made.answer())["blocks"][block]["version"]
        saved = checked(await made.save(made.chair, block, f"Uusi teksti {block}", version))["blocks"][block]
        assert (saved["text"], saved["version"]) == (f"Uusi teksti {block}", version + 1)
        assert saved["written_by"] == "Tuomas Rinne"


async def test_the_second_of_two_savers_is_refused_with_what_the_first_wrote(consultation: App) -> None:
    made = await a_consultation(consultation)
    await drafted(made)
    checked(await made.save(made.chair, "considerations", "Puheenjohtajan teksti", 1))
    late = await made.save(made.members[0], "considerations", "Jäsenen teksti", 1)
    assert late.status_code == 412
    problem = late.json()
    assert problem["code"] == "block_changed"
    assert (problem["current"], problem["text"]) == (2, "Puheenjohtajan teksti")
    assert problem["written_by"] == "Tuomas Rinne"
    assert (await made.answer())["blocks"]["considerations"]["text"] == "Puheenjohtajan teksti"


async def test_of_two_saves_at_the_same_moment_one_stands_and_one_is_told(consultation: App) -> None:
    made = await a_consultation(consultation, members=3)
    await drafted(made)
    saves = [made.save(one, "considerations", f"Teksti: {one.name}", 1) for one in made.team]
    answers = await asyncio.gather(*saves)
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    standing = next(answer for answer in answers if answer.status_code == 200).json()["blocks"]["considerations"]
    assert {a.json()["text"] for a in answers if a.status_code == 412} == {standing["text"]}
    assert standing["version"] == 2


async def test_two_who_save_different_blocks_do_not_disturb_one_another(consultation: App) -> None:
    made = await a_consultation(consultation)
    await drafted(made)
    one, other = await asyncio.gather(
        made.save(made.chair, "background", "Uusi tausta", 1),
        made.save(made.members[0], "limits", "Uudet rajaukset", 0),
    )
    assert (one.status_code, other.status_code) == (200, 200)


async def test_the_same_text_saved_again_is_no_new_version(consultation: App) -> None:
    made = await a_consultation(consultation)
    before = await drafted(made)
    again = checked(await made.save(made.chair, "background", before["blocks"]["background"]["text"], 0))
    assert again["version"] == before["version"]
    assert again["blocks"]["background"]["version"] == before["blocks"]["background"]["version"]


async def test_a_save_without_a_version_is_refused(consultation: App) -> None:
    made = await a_consultation(consultation)
    await drafted(made)
    bare = await made.as_(made.chair).put(f"{made.path}/answer/blocks/limits", json={"text": "x"})
    assert (bare.status_code, bare.json()["code"]) == (428, "precondition_required")


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("put", "/answer/blocks/background", {"text": "Lapsi 131052-308T asuu äidillä."}),
        ("post", "/answer/recommendations", {**ROW, "what": "Soittakaa, hetu 131052-308T."}),
        ("post", "/answer/recommendations", {**ROW, "who": "131052-308T"}),
        ("post", "/answer/signature", {"opinion": "remark", "text": "Hetu 131052-308T."}),
        ("post", "/answer/corrections", {"reason": "131052-308T oli väärin"}),
    ],
)
async def test_a_personal_identity_code_is_refused_in_every_text(
    consultation: App, method: str, rest: str, body: dict[str, str]
) -> None:
    made = await a_consultation(consultation)
    await drafted(made)
    sent = await made.as_(made.chair).request(method, made.path + rest, json=body, headers=match(1))
    assert sent.status_code == 422
    assert sent.json()["fields"][0]["code"] == "hetu_found"
    assert sent.json()["fields"][0]["quote"] == "131052-308T"


async def test_a_text_over_its_length_is_refused_by_field(consultation: App) -> None:
    made = await a_consultation(consultation)
    await drafted(made)
    sent = await made.save(made.chair, "background", "a" * 8001, 1)
    assert sent.status_code == 422
    assert (sent.json()["fields"][0]["path"], sent.json()["fields"][0]["limit"]) == ("text", 8000)


async def test_recommendations_keep_their_order_and_move(consultation: App) -> None:
    made = await a_consultation(consultation)
    answer = await drafted(made, rows=3)
    first, second, third = (row["id"] for row in answer["recommendations"])
    url = f"{made.path}/answer/recommendations/{third}"
    moved = checked(await made.as_(made.chair).put(url, json={**ROW, "order": 1}, headers=match(1)))
    assert [row["id"] for row in moved["recommendations"]] == [third, first, second]
    assert [row["order"] for row in moved["recommendations"]] == [1, 2, 3]


async def test_a_recommendation_changed_by_another_is_not_overwritten(consultation: App) -> None:
    made = await a_consultation(consultation)
    answer = await drafted(made)
    url = f"{made.path}/answer/recommendations/{answer['recommendations'][0]['id']}"
    checked(await made.as_(made.chair).put(url, json={**ROW, "what": "Toinen ohje"}, headers=match(1)))
    late = await made.as_(made.members[0]).put(url, json={**ROW, "what": "Kolmas ohje"}, headers=match(1))
    assert (late.status_code, late.json()["code"]) == (412, "recommendation_changed")
    assert late.json()["what"] == "Toinen ohje"
    removal = await made.as_(made.members[0]).delete(url, headers=match(1))
    assert removal.status_code == 412


async def test_a_removed_recommendation_leaves_the_others_numbered_from_one(consultation: App) -> None:
    made = await a_consultation(consultation)
    answer = await drafted(made, rows=3)
    url = f"{made.path}/answer/recommendations/{answer['recommendations'][0]['id']}"
    left = checked(await made.as_(made.chair).delete(url, headers=match(1)))
    assert [row["order"] for row in left["recommendations"]] == [1, 2]
    assert (await made.as_(made.chair).delete(url, headers=match(1))).status_code == 404


async def test_an_answer_takes_a_dozen_recommendations_and_no_more(consultation: App) -> None:
    made = await a_consultation(consultation)
    await drafted(made, rows=12)
    over = await made.as_(made.chair).post(f"{made.path}/answer/recommendations", json=ROW)
    assert (over.status_code, over.json()["code"]) == (409, "too_many_recommendations")


async def test_the_asker_does_not_see_a_draft_nor_learn_that_there_is_one(consultation: App) -> None:
    made = await a_consultation(consultation)
    before = await made.as_(made.asker).get(f"{made.path}/answer")
    await in_signing(made)
    for rest in ("/answer", "/answer.pdf"):
        after = await made.as_(made.asker).get(made.path + rest)
        assert (after.status_code, after.json()["code"]) == (404, "answer_not_found")
    assert before.json()["code"] == "answer_not_found"


async def test_the_asker_can_neither_start_nor_write_nor_sign(consultation: App) -> None:
    made = await a_consultation(consultation)
    assert (await made.as_(made.asker).post(f"{made.path}/answer", json={})).status_code == 403
    await drafted(made)
    assert (await made.save(made.asker, "limits", "Sitoo!", 0)).status_code == 404
    assert (await made.sign(made.asker, version=1)).status_code == 404


@pytest.mark.parametrize("stranger", [a_person("coordinator", yta="lansi"), a_person("expert"), a_person()])
async def test_who_has_nothing_to_do_with_the_case_sees_nothing_of_its_answer(
    consultation: App, stranger: Caller
) -> None:
    made, _ = await a_published_answer(consultation)
    for rest in ("/answer", "/answer.pdf", "/reply", "/goals", "/follow-up"):
        found = await made.as_(stranger).get(made.path + rest)
        assert (found.status_code, found.json()["code"]) == (404, "not_found")


async def test_a_statement_is_started_only_on_a_14_line_and_where_one_was_asked_for(consultation: App) -> None:
    plain = await a_consultation(consultation)
    refused = await plain.as_(plain.chair).post(f"{plain.path}/answer", json={"kind": "statement"})
    assert (refused.status_code, refused.json()["code"]) == (409, "statement_not_possible")
    group = await a_consultation(consultation, line="ryhma-14", group_14=True, identification="statement")
    assert checked(await group.as_(group.chair).post(f"{group.path}/answer", json={}))["kind"] == "statement"


async def test_an_unknown_block_or_recommendation_is_a_clear_refusal(consultation: App) -> None:
    made = await a_consultation(consultation)
    await drafted(made)
    assert (await made.save(made.chair, "loppusanat", "x", 0)).status_code == 422
    url = f"{made.path}/answer/recommendations/{uuid4()}"
    gone = await made.as_(made.chair).put(url, json=ROW, headers=match(1))
    assert (gone.status_code, gone.json()["code"]) == (404, "recommendation_not_found")
