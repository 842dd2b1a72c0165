"""A meeting as an invitation for any calendar: time and link, nothing of the case."""

from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress, vText

from services.consultation.meetings.rules import title_in


def calendar_of(
    meeting: UUID,
    *,
    version: int,
    starts_at: datetime,
    ends_at: datetime,
    remote_link: str,
    person: str,
    language: str,
    public_url: str,
    stamp: datetime,
) -> bytes:
    """iTIP REQUEST (RFC 5546) to one person. The place is read on the meeting's page: it may name what it shouldn't."""
    page = f"{public_url.rstrip('/')}/meetings/{meeting}"
    event = Event()
    event.add("uid", f"{meeting}@{_host(public_url)}")
    event.add("sequence", version - 1)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", starts_at.astimezone(UTC))
    event.add("dtend", ends_at.astimezone(UTC))
    event.add("summary", title_in(language))
    event.add("location", remote_link or page)
    event.add("url", page)
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("organizer", vCalAddress(f"mailto:ot-verkko@{_host(public_url)}"))
    event.add("attendee", _attendee(person))
    calendar = Calendar()
    calendar.add("prodid", "-//OT-verkko//consultation//FI")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _attendee(person: str) -> vCalAddress:
    # Mail addresses are the registry's and stay there; the id says who without saying it to anybody else.
    attendee = vCalAddress(f"urn:uuid:{person}")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("FALSE")
    return attendee


def _host(public_url: str) -> str:
    return urlsplit(public_url).hostname or "localhost"
