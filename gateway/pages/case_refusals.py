"""When an act on a case is refused: the typed text is kept, and the page says who did what meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from gateway.pages.case_forms import NEVER_SHOWN_AGAIN
from gateway.problems import SENTENCES
from gateway.rendering import page, translate
from services.shared.errors import Refusal, ServiceUnavailable

HANDLED_ELSEWHERE = frozenset({401, 403, 404, 503})
Marked = tuple[str, bool]


@dataclass(frozen=True)
class Attempt:
    """What somebody tried: where the form posts, what they typed, where they go if they let it be.

    `field` is the one long text that could be joined with another's; `theirs` what stands in its place now, `version`
    its version where it has one of its own, `by` and `at` who wrote it and when.
    """

    code: str
    form: FormData
    back: str
    field: str = ""
    theirs: str = ""
    version: int | None = None
    by: str | None = None
    at: str | None = None
    acts: Sequence[str] = ()


def see(path: str) -> Response:
    """After a successful act: look at the page again, by GET."""
    return RedirectResponse(path, status_code=303)


async def refused(request: Request, refusal: Refusal, attempt: Attempt) -> Response:
    """A page for a conflict (412) or a stage that has passed (409). Any other refusal goes on to its own page."""
    if isinstance(refusal, ServiceUnavailable) or refusal.status in HANDLED_ELSEWHERE | {422}:
        raise refusal
    case = await request.state.clients.consultation.cases.read_case(attempt.code)
    if refusal.status == 412:
        return _conflict(request, refusal, attempt, case)
    return _stale(request, refusal, attempt, case)


def _conflict(request: Request, refusal: Refusal, attempt: Attempt, case: dict[str, Any]) -> Response:
    mine = _long_texts(attempt)
    theirs = attempt.theirs or str(refusal.data.get("text") or "")
    # A part of an answer has a version and a writer of its own; otherwise it is the whole case that changed.
    happened = None if attempt.version is not None else _last(case)
    version = attempt.version if attempt.version is not None else refusal.data.get("current", case["version"])
    return page(
        request,
        "cases/conflict.html",
        status=412,
        case=case,
        home=home_of(request),
        who=attempt.by or refusal.data.get("changed_by"),
        at=attempt.at or refusal.data.get("changed_at"),
        happened=happened,
        mine="\n\n".join(mine),
        differences=_differences(theirs, "\n\n".join(mine)),
        both=_both(theirs, "\n\n".join(mine)),
        field=attempt.field,
        fields=[(name, value) for name, value in attempt.form.multi_items() if name not in NEVER_SHOWN_AGAIN],
        version=version,
        action=request.url.path,
        back=attempt.back,
        again=not attempt.acts or bool({one["act"] for one in case["allowed"]} & set(attempt.acts)),
    )


def _differences(theirs: str, mine: str) -> tuple[list[Marked], list[Marked]]:
    """Both texts line by line, each line with whether it stands only there."""
    sides = [[line.strip() for line in one.splitlines() if line.strip()] for one in (theirs, mine)]
    blocks = SequenceMatcher(None, sides[0], sides[1], autojunk=False).get_matching_blocks()
    same = ({block.a + at for block in blocks for at in range(block.size)},
            {block.b + at for block in blocks for at in range(block.size)})  # fmt: skip
    first, second = (
        [(line, bool(theirs) and at not in there) for at, line in enumerate(lines)]
        for lines, there in zip(sides, same, strict=True)
    )
    return first, second


def _both(theirs: str, mine: str) -> str:
    """One text of the two: what they share once, what differs from both, theirs first."""
    first, second = theirs.splitlines(), mine.splitlines()
    joined: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        joined += first[a:b] + ([] if kind == "equal" else ([""] if b > a and d > c else []) + second[c:d])
    return "\n".join(joined)


def _stale(request: Request, refusal: Refusal, attempt: Attempt, case: dict[str, Any]) -> Response:
    sentence = SENTENCES.get(refusal.code, SENTENCES["wrong_state"])
    return page(
        request,
        "cases/stale.html",
        status=409,
        case=case,
        home=home_of(request),
        reason=translate(request.state.language, sentence),
        happened=_last(case),
        mine="\n\n".join(_long_texts(attempt)),
    )


def _long_texts(attempt: Attempt) -> list[str]:
    """What was written, not chosen: longer than a code, with a space in it."""
    values = (value for name, value in attempt.form.multi_items() if name not in NEVER_SHOWN_AGAIN)
    return [value for value in values if isinstance(value, str) and len(value) > 12 and " " in value]


def _last(case: dict[str, Any]) -> dict[str, Any] | None:
    return max(case["log"], key=lambda row: row["at"], default=None)


def home_of(request: Request) -> tuple[str, str]:
    """Where the pages of a case belong: the queue for a coordinator, else one's own list."""
    if request.state.me.has("coordinator"):
        return translate(request.state.language, "Queue"), "/queue"
    return translate(request.state.language, "Consultations"), "/cases"
