"""What an organisation has for a time, inside its page: adding, one, changing, ending; and what runs out soon."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.datastructures import FormData

from gateway import words
from gateway.clients.registry.terms import Terms
from gateway.pages.case_choices import codes, in_words, named, themes, with_none
from gateway.pages.case_forms import Typed, key, text, texts, version
from gateway.pages.case_names import names_of
from gateway.pages.entry_history import history_page
from gateway.pages.organisation_forms import crumbs_of, organisation_choices, posted, told
from gateway.pages.term_words import AFFILIATIONS, FUNDINGS, KINDS, Kind, rows_of
from gateway.problems import add_sentences
from gateway.rendering import page, translate
from services.shared.http import RemoteRefusal

router = APIRouter()
DAYS = ("valid_from", "valid_to")

add_sentences(
    {"ended_already": "It has ended already, or ends sooner."},
    fields={
        "nothing_told": "Fill in the person-years or the euros.",
        "nobody_may_use": "Choose at least one area or organisation that may use the experts.",
        "secrecy_half_told": "Fill in both who undertook secrecy and when, or neither.",
        "ended_already": "It has ended already, or ends sooner.",
        "two_decimals": "At most two decimals.",
        "float_parsing": "Write a number, such as 2,5.",
        "part_of_itself": "An organisation can't be a part of itself.",
    },
)


class _TermKind(StringConvertor):
    """The first part of an address that is one of the kinds, and nothing else."""

    regex = "|".join(KINDS)


register_url_convertor("termkind", _TermKind())


@router.get("/ending")
async def list_ending_terms(request: Request) -> Response:
    found = await request.state.clients.registry.terms.list_ending_terms()
    return page(request, "terms/ending.html", until=found["until"], terms=found["items"])


@router.get("/organisations/{organisation}/{kind:termkind}/new")
async def create_term_form(request: Request, organisation: str, kind: str) -> Response:
    return await _form_page(request, organisation, kind, None, Typed())


@router.post("/organisations/{organisation}/{kind:termkind}/new")
async def create_term(request: Request, organisation: str, kind: str) -> Response:
    form = await request.form()
    new = {name: value for name, value in _entered(KINDS[kind], form).items() if value is not None and value != ""}
    terms: Terms = request.state.clients.registry.terms
    try:
        made = await terms.create_term(organisation, kind, new, key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return await _form_page(request, organisation, kind, None, posted(form), refusal)
    return RedirectResponse(f"/{kind}/{made['id']}", status_code=303)


@router.get("/{kind:termkind}/{term}")
async def read_term(request: Request, kind: str, term: str) -> Response:
    return await _term_page(request, kind, term)


@router.get("/{kind:termkind}/{term}/edit")
async def change_term_form(request: Request, kind: str, term: str) -> Response:
    found = await request.state.clients.registry.terms.read_term(kind, term)
    shown = {name: found[name] if found[name] is not None else "" for name in (*KINDS[kind].fields, *DAYS)}
    return await _form_page(request, found["organisation"], kind, found, Typed(shown))


@router.post("/{kind:termkind}/{term}/edit")
async def change_term(request: Request, kind: str, term: str) -> Response:
    form = await request.form()
    terms: Terms = request.state.clients.registry.terms
    try:
        await terms.change_term(kind, term, _entered(KINDS[kind], form), expected=version(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 412, 422):
            raise
        found = await terms.read_term(kind, term)
        return await _form_page(request, found["organisation"], kind, found, posted(form), refusal)
    return RedirectResponse(f"/{kind}/{term}", status_code=303)


@router.post("/agreements/{agreement}/end")
async def end_agreement(request: Request, agreement: str) -> Response:
    form = await request.form()
    terms: Terms = request.state.clients.registry.terms
    end = {"valid_to": text(form, "valid_to"), "reason": text(form, "reason")}
    try:
        await terms.end_agreement(agreement, end, expected=version(form), key=key(form))
    except RemoteRefusal as refusal:
        if refusal.status not in (409, 412, 422):
            raise
        return await _term_page(request, "agreements", agreement, posted(form), refusal)
    return RedirectResponse(f"/agreements/{agreement}", status_code=303)


@router.get("/{kind:termkind}/{term}/history")
async def list_term_history(request: Request, kind: str, term: str) -> Response:
    terms: Terms = request.state.clients.registry.terms
    found = await terms.read_term(kind, term)
    owner = await request.state.clients.registry.organisations.read_organisation(found["organisation"])
    history = await terms.list_term_history(kind, term, after=request.query_params.get("after", ""))
    title = _title(request, KINDS[kind])
    return await history_page(
        request, history, lead=title, crumbs=[*crumbs_of(request, owner), (title, f"/{kind}/{term}")]
    )


def _entered(kind: Kind, form: FormData) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in (*kind.fields, *DAYS):
        if name in kind.lists:
            values[name] = texts(form, name)
            continue
        value = text(form, name)
        values[name] = _as_number(value) if name in kind.numbers else value
        if not value and (name in kind.empty or name == "valid_to"):
            values[name] = None
    return values


def _as_number(value: str) -> str:
    """`2,5` and `240 000` as people write them."""
    return "".join(value.split()).replace(",", ".")


def _title(request: Request, kind: Kind) -> str:
    return translate(request.state.language, words.word("term", kind.one))


async def _term_page(
    request: Request, kind: str, term: str, v: Typed | None = None, refusal: RemoteRefusal | None = None
) -> Response:
    registry = request.state.clients.registry
    found = await registry.terms.read_term(kind, term)
    owner, names = await registry.organisations.read_organisation(found["organisation"]), await names_of(request)
    return page(
        request,
        "terms/detail.html",
        status=refusal.status if refusal else 200,
        kind=kind,
        one=KINDS[kind].one,
        term=found,
        rows=rows_of(request, names, kind, found),
        crumbs=crumbs_of(request, owner),
        owner=in_words(owner["name"], request.state.language),
        v=v or Typed(),
        errors=told(request, refusal) if refusal else {},
    )


async def _form_page(
    request: Request,
    organisation: str,
    kind: str,
    found: dict[str, Any] | None,
    v: Typed,
    refusal: RemoteRefusal | None = None,
) -> Response:
    one, names = KINDS[kind], await names_of(request)
    owner = await request.state.clients.registry.organisations.read_organisation(organisation)
    lacking = kind in ("agreements", "affiliations")
    others = await organisation_choices(request, without=owner["id"]) if lacking else []
    return page(
        request,
        "terms/form.html",
        status=refusal.status if refusal else 200,
        kind=kind,
        one=one.one,
        fields=one.fields,
        term=found,
        organisation=owner,
        crumbs=crumbs_of(request, owner),
        v=v,
        errors=told(request, refusal) if refusal else {},
        areas=named(request, names, "areas"),
        themes=themes(request, names) if kind == "agreements" else [],
        others=others,
        fundings=with_none(request, codes(request, "funding", FUNDINGS)),
        ties=with_none(request, codes(request, "affiliation", AFFILIATIONS)),
    )
