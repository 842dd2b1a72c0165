"""A school asks in Swedish, a coordinator of another area answers in Swedish: every page of it in Swedish."""

from __future__ import annotations

import re

import pytest

from tests.support.visitors import Values, Visitors

pytestmark = pytest.mark.anyio

REQUEST: Values = {
    "line": "svenska-linjen",
    "area": "17",
    "form": "written",
    "subject": "Oro för hedersrelaterat våld",
    "age_groups": ["14-17"],
    "themes": ["kunniavakivalta"],
    "situation": "En elev har berättat för kuratorn att släkten planerar ett äktenskap.",
    "questions.0": "Hur talar vi med eleven utan att öka risken?",
    "client_languages.0": "sv",
    "language": "sv",
}
FINNISH = re.compile(r"\b(Tilanne|Keskustelu|Kokoukset|Vastaus|Loki|Lähetä|Tallenna|Pyyntö|Vuorossa|Koordinaattori)\b")


async def test_a_case_is_asked_answered_and_replied_to_in_swedish(visitors: Visitors) -> None:
    erik, anna = await visitors.sign_in("erik"), await visitors.sign_in("anna")
    await erik.look("/ask")
    await erik.press("/ask", REQUEST, go="check")
    assert "Granska och skicka" in erik.html
    await erik.press(erik.path.removesuffix("/check") + "/submit")
    found = re.search(r"/cases/(OT-L-\w{5})/receipt", erik.path)
    assert found, erik.path
    code = found.group(1)
    assert "Anna Sjöberg" in erik.html
    await anna.look("/queue")
    assert code in anna.html
    answer: Values = {
        "text": "Tala med eleven ensam och kom överens om nästa steg.",
        "recommendations.0.what": "Utse en vuxen som eleven kan tala med varje dag.",
        "recommendations.0.by_when": "2026-12-04",
    }
    await anna.press(f"/cases/{code}/acts/answer_directly", answer, at=f"/cases/{code}/acts/answer_directly")
    assert re.search(r"Promemoria L-M-2026-\d{3}", anna.html)
    await erik.look(f"/cases/{code}/reply")
    reply: Values = {"rows.0.reply": "will_do", "usefulness": "5", "plan_changed": "yes", "without_advice": "same"}
    await erik.press(f"/cases/{code}/reply", reply)
    for path in (f"/cases/{code}", f"/cases/{code}/answer", "/cases", "/ask"):
        await erik.look(path)
        assert FINNISH.findall(re.sub(r"<nav class=\"languages\".*?</nav>", "", erik.html, flags=re.DOTALL)) == []
