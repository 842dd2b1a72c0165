"""Mandates, resources, agreements and affiliations in words: what each is called, and its fields as people read."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from gateway import words
from gateway.entry_words import Teller, add_entry_words
from gateway.pages.case_names import Names
from gateway.rendering import translate

Term = dict[str, Any]

FUNDINGS = {
    "state": "State grant",
    "own": "Own budget",
    "joint": "Joint funding of the collaborative area",
    "project": "Project funding",
    "other": "Something else",
}
AFFILIATIONS = {
    "member": "Member",
    "partner": "Partner",
    "hosted": "Works in connection with it",
    "funded": "Funded by it",
    "other": "Otherwise",
}
STATES = {"coming": "Coming", "in_force": "In force", "ended": "Ended"}
words.WORDS["funding"] = FUNDINGS
words.WORDS["affiliation"] = AFFILIATIONS
words.WORDS["term_state"] = STATES
words.WORDS["term"] = {
    "mandate": "Task",
    "resource": "Resource",
    "agreement": "Agreement",
    "affiliation": "Affiliation",
}

add_entry_words(
    fields={
        "task": "Task",
        "basis": "What it rests on",
        "funding": "Funding",
        "note": "More about it",
        "person_years": "Person-years",
        "euros": "Euros",
        "of": "Belongs to",
        "how": "How it belongs there",
        "organisations": "Organisations that may use the experts",
        "cost": "What it costs",
        "euros_limit": "At most, in euros",
        "month_limit": "At most, consultations a month",
        "secrecy_by": "Who undertook secrecy",
        "secrecy_on": "Secrecy undertaken on",
        "end_reason": "Why it ended before its day",
    },
    acts={
        "create_mandate": "The task was written down",
        "change_mandate": "The task was changed",
        "create_resource": "The resource was written down",
        "change_resource": "The resource was changed",
        "create_affiliation": "The affiliation was written down",
        "change_affiliation": "The affiliation was changed",
        "create_agreement": "The agreement was recorded",
        "change_agreement": "The agreement was changed",
        "end_agreement": "The agreement was ended before its day",
    },
    codes={"funding": "funding", "how": "affiliation"},
    organisations={"of", "organisations"},
)


@dataclass(frozen=True)
class Kind:
    """`fields` in the order of the page; `title`: what one is called by, `heading` and `empty` for the list."""

    one: str
    fields: tuple[str, ...]
    lists: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    """What is sent as none where nothing was typed; other texts are sent as they are."""


KINDS: Mapping[str, Kind] = {
    "mandates": Kind("mandate", ("task", "basis")),
    "resources": Kind(
        "resource",
        ("funding", "note", "area", "person_years", "euros"),
        numbers=("person_years", "euros"),
        empty=("area", "person_years", "euros"),
    ),
    "agreements": Kind(
        "agreement",
        (
            "areas",
            "organisations",
            "themes",
            "cost",
            "euros_limit",
            "month_limit",
            "secrecy_by",
            "secrecy_on",
        ),
        lists=("areas", "organisations", "themes"),
        numbers=("euros_limit", "month_limit"),
        empty=("euros_limit", "month_limit", "secrecy_on"),
    ),
    "affiliations": Kind("affiliation", ("of", "how")),
}


async def terms_of(request: Request, organisation: str) -> dict[str, list[Term]]:
    """Everything of each kind that an organisation has had, what began last first."""
    terms = request.state.clients.registry.terms
    found = await asyncio.gather(*(terms.list_terms(organisation, kind, limit=100) for kind in KINDS))
    return {kind: one["items"] for kind, one in zip(KINDS, found, strict=True)}


def told_terms(request: Request, names: Names, held: Mapping[str, list[Term]]) -> dict[str, list[Term]]:
    """Each with its fields in words beside it: `told.cost`."""
    return {kind: [with_words(request, names, kind, one) for one in terms] for kind, terms in held.items()}


def with_words(request: Request, names: Names, kind: str, term: Term) -> Term:
    teller = Teller(names, request.state.language, _parties(term))
    return {**term, "told": {name: "; ".join(teller.lines(name, term[name])) for name in KINDS[kind].fields}}


def rows_of(request: Request, names: Names, kind: str, term: Term) -> list[tuple[str, str]]:
    """(term, description) of every field, and the days."""
    language = request.state.language
    teller = Teller(names, language, _parties(term))
    fields = (*KINDS[kind].fields, "valid_from", "valid_to", *(("end_reason",) if term.get("end_reason") else ()))
    rows = []
    for name in fields:
        label = translate(language, words.word("entry_field", name))
        told = "; ".join(teller.lines(name, term[name]))
        rows.append((label, told or _where_empty(kind, name, language)))
    return rows


def _where_empty(kind: str, name: str, language: Any) -> str:
    """What it means that nothing is said."""
    match kind, name:
        case _, "valid_to":
            return translate(language, "Until further notice")
        case "agreements", "themes":
            return translate(language, "Everything")
        case "resources", "area":
            return translate(language, "All that it serves")
        case "agreements", "secrecy_by":
            return translate(language, "Nobody has yet")
        case _:
            return "–"


def _parties(term: Term) -> dict[str, Any]:
    known = {one["id"]: one["name"] for one in term.get("parties", [])}
    return known | ({term["of"]: term["of_name"]} if "of_name" in term else {})
