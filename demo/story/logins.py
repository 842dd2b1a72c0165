"""Everybody else of the example that one can log in as: the experts and coordinators beside the named people."""

from functools import cache

from demo.people import PEOPLE, Person
from demo.story.organisations import organisations
from demo.story.people import askers, experts, humans, roles

LANGUAGES = ("fi", "sv", "en")
ROLES = {
    "expert": ("asiantuntija", "sakkunnig", "expert"),
    "coordinator": ("OT-koordinaattori", "OT-koordinator", "coordinator"),
    "organisation_editor": ("organisaation ylläpitäjä", "organisationens redaktör", "organisation editor"),
    "professional": ("ammattilainen", "yrkesperson", "professional"),
}


@cache
def everybody_else_by_role() -> dict[str, list[Person]]:
    """By the role they hold, those who ask first."""
    found: dict[str, list[Person]] = {role: [] for role in ("professional", "expert", "coordinator")}
    held = {one.person: one.role for one in roles()}
    for person in everybody_else():
        found.setdefault(held[person.subject], []).append(person)
    return found


@cache
def everybody_else() -> tuple[Person, ...]:
    """By name; whoever holds a role in the story and is not among `PEOPLE`."""
    named = {person.subject for person in PEOPLE}
    titles = {one["slug"]: str(one["title"]) for one in (*experts(), *askers())}
    held = {one.person: one for one in roles()}
    found = [
        Person(
            human.subject,
            human.name,
            human.email or f"{human.subject}@esimerkki.example",
            _who(titles.get(human.slug, ""), held[human.slug].role, held[human.slug].organisation),
            language=human.language,
        )
        for human in humans()
        if human.subject and human.subject not in named and human.slug in held
    ]
    return tuple(sorted(found, key=lambda person: person.name))


@cache
def all_logins() -> dict[str, Person]:
    """By subject."""
    return {person.subject: person for person in (*PEOPLE, *everybody_else())}


def _who(title: str, role: str, organisation: str) -> tuple[str, str, str]:
    said = [
        ", ".join(filter(None, (ROLES[role][at], title, _named(organisation, language))))
        for at, language in enumerate(LANGUAGES)
    ]
    return said[0], said[1], said[2]


def _named(organisation: str, language: str) -> str:
    names = organisations()[organisation]["name"]
    return str(names.get(language) or names["fi"])
