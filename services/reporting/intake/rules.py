"""What of an event is kept. Each kind of event that figures count has a row here; anything else is passed over.

A row names the codes and numbers that are kept: a text or a name that strays into an event goes no further.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}")
SINGLE = ("yta", "area", "line", "urgency", "language", "form")
SEVERAL = ("themes", "age_groups", "client_languages", "disciplines")
LARGEST = 10_000_000.0


@dataclass(frozen=True)
class Shape:
    """`numbers` and `outcome` say where in the event's data they stand, dotted; `instead`: a code of
    the event itself that stands for those of the case."""

    outcome: str | None = None
    numbers: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ("yta",)
    instead: Mapping[str, str] = field(default_factory=dict)


_REPLIES = {f"rows_{row}": f"rows.{row}" for row in ("will_do", "partly", "not")}
_RESULTS = {f"rows_{row}": f"rows.{row}" for row in ("done", "partly", "not", "not_possible")}

SHAPES: Mapping[str, Shape] = {
    "case.submitted": Shape(),
    "case.returned": Shape(),
    "case.completed": Shape(),
    "case.accepted": Shape(),
    "case.team_ready": Shape(),
    "case.advised_elsewhere": Shape(),
    "case.urgent_redirected": Shape(),
    "case.declined": Shape(outcome="reason_code"),
    "case.withdrawn": Shape(),
    "case.merged": Shape(),
    "case.transferred": Shape(),
    "case.reopened": Shape(),
    "case.closed": Shape(),
    "case.answered_directly": Shape(),
    "answer.published": Shape(
        outcome="kind",
        numbers={name: name for name in ("recommendations", "dissents", "remarks")},
    ),
    "case.replied": Shape(outcome="plan_changed", numbers={"usefulness": "usefulness", **_REPLIES}),
    "case.followed_up": Shape(outcome="wanted_change", numbers={"gas_change": "gas_change", **_RESULTS}),
    "competence.gap": Shape(instead={"theme": "themes", "discipline": "disciplines"}),
    "meeting.held": Shape(needs=()),
    "minutes.recorded": Shape(outcome="profession", numbers={"minutes": "minutes"}, needs=()),
}

AREA_CHANGES = frozenset({"area.merged", "area.split"})
"""Not counted: they say which area stands for which."""

ANSWERS = frozenset({"answer.published", "case.answered_directly"})


class NotUnderstood(Exception):
    """An event of a kind we count lacks something or holds what can't be. `problems`: field and code, no values."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


def fact_of(event: Mapping[str, Any], shape: Shape, *, source: str) -> dict[str, Any]:
    """The fact of an event, as a row. Raises NotUnderstood."""
    problems: list[str] = []
    data = event.get("data")
    if not isinstance(data, Mapping):
        raise NotUnderstood(["data:not_an_object"])
    at = _time(event.get("time"), problems)
    row: dict[str, Any] = {
        "year": at.year,
        "source": source,
        "sequence": event["sequence"],
        "at": at,
        "type": event["type"],
        "case_id": _case(data.get("case") or data.get("case_id") or event.get("subject"), problems),
        "outcome": _code("outcome", _at(data, shape.outcome), problems) if shape.outcome else None,
        "measures": _numbers(data, shape, problems),
        **{name: _code(name, data.get(name), problems) for name in SINGLE},
        **{name: _codes(name, data.get(name), problems) for name in SEVERAL},
    }
    for given, several in shape.instead.items():
        code = _code(given, data.get(given), problems)
        row[several] = [code] if code else row[several]
    problems += [f"{name}:missing" for name in shape.needs if row[name] is None]
    if problems:
        raise NotUnderstood(problems)
    return row


def successions_of(event: Mapping[str, Any], *, source: str) -> list[dict[str, Any]]:
    """Which area followed which, as rows. Raises NotUnderstood."""
    problems: list[str] = []
    data = event.get("data")
    if not isinstance(data, Mapping):
        raise NotUnderstood(["data:not_an_object"])
    olds, into = (_codes(name, data.get(name), problems) for name in ("areas", "into"))
    problems += [f"{name}:missing" for name, codes in (("areas", olds), ("into", into)) if not codes]
    try:
        day = date.fromisoformat(str(data.get("effective_on")))
    except ValueError:
        problems.append("effective_on:not_a_day")
    if problems:
        raise NotUnderstood(problems)
    return [{"source": source, "from_code": old, "to_code": to, "effective_on": day} for old in olds for to in into]


def _time(value: Any, problems: list[str]) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        at = None
    if at is None or at.tzinfo is None or not 2000 <= at.year <= 2200:
        problems.append("time:not_a_time")
        return datetime(2000, 1, 1, tzinfo=UTC)
    return at


def _case(value: Any, problems: list[str]) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        problems.append("case:not_an_id")
        return None


def _at(data: Mapping[str, Any], path: str | None) -> Any:
    found: Any = data
    for step in (path or "").split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _code(name: str, value: Any, problems: list[str]) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and CODE.fullmatch(value):
        return value
    problems.append(f"{name}:not_a_code")
    return None


def _codes(name: str, value: Any, problems: list[str]) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > 100:
        problems.append(f"{name}:not_a_list")
        return []
    return sorted({code for item in value if (code := _code(name, item, problems)) is not None})


def _numbers(data: Mapping[str, Any], shape: Shape, problems: list[str]) -> dict[str, float]:
    numbers = {}
    for name, path in shape.numbers.items():
        value = _at(data, path)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
            problems.append(f"{name}:not_a_number")
        else:
            numbers[name] = value
    return numbers


def minutes_to_answer(history: Iterable[tuple[str, datetime]], answered: datetime) -> float | None:
    """Minutes from the first submission to the answer, without the time the case was returned for more information."""
    submitted: datetime | None = None
    paused_at: datetime | None = None
    paused = timedelta()
    for kind, at in sorted(history, key=lambda step: step[1]):
        if kind == "case.submitted" and submitted is None:
            submitted = at
        elif kind == "case.returned" and paused_at is None:
            paused_at = at
        elif kind == "case.completed" and paused_at is not None:
            paused += at - paused_at
            paused_at = None
    if submitted is None or answered < submitted:
        return None
    return round((answered - submitted - paused).total_seconds() / 60, 1)
