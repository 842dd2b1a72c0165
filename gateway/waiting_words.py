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
    due: str = "Due %(when)s"


CASE = "/cases/{code}"
KINDS: dict[str, Kind] = {
    "case.triage": Kind("New request", "Handle the request", CASE, "document"),
    "case.team": Kind("The team is missing", "Form the team", CASE + "/team", "people"),
    "case.complete": Kind("More information asked", "Complete the request", CASE, "back"),
    "case.choose": Kind("Consent was withdrawn", "Choose how to go on", CASE, "shield"),
    "case.late": Kind("Late", "Open the consultation", CASE, "clock"),
    "reply": Kind("The answer has come", "Reply to the recommendations", CASE + "/reply", "document"),
    "follow_up": Kind("Follow-up", "Answer the follow-up", CASE + "/follow-up", "again"),
    "invitation": Kind("Invitation to a team", "Open the invitation", "/invitations/{subject}", "people"),
    "invitation.silent": Kind("Invited, has not answered", "Open the team", CASE + "/team", "people"),
    "write": Kind("Answer to be written", "Write the answer", CASE, "pen"),
    "sign": Kind("Answer to be signed", "Sign", CASE + "/answer", "pen"),
    "publish": Kind("Answer to be published", "Publish the answer", CASE + "/answer", "pen"),
    "meeting": Kind("Meeting", "Open the meeting", "/meetings/{subject}", "calendar", "%(when)s"),
    "meeting.minutes": Kind("Meeting held", "Write the minutes", "/meetings/{subject}", "calendar", "%(when)s"),
    "access_request": Kind("Somebody asks for access", "Open the request", "/memberships", "person"),
    "membership_ending": Kind("A membership ends soon", "Open the memberships", "/memberships?view=ending", "person"),
    "membership_review": Kind(
        "Memberships to confirm", "Confirm the memberships", "/memberships?view=review", "person"
    ),
    "offering_review": Kind("Services to confirm", "Confirm the services", "/offerings?overdue=yes", "compass"),
    "competence_review": Kind("Competence is due for review", "Review", "/experts/{subject}", "done"),
    "mandate_ending": Kind("A task runs out", "Open the task", "/mandates/{subject}", "calendar", "Ends %(when)s"),
    "resource_ending": Kind(
        "A resource runs out", "Open the resource", "/resources/{subject}", "calendar", "Ends %(when)s"
    ),
    "agreement_ending": Kind(
        "An agreement runs out", "Open the agreement", "/agreements/{subject}", "calendar", "Ends %(when)s"
    ),
    "feedback": Kind("Feedback on accessibility", "Answer the feedback", "/feedback/{subject}", "talk"),
    "intake.set_aside": Kind("Events were set aside", "Open the reports", "/reports", "warning"),
}
UNKNOWN = Kind("Waits for you", "Open the consultation", CASE, "bell")
words.WORDS["waiting"] = {name: kind.words for name, kind in {**KINDS, "": UNKNOWN}.items()}
LATE = "Late, was due %(when)s"
words.WORDS["waiting_due"] = {"due": Kind.due, "late": LATE, "ends": "Ends %(when)s"}
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
    late: bool


def _due(item: dict[str, Any], known: Kind) -> str:
    """A day that has passed is said to be late; a meeting's day is only its day."""
    return LATE if item.get("state") == "late" and known.due == Kind.due else known.due


def _kind(item: dict[str, Any], known: Kind) -> str:
    """What is late is named by its stage: that it is late is said beside its day."""
    state = str((item.get("data") or {}).get("state") or "")
    return words.word("state", state) if item["kind"] == "case.late" and state else known.words


def _named(data: dict[str, Any], language: Language) -> str:
    """Whom or what it is about: a person by name, or an organisation in the reader's language."""
    names = data.get("organisation_name") or {}
    return str(data.get("name") or next((text for code in (language, "fi", "sv") if (text := names.get(code))), ""))


def in_words(item: dict[str, Any], language: Language) -> Waiting:
    known = KINDS.get(item["kind"], UNKNOWN)
    code = str(item.get("code") or "")
    what = translate(language, _kind(item, known))
    due = item.get("due")
    return Waiting(
        kind=f"{what} · {code}" if code else what,
        icon=known.icon,
        title=str(item.get("title") or _named(item.get("data") or {}, language) or what),
        text=translate(language, _due(item, known), when=dates.deadline(due, language)) if due else "",
        late=item.get("state") == "late",
        href=known.href.format(code=code or item.get("subject", ""), subject=item.get("subject", "")),
        act=translate(language, known.act),
        code=code,
    )
