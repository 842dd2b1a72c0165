"""Whatever is sent to an answer or the loop after it: a clear refusal, never a surprise, and nothing changed."""

import json
from typing import Any

import pytest

from services.shared.identity import Caller
from tests.builders.answers import Consultation, a_published_answer, in_signing
from tests.builders.answers import a_consultation as a_case
from tests.support.apps import App

pytestmark = pytest.mark.anyio

ROW = "0198f000-0000-7000-8000-000000000000"
ROUTES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/answer"): {"kind": "note"},
    ("PUT", "/answer/blocks/background"): {"text": "x"},
    ("POST", "/answer/recommendations"): {"what": "x", "who": "x", "by_when": "x", "method": "x", "order": 1},
    ("PUT", f"/answer/recommendations/{ROW}"): {"what": "x"},
    ("DELETE", "/answer/recommendations/x"): {},
    ("POST", "/answer/ask-signatures"): {"due": "2026-12-01T10:00:00Z"},
    ("POST", "/answer/signature"): {"opinion": "agree", "text": "x", "recommendation": ROW},
    ("POST", "/answer/corrections"): {"reason": "x"},
    ("POST", "/answer-directly"): {"text": "x", "background": "x", "recommendations": []},
    ("POST", "/reply"): {"rows": [], "usefulness": 1, "plan_changed": "no", "without_advice": "same", "text": "x"},
    ("PUT", "/goals"): {"goals": []},
    ("POST", "/follow-up"): {"rows": [], "goals": [], "wanted_change": "no", "text": "x"},
    ("POST", "/close"): {"text": "x"},
}
STRANGE: list[Any] = [None, True, -1, 10**30, 1.5, "", "\x00", "\ud800", "a" * 9000, [], [[]], {"x": 1}]
BROKEN = [b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"text": "\xc3\x28"}', b"[" * 5000]


def bodies(whole: dict[str, Any]) -> list[bytes]:
    """Each field strange in turn in an otherwise right body, and bodies that are not one at all."""
    made = [json.dumps({**whole, field: value}).encode() for field in (*whole, "other") for value in STRANGE]
    return [*made, *BROKEN]


def doer(made: Consultation, rest: str) -> Caller:
    """Whoever the act is for, so that what is sent goes as deep as it can."""
    if rest in ("/reply", "/goals", "/follow-up"):
        return made.asker
    return made.coordinator if rest in ("/answer-directly", "/close") else made.chair


async def refuse_all(made: Consultation, method: str, rest: str, version: str) -> None:
    client = made.as_(doer(made, rest), **{"If-Match": version, "Content-Type": "application/json"})
    for body in bodies(ROUTES[method, rest]):
        sent = await client.request(method, made.path + rest, content=body)
        assert sent.status_code < 500, (body[:200], sent.text)
        if sent.status_code >= 400:
            assert sent.headers["content-type"] == "application/problem+json"
            assert sent.json()["code"]


@pytest.mark.parametrize(("method", "rest"), ROUTES)
async def test_no_body_makes_an_answer_in_signing_stumble(consultation: App, method: str, rest: str) -> None:
    made = await a_case(consultation)
    await in_signing(made)
    await refuse_all(made, method, rest, '"1"')


@pytest.mark.parametrize(("method", "rest"), ROUTES)
async def test_nothing_sent_changes_a_published_answer(consultation: App, method: str, rest: str) -> None:
    made, answer = await a_published_answer(consultation)
    await refuse_all(made, method, rest, '"99999"')
    shown = await made.answer(made.asker)
    kept = ("number", "edition", "blocks", "recommendations", "signatures", "published_at", "digest")
    assert {name: shown[name] for name in kept} == {name: answer[name] for name in kept}


@pytest.mark.parametrize("case_id", ["x", "%00", "%ff", "OT-I-00000", "a" * 41, "../answers", ROW])
async def test_an_unknown_case_is_not_found_whatever_it_is_called(consultation: App, case_id: str) -> None:
    made = await a_case(consultation)
    for rest in ("/answer", "/answer.pdf", "/reply", "/goals", "/follow-up"):
        found = await made.as_(made.chair).get(f"/v1/cases/{case_id}{rest}")
        assert found.status_code in (404, 422)
