"""The demo mailbox's page, in the product's own look. It loads itself anew every few seconds: no script."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from services.shared.clock import HELSINKI

if TYPE_CHECKING:
    from demo.mailbox import Mail

WORDS = {
    "fi": {
        "title": "Esittelyn lähettämä sähköposti",
        "lead": "Viestit eivät lähde tältä koneelta. Jokainen kertoo vain, että jotain odottaa: ei kuka, ei mitä.",
        "none": "Yhtään viestiä ei ole vielä lähetetty.",
        "to": "Vastaanottaja",
        "back": "Takaisin palveluun",
    },
    "sv": {
        "title": "E-post som demonstrationen har skickat",
        "lead": "Meddelandena lämnar inte den här datorn. De säger bara att något väntar: inte vem, inte vad.",
        "none": "Inga meddelanden har skickats ännu.",
        "to": "Mottagare",
        "back": "Tillbaka till tjänsten",
    },
    "en": {
        "title": "Mail that the demo has sent",
        "lead": "Nothing leaves this machine. Each mail says only that something waits: not who, not what.",
        "none": "No mail has been sent yet.",
        "to": "To",
        "back": "Back to the service",
    },
}
PAGE = """<!doctype html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="5">
<title>{{ words.title }} · OT-verkko</title>
<link rel="stylesheet" href="/static/style.css"><link rel="icon" href="data:,">
</head>
<body>
<main id="main" class="plain"><div class="plain__in">
<h1>{{ words.title }}</h1>
<p class="lead">{{ words.lead }}</p>
<p><a href="{{ front }}">{{ words.back }}</a></p>
{% for mail in mails %}
<section class="section" aria-labelledby="m{{ loop.index }}"><h2 id="m{{ loop.index }}">{{ mail.subject }}</h2>
<p class="quiet">{{ words.to }}: {{ mail.to }}{% if mail.at %}, <span class="num">{{ when(mail.at) }}</span>{% endif %}
</p>
<div class="prose">{% for line in mail.text.splitlines() %}{{ line }}<br>{% endfor %}</div></section>
{% else %}<div class="empty"><p>{{ words.none }}</p></div>{% endfor %}
</div></main>
</body>
</html>"""
_TEMPLATE = Environment(autoescape=True, undefined=StrictUndefined).from_string(PAGE)


def mailbox_page(mails: Iterable[Mail], *, front: str, language: str) -> str:
    language = language if language in WORDS else "fi"
    return _TEMPLATE.render(words=WORDS[language], language=language, mails=list(mails), front=front, when=_when)


def _when(at: datetime) -> str:
    there = at.astimezone(HELSINKI)
    return f"{there.day}.{there.month}.{there.year} {there.hour}.{there.minute:02}"
