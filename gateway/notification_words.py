"""Notifications in words: each kind a service names, with where it leads. They tell that, never who or what."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gateway import dates, words
from gateway.language import Language
from gateway.rendering import translate


@dataclass(frozen=True)
class Kind:
    """English originals; `href` holds {code} and {subject}. `of_clock`: the words name the clock."""

    words: str
    icon: str = "talk"
    href: str = "/cases/{code}"
    of_clock: bool = False


_ANSWER = "/cases/{code}/answer"
KINDS: dict[str, Kind] = {
    "case.submitted": Kind("A new request has come", "document"),
    "case.returned": Kind("The coordinator asks for more information", "back"),
    "case.completed": Kind("The request was completed", "document"),
    "case.accepted": Kind("The request was accepted", "tick"),
    "case.advised_elsewhere": Kind("The right place for the matter was named", "compass"),
    "case.urgent_redirected": Kind("The matter was directed to emergency help", "phone"),
    "case.declined": Kind("The request was not taken", "close"),
    "case.withdrawn": Kind("The request was withdrawn", "close"),
    "case.merged": Kind("The request was joined to another one", "link"),
    "case.transferred": Kind("The consultation was handed to another centre or line", "arrow"),
    "case.arrived": Kind("A consultation was handed to your centre", "arrow"),
    "case.reopened": Kind("The consultation was opened again", "again"),
    "case.closed": Kind("The consultation was closed", "done"),
    "case.consent_recorded": Kind("A consent was recorded", "shield"),
    "case.consent_withdrawn": Kind("The consent was withdrawn", "shield"),
    "case.team_ready": Kind("The team has begun its work", "people"),
    "case.replied": Kind("The recommendations were replied to", "document"),
    "case.followed_up": Kind("The follow-up was answered", "again"),
    "follow_up.opened": Kind("It is time for the follow-up", "again", "/cases/{code}/follow-up"),
    "invitation.sent": Kind("You were invited to a team", "people", "/invitations/{subject}"),
    "invitation.removed": Kind("Your seat in the team was taken back", "people"),
    "invitation.accepted": Kind("An expert accepted the invitation", "people", "/cases/{code}/team"),
    "invitation.declined": Kind("An expert declined the invitation", "people", "/cases/{code}/team"),
    "invitation.recused": Kind("An expert has a conflict of interest", "people", "/cases/{code}/team"),
    "message.sent": Kind("A new message in the conversation", "talk", "/cases/{code}#thread"),
    "team_note.written": Kind("A new note of the team", "lock", "/cases/{code}#team-notes"),
    "meeting.proposed": Kind("A meeting was suggested to you", "calendar", "/meetings/{subject}"),
    "answer.signatures_asked": Kind("The answer waits for your signature", "pen", _ANSWER),
    "answer.signatures_voided": Kind("The answer changed: signatures are asked again", "pen", _ANSWER),
    "answer.dissented": Kind("A member of the team disagrees", "differ", _ANSWER),
    "answer.all_signed": Kind("Everybody has signed: the answer can be published", "pen", _ANSWER),
    "answer.published": Kind("The answer has come out", "document", _ANSWER),
    "answer.corrected": Kind("The answer was corrected", "document", _ANSWER),
    "case.clock_warned": Kind("The day draws near: %(clock)s", "clock", of_clock=True),
    "case.clock_late": Kind("Late: %(clock)s", "warning", of_clock=True),
    "case.clock_escalated": Kind("Still late: %(clock)s", "warning", of_clock=True),
}
UNKNOWN = Kind("Something happened in a consultation", "bell")
words.WORDS["notification"] = {name: kind.words for name, kind in {**KINDS, "": UNKNOWN}.items()}


@dataclass(frozen=True)
class Notification:
    text: str
    icon: str
    href: str | None
    code: str
    at: datetime
    hour: str
    times: int
    unseen: bool


def in_words(item: dict[str, Any], language: Language) -> Notification:
    known = KINDS.get(item["kind"], UNKNOWN)
    href = known.href.format(code=item["code"], subject=item.get("subject") or "")
    at = dates.moment(item["at"])
    assert isinstance(at, datetime)
    return Notification(
        text=_text(known, item, language),
        icon=known.icon,
        href=href if item["can_be_opened"] else None,
        code=item["code"],
        at=at,
        hour=dates.hour(at),
        times=item["times"],
        unseen=item["seen_at"] is None,
    )


def _text(known: Kind, item: dict[str, Any], language: Language) -> str:
    if not known.of_clock:
        return translate(language, known.words)
    clock = translate(language, words.word("clock", item["data"].get("clock", "")))
    return translate(language, known.words, clock=clock[:1].lower() + clock[1:])


def by_day(items: list[Notification], today: date, language: Language) -> list[tuple[str, list[Notification]]]:
    """In the order they come, the newest day first, each day as a heading says it."""
    days: dict[date, list[Notification]] = {}
    for one in items:
        days.setdefault(one.at.date(), []).append(one)
    return [(_day(day, today, language), told) for day, told in days.items()]


def _day(day: date, today: date, language: Language) -> str:
    near = dates.NEAR[language].get((day - today).days)
    text = f"{near}, {dates.long_day(day, language)}" if near else dates.long_day(day, language)
    return text[:1].upper() + text[1:]
