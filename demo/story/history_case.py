"""One case on its way, as rows: what the service's operations leave behind when they are done at a moment of the past.

Rules, states, clocks and words come from the service; only the writing is done here, since a thousand cases can't be
played one request at a time. `tests/demo/test_story_history.py` compares each way with a case played for real.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from demo.story.history_calendar import Calendar
from demo.story.history_rows import Ids, Row, Rows, as_json
from services.consultation.access import GROUNDS, Relation, groups_of
from services.consultation.cases import rules
from services.consultation.cases.rules import ConsentGiven, LineTimes
from services.consultation.clocks import ALL_TOLD_AFTER, CLOCKS, Unit, add_months
from services.consultation.workflow import ACTS, OPEN, Group, State
from services.registry.agreements.rules import Covering
from services.shared.encryption import SealingKey

_RULES = {rule.name: rule for rule in CLOCKS}
_REACHED = {
    State.SUBMITTED: "submitted_at",
    State.ACCEPTED: "accepted_at",
    State.IN_CONSULTATION: "team_ready_at",
    State.ANSWERED: "answered_at",
    State.IN_FOLLOW_UP: "replied_at",
}
_REPEATED = ("yta", "area", "line", "themes", "age_groups", "client_languages", "language", "urgency")
_RELATIONS = tuple(relation.value for relation in Relation)
_TOLD = {"clock_warned": "coordinator", "clock_late": "deputy", "clock_escalated": "all_coordinators"}
_ALL_TOLD = ALL_TOLD_AFTER.total_seconds()


@dataclass(frozen=True)
class Somebody:
    """Whoever acts: as the access log and the case tell of them."""

    id: UUID
    name: str
    roles: str
    unit: str
    organisation: UUID | None = None
    organisation_type: str | None = None
    language: str = "fi"
    coordinates: str | None = None
    """The collaborative area, where they coordinate one."""

    @cached_property
    def text(self) -> str:
        return str(self.id)


@dataclass(frozen=True, slots=True, eq=False)
class Knower:
    """An expert as an invitation keeps them, and what they are chosen by."""

    expert: UUID
    who: Somebody
    title: str
    profession: str
    employer: UUID | None
    employer_name: str | None
    area: str | None
    yta: str | None
    agreements: tuple[Covering, ...]
    """That let the area use the employer's experts, whenever they are in force."""
    serves: bool
    """The employer serves the area itself."""
    themes: frozenset[str]
    disciplines: frozenset[str]
    speaks: frozenset[str]


@dataclass
class Seat:
    """A place in a team; `row` is the invitation's."""

    knower: Knower
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    slug: str
    times: LineTimes
    group_14: bool
    forms: tuple[str, ...]
    themes: tuple[str, ...]


@dataclass
class World:
    """What all cases share while they are told."""

    rows: Rows
    ids: Ids
    calendar: Calendar
    lines: Mapping[str, Line]
    until: datetime
    """Nothing is told from here on."""
    request_bits: Any
    answers: list[dict[str, Any]] = field(default_factory=list)
    """Numbered when all of them are known."""
    told_in_full: bool = True
    """False: a case leaves its rows but no access log and no events, where only its weight is wanted."""


@dataclass
class _Clock:
    id: UUID
    name: str
    round: int
    unit: Unit
    total_seconds: int
    started_at: datetime
    opens_at: datetime
    due_at: datetime
    warn_at: datetime
    opening_told_at: datetime | None = None
    paused_at: datetime | None = None
    stopped_at: datetime | None = None
    warned_at: datetime | None = None
    late_at: datetime | None = None
    all_told_at: datetime | None = None


@lru_cache(maxsize=4096)
def _stops(clock: str, act: str, to: State, by_coordinator: bool) -> bool:
    return rules.stops(clock, act, to, [Group.COORDINATOR] if by_coordinator else [])


@lru_cache(maxsize=256)
def _starts(act: str, to: State) -> tuple[str, ...]:
    return tuple(rule.name for rule in rules.clocks_started_by(act, to))


@lru_cache(maxsize=64)
def _group(relation: str) -> frozenset[Group]:
    return groups_of([Relation(relation)])


@lru_cache(maxsize=64)
def _ground(relation: str) -> str:
    return GROUNDS[Relation(relation)] if relation else ""


