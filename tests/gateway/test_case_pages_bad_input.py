"""Wrong, missing, too long, somebody else's, no longer there: a page says what is the matter and nothing breaks."""

from __future__ import annotations

import pytest

from tests.journeys.test_whole_case import asked, teamed
from tests.support.visitors import Values, Visitor, Visitors

pytestmark = pytest.mark.anyio
NOBODY = "0198c1f4-7a3e-7c11-9d52-2f6f0f6a1b7e"
LONG = "pitkä " * 2000


async def test_no_address_of_a_case_breaks_whatever_is_put_in_it(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    code = await asked(maria)
    broken = []
    for path in (
        "/cases/OT-I-22222",
        "/cases/nonsense",
        "/cases/..%2F..%2Flines",
        "/cases/a%3Fb",
        f"/cases/{NOBODY}",
        "/invitations/nonsense",
        f"/invitations/{NOBODY}",
        "/meetings/nonsense",
        f"/meetings/{NOBODY}/calendar",
        "/ask/nonsense",
        f"/cases/{code}/answer",
        f"/cases/{code}/answer.pdf",
        f"/cases/{code}/answer/edit?part=nonsense",
        f"/cases/{code}/reply",
        f"/cases/{code}/follow-up",
        f"/cases/{code}/team?add=nonsense",
        f"/cases/{code}/team?add={NOBODY}",
        "/queue?state=nonsense",
        "/queue?after=nonsense",
        "/cases?scope=nonsense&after=%00",
    ):
        for visitor in (maria, sanna):
            page = await visitor.client.get(path, follow_redirects=True)
            if page.status_code >= 500 or "<h1" not in page.text:
                broken.append((path, page.status_code))
    assert broken == []


async def test_no_form_of_a_case_breaks_whatever_is_put_in_it(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    tuomas, _ = await teamed(visitors, code)
    await tuomas.press(f"/cases/{code}/answer", at=f"/cases/{code}")
    sanna = await visitors.sign_in("sanna")
    posts: list[tuple[Visitor, str, Values]] = [
        (
            maria,
            "/ask",
            {"go": "check", "themes": ["'; drop"], "urgency": "never", "area": "999", "code": "OT-I-22222"},
        ),
        (maria, "/ask", {"go": "remove:nonsense.7"}),
        (maria, "/ask", {"go": "leave", "situation": LONG, "questions.0": LONG}),
        (maria, f"/ask/{code}/submit", {"version": "x"}),
        (maria, f"/cases/{code}/messages", {"message": ""}),
        (maria, f"/cases/{code}/messages", {"message": LONG}),
        (maria, f"/cases/{code}/team-notes", {"note": "Ei minulle."}),
        (maria, f"/cases/{code}/goals", {"goals.0.title": "x", "goals.0.weight": "99", "version": "0"}),
        (maria, f"/cases/{code}/reply", {"version": "1"}),
        (maria, f"/cases/{code}/acts/accept", {"version": "1"}),
        (maria, f"/cases/{code}/consent", {"to_what": ["everything"], "given_on": "31.31.2026"}),
        (sanna, f"/cases/{code}/team", {"go": "invite"}),
        (sanna, f"/cases/{code}/team", {"go": "invite", "members": ["nonsense"]}),
        (sanna, f"/cases/{code}/team", {"go": "look", "members": [NOBODY]}),
        (sanna, f"/cases/{code}/team/gaps", {"discipline": "nonsense"}),
        (sanna, f"/cases/{code}/team/nonsense/remove", {}),
        (sanna, f"/cases/{code}/acts/return", {"text": "x", "due": "yesterday", "version": "1"}),
        (tuomas, f"/cases/{code}/minutes", {"minutes": "-5", "for": "fun"}),
        (tuomas, f"/cases/{code}/meetings/new", {"day": "x", "starts": "y", "participants": ["nonsense"]}),
        (
            tuomas,
            f"/cases/{code}/meetings/new",
            {"day": "2026-11-25", "starts": "15:00", "ends": "13:00", "place": "A"},
        ),
        (tuomas, f"/cases/{code}/answer/blocks/nonsense", {"text": "x", "version": "0"}),
        (tuomas, f"/cases/{code}/answer/blocks/background", {"text": LONG, "version": "0"}),
        (tuomas, f"/cases/{code}/answer/recommendations", {"what-new": ""}),
        (tuomas, f"/cases/{code}/answer/recommendations/{NOBODY}", {"go": "remove", "version": "1"}),
        (tuomas, f"/cases/{code}/answer/recommendations/nonsense", {"go": "up", "order": "x"}),
        (tuomas, f"/cases/{code}/answer/ask-signatures", {"due_day": "x"}),
        (tuomas, f"/cases/{code}/answer/signature", {"opinion": "maybe", "recommendation": "nonsense"}),
        (tuomas, f"/cases/{code}/publish", {}),
    ]
    broken = []
    for visitor, path, values in posts:
        await visitor.look("/me")
        hidden = {name: value for name, value in visitor.form("/logout").fields if name == "csrf"}
        page = await visitor.client.post(path, data={**hidden, "key": f"key of {path}{values}"[:100], **values})
        if page.status_code >= 500:
            broken.append((path, values, page.status_code))
    assert broken == []
