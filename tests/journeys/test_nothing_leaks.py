"""What people write about a case is read by those it is for, and stands nowhere else.

A case is walked through with a word of its own in every field where somebody may write; then the words are looked for
everywhere they must not be.
"""

from __future__ import annotations

import re
from base64 import b64encode
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from services.shared.clock import MovedClock
from tests.builders.story import expert_id, person_id, somebody
from tests.conftest import START
from tests.repository.test_routes import routes_of
from tests.support.apps import ADDRESSES, House, Wire
from tests.support.databases import Databases
from tests.support.listening import Canaries, FreeTexts, Heard, everything_stored, listening
from tests.support.visitors import Values, Visitor, Visitors, open_visitors

pytestmark = [pytest.mark.usefixtures("anyio_backend"), pytest.mark.timeout(300)]
Answer = dict[str, Any]

DATABASES = ("registry", "consultation", "keys", "reporting", "gateway")
CODES = frozenset({"record_gap discipline", "record_gap theme"})
"""Fields without a pattern that hold a code all the same: the registry knows which there are."""
TEXTS = ("subject", "situation", "tried", "involved", "expertise_wished", "participants")
QUESTIONS = frozenset({"question 1", "question 2", "question 3"})
INVITED, RECUSED, DECLINED, LEFT, REMOVED = "hodan", "leena", "anu_hakkarainen", "teemu_soininen", "risto_koponen"
TEAM_NOTE = "write_team_note text"


@dataclass
class Walk:
    """One walk: who is there, what each wrote, what was heard."""

    visitors: Visitors
    house: House
    heard: Heard
    say: Canaries
    code: str = ""
    meeting: str = ""
    seats: dict[str, str] = field(default_factory=dict)

    async def visitor(self, subject: str) -> Visitor:
        visitor = await self.visitors.sign_in(subject)
        self.heard.listen(visitor.client, subject)
        return visitor

    def api(self, slug: str, *, kept_as: str = "") -> httpx2.AsyncClient:
        token = self.house.tokens_of("gateway").for_caller(somebody(slug), "consultation")
        client = httpx2.AsyncClient(
            transport=Wire(self.house, "consultation"),
            base_url=ADDRESSES["consultation"],
            headers={"Authorization": f"Bearer {token}"},
        )
        return self.heard.listen(client, kept_as or slug)

    async def does(self, slug: str, code: str, act: str, body: Answer) -> Answer:
        """An act by the API on the case as it stands."""
        version = ok(await self.api(slug).get(f"/v1/cases/{code}"))["version"]
        headers = {"If-Match": f'"{version}"'}
        return dict(ok(await self.api(slug).post(f"/v1/cases/{code}/{act}", json=body, headers=headers)))

    async def answers(self, slug: str, act: str, body: Answer, *, version: int = 1) -> None:
        """An invited expert's answer."""
        path, headers = f"/v1/invitations/{self.seats[slug]}/{act}", {"If-Match": f'"{version}"'}
        ok(await self.api(slug).post(path, json=body, headers=headers))


def ok(answer: httpx2.Response) -> Any:
    assert answer.status_code < 300, f"{answer.request.url} {answer.status_code} {answer.text}"
    return answer.json()


@dataclass
class Found:
    """What is looked into when the walk is over."""

    heard: Heard
    say: Canaries
    stored: dict[str, str]
    metrics: str
    documents: FreeTexts
    names: frozenset[str]

    def names_in(self, text: str) -> set[str]:
        return {name for name in self.names if name in text}


@pytest.fixture(scope="module")
async def found(house: House, databases: Databases, run_clock: MovedClock) -> Found:
    """The walk is walked once; the tests look at what it left."""
    databases.empty()
    run_clock.set(START)
    house.down.clear()
    with listening() as heard:
        async with AsyncExitStack() as stack:
            walk = Walk(await open_visitors(house, stack), house, heard, Canaries())
            await walk_through(walk, run_clock)
    stored: dict[str, str] = {}
    for process in DATABASES:
        stored |= everything_stored(databases, process)
    apps = [await house.app(process) for process in ADDRESSES]
    metrics = "".join([(await app.client.get("/metrics")).text for app in apps])
    documents = FreeTexts((await house.app("consultation")).app.openapi())
    people = ("maria", "sanna", "tuomas", INVITED, RECUSED, DECLINED, LEFT, REMOVED)
    names = frozenset(somebody(slug).name.split()[-1] for slug in people)
    return Found(heard, walk.say, stored, metrics, documents, names)


