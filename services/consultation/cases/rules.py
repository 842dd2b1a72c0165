"""Rules of a case that need neither the database nor the web."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from services.consultation.clocks import CLOCKS, DEFAULT_FOLLOW_UP_MONTHS, ClockRule
from services.consultation.workflow import OPEN, Group, State

# Where no clock runs a case still has its place in a list: drafts, then what is paused, then what has ended.
DRAFT_LAST = datetime(9000, 1, 1, tzinfo=UTC)
PAUSED_LAST = datetime(9100, 1, 1, tzinfo=UTC)
ENDED_LAST = datetime(9200, 1, 1, tzinfo=UTC)

# How long the asker has to choose how it goes on after consent was withdrawn.
CHOICE_DAYS = 7

REQUIRED_ON_SUBMIT = (
    "line",
    "area",
    "subject",
    "themes",
    "age_groups",
    "client_languages",
    "language",
    "form",
    "situation",
    "questions",
)


@dataclass(frozen=True)
class ConsentGiven:
    """A consent in force, as far as rules ask."""

    to_what: frozenset[str]
    written: bool


def order_of(state: State, running: Iterable[datetime]) -> datetime:
    """What a list is ordered by: the most urgent running clock."""
    if state is State.DRAFT:
        return DRAFT_LAST
    if state not in OPEN:
        return ENDED_LAST
    return min(running, default=PAUSED_LAST)


def is_open(state: State) -> bool:
    return state in OPEN


def team_may_read(identification: str, consents: Sequence[ConsentGiven]) -> bool:
    """Whether experts may see the case: an anonymous one yes, others when what their mode needs is recorded."""
    if identification == "anonymous":
        return True
    team = any("team" in consent.to_what for consent in consents)
    if identification == "with_consent":
        return team
    return team and any("statement" in consent.to_what and consent.written for consent in consents)


@dataclass(frozen=True)
class LineTimes:
    """A line's own lengths for the clocks."""

    receipt_hours: int
    first_days: int
    answer_working_days: int
    reply_days: int
    follow_up_months: int | None = DEFAULT_FOLLOW_UP_MONTHS

    def amount_of(self, rule: ClockRule) -> int:
        own = {
            "receipt": self.receipt_hours,
            "first": self.first_days * 24,
            "answer": self.answer_working_days,
            "reply": self.reply_days,
        }
        return own.get(rule.name, rule.amount)


def clocks_started_by(act: str, to: State) -> list[ClockRule]:
    return [
        rule
        for rule in CLOCKS
        if act in rule.starts and to in OPEN and not (rule.name == "follow_up" and to is not State.IN_FOLLOW_UP)
    ]


def stops(rule_name: str, act: str, to: State, groups: Iterable[Group]) -> bool:
    """Whether an act stops a clock: its own acts, any end, and for the receipt any act of a coordinator."""
    rule = next(rule for rule in CLOCKS if rule.name == rule_name)
    if to not in OPEN:
        return True
    # An act that both stops and starts a clock (a case reopened, or transferred) begins a new round.
    return act in rule.stops or act in rule.starts or (rule.first_act and Group.COORDINATOR in groups)


def changes_pause(rule_name: str, paused: bool, paused_at: datetime | None) -> bool:
    """Whether a running clock must be paused now, or go on."""
    rule = next(rule for rule in CLOCKS if rule.name == rule_name)
    return (rule.pauses and paused_at is None) if paused else paused_at is not None


def may_ask_at(line_organisations: Sequence[str], organisation_type: str | None) -> bool:
    return not line_organisations or organisation_type in line_organisations


def missing_fields(values: dict[str, object]) -> list[str]:
    """Which of the required parts of a request are not there yet."""
    return [name for name in REQUIRED_ON_SUBMIT if not values.get(name)]


def is_past(day: date, today: date) -> bool:
    return day < today