@dataclass
class PastCase:
    """`row` is the case's own row by column; `put` writes it with all that hangs on it."""

    world: World
    key: SealingKey
    row: dict[str, Any]
    clocks: list[_Clock] = field(default_factory=list)
    access: dict[tuple[UUID, str], Row] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)
    consents: list[ConsentGiven] = field(default_factory=list)
    consent_rows: list[dict[str, Any]] = field(default_factory=list)
    additions: list[Row] = field(default_factory=list)
    _codes: str = ""
    _relations: dict[UUID, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._name = str(self.id)

    @property
    def id(self) -> UUID:
        return self.key.record

    @property
    def state(self) -> State:
        return State(self.row["state"])

    def relation_of(self, who: Somebody) -> str:
        """The nearest first, as the access log tells it."""
        found = self._relations.get(who.id)
        if found is None:
            held = {relation for person, relation in self.access if person == who.id}
            if who.coordinates is not None and who.coordinates == self.row["yta"]:
                held.add("coordinator")
            found = self._relations[who.id] = next((one for one in _RELATIONS if one in held), "")
        return found

    def members(self) -> list[Seat]:
        """The chair first, then the secretary, then the members by name, as they sign."""
        order = {"chair": 0, "secretary": 1}
        found = [seat for seat in self.seats if seat.row["state"] == "accepted"]
        return sorted(found, key=lambda seat: (order.get(seat.row["role"], 2), seat.row["name"]))

    def seal(self, text: str | None, place: str) -> bytes | None:
        return self.key.seal(text, place) if text else None

    def put_texts(self, texts: Mapping[str, str | None]) -> None:
        for name, text in texts.items():
            self.row[f"{name}_sealed"] = self.seal(text, f"cases.{name}")

    def next_id(self, at: datetime) -> UUID:
        return self.world.ids.at(at)

    # ---- acts -------------------------------------------------------------------------------------------------

    def move(
        self,
        name: str,
        who: Somebody,
        at: datetime,
        *,
        to: State | None = None,
        as_: str | None = None,
        event: Mapping[str, Any] | None = None,
        log: Mapping[str, Any] | None = None,
    ) -> None:
        """As `acts.move`: state, version, clocks, events and both logs."""
        self.watch(at)
        act, row, left = ACTS[name], self.row, self.state
        relation = self.relation_of(who) if as_ is None else as_
        assert left in act.before, (name, left)
        state = State(row["state_before"] or "submitted") if act.back else to or (act.after[0] if act.after else left)
        row["state"], row["state_before"] = state.value, left.value if name == "return" else None
        if state not in OPEN:
            row["choice_due"] = None
        self._stamp(name, state, at)
        self.sign(name, who, at)
        self._turn_clocks(name, relation, at)
        if act.event:
            self.tell(act.event, at, **(event or {}))
        if state is State.CLOSED and act.event != "case.closed":
            self.tell("case.closed", at, no_reply=False)
        self.log_access(name, who, at, "case", _ground(relation))
        self.log(name, who, at, {"from": left.value, "to": state.value, **(log or {})})

    def note(
        self,
        name: str,
        who: Somebody,
        at: datetime,
        part: str,
        *,
        as_: str | None = None,
        team_only: bool = False,
        event: str | None = None,
        log: Mapping[str, Any] | None = None,
        **data: Any,
    ) -> None:
        """As `acts.note`: a deed that leaves state and version alone."""
        self.watch(at)
        relation = self.relation_of(who) if as_ is None else as_
        self._turn_clocks(name, relation, at)
        if told := event or ACTS[name].event:
            self.tell(told, at, **data)
        self.log_access(name, who, at, part, _ground(relation))
        self.log(name, who, at, log or {}, team_only=team_only)

    def look(self, who: Somebody, at: datetime, part: str, *, as_: str | None = None, role: str = "") -> None:
        relation = self.relation_of(who) if as_ is None else as_
        self.log_access("look", who, at, part, _ground(relation), role=role)

    def trace(self, name: str, who: Somebody, at: datetime, event: str, **data: Any) -> None:
        """As `answers.operations.leave_trace`: an act on a draft, after the look that opened it."""
        self.watch(at)
        self.log_access(name, who, at, "answer", _ground(self.relation_of(who)))
        self.log(name, who, at, data, team_only=True)
        self.tell(event, at, **data)

    def log_save(self, who: Somebody, at: datetime) -> None:
        self.log_access("save_answer", who, at, "answer", _ground(self.relation_of(who)))

    def sign(self, act: str, who: Somebody, at: datetime) -> None:
        self.row["version"] += 1
        self.row |= {"changed_act": act, "changed_at": at, "changed_by": who.id, "changed_by_name": who.name}

    def _stamp(self, name: str, state: State, at: datetime) -> None:
        row = self.row
        if name == "reply":
            row["replied_at"] = at
        if not ACTS[name].after:
            return
        if reached := _REACHED.get(state):
            row[reached] = at
        elif state not in (State.RETURNED, State.DRAFT):
            row["closed_at"] = at
        if name == "reopen":
            row |= dict.fromkeys(("team_ready_at", "answered_at", "replied_at", "closed_at"))
        if name == "transfer":
            row |= dict.fromkeys(("accepted_at", "team_ready_at"))

    # ---- what an act leaves -----------------------------------------------------------------------------------

    def tell(self, type: str, at: datetime, **data: Any) -> None:
        self._tell(type, at, self._repeated(), data)

    def tell_from_outside(self, type: str, at: datetime, **data: Any) -> None:
        """By somebody who never saw the case: without the languages of the client."""
        names = tuple(name for name in _REPEATED if name != "client_languages")
        self._tell(type, at, as_json({name: self.row[name] for name in names})[1:-1], data)

    def _tell(self, type: str, at: datetime, codes: str, data: Mapping[str, Any]) -> None:
        if self.world.told_in_full:
            more = as_json(data)[1:-1]
            told = f"{{{codes},{more}}}" if more else f"{{{codes}}}"
            self.world.rows.add("event", (self.world.ids.text_at(at), None, type, self._name, at, told))

    def _repeated(self) -> str:
        if not self._codes:
            self._codes = as_json({name: self.row[name] for name in _REPEATED})[1:-1]
        return self._codes

    def coordinated_by(self, who: Somebody) -> None:
        self.row["coordinator"], self.row["coordinator_name"] = who.id, who.name
        self._relations.clear()

    def owned_by(self, yta: str, coordinator: Somebody, line: str | None = None) -> None:
        row = self.row
        row["yta"], row["line"] = yta, line or row["line"]
        row["coordinator"], row["coordinator_name"] = coordinator.id, coordinator.name
        self.access = {key: (*one[:3], yta, *one[4:]) for key, one in self.access.items()}
        self._codes = ""
        self._relations.clear()

    def log(
        self, act: str, who: Somebody | None, at: datetime, data: Mapping[str, Any], *, team_only: bool = False
    ) -> None:
        self.world.rows.add(
            "case_log",
            (
                self.world.ids.text_at(at),
                self.id,
                at,
                act,
                who.id if who else None,
                who.name if who else "",
                as_json(data),
                team_only,
            ),
        )

    def log_access(self, act: str, who: Somebody, at: datetime, part: str, ground: str, *, role: str = "") -> None:
        if self.world.told_in_full:
            request = f"{self.world.request_bits(128):032x}"
            row = (self.world.ids.text_at(at), at, who.text, who.name, role or who.roles, who.unit, None, act)
            self.world.rows.add("access_log", (*row, self._name, None, part, ground, "done", request))

    def give_access(self, person: UUID, relation: str, at: datetime, employer: UUID | None = None) -> None:
        """Whoever asks is there for the asking organisation, an expert for their employer."""
        row, asking = self.row, relation in ("asker", "partner")
        organisation = row["asker_organisation"] if asking else employer
        self._relations.clear()
        self.access[person, relation] = (self.id, person, relation, row["yta"], row["asker"], organisation, at)

    def take_access(self, relations: Iterable[str], person: UUID | None = None) -> None:
        gone = set(relations)
        self._relations.clear()
        self.access = {
            (who, what): row
            for (who, what), row in self.access.items()
            if what not in gone or person not in (None, who)
        }

    # ---- clocks -----------------------------------------------------------------------------------------------

    def _turn_clocks(self, act: str, relation: str, at: datetime) -> None:
        state = self.state
        by_coordinator = Group.COORDINATOR in _group(relation) if relation else False
        running = [clock for clock in self.clocks if clock.stopped_at is None]
        for clock in running:
            if _stops(clock.name, act, state, by_coordinator):
                clock.stopped_at = at
        going = [clock for clock in running if clock.stopped_at is None]
        fresh = [self._new_clock(name, at) for name in _starts(act, state)]
        self.clocks += fresh
        going += fresh
        paused = state is State.RETURNED or self.row["choice_due"] is not None
        for clock in going:
            self._pause_or_resume(clock, paused, at)
        self.row["is_open"] = rules.is_open(state)
        self.row["next_due"] = rules.order_of(state, [clock.due_at for clock in going if clock.paused_at is None])

    def _new_clock(self, name: str, at: datetime) -> _Clock:
        rule, times = _RULES[name], self.world.lines[self.row["line"]].times
        opens = add_months(at, times.follow_up_months or 0) if name == "follow_up" else at
        made = self.world.calendar.clock(opens, times.amount_of(rule), rule.unit)
        number = 1 + max((clock.round for clock in self.clocks if clock.name == name), default=0)
        return _Clock(
            self.next_id(at), name, number, rule.unit, made.total_seconds, at, opens, made.due_at, made.warn_at
        )

    def _pause_or_resume(self, clock: _Clock, paused: bool, at: datetime) -> None:
        if paused and _RULES[clock.name].pauses and clock.paused_at is None:
            clock.paused_at = at
        elif not paused and clock.paused_at is not None:
            calendar = self.world.calendar
            clock.due_at = calendar.resumed(clock.due_at, clock.paused_at, at, clock.unit)
            clock.warn_at = calendar.warn(at, clock.due_at, clock.total_seconds, clock.unit)
            clock.paused_at = None

    def watch(self, until: datetime) -> None:
        """What the sweep noted before this moment: warnings, lateness, all coordinators told."""
        noted: list[tuple[datetime, str, _Clock]] = []
        for clock in self.clocks:
            if clock.name == "follow_up" and clock.stopped_at is None and clock.opening_told_at is None:
                opened = clock.opens_at + timedelta(seconds=1 + clock.id.int % 58)
                clock.opening_told_at = opened if opened < until else None
            if clock.stopped_at is None and clock.paused_at is None and clock.warn_at < until:
                noted += self._notes_of(clock, until)
        for moment, what, clock in sorted(noted, key=lambda one: one[0]):
            self.log(what, None, moment, {"clock": clock.name, "due": clock.due_at.isoformat()})
            due = clock.due_at.isoformat()
            self.tell(f"case.{what}", moment, clock=clock.name, due=due, told=_TOLD[what])

    def _notes_of(self, clock: _Clock, until: datetime) -> Iterable[tuple[datetime, str, _Clock]]:
        """The sweep comes once a minute, so a moment is noted within the next one."""
        soon = timedelta(seconds=1 + clock.id.int % 58)
        if clock.warned_at is None and (moment := max(clock.warn_at, clock.started_at) + soon) < until:
            clock.warned_at = moment
            yield moment, "clock_warned", clock
        if clock.warned_at and clock.late_at is None and (moment := max(clock.due_at, clock.started_at) + soon) < until:
            clock.late_at = max(moment, clock.warned_at)
            yield clock.late_at, "clock_late", clock
        if clock.late_at and clock.all_told_at is None and clock.late_at <= until - timedelta(hours=8):
            moment = max(self.world.calendar.add(clock.due_at, _ALL_TOLD) + soon, clock.late_at)
            if moment < until:
                clock.all_told_at = moment
                yield moment, "clock_escalated", clock

    # ---- the end ----------------------------------------------------------------------------------------------

    def put(self) -> None:
        rows = self.world.rows
        rows.take("cases", self.row)
        for one in self.access.values():
            rows.add("case_access", one)
        for clock in self.clocks:
            rows.take("case_clocks", {**vars(clock), "unit": clock.unit.value, "case_id": self.id})
        for seat in self.seats:
            rows.take("invitations", seat.row)
        for consent in self.consent_rows:
            rows.take("consents", consent)
        rows.tables["case_additions"] += self.additions