async def walk_through(walk: Walk, clock: MovedClock) -> None:
    await _ask(walk)
    await _invite(walk)
    await _work_together(walk)
    await _write(walk)
    await _everybody_looks(walk)
    await _publish(walk)
    await _reply(walk)
    alone = await _other_ends(walk)
    clock.move(timedelta(days=95))
    walk.visitors.known.clear()
    await _follow_up(walk)
    await walk.does("sanna", alone, "close", {"text": walk.say("close_case text")})
    await _everybody_looks(walk)
    ok(await (await walk.house.app("reporting")).as_(somebody("admin")).post("/v1/intake/pull"))


def _request(walk: Walk) -> Answer:
    return {
        "line": "kunnia-ja-radikalisoituminen",
        "area": "12",
        "form": "team",
        "language": "fi",
        "themes": ["kunniavakivalta"],
        "age_groups": ["14-17"],
        **{name: walk.say(name) for name in TEXTS},
    }


async def _ask(walk: Walk) -> None:
    """By the pages: asked with consent, returned, completed, accepted."""
    maria, sanna, say = await walk.visitor("maria"), await walk.visitor("sanna"), walk.say
    await maria.look("/ask")
    questions: Values = {f"questions.{at}": say(f"question {at + 1}") for at in range(3)}
    with_consent: Values = {"client_languages.0": "ar", "identification": "with_consent"}
    await maria.press("/ask", {**_request(walk), **questions, **with_consent}, go="check")
    walk.code = re.search(r"OT-\w-\w{5}", maria.path)[0]  # type: ignore[index]
    await maria.press(f"/ask/{walk.code}/submit")
    case = f"/cases/{walk.code}"
    consent: Values = {"given_by": "guardian", "to_what": ["team"], "given_on": "2026-11-20", "written": "yes"}
    await maria.press(f"{case}/consent", {**consent, "client_reference": say("client reference")}, at=f"{case}/consent")
    await sanna.press(f"{case}/acts/return", {"text": say("return_case text")}, at=f"{case}/acts/return")
    await maria.press(f"{case}/acts/complete", {"text": say("complete_case text")}, at=f"{case}/acts/complete")
    await sanna.press(f"{case}/acts/accept", at=case)


async def _invite(walk: Walk) -> None:
    """Tuomas joins and leads. Of the others one never answers, three say no in their ways, one is taken off."""
    say, sanna = walk.say, await walk.visitor("sanna")
    await sanna.look(f"/cases/{walk.code}/team")
    wanted = {"tuomas": "chair", **dict.fromkeys((INVITED, RECUSED, DECLINED, LEFT, REMOVED), "member")}
    members = [{"expert": str(expert_id(slug)), "role": role} for slug, role in wanted.items()]
    body = {
        "members": members,
        "override_reason": say("invite_team override_reason"),
        "exception_reason": say("invite_team exception_reason"),
    }
    team = ok(await walk.api("sanna").post(f"/v1/cases/{walk.code}/invitations", json=body))["members"]
    seats = {one["person"]: one["invitation"] for one in team}
    walk.seats = {slug: seats[str(person_id(slug))] for slug in wanted}
    tuomas, recused = await walk.visitor("tuomas"), await walk.visitor(RECUSED)
    await tuomas.press(
        f"/invitations/{walk.seats['tuomas']}/accept", {"no_conflict": "yes"}, at=f"/invitations/{walk.seats['tuomas']}"
    )
    why: Values = {"conflict": "other", "reason": say("recuse_invitation reason")}
    await recused.press(f"/invitations/{walk.seats[RECUSED]}/recuse", why, at=f"/invitations/{walk.seats[RECUSED]}")
    no = {"reason_code": "other", "text": say("decline_invitation text")}
    await walk.answers(DECLINED, "decline", no)
    await walk.answers(LEFT, "accept", {"no_conflict": True})
    ok(await walk.api(LEFT).get(f"/v1/cases/{walk.code}"))
    await walk.answers(LEFT, "recuse", {"reason": say("recuse_invitation reason later")}, version=2)
    seat = walk.seats[REMOVED]
    remove: Values = {f"reason:{seat}": say("remove_member reason")}
    await sanna.press(f"/cases/{walk.code}/team/{seat}/remove", remove, at=f"/cases/{walk.code}/team")


