"""The demo identity provider's pages, in the product's own look. They are plain forms: no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jinja2 import DictLoader, Environment, StrictUndefined

from demo.people import Person

WORDS = {
    "fi": {
        "title": "Esittelyn kirjautuminen",
        "lead": "Valitse, kenenä kirjaudut. Salasanaa ei ole: kaikki henkilöt ovat keksittyjä.",
        "walkers": "Aloita näistä",
        "named": "Muut roolit",
        "professional": "Kaikki muut ammattilaiset",
        "coordinator": "Kaikki muut koordinaattorit",
        "expert": "Kaikki muut asiantuntijat",
        "organisation_editor": "Kaikki muut organisaatioiden ylläpitäjät",
        "mail": "Esittelyn lähettämä sähköposti",
        "logins": "Avoimet kirjautumiset",
        "end": "Päätä kirjautuminen",
        "none": "Kukaan ei ole kirjautuneena.",
        "failed": "Kirjautuminen ei onnistunut",
        "back": "Palaa palveluun ja yritä uudelleen.",
    },
    "sv": {
        "title": "Inloggning i demonstrationen",
        "lead": "Välj vem du loggar in som. Inget lösenord behövs: alla personer är påhittade.",
        "walkers": "Börja med dem",
        "named": "Andra roller",
        "professional": "Alla andra yrkespersoner",
        "coordinator": "Alla andra koordinatorer",
        "expert": "Alla andra sakkunniga",
        "organisation_editor": "Alla andra redaktörer för organisationer",
        "mail": "E-post som demonstrationen har skickat",
        "logins": "Öppna inloggningar",
        "end": "Avsluta inloggningen",
        "none": "Ingen är inloggad.",
        "failed": "Inloggningen lyckades inte",
        "back": "Gå tillbaka till tjänsten och försök på nytt.",
    },
    "en": {
        "title": "Demo login",
        "lead": "Choose who to log in as. There is no password: everybody here is invented.",
        "walkers": "Begin with these",
        "named": "Other roles",
        "professional": "All other professionals",
        "coordinator": "All other coordinators",
        "expert": "All other experts",
        "organisation_editor": "All other editors of organisations",
        "mail": "Mail that the demo has sent",
        "logins": "Open logins",
        "end": "End the login",
        "none": "Nobody is logged in.",
        "failed": "The login did not succeed",
        "back": "Go back to the service and try again.",
    },
}

LAYOUT = """<!doctype html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ heading }} · OT-verkko</title>
<link rel="stylesheet" href="/static/style.css"><link rel="icon" href="data:,">
</head>
<body><main id="main">
<h1>{{ heading }}</h1>
{% block content %}{% endblock %}
</main></body>
</html>"""

LOGIN = """{% extends "layout" %}{% block content %}
<p>{{ words.lead }}</p>
<form method="post" action="{{ action }}">
{% macro listed(some) %}<ul>{% for person in some %}
<li><button class="button" name="person" value="{{ person.subject }}">{{ person.name }}</button>
 {{ person.who_in(language) }}</li>{% endfor %}
</ul>{% endmacro %}
{% for name, people in named.items() %}<section class="section">
<h2>{{ words[name] }}</h2>{{ listed(people) }}</section>{% endfor %}
{% for name, people in folded.items() %}<details class="more">
<summary>{{ words[name] }} ({{ people|length }})</summary>{{ listed(people) }}</details>{% endfor %}
</form>
{% if mail %}<p><a href="{{ mail }}">{{ words.mail }}</a></p>{% endif %}
{% endblock %}"""

LOGINS = """{% extends "layout" %}{% block content %}
{% if not logins %}<p>{{ words.none }}</p>{% endif %}
{% for sid, person in logins.items() %}
<form method="post" action="/logins/{{ sid }}/end"><p>{{ person.name }}
<button class="button">{{ words.end }}</button></p></form>{% endfor %}
{% endblock %}"""

FAILED = """{% extends "layout" %}{% block content %}
<p>{{ words.back }}</p><p><code>{{ error }}</code></p>
{% endblock %}"""

_TEMPLATES = Environment(
    loader=DictLoader({"layout": LAYOUT, "login": LOGIN, "logins": LOGINS, "failed": FAILED}),
    autoescape=True,
    undefined=StrictUndefined,
)


def login_page(
    named: Mapping[str, Sequence[Person]],
    folded: Mapping[str, Sequence[Person]] | None = None,
    *,
    action: str,
    language: str,
    mail: str = "",
) -> str:
    """People under the names of their groups, which are words of `WORDS`; many at once are folded away."""
    language = language if language in WORDS else "fi"
    return _render("login", "title", language, named=named, folded=folded or {}, action=action, mail=mail)


def logins_page(logins: Mapping[str, Person], language: str = "fi") -> str:
    return _render("logins", "logins", language, logins=logins)


def error_page(error: str, language: str = "fi") -> str:
    return _render("failed", "failed", language, error=error)


def _render(name: str, heading: str, language: str, **context: object) -> str:
    words = WORDS[language]
    return _TEMPLATES.get_template(name).render(words=words, heading=words[heading], language=language, **context)
