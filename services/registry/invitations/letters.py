"""What an invitation's mail says: that one is invited, and the link. Never to what, by whom or why."""

from datetime import datetime

from services.shared.clock import HELSINKI
from services.shared.mail import Letter

_SUBJECTS = {
    "fi": "OT-verkko: sinut on kutsuttu",
    "sv": "OT-verkko: du är inbjuden",
    "en": "OT-verkko: you are invited",
}
_TEXTS = {
    "fi": """Hei,

Sinut on kutsuttu OT-verkon jäseneksi. Avaa kutsu ja katso, mitä se antaa ja keneltä se tulee:
{link}

Linkki toimii kerran, {day} asti. Se on sinua varten: älä lähetä sitä eteenpäin.
Jos et odottanut kutsua, voit jättää tämän viestin huomiotta. Viestiin ei voi vastata.
""",
    "sv": """Hej,

Du är inbjuden som medlem i OT-verkko. Öppna inbjudan och se vad den ger och vem den kommer från:
{link}

Länken fungerar en gång, till och med {day}. Den är avsedd för dig: skicka den inte vidare.
Om du inte väntade dig en inbjudan kan du bortse från meddelandet. Det går inte att svara på det.
""",
    "en": """Hello,

You are invited to be a member of OT-verkko. Open the invitation to see what it gives and from whom it comes:
{link}

The link works once, until {day}. It is meant for you: do not pass it on.
If you did not expect an invitation, you can leave this message be. It can't be replied to.
""",
}


def link_of(public_url: str, secret: str) -> str:
    return f"{public_url.rstrip('/')}/join/{secret}"


def invitation_letter(address: str, language: str, public_url: str, secret: str, until: datetime) -> Letter:
    spoken = language if language in _TEXTS else "fi"
    day = until.astimezone(HELSINKI)
    text = _TEXTS[spoken].format(link=link_of(public_url, secret), day=f"{day.day}.{day.month}.{day.year}")
    return Letter(to=address, subject=_SUBJECTS[spoken], text=text, leave=f"{public_url.rstrip('/')}/privacy")
