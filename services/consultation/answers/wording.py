"""The words of the answer document itself in Finnish and Swedish: headings, kinds, what a signature says."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from services.consultation.answers.rules import written_date
from services.shared.clock import HELSINKI

CENTRE: Mapping[str, Mapping[str, str]] = {
    "fi": {
        "etela": "Etelä-Suomen OT-keskus",
        "ita": "Itä-Suomen OT-keskus",
        "sisa": "Sisä-Suomen OT-keskus",
        "lansi": "Länsi-Suomen OT-keskus",
        "pohjoinen": "Pohjois-Suomen OT-keskus",
    },
    "sv": {
        "etela": "OT-centret i Södra Finland",
        "ita": "OT-centret i Östra Finland",
        "sisa": "OT-centret i Inre Finland",
        "lansi": "OT-centret i Västra Finland",
        "pohjoinen": "OT-centret i Norra Finland",
    },
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "fi": {
        "centre_long": "osaamis- ja tukikeskus",
        "note": "Muistio",
        "statement": "Lausunto",
        "draft": "Luonnos, ei julkaistu",
        "edition": "Versio",
        "published": "Julkaistu",
        "corrects": "Korvaa aiemman version",
        "case": "Konsultaatio",
        "subject": "Asia",
        "area": "Vastuualue",
        "basis": "Perusta",
        "basis_14": "Lastensuojelulaki 14 §",
        "background": "Tausta, johon vastaus nojaa",
        "questions": "Kysymykset",
        "considerations": "Arviointi",
        "recommendations": "Suositukset",
        "who": "Ketkä vastasivat",
        "limits": "Rajaukset",
        "who_does": "Kuka",
        "by_when": "Mihin mennessä",
        "method": "Menetelmä",
        "signatures": "Allekirjoitukset",
        "name": "Nimi",
        "opinion": "Kanta",
        "agree": "Samaa mieltä",
        "remark": "Samaa mieltä, huomautus",
        "dissent": "Eriävä mielipide",
        "not_signed": "Ei allekirjoittanut määräaikaan mennessä",
        "open": "Allekirjoitus puuttuu",
        "of_recommendation": "suositus",
        "digest": "Tarkiste",
        "page": "Sivu",
        "example": "Esimerkkiaineisto: henkilöt ja tapaus ovat keksittyjä.",
        "at": "klo",
        "as_coordinator": "OT-koordinaattori",
        "chair": "puheenjohtaja",
        "secretary": "sihteeri",
        "member": "jäsen",
    },
    "sv": {
        "centre_long": "kompetens- och stödcenter",
        "note": "Promemoria",
        "statement": "Utlåtande",
        "draft": "Utkast, inte publicerat",
        "edition": "Version",
        "published": "Publicerad",
        "corrects": "Ersätter den tidigare versionen",
        "case": "Konsultation",
        "subject": "Ärende",
        "area": "Ansvarigt område",
        "basis": "Grund",
        "basis_14": "14 § i barnskyddslagen",
        "background": "Bakgrund som svaret grundar sig på",
        "questions": "Frågor",
        "considerations": "Bedömning",
        "recommendations": "Rekommendationer",
        "who": "Vilka svarade",
        "limits": "Begränsningar",
        "who_does": "Vem",
        "by_when": "Senast",
        "method": "Metod",
        "signatures": "Underskrifter",
        "name": "Namn",
        "opinion": "Ståndpunkt",
        "agree": "Samma åsikt",
        "remark": "Samma åsikt, anmärkning",
        "dissent": "Avvikande mening",
        "not_signed": "Skrev inte under inom utsatt tid",
        "open": "Underskrift saknas",
        "of_recommendation": "rekommendation",
        "digest": "Kontrollsumma",
        "page": "Sida",
        "example": "Exempeldata: personerna och ärendet är påhittade.",
        "at": "kl.",
        "as_coordinator": "OT-koordinator",
        "chair": "ordförande",
        "secretary": "sekreterare",
        "member": "medlem",
    },
}


def who_answered(people: Sequence[tuple[str, str | None, str]], language: str) -> str:
    """A line for each: name, title, and the role of whoever led or wrote."""
    words = WORDS[language] if language in WORDS else WORDS["fi"]
    roles = {"chair": words["chair"], "secretary": words["secretary"], "coordinator": words["as_coordinator"]}
    return "\n".join(", ".join(part for part in (name, title, roles.get(role)) if part) for name, title, role in people)


def day_in_words(day: date) -> str:
    """Both languages write the day the same way in Finland: 4.12.2026."""
    return f"{day.day}.{day.month}.{day.year}"


def moment_in_words(moment: datetime, language: str) -> str:
    """23.11.2026 klo 16.41, in Finland's time."""
    local = moment.astimezone(HELSINKI)
    return f"{day_in_words(local.date())} {WORDS[language]['at']} {local.hour}.{local.minute:02d}"


def time_limit_in_words(by_when: str) -> str:
    day = written_date(by_when)
    return by_when if day is None else day_in_words(day)
