"""The acts on a case that have a small form of their own: what each is sent, and what it does after."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from gateway.pages.case_forms import day_or_words, filled, text

Reader = Callable[[FormData], dict[str, Any]]


@dataclass(frozen=True)
class ActForm:
    """`operation`: the client's method, named like the service's operation. `field`: the one long text of the form."""

    operation: str
    read: Reader
    field: str = "text"
    then: str = "/cases/{code}"


def _fields(*names: str) -> Reader:
    return lambda form: filled(form, names)


def _completion(form: FormData) -> dict[str, Any]:
    """The answer to what was asked; the situation too, where it was touched."""
    return filled(form, ("text", "situation"))


def _direct_answer(form: FormData) -> dict[str, Any]:
    rows = [
        {
            "what": text(form, f"recommendations.{at}.what"),
            "who": text(form, f"recommendations.{at}.who"),
            "by_when": day_or_words(form, f"recommendations.{at}.by_when"),
        }
        for at in range(3)
    ]
    return {**filled(form, ("text",)), "recommendations": [row for row in rows if any(row.values())]}


def _consent_withdrawal(form: FormData) -> dict[str, Any]:
    return {"choice": text(form, "choice") or None}


def _merging(form: FormData) -> dict[str, Any]:
    return {**filled(form, ("reason",)), "into": text(form, "into").upper()}


ACT_FORMS: dict[str, ActForm] = {
    "accept": ActForm("accept_case", _fields("line", "area"), field=""),
    "return": ActForm("return_case", _fields("text", "due")),
    "complete": ActForm("complete_case", _completion),
    "advise_elsewhere": ActForm("advise_elsewhere", _fields("place", "contact", "text", "hand_on_line")),
    "redirect_urgent": ActForm("redirect_urgent", _fields("text")),
    "decline": ActForm("decline_case", _fields("reason_code", "text")),
    "answer_directly": ActForm("answer_directly", _direct_answer, then="/cases/{code}/answer"),
    "close": ActForm("close_case", _fields("text")),
    "withdraw": ActForm("withdraw_case", _fields("reason"), field="reason", then="/cases"),
    "withdraw_consent": ActForm("withdraw_consent", _consent_withdrawal, field=""),
    "reopen": ActForm("reopen_case", _fields("reason"), field="reason"),
    "transfer": ActForm("transfer_case", _fields("yta", "line", "reason"), field="reason", then="/queue"),
    "merge": ActForm("merge_case", _merging, field="reason", then="/queue"),
}
DECLINES = ("not_for_us", "no_question", "duplicate", "no_capacity", "consent_missing", "other")
