"""Dates, durations and numbers as people read them, in the three languages.

Date first, duration second; 24-hour clock; Helsinki time; a space between thousands.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.language import Language
from gateway.words import GREETINGS

HELSINKI = ZoneInfo("Europe/Helsinki")
WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "fi": ("ma", "ti", "ke", "to", "pe", "la", "su"),
    "sv": ("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
LONG_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "fi": ("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"),
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
AT: dict[Language, str] = {"fi": "klo", "sv": "kl.", "en": "at"}
NEAR: dict[Language, dict[int, str]] = {
    "fi": {-1: "eilen", 0: "tänään", 1: "huomenna"},
    "sv": {-1: "i går", 0: "i dag", 1: "i morgon"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}
UNITS: dict[Language, tuple[str, str, str]] = {
    "fi": ("pv", "t", "min"),
    "sv": ("d", "h", "min"),
    "en": ("d", "h", "min"),
}

A_WEEK = 7

Moment = datetime | date | str


def moment(value: Moment) -> datetime | date:
    """A service's ISO text, or a date or time, as Helsinki time; a bare date stays a date."""
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(HELSINKI)
    return value


def day(value: Moment, language: Language) -> str:
    """`ti 24.11.2026`"""
    at = moment(value)
    return f"{WEEKDAYS[language][at.weekday()]} {at.day}.{at.month}.{at.year}"


def day_or_words(value: str, language: Language) -> str:
    """A day where it is one; a time limit in somebody's own words as it was written."""
    try:
        return day(date.fromisoformat(value), language)
    except ValueError:
        return value


def short_day(value: Moment, language: Language, today: date) -> str:
    """`ti 24.11.`, with the year when it is another than today's."""
    at = moment(value)
    return day(value, language) if at.year != today.year else f"{WEEKDAYS[language][at.weekday()]} {at.day}.{at.month}."


def hour(at: datetime) -> str:
    return f"{at.hour}.{at.minute:02}"


def when(value: Moment, language: Language) -> str:
    """`ti 24.11.2026 klo 9.40`"""
    at = moment(value)
    return f"{day(at, language)} {AT[language]} {hour(at)}" if isinstance(at, datetime) else day(at, language)


def short_when(value: Moment, language: Language, today: date) -> str:
    """`tänään klo 9.40`, `ke 25.11. klo 13.00`: what is near is said in words."""
    at = moment(value)
    on = at.date() if isinstance(at, datetime) else at
    text = NEAR[language].get((on - today).days) or short_day(on, language, today)
    return f"{text} {AT[language]} {hour(at)}" if isinstance(at, datetime) else text


def until(start: str, ends: Moment, begins: Moment, language: Language) -> str:
    """`ke 25.11. klo 13.00–14.00` from how the start is said; the end's day where it is another."""
    first, last = moment(begins), moment(ends)
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return start
    end = hour(last) if first.date() == last.date() else when(last, language)
    return f"{start}\N{EN DASH}{end}"


def deadline(value: Moment, language: Language) -> str:
    """Like `when`; what ends at midnight ends with the day before."""
    at = moment(value)
    if isinstance(at, datetime) and (at.hour, at.minute) == (0, 0):
        return day(at - timedelta(days=1), language)
    return when(at, language)


def long_day(value: Moment, language: Language) -> str:
    """`tiistai 24.11.2026`"""
    at = moment(value)
    return f"{LONG_WEEKDAYS[language][at.weekday()]} {at.day}.{at.month}.{at.year}"


def duration(seconds: float, language: Language) -> str:
    """`12 pv`, `2 pv 4 t`, `5 t 50 min`, `12 min`: the two largest units; from a week on days alone."""
    days, rest = divmod(int(abs(seconds)), 86_400)
    if days >= A_WEEK:
        rest = 0
    hours, rest = divmod(rest, 3_600)
    amounts = list(zip((days, hours, rest // 60), UNITS[language], strict=True))
    first = next((place for place, (amount, _) in enumerate(amounts) if amount), 2)
    shown = [f"{amount} {unit}" for amount, unit in amounts[first : first + 2] if amount]
    return " ".join(shown) or f"0 {UNITS[language][2]}"


def number(value: float | str, language: Language, digits: int | None = None) -> str:
    """A space between thousands and, in Finnish and Swedish, a decimal comma."""
    amount = float(value)
    if digits is None:
        digits = 0 if amount == int(amount) else 1
    text = f"{amount:,.{digits}f}".replace(",", "\N{NO-BREAK SPACE}").replace("-", "\N{MINUS SIGN}")
    return text if language == "en" else text.replace(".", ",")


def part_of_day(now: datetime) -> str:
    """The English original of the greeting that fits the hour in Helsinki."""
    hours = now.astimezone(HELSINKI).hour
    if hours < 5:
        return GREETINGS["night"]
    if hours < 10:
        return GREETINGS["morning"]
    return GREETINGS["day" if 10 <= hours < 17 else "evening"]
