"""Asking for a consultation: one form that saves itself, a check, a receipt."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from gateway import words
from gateway.clients import Clients
from gateway.pages import case_choices
from gateway.pages.case_forms import DRAFT_TEXTS, Typed, draft, key, text, texts, version
from gateway.pages.case_names import names_of
from gateway.pages.case_prompts import prompt, told
from gateway.pages.case_refusals import Attempt, home_of, refused, see
from gateway.problems import add_sentences
from gateway.rendering import page, translate
from services.shared.errors import Forbidden, Refusal

router = APIRouter()
Case = dict[str, Any]

PARTS = (
    ("part-1", "Line and urgency", ("line", "area", "urgency", "form")),
    ("part-2", "Situation", ("subject", "age_groups", "themes", "situation", "identification")),
    ("part-3", "Questions to the experts", ("questions",)),
    (
        "part-4",
        "Who takes part",
        ("tried", "involved", "expertise_wished", "participants", "client_languages", "language"),
    ),
)
EMPTY = Typed(themes=[], age_groups=[], client_languages=[], questions=[], urgency="normal", identification="anonymous")
# A list's error belongs to its first field on the form.
FIRST_OF = {"questions": "questions.0", "client_languages": "client_languages.0"}

add_sentences(
    {
        "findings_not_confirmed": "Read the marked places. Take them out, or confirm that they don't identify anyone.",
        "line_not_open": "This line does not take requests from you now. Choose another.",
        "no_coordinator": "Nobody coordinates this area just now. Choose another line or county.",
        "not_group_14_line": "A statement is given only on a line of a county's 14 § group.",
    },
    fields={
        "line_not_open": "This line does not take requests now. Choose another.",
        "not_in_this_area": "This line is not for this county. Choose another line or county.",
        "not_for_your_organisation": "This line is not for your organisation. Choose another.",
        "not_on_this_line": "This line does not give this kind of answer. Choose another.",
        "not_group_14_line": "A statement is given only on a line of a county's 14 § group.",
    },
)


@router.get("/ask")
async def ask(request: Request, line: str = "") -> Response:
    me = request.state.me
    if not me.has("professional", "coordinator", "expert"):
        # said before a long form is written, not after
        raise Forbidden()
    starting = Typed(EMPTY, line=line, area=me.area or "", language=request.state.language)
    return await _form(request, None, starting)


@router.get("/ask/{code}")
async def edit_draft(request: Request, code: str) -> Response:
    case = await request.state.clients.consultation.cases.read_case(code)
    if case["state"] != "draft":
        return see(f"/cases/{case['code']}")
    return await _form(request, case, _shown(case))


@router.post("/ask")
async def save_draft(request: Request) -> Response:
    form = await request.form()
    try:
        case = await _save(request, form)
    except Refusal as refusal:
        return await _not_saved(request, form, refusal)
    go = text(form, "go")
    if go.startswith("remove:"):
        return await _without_findings(request, case, go.removeprefix("remove:"))
    if go == "leave":
        return see("/cases")
    return await _to_check(request, case, form)


@router.post("/ask/autosave")
async def autosave_draft(request: Request) -> Response:
    """Saves what is on the form and says when; a refusal is said in the same place and changes nothing."""
    form = await request.form()
    try:
        case = await _save(request, form)
    except Refusal as refusal:
        problem = next(iter(told(refusal, request.state.language).values()))
        return _saved(request, getattr(request.state, "made", None), problem=problem)
    return _saved(request, case, saved_at=request.app.state.clock.now())


def _saved(request: Request, case: Case | None, *, saved_at: Any = None, problem: str = "") -> Response:
    """The line that says so; the address becomes the draft's, so that loading it again goes on with it."""
    shown = {"case": case, "saved_at": saved_at, "problem": problem, "swap": case is not None}
    answer = page(request, "asking/form.html", block="saved", **shown)
    if case:
        answer.headers["HX-Replace-Url"] = f"/ask/{case['code']}"
    return answer


@router.get("/ask/{code}/check")
async def check_draft(request: Request, code: str, confirmed: bool = False) -> Response:
    case = await request.state.clients.consultation.cases.read_case(code)
    if case["state"] != "draft":
        return see(f"/cases/{case['code']}")
    return await _check(request, case, confirmed=confirmed)


@router.post("/ask/{code}/submit")
async def submit_case(request: Request, code: str) -> Response:
    form = await request.form()
    cases = request.state.clients.consultation.cases
    body = {"findings_confirmed": text(form, "findings_confirmed") == "yes"}
    try:
        case = await cases.submit_case(code, body, expected=version(form), key=key(form))
    except Refusal as refusal:
        if refusal.status == 422 or refusal.code in ("findings_not_confirmed", "no_coordinator", "act_blocked"):
            return await _check(request, await cases.read_case(code), errors=_errors(request, refusal), status=422)
        return await refused(request, refusal, Attempt(code, form, back=f"/ask/{code}"))
    return see(f"/cases/{case['code']}/receipt")


