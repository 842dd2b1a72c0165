"""The invented people one can log in as: what the demo's identity provider tells of them, and nothing more.

What they may do is kept in the registry, where the story puts it; `who` is only said to the person choosing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    subject: str
    name: str
    email: str
    who: tuple[str, str, str]  # in Finnish, Swedish, English
    language: str = "fi"
    email_verified: bool = True

    def who_in(self, language: str) -> str:
        return self.who[("fi", "sv", "en").index(language)]


PEOPLE = (
    Person(
        "maria",
        "Maria Lehtola",
        "maria.lehtola@etelasavo.example",
        (
            "ammattilainen, sosiaalityöntekijä, Etelä-Savo",
            "yrkesperson, socialarbetare, Södra Savolax",
            "professional, social worker, Etelä-Savo",
        ),
    ),
    Person(
        "sanna",
        "Sanna Heiskanen",
        "sanna.heiskanen@ot-ita.example",
        ("OT-koordinaattori, Itä-Suomi", "OT-koordinator, Östra Finland", "coordinator, Itä-Suomi"),
    ),
    Person(
        "deputy",
        "Pekka Nousiainen",
        "pekka.nousiainen@ot-ita.example",
        (
            "OT-koordinaattorin sijainen, Itä-Suomi",
            "ställföreträdande OT-koordinator, Östra Finland",
            "deputy coordinator, Itä-Suomi",
        ),
    ),
    Person(
        "tuomas",
        "Tuomas Rinne",
        "tuomas.rinne@keskisuomi.example",
        (
            "asiantuntija, sosiaalityö, Keski-Suomi",
            "sakkunnig, socialt arbete, Mellersta Finland",
            "expert, social work, Keski-Suomi",
        ),
    ),
    Person(
        "leena",
        "Leena Vartiainen",
        "leena.vartiainen@pohjoissavo.example",
        (
            "asiantuntija, nuorisopsykiatria, Pohjois-Savo",
            "sakkunnig, ungdomspsykiatri, Norra Savolax",
            "expert, adolescent psychiatry, Pohjois-Savo",
        ),
    ),
    Person(
        "hodan",
        "Hodan Yusuf",
        "hodan.yusuf@jarjesto.example",
        ("kokemusasiantuntija, järjestö", "erfarenhetsexpert, organisation", "expert by experience, NGO"),
    ),
    Person(
        "anna",
        "Anna Sjöberg",
        "anna.sjoberg@ot-lansi.example",
        ("OT-koordinaattori, Länsi-Suomi", "OT-koordinator, Västra Finland", "coordinator, Länsi-Suomi (Swedish)"),
        language="sv",
    ),
    Person(
        "erik",
        "Erik Nyman",
        "erik.nyman@osterbotten.example",
        (
            "ammattilainen, koulu, Pohjanmaa",
            "yrkesperson, skola, Österbotten",
            "professional, school, Pohjanmaa (Swedish)",
        ),
        language="sv",
    ),
    Person(
        "kaisa",
        "Kaisa Mäkinen",
        "kaisa.makinen@ot-etela.example",
        ("OT-koordinaattori, Etelä-Suomi", "OT-koordinator, Södra Finland", "coordinator, Etelä-Suomi"),
    ),
    Person(
        "noora",
        "Noora Aalto",
        "noora.aalto@valtakunnallinen.example",
        (
            "valtakunnallinen koordinaatioryhmä: raportit",
            "nationella koordinationsgruppen: rapporter",
            "national: reports, never a case",
        ),
    ),
    Person(
        "timo",
        "Timo Laakso",
        "timo.laakso@valtakunnallinen.example",
        ("tietosuojavastaava: lokit", "dataskyddsombud: loggar", "auditor: logs, never a case's text"),
    ),
    Person(
        "admin",
        "Aino Pääkkönen",
        "aino.paakkonen@valtakunnallinen.example",
        (
            "pääkäyttäjä: jäsenyydet, asetukset",
            "huvudanvändare: medlemskap, inställningar",
            "admin: memberships, settings",
        ),
    ),
    Person(
        "editor",
        "Outi Salmi",
        "outi.salmi@jarjesto.example",
        ("organisaation ylläpitäjä, järjestö", "organisationens redaktör", "organisation editor, NGO"),
    ),
    Person(
        "uusi",
        "Uuno Uusi",
        "uuno.uusi@etelasavo.example",
        (
            "uusi: sähköpostin verkkotunnus tunnetaan",
            "ny: e-postdomänen är känd",
            "unknown, the e-mail's domain is known",
        ),
    ),
    Person(
        "outsider",
        "Ulla Ulkonen",
        "ulla.ulkonen@muualla.example",
        ("uusi: kukaan ei tunne", "ny: ingen känner till", "unknown to everybody"),
    ),
)

WALKERS = ("maria", "sanna", "tuomas")
"""Who the README's walks begin with; in the example something waits for each."""


def named_people() -> dict[str, list[Person]]:
    """By the group they are shown in."""
    return {
        "walkers": [person for person in PEOPLE if person.subject in WALKERS],
        "named": [person for person in PEOPLE if person.subject not in WALKERS],
    }


SYSTEMS = {
    # another system and its secret: these work in the demo only, docs/integration.md shows them
    "esavo-asiakastieto": "only-for-the-demo",
}
