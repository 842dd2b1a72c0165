"""What waits for somebody, in words: each kind a service names, with where it is done and what the button says."""

from dataclasses import dataclass
from typing import Any

from gateway import dates, words
from gateway.language import Language
from gateway.rendering import translate


@dataclass(frozen=True)
class Kind:
    """English originals; `href` holds {code} and {subject}."""

    words: str
    act: str
    href: str
    icon: str


CASE = "/cases/{code}"
KINDS: dict[str, Kind] = {
    "case.triage": Kind("New request", "Handle the request", CASE, "document"),
    "case.complete": Kind("More information asked", "Complete the request", CASE, "back"),
    "case.team": Kind("The team is missing", "Form the team", CASE + "/team", "people"),
    "case.team_incomplete": Kind("The team is not complete", "Complete the team", CASE + "/team", "people"),
    "case.consent": Kind("Consent is missing", "Record the consent", CASE + "/consent", "shield"),
    "case.late": Kind("Late", "Open", CASE, "clock"),
    "invitation": Kind("Invitation to a team", "Open the invitation", "/invitations/{subject}", "people"),
    "answer": Kind("Answer to be written", "Write the answer", CASE + "/answer/edit", "pen"),
    "sign": Kind("Answer to be signed", "Sign", CASE + "/answer", "pen"),
    "publish": Kind("Answer to be published", "Publish", CASE + "/answer", "document"),
    "reply": Kind("The answer has come", "Reply to the recommendations", CASE + "/reply", "document"),
    "follow_up": Kind("Follow-up", "Answer the follow-up", CASE + "/follow-up", "again"),
    "message": Kind("New message", "Read", CASE, "talk"),
    "meeting": Kind("Meeting", "Open", "/meetings/{subject}", "calendar"),
    "access_request": Kind("Somebody asks for access", "Open the request", "/memberships", "person"),
    "membership_ending": Kind("A membership ends soon", "Open", "/memberships", "person"),
    "competence_review": Kind("Your competence is due for review", "Review", "/experts/{subject}", "done"),
}
UNKNOWN = Kind("Waits for you", "Open", CASE, "bell")
words.WORDS["waiting"] = {name: kind.words for name, kind in {**KINDS, "": UNKNOWN}.items()}
words.WORDS["waiting_act"] = {name: kind.act for name, kind in {**KINDS, "": UNKNOWN}.items()}


@dataclass(frozen=True)
class Waiting:
    kind: str
    icon: str
    title: str
    text: str
    href: str
    act: str
    code: str


def in_words(item: dict[str, Any], language: Language) -> Waiting:
    known = KINDS.get(item["kind"]) or KINDS.get(item["kind"].split(".")[0]) or UNKNOWN
    code = str(item.get("code") or "")
    what = translate(language, known.words)
    due = item.get("due")
    return Waiting(
        kind=f"{what} · {code}" if code else what,
        icon=known.icon,
        title=str(item.get("title") or (item.get("data") or {}).get("name") or what),
        text=translate(language, "Due %(when)s", when=dates.when(due, language)) if due else "",
        href=known.href.format(code=code or item.get("subject", ""), subject=item.get("subject", "")),
        act=translate(language, known.act),
        code=code,
    )