async def _work_together(walk: Walk) -> None:
    maria, tuomas, say, case = (
        await walk.visitor("maria"),
        await walk.visitor("tuomas"),
        walk.say,
        f"/cases/{walk.code}",
    )
    await maria.press(f"{case}/messages", {"message": say("send_message text")}, at=case)
    await tuomas.press(f"{case}/team-notes", {"note": say(TEAM_NOTE)}, at=case)
    await walk.does("sanna", walk.code, "team-notes", {"text": say("write_team_note text by the coordinator")})
    when: Values = {"day": "2026-11-25", "starts": "13:00", "ends": "14:00", "place": say("propose_meeting place")}
    link = f"https://etayhteys.example/{say('propose_meeting remote_link')}"
    where: Values = {"remote_link": link, "agenda": say("propose_meeting agenda")}
    await tuomas.press(f"{case}/meetings/new", {**when, **where}, at=f"{case}/meetings/new")
    walk.meeting = tuomas.path.rpartition("/")[2]
    minutes: Values = {name: say(f"hold_meeting {name}") for name in ("minutes_text", "decisions")}
    await tuomas.press(f"/meetings/{walk.meeting}/hold", minutes, at=f"/meetings/{walk.meeting}")
    levels = {f"goals.0.levels.{level}": say(f"goal level {level}") for level in ("-2", "-1", "0", "1", "2")}
    goal: Values = {"goals.0.title": say("goal title"), "goals.0.baseline": "-1", "goals.0.weight": "2"}
    await maria.press(f"{case}/goals", {**goal, **levels}, at=f"{case}/goals")


async def _write(walk: Walk) -> None:
    tuomas, say, answer = await walk.visitor("tuomas"), walk.say, f"/cases/{walk.code}/answer"
    await tuomas.press(answer, at=f"/cases/{walk.code}")
    for block in ("background", "considerations", "limits"):
        text = say(f"save_block {block}")
        await tuomas.press(f"{answer}/blocks/{block}", {"text": text}, at=f"{answer}/edit?part={block}")
    row: Values = {f"{name}-new": say(f"add_recommendation {name}") for name in ("what", "who", "by_when", "method")}
    edit = f"{answer}/edit?part=recommendations"
    await tuomas.press(f"{answer}/recommendations", row, at=edit)
    one = re.search(r"/answer/recommendations/([0-9a-f-]{36})", tuomas.html)
    assert one
    changed: Values = {
        f"{name}-{one[1]}": say(f"change_recommendation {name}") for name in ("what", "who", "by_when", "method")
    }
    await tuomas.press(f"{answer}/recommendations/{one[1]}", changed, at=edit)


async def _publish(walk: Walk) -> None:
    tuomas, say, answer = await walk.visitor("tuomas"), walk.say, f"/cases/{walk.code}/answer"
    await tuomas.press(f"{answer}/ask-signatures", {"due_day": "2026-11-27"}, at=f"{answer}/edit")
    await tuomas.press(
        f"{answer}/signature", {"opinion": "remark", "text": say("sign_answer text")}, at=f"{answer}/edit"
    )
    await tuomas.press(f"/cases/{walk.code}/publish", at=f"{answer}/edit")


async def _reply(walk: Walk) -> None:
    maria, say, reply = await walk.visitor("maria"), walk.say, f"/cases/{walk.code}/reply"
    told: Values = {"rows.0.reply": "partly", "rows.0.why": say("reply why"), "text": say("reply_to_answer text")}
    rest: Values = {"usefulness": "4", "plan_changed": "yes", "without_advice": "waited"}
    await maria.press(reply, {**told, **rest}, at=reply)


