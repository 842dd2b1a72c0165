"""What a nudge says, in three languages: that something waits, and where. Never who, what or which consultation."""

from services.shared.mail import Letter

_WAITS = {
    "fi": ("jotain odottaa sinua", "yksi asia odottaa sinua", "{count} asiaa odottaa sinua"),
    "sv": ("något väntar på dig", "en sak väntar på dig", "{count} saker väntar på dig"),
    "en": ("something waits for you", "one thing waits for you", "{count} things wait for you"),
}
_TEXTS = {
    "fi": """Hei,

{what}. Kirjaudu ja katso:
{front}

Tässä viestissä ei ole mitään asiasta itsestään, eikä tähän viestiin voi vastata.
Viestejä voi saada harvemmin tai ei lainkaan. Muuta asetuksiasi:
{settings}
""",
    "sv": """Hej,

{what}. Logga in och titta:
{front}

Det här meddelandet säger inget om själva ärendet, och det går inte att svara på det.
Du kan få meddelanden mer sällan eller inte alls. Ändra dina inställningar:
{settings}
""",
    "en": """Hello,

{what}. Log in and look:
{front}

This message says nothing of the matter itself, and it can't be replied to.
You can get messages less often or not at all. Change your settings:
{settings}
""",
}


def letter_to(address: str, language: str, public_url: str, count: int | None = None) -> Letter:
    """A nudge, or with a `count` a digest."""
    spoken = language if language in _WAITS else "fi"
    something, one, many = _WAITS[spoken]
    waits = something if count is None else one if count == 1 else many.format(count=count)
    front, settings = f"{public_url.rstrip('/')}/", f"{public_url.rstrip('/')}/me/settings"
    text = _TEXTS[spoken].format(what=waits[:1].upper() + waits[1:], front=front, settings=settings)
    return Letter(to=address, subject=f"OT-verkko: {waits}", text=text, leave=settings)
