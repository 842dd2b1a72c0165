"""Services: the list, one with whether it takes anybody now, adding, changing, confirming and ending one."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from gateway import words
from gateway.clients.registry.offerings import Offerings
from gateway.entry_words import add_entry_words
from gateway.pages.case_choices import codes, in_words, named, with_none
from gateway.pages.case_forms import Typed, days_on, key, text, texts, version
from gateway.pages.case_names import names_of
from gateway.pages.entry_history import history_page
from gateway.pages.named_entries import (
    REFUSED,
    Entry,
    choices_of,
    contact_rows,
    entered,
    errors_of,
    keepers,
    limits_of,
    posted,
    rows_of,
    shown,
)
from gateway.problems import add_sentences
from gateway.rendering import page, translate
from services.shared.http import RemoteRefusal

router = APIRouter()
PER_PAGE = 50
TOLD = ("description", "eligibility", "application_process", "fees", "schedule")
PLAIN = ("offering_kind", "age_groups", "minimum_age", "maximum_age", "ways_in", "url", "remote")
CAPACITY = ("capacity", "waiting_weeks", "free_places")
FOR_WHOM = ("description", "eligibility", "age_groups", "minimum_age", "maximum_age", "themes", "areas", "languages")
WAY_IN = ("ways_in", "application_process", "url", "fees", "schedule", "remote")
FILTERS = ("q", "offering_kind", "theme", "area", "yta", "language", "age", "capacity", "after")
CAPACITIES = {"open": "Takes people now", "queue": "Has a queue", "closed": "Takes nobody now"}
WAYS_IN = {
    "referral": "With a referral",
    "professional": "A professional contacts it",
    "self": "One may come oneself",
    "phone": "By phone",
    "form": "With a form",
    "drop_in": "Without an appointment",
}
words.WORDS["capacity"] = CAPACITIES
words.WORDS["way_in"] = WAYS_IN

add_sentences(
    {},
    fields={
        "ages_backwards": "The oldest can't be younger than the youngest.",
        "not_of_this_capacity": "Weeks belong to a queue, free places to a service that takes people now.",
    },
)
add_entry_words(
    fields={
        "offering_kind": "Kind",
        "minimum_age": "Youngest, in years",
        "maximum_age": "Oldest, in years",
        "eligibility": "Who may come",
        "ways_in": "How one comes in",
        "application_process": "What to do",
        "url": "More about it on the web",
        "fees": "What it costs",
        "schedule": "When it is open",
        "remote": "Possible from a distance",
        "capacity": "Now",
        "waiting_weeks": "Weeks to wait",
        "free_places": "Free places",
        "capacity_on": "Told on",
        "assured_on": "Said to be right on",
        "assured_by": "Said by",
    },
    acts={
        "create_offering": "The service was added",
        "change_offering": "The service was changed",
        "tell_capacity": "It was told whether the service takes anybody",
        "confirm_offering": "The entry was said to be right",
        "end_offering": "The service was ended",
    },
    schemes={"offering_kind": "offering_kinds"},
    codes={"capacity": "capacity", "ways_in": "way_in"},
)


@router.get("/offerings")
async def list_offerings(request: Request) -> Response:
    asked = {name: request.query_params.get(name, "") for name in FILTERS}
    asked["age"] = asked["age"] if asked["age"].isdecimal() and len(asked["age"]) < 3 else ""
    asked["capacity"] = asked["capacity"] if asked["capacity"] in CAPACITIES else ""
    flags = {name: request.query_params.get(name) == "yes" for name in ("overdue", "ended")}
    names = await names_of(request)
    found = await request.state.clients.registry.offerings.list_offerings(
        **asked, **{name: "true" for name, on in flags.items() if on}, limit=PER_PAGE
    )
    return page(
        request,
        "offerings/list.html",
        block="results",
        names=names,
        offerings=found["items"],
        next=found["next"],
        asked=asked,
        flags=flags,
        kinds=with_none(request, named(request, names, "offering_kinds"), "All"),
        capacities=with_none(request, codes(request, "capacity", CAPACITIES), "All"),
        offered=limits_of(request, names),
    )


@router.get("/offerings/new")
async def create_offering_form(request: Request) -> Response:
    today, asked = days_on(request.app.state.clock.now(), 0), request.query_params.get("organisation", "")
    return await _form_page(request, None, Typed({"organisation": asked, "valid_from": today, "capacity": "open"}))


@router.post("/offerings/new")
async def create_offering(request: Request) -> Response:
    form = await request.form()
    offerings: Offerings = request.state.clients.registry.offerings
    new = _entered(form) | _capacity(form) | {"organisation": text(form, "organisation")}
    try:
        made = await offerings.create_offering(new, key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in REFUSED:
            raise
        return await _form_page(request, None, posted(form), refusal)
    return RedirectResponse(f"/offerings/{made['id']}", status_code=303)


@router.get("/offerings/{offering}")
async def read_offering(request: Request, offering: str) -> Response:
    return await _offering_page(request, offering)


@router.get("/offerings/{offering}/edit")
async def change_offering_form(request: Request, offering: str) -> Response:
    found = await request.state.clients.registry.offerings.read_offering(offering)
    return await _form_page(request, found, shown(found, TOLD, PLAIN))


@router.post("/offerings/{offering}/edit")
async def change_offering(request: Request, offering: str) -> Response:
    form = await request.form()
    offerings: Offerings = request.state.clients.registry.offerings
    try:
        await offerings.change_offering(offering, _entered(form), expected=version(form))
    except RemoteRefusal as refusal:
        if refusal.status not in REFUSED:
            raise
        return await _form_page(request, await offerings.read_offering(offering), posted(form), refusal)
    return RedirectResponse(f"/offerings/{offering}", status_code=303)


@router.post("/offerings/{offering}/capacity")
async def tell_capacity(request: Request, offering: str) -> Response:
    form = await request.form()
    offerings: Offerings = request.state.clients.registry.offerings
    try:
        await offerings.tell_capacity(offering, _capacity(form), expected=version(form), key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in REFUSED:
            raise
        return await _offering_page(request, offering, posted(form), refusal)
    return RedirectResponse(f"/offerings/{offering}", status_code=303)


@router.post("/offerings/{offering}/confirm")
async def confirm_offering(request: Request, offering: str) -> Response:
    form = await request.form()
    offerings: Offerings = request.state.clients.registry.offerings
    try:
        await offerings.confirm_offering(offering, expected=version(form), key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in REFUSED:
            raise
        return await _offering_page(request, offering, posted(form), refusal)
    return RedirectResponse(f"/offerings/{offering}", status_code=303)


@router.post("/offerings/{offering}/end")
async def end_offering(request: Request, offering: str) -> Response:
    form = await request.form()
    offerings: Offerings = request.state.clients.registry.offerings
    end = {"valid_to": text(form, "valid_to"), "reason": text(form, "reason")}
    try:
        await offerings.end_offering(offering, end, expected=version(form), key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in REFUSED:
            raise
        return await _offering_page(request, offering, posted(form), refusal)
    return RedirectResponse(f"/offerings/{offering}", status_code=303)


@router.get("/offerings/{offering}/history")
async def list_offering_history(request: Request, offering: str) -> Response:
    offerings: Offerings = request.state.clients.registry.offerings
    found = await offerings.read_offering(offering)
    history = await offerings.list_offering_history(offering, after=request.query_params.get("after", ""))
    name, listed = in_words(found["name"], request.state.language), translate(request.state.language, "Services")
    crumbs = [(listed, "/offerings"), (name[:1].upper() + name[1:], f"/offerings/{offering}")]
    return await history_page(request, history, lead=name, crumbs=crumbs)


def _entered(form: FormData) -> dict[str, Any]:
    ages = {name: text(form, name) or None for name in ("minimum_age", "maximum_age")}
    lists = {name: texts(form, name) for name in ("age_groups", "ways_in")}
    return (
        entered(form, TOLD)
        | ages
        | lists
        | {
            "offering_kind": text(form, "offering_kind"),
            "url": text(form, "url"),
            "remote": text(form, "remote") == "yes",
        }
    )


def _capacity(form: FormData) -> dict[str, Any]:
    """A number that belongs to another answer is left behind: the form shows both."""
    told = text(form, "capacity")
    of = {"queue": "waiting_weeks", "open": "free_places"}.get(told, "")
    return {"capacity": told} | ({of: text(form, of) or None} if of else {})


async def _offering_page(
    request: Request, offering: str, v: Typed | None = None, refusal: RemoteRefusal | None = None
) -> Response:
    found, names = await request.state.clients.registry.offerings.read_offering(offering), await names_of(request)
    now = {name: "" if found[name] is None else found[name] for name in CAPACITY}
    return page(
        request,
        "offerings/detail.html",
        status=refusal.status if refusal else 200,
        names=names,
        offering=found,
        for_whom=rows_of(request, names, found, FOR_WHOM),
        way_in=rows_of(request, names, found, WAY_IN) + contact_rows(request, found),
        capacities=codes(request, "capacity", CAPACITIES),
        v=Typed(now | (v or {})),
        errors=errors_of(request, refusal) if refusal else {},
    )


async def _form_page(request: Request, found: Entry | None, v: Typed, refusal: RemoteRefusal | None = None) -> Response:
    names = await names_of(request)
    return page(
        request,
        "offerings/form.html",
        status=refusal.status if refusal else 200,
        offering=found,
        keepers=with_none(request, [] if found else await keepers(request, "create_offering")),
        kinds=with_none(request, named(request, names, "offering_kinds")),
        age_groups=named(request, names, "age_groups"),
        ways_in=codes(request, "way_in", WAYS_IN),
        capacities=codes(request, "capacity", CAPACITIES),
        offered=choices_of(request, names),
        v=v,
        errors=errors_of(request, refusal) if refusal else {},
    )