async def _follow_up(walk: Walk) -> None:
    maria, say, case = await walk.visitor("maria"), walk.say, f"/cases/{walk.code}"
    told: Values = {"rows.0.result": "partly", "rows.0.why": say("follow-up why"), "text": say("follow_up_case text")}
    rest: Values = {"goals.0.level": "1", "wanted_change": "partly"}
    await maria.press(f"{case}/follow-up", {**told, **rest}, at=f"{case}/follow-up")
    reason = {"reason": say("correct_answer reason")}
    ok(await walk.api("tuomas").post(f"/v1{case}/answer/corrections", json=reason))
    await maria.press(f"{case}/acts/reopen", {"reason": say("reopen_case reason")}, at=f"{case}/acts/reopen")


async def _other_ends(walk: Walk) -> str:
    """A case for each other way one may end, by the API; the code of the one that waits for a reply."""
    say = walk.say

    async def end(slug: str, act: str, **body: Any) -> str:
        code = await _another(walk)
        await walk.does(slug, code, act, body)
        return code

    texts = {name: say(f"advise_elsewhere {name}") for name in ("place", "contact", "text")}
    await end("sanna", "advise-elsewhere", **texts)
    await end("sanna", "redirect-urgent", text=say("redirect_urgent text"))
    await end("sanna", "decline", reason_code="other", text=say("decline_case text"))
    await end("maria", "withdraw", reason=say("withdraw_case reason"))
    await end("sanna", "transfer", yta="lansi", reason=say("transfer_case reason"))
    returned = await end("sanna", "return", text=say("return_case text"), due="2026-12-01")
    mended = {"questions": [say("completed question")], **{name: say(f"completed {name}") for name in TEXTS}}
    await walk.does("maria", returned, "complete", {"text": say("complete_case text"), **mended})
    await end("sanna", "merge", into=returned, reason=say("merge_case reason"))
    row = {name: say(f"direct {name}") for name in ("what", "who", "by_when", "method")}
    direct = {"text": say("answer_directly text"), "background": say("answer_directly background")}
    return await end("sanna", "answer-directly", **direct, recommendations=[row])


async def _another(walk: Walk) -> str:
    body = _request(walk) | {"questions": [walk.say("question 1")], "client_languages": ["ar"]}
    draft = ok(await walk.api("maria").post("/v1/cases", json=body))
    await walk.api("maria").post("/v1/privacy-checks", json={"texts": {"situation": walk.say("situation")}})
    await walk.does("maria", draft["code"], "submit", {})
    return str(draft["code"])


async def _everybody_looks(walk: Walk) -> None:
    """Every page and every answer of the API that has to do with the case, whether it is theirs or not."""
    gateway, consultation = walk.visitors.gateway.app, (await walk.house.app("consultation")).app
    pages = [route.path for route in routes_of(gateway) if "GET" in (route.methods or ()) and "{" in route.path]
    parts = [path for path, operations in consultation.openapi()["paths"].items() if "get" in operations]
    for subject in ("maria", "sanna", "tuomas", "kaisa", INVITED, RECUSED):
        visitor = await walk.visitor(subject)
        for path in ("/", "/cases", "/queue", *_filled(walk, pages)):
            await visitor.client.get(path)
    for slug in ("maria", "sanna", "tuomas", "kaisa", INVITED, RECUSED, DECLINED, LEFT, REMOVED):
        kept_as = f"{LEFT} afterwards" if slug == LEFT else slug
        for path in _filled(walk, parts):
            await walk.api(slug, kept_as=kept_as).get(path)


def _filled(walk: Walk, templates: list[str]) -> list[str]:
    """Addresses of this case; those that need anything else are left out."""
    known = {"code": [walk.code], "case_id": [walk.code], "meeting": [walk.meeting], "meeting_id": [walk.meeting]}
    known |= {
        "invitation": [*walk.seats.values()],
        "invitation_id": [*walk.seats.values()],
        "act": ["return", "complete", "reopen"],
    }
    found: list[str] = []
    for template in templates:
        names = re.findall(r"{(\w+)}", template)
        if set(names) - set(known):
            continue
        paths = [template]
        for name in names:
            paths = [path.replace(f"{{{name}}}", value) for path in paths for value in known[name]]
        found += paths
    return found


def test_a_word_is_found_however_it_is_written() -> None:
    say = Canaries()
    word = say("somewhere")
    for written in (word, word.upper(), word.encode().hex(), quote(word)):
        assert say.in_(f"x{written}y")
    for before in ("", "a", "ab"):
        assert say.in_(b64encode(f"{before}{word}".encode()).decode())
    assert say.in_("kanarialintu") == set()


