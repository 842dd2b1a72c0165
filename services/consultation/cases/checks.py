"""What must hold of a request before it is sent or accepted on a line."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from services.consultation.cases import rules
from services.consultation.cases.privacy import Finding, Kind, find_all
from services.consultation.cases.schemas import BlockedAct, FindingView
from services.consultation.cases.store import OpenCase, questions_of, text_of
from services.consultation.cases.tables import Case, CaseClock
from services.consultation.cases.timekeeping import clocks_of
from services.consultation.errors import ActBlocked, LineNotOpen, NotGroup14Line
from services.consultation.lines.store import find_line
from services.consultation.lines.tables import Line
from services.consultation.registry_client import Registry
from services.consultation.workflow import State
from services.shared.database import ReadSession
from services.shared.errors import FieldProblem, Invalid

CLOCK_OF = {State.ANSWERED: "reply", State.IN_FOLLOW_UP: "follow_up"}
CHECKED_TEXTS = ("subject", "situation", "tried", "involved", "expertise_wished", "participants")


def lacking(case: OpenCase) -> list[str]:
    """The required parts of a request that are not there yet."""
    row = case.row
    codes = {name: getattr(row, name) for name in rules.REQUIRED_ON_SUBMIT if hasattr(row, name)}
    values = {**codes, "subject": text_of(case, "subject"), "situation": text_of(case, "situation")}
    return rules.missing_fields({**values, "questions": questions_of(case)})


def refuse_incomplete(case: OpenCase) -> None:
    """Raises Invalid with every part that is still missing."""
    if missing := lacking(case):
        raise Invalid(fields=[FieldProblem(path=name, code="missing") for name in missing])


async def refuse_unknown_codes(registry: Registry, row: Case) -> None:
    """Raises Invalid for a theme or a language that the vocabulary doesn't have."""
    themes, languages = await registry.concepts("themes"), await registry.concepts("languages")
    problems = [FieldProblem(path="themes", code="unknown", value=one) for one in row.themes if one not in themes]
    spoken = [("client_languages", one) for one in row.client_languages] + [("language", row.language or "")]
    problems += [FieldProblem(path=path, code="unknown", value=one) for path, one in spoken if one not in languages]
    if problems:
        raise Invalid(fields=problems)


async def line_for(session: ReadSession, slug: str | None) -> Line:
    """Raises Invalid where there is no such line."""
    line = await find_line(session, slug) if slug else None
    if line is None:
        raise Invalid(fields=[FieldProblem(path="line", code="unknown")])
    return line


def refuse_wrong_line(line: Line, row: Case, *, yta: str, asking: bool = True, followed: Collection[str] = ()) -> None:
    """Raises LineNotOpen, NotGroup14Line, Invalid. `asking`: also what concerns only the one who asks; `followed`: the
    counties that the case's own came of."""
    if not line.open:
        raise LineNotOpen(fields=[FieldProblem(path="line", code="line_not_open")])
    if line.yta not in (None, yta) or line.area not in (None, row.area, *followed):
        raise Invalid(fields=[FieldProblem(path="line", code="not_in_this_area")])
    if row.identification == "statement" and not line.group_14:
        raise NotGroup14Line(fields=[FieldProblem(path="identification", code="not_group_14_line")])
    if asking and not rules.may_ask_at(line.who_may_ask, row.asker_organisation_type):
        raise Invalid(fields=[FieldProblem(path="line", code="not_for_your_organisation")])
    if asking and row.form not in line.forms:
        raise Invalid(fields=[FieldProblem(path="form", code="not_on_this_line")])


def findings_in(case: OpenCase, today: date) -> list[FindingView]:
    """What the texts of the request hold that may point at a person."""
    texts = {name: text_of(case, name) for name in CHECKED_TEXTS}
    texts |= {f"questions.{place}": question for place, question in enumerate(questions_of(case))}
    return [view_of(name, one) for name, text in texts.items() for one in find_all(text, today=today)]


def must_be_confirmed(findings: list[FindingView]) -> list[FindingView]:
    """A name is only a hint: half of them are ordinary words."""
    return [finding for finding in findings if finding.kind is not Kind.NAME]


def view_of(field: str, finding: Finding) -> FindingView:
    return FindingView(
        field=field,
        kind=finding.kind,
        quote=finding.quote,
        start=finding.start,
        end=finding.end,
        blocking=finding.blocking,
    )


async def obstacle_to(session: ReadSession, case: OpenCase, act: str) -> BlockedAct | None:
    """Why an act that person and state allow is not possible just now, if it isn't."""
    clocks = await clocks_of(session, case.id) if act in ("close", "follow_up") else []
    return obstacle_in(case, act, clocks, session.clock.now())


def obstacle_in(case: OpenCase, act: str, clocks: Sequence[CaseClock], now: datetime) -> BlockedAct | None:
    """The same, where the case's clocks are known already."""
    row = case.row
    if act == "invite_team" and not row.team_may_read:
        return BlockedAct(act=act, code="consent_missing")
    if act == "withdraw_consent" and row.identification == "anonymous":
        return BlockedAct(act=act, code="no_consent_needed")
    if act == "record_consent" and row.identification == "anonymous":
        return BlockedAct(act=act, code="no_consent_needed")
    if act in ("close", "follow_up"):
        clock = next((one for one in clocks if one.name == CLOCK_OF[case.state]), None)
        if act == "close" and clock is not None and now < clock.due_at:
            return BlockedAct(act=act, code="time_not_up", data={"due": clock.due_at.isoformat()})
        if act == "follow_up" and clock is not None and now < clock.opens_at:
            return BlockedAct(act=act, code="not_yet", data={"opens": clock.opens_at.isoformat()})
    return None


async def refuse_blocked(session: ReadSession, case: OpenCase, act: str) -> None:
    """Raises ActBlocked."""
    if obstacle := await obstacle_to(session, case, act):
        raise ActBlocked(act=act, reason=obstacle.code, **obstacle.data)