@router.get("/cases/{code}/receipt")
async def read_receipt(request: Request, code: str) -> Response:
    case = await request.state.clients.consultation.cases.read_case(code)
    due = {clock["name"]: clock["due"] for clock in case["clocks"]}
    due = {"receipt": due.get("receipt"), "first": due.get("first")}
    return page(request, "asking/receipt.html", case=case, due=due, names=await names_of(request))


async def _save(request: Request, form: FormData) -> Case:
    """A new draft is made empty under the form's key, so that saving twice makes one; then filled."""
    clients: Clients = request.state.clients
    code, expected = text(form, "code"), version(form)
    if not code:
        made = await clients.consultation.cases.create_case({}, key=key(form))
        code, expected = made["code"], made["version"]
        # If filling it is refused, the form shown again goes on with this draft.
        request.state.made = made
    return await clients.consultation.cases.save_draft(code, draft(form), expected=expected)


async def _not_saved(request: Request, form: FormData, refusal: Refusal) -> Response:
    made = getattr(request.state, "made", None)
    code = made["code"] if made else text(form, "code")
    if refusal.status == 422:
        case = made or ({"code": code, "version": version(form)} if code else None)
        return await _form(request, case, _retyped(form), errors=_errors(request, refusal), status=422)
    if not code:
        raise refusal
    return await refused(request, refusal, Attempt(code, form, back=f"/ask/{code}", acts=("save_draft",)))


async def _to_check(request: Request, case: Case, form: FormData) -> Response:
    """On to the check, unless something is missing or looks like it identifies somebody."""
    missing = missing_of(case)
    errors = {FIRST_OF.get(name, name): prompt(name, request.state.language) for name in missing}
    confirmed = text(form, "confirmed") == "yes"
    # A name is only a hint: it is shown where it stands, and stops nobody.
    telling = [finding for finding in case["findings"] if finding["kind"] != "name"]
    if not confirmed:
        for finding in telling:
            said = translate(request.state.language, words.word("finding", finding["kind"]))
            errors.setdefault(finding["field"], said)
    if errors:
        return await _form(request, case, _shown(case), errors=errors, findings=case["findings"], status=422)
    return see(f"/ask/{case['code']}/check" + ("?confirmed=true" if confirmed and telling else ""))


def missing_of(case: Case) -> list[str]:
    """What the service says a draft lacks before it can be sent."""
    return list(case["lacking"] or [])


async def _without_findings(request: Request, case: Case, field: str) -> Response:
    cases = request.state.clients.consultation.cases
    quotes = [finding["quote"] for finding in case["findings"] if finding["field"] == field]
    body = draft(await request.form())
    if field in DRAFT_TEXTS:
        body[field] = _cut(body[field], quotes)
    elif field.startswith("questions."):
        body["questions"] = [_cut(question, quotes) for question in body["questions"]]
    case = await cases.save_draft(case["code"], body, expected=case["version"])
    return see(f"/ask/{case['code']}#f-{field.replace('.', '-').replace('_', '-')}")


def _cut(typed: str, quotes: list[str]) -> str:
    for quote in quotes:
        typed = typed.replace(quote, "")
    return typed


def _errors(request: Request, refusal: Refusal) -> dict[str, str]:
    found = told(refusal, request.state.language)
    return {FIRST_OF.get(name, name): sentence for name, sentence in found.items()}


def _shown(case: Case) -> Typed:
    line = case["line"]["slug"] if case["line"] else ""
    return Typed({**case, "line": line})


def _retyped(form: FormData) -> Typed:
    """As typed, empty questions in their places too, so that nothing moves under the writer's eyes."""
    typed = Typed({**EMPTY, **{name: value for name, value in draft(form).items() if value is not None}})
    typed["questions"] = [text(form, f"questions.{at}") for at in range(3)]
    typed["age_groups"], typed["themes"] = texts(form, "age_groups"), texts(form, "themes")
    return typed


async def _form(
    request: Request,
    case: Case | None,
    shown: Typed,
    *,
    errors: dict[str, str] | None = None,
    findings: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> Response:
    names = await names_of(request)
    errors = errors or {}
    by_field: dict[str, list[dict[str, Any]]] = {}
    for finding in findings or []:
        by_field.setdefault(finding["field"], []).append(finding)
    return page(
        request,
        "asking/form.html",
        status=status,
        case=case,
        v=shown,
        errors=errors,
        findings=by_field,
        parts=[(id, title) for id, title, _ in PARTS],
        wrong={id: sum(name.split(".")[0] in fields for name in errors) for id, _, fields in PARTS},
        missing_part=names.missing,
        saved_at=None,
        problem="",
        swap=False,
        **await case_choices.of_request(request, names),
    )


async def _check(
    request: Request,
    case: Case,
    *,
    confirmed: bool = False,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "asking/check.html",
        status=status,
        case=case,
        names=await names_of(request),
        findings=case["findings"] or [],
        missing=missing_of(case),
        confirmed=confirmed,
        errors=errors or {},
        home=home_of(request),
    )