def test_every_field_where_somebody_may_write_was_tried(found: Found) -> None:
    filled: set[str] = set()
    for passed in found.heard.passed:
        if passed.process == "consultation":
            filled |= found.documents.filled(passed, found.say)
    assert found.documents.all - CODES - filled == set()


def test_those_it_is_for_read_it(found: Found) -> None:
    """Otherwise the other tests would look for nothing."""
    assert {*TEXTS, *QUESTIONS, "reply why", "sign_answer text"} <= found.say.in_(found.heard.by("tuomas"))
    assert {"client reference", "recuse_invitation reason", TEAM_NOTE} <= found.say.in_(found.heard.by("sanna"))
    assert {"return_case text", "save_block limits", "follow_up_case text"} <= found.say.in_(found.heard.by("maria"))


def test_no_log_holds_a_text_a_name_or_a_code(found: Found) -> None:
    logged = found.heard.logs.getvalue()
    assert "submit_case" in logged
    assert "read_answer_pdf" in logged
    assert found.say.in_(logged) == set()
    assert found.names_in(logged) == set()
    assert not re.search(r"OT-[A-Z]-", logged)


def test_no_table_holds_a_text_in_clear(found: Found) -> None:
    assert "kunniavakivalta" in found.stored["consultation: public.cases"]
    assert {name.partition(":")[0] for name in found.stored} == set(DATABASES)
    held = {table: places for table, rows in found.stored.items() if (places := found.say.in_(rows))}
    assert held == {}


def test_no_event_holds_a_text_or_a_name(found: Found) -> None:
    """What becomes of them in reporting neither: its whole database was looked through above."""
    events = "".join(rows for table, rows in found.stored.items() if table.endswith(".event"))
    assert "case.followed_up" in events
    assert found.say.in_(events) == set()
    assert found.names_in(events) == set()


def test_no_address_holds_a_text_or_a_name(found: Found) -> None:
    addresses = "\n".join(found.heard.addresses())
    assert "/v1/cases/OT-" in addresses
    assert found.say.in_(addresses) == set()
    assert found.names_in(addresses) == set()


def test_no_measure_holds_a_text_a_name_or_a_code(found: Found) -> None:
    assert 'operation="submit_case"' in found.metrics
    assert found.say.in_(found.metrics) == set()
    assert found.names_in(found.metrics) == set()
    assert not re.search(r"OT-[A-Z]-", found.metrics)


def test_no_title_of_a_page_holds_a_text_or_a_name(found: Found) -> None:
    titles = "\n".join({got.title for got in found.heard.everything() if got.kind.startswith("text/html")})
    assert re.search(r"OT-\w-\w{5} – OT-verkko", titles)
    assert found.say.in_(titles) == set()
    assert found.names_in(titles) == set()


def test_the_asker_is_never_told_what_the_team_notes_for_itself(found: Found) -> None:
    told = found.say.in_(found.heard.by("maria"))
    assert {place for place in told if place.startswith(TEAM_NOTE)} == set()
    assert {"recuse_invitation reason", "recuse_invitation reason later", "decline_invitation text"} & told == set()
    assert {"remove_member reason", "invite_team override_reason", "invite_team exception_reason"} & told == set()


@pytest.mark.parametrize("expert", [INVITED, RECUSED, DECLINED, REMOVED])
def test_an_expert_who_did_not_join_reads_the_questions_at_most(found: Found, expert: str) -> None:
    assert len(found.heard.answers[expert]) > 50
    assert found.say.in_(found.heard.by(expert)) <= QUESTIONS


def test_an_expert_who_left_for_a_conflict_of_interest_reads_nothing_any_more(found: Found) -> None:
    assert "situation" in found.say.in_(found.heard.by(LEFT))
    assert found.say.in_(found.heard.by(f"{LEFT} afterwards")) == set()


def test_the_coordinator_of_another_area_reads_nothing(found: Found) -> None:
    assert len(found.heard.answers["kaisa"]) > 50
    assert found.say.in_(found.heard.by("kaisa")) == set()
