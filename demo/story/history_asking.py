"""How one case begins, as its plan and chance say: asked, returned, decided upon."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from demo.story import history_deeds as deeds
from demo.story.history_answers import PastAnswer
from demo.story.history_calendar import at_time
from demo.story.history_case import Knower, PastCase, Somebody, World
from demo.story.history_texts import Words
from services.shared.clock import HELSINKI
from services.shared.encryption import SealingKey

ENDS_AT_ONCE = ("elsewhere", "handed_on", "urgent", "declined", "withdrawn")
_REFUSALS = ("not_for_us", "no_question", "no_capacity", "duplicate", "other")


class Enough(Exception):
    """The present has been reached: the case stays as it is."""


@dataclass(frozen=True)
class Plan:
    """One case before it begins."""

    way: str
    """team, direct, elsewhere, handed_on, urgent, declined, withdrawn, merged, anonymised, consent_withdrawn,
    transferred, statement"""
    asker: Somebody
    yta: str
    area: str
    language: str
    begins: datetime
    codes: dict[str, Any]
    good: float
    """How well this centre works just now, 0 to 1: usefulness, and time to the answer."""
    silent: bool = False
    """The asker never replies, and the coordinator closes the case."""
    no_follow_up: bool = False
    reopened: bool = False
    corrected: bool = False
    returned: bool = False
    messages: int = 2
    partner: UUID | None = None


@dataclass
class Cast:
    """Who there is to act."""

    coordinators: dict[str, Sequence[Somebody]]
    """By collaborative area: the coordinator, then deputies."""
    knowers: Mapping[tuple[str, str], Sequence[Knower]]
    """By the area they serve and the discipline they bring."""
    needed: Callable[[tuple[str, ...], tuple[str, ...]], tuple[str, ...]]
    """The disciplines that themes ask for with these age groups, the required first."""
    new_code: Callable[[str], str]
    new_key: Callable[[UUID, datetime], SealingKey]
    fingerprint: Callable[[str], bytes]


@dataclass
class Asking:
    """A request on its way to the coordinator's first decision. `cases` are all that came of it, the first first."""

    world: World
    cast: Cast
    plan: Plan
    random: Random
    cases: list[PastCase] = field(default_factory=list)
    drafts: list[PastAnswer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self.plan.begins
        self.words = Words(self.plan.codes["themes"][0], self.plan.language, self.random)
        self.coordinator = self._coordinator(self.plan.yta)
        self.questions = self.words.questions(self.random.choice((1, 2, 2, 3)))
        self.goals: list[deeds.PastGoal] = []
        self.texts: dict[str, str] = {}

    # ---- time -------------------------------------------------------------------------------------------------

    def wait(self, fewest: float, most: float) -> datetime:
        """So many working hours, somewhere between; sooner where people work well."""
        slow = 1.35 - 0.7 * self.plan.good
        hours = self.random.uniform(fewest, most) * slow
        return self._until(self.world.calendar.add(self.now, hours * 3600 + 61))

    def days(self, fewest: int, most: int) -> datetime:
        """So many days and then some working moment."""
        day = (self.now + timedelta(days=self.random.randint(fewest, most))).astimezone(HELSINKI).date()
        return self._until(self._moment_on(day))

    def _moment_on(self, day: date) -> datetime:
        calendar = self.world.calendar
        working = calendar.days[calendar.place_of(day)]
        return at_time(working, self.random.randint(8 * 3600 + 300, 15 * 3600 + 3300))

    def _until(self, moment: datetime) -> datetime:
        if moment >= self.world.until:
            raise Enough
        self.now = max(moment, self.now + timedelta(seconds=61))
        return self.now

    def soon(self) -> datetime:
        """A few minutes later, in the same sitting."""
        return self._until(self.now + timedelta(seconds=self.random.randint(20, 240)))

    # ---- asking and triage ------------------------------------------------------------------------------------

    def _coordinator(self, yta: str) -> Somebody:
        there = self.cast.coordinators[yta]
        return there[0] if len(there) == 1 or self.random.random() < 0.88 else self.random.choice(there[1:])

    def _ask(self, codes: dict[str, Any], questions: Sequence[str]) -> PastCase:
        plan, at = self.plan, self.now
        made = self.world.ids.at(at)
        self.texts = self._texts()
        request = deeds.Request(codes, self.texts, questions)
        key, code = self.cast.new_key(made, at), self.cast.new_code(plan.yta)
        case = deeds.create_case(self.world, key, request, plan.asker, at, code, plan.partner)
        self.cases.append(case)
        for _ in range(self.random.choice((0, 0, 1, 2))):
            deeds.save_draft(case, plan.asker, self.soon())
        if plan.way == "draft":
            raise Enough
        deeds.submit(case, plan.asker, self.soon(), plan.yta, self.cast.coordinators[plan.yta][0])
        if codes["identification"] != "anonymous":
            self._consent(case)
        return case

    def _texts(self) -> dict[str, str]:
        words, random = self.words, self.random
        texts = {
            "subject": words.of_theme("subjects"),
            "situation": f"{words.of_theme('situations')} {words.one('situations')}",
        }
        if random.random() < 0.7:
            texts["tried"] = words.one("tried")
        if random.random() < 0.6:
            texts["involved"] = words.one("involved")
        return texts

    def _consent(self, case: PastCase) -> None:
        statement = case.row["identification"] == "statement"
        at = self.soon()
        reference = f"{case.row['area']}-{self.random.randint(1000, 9999)}"
        deeds.record_consent(
            case,
            self.plan.asker,
            at,
            reference=reference,
            fingerprint=self.cast.fingerprint(reference),
            given_by=self.random.choice(("guardian", "guardian", "minor")),
            to_what=("team", "statement", "follow_up") if statement else ("team", "follow_up"),
            given_on=(at - timedelta(days=self.random.randint(1, 9))).astimezone(HELSINKI).date(),
            written=statement or self.random.random() < 0.7,
        )

    def _return(self, case: PastCase) -> None:
        at = self.wait(1, 7)
        due = self.world.calendar.later(at.astimezone(HELSINKI).date(), 5)
        deeds.return_case(case, self.coordinator, at, self.words.one("returns"), due)
        deeds.complete(case, self.plan.asker, self.days(1, 6), self.words.one("additions"))

    def _look(self, case: PastCase) -> None:
        self.wait(0.3, 7.5)
        case.look(self.coordinator, self.now, "case", as_="coordinator")

    def _elsewhere(self, case: PastCase) -> None:
        self._look(case)
        deeds.advise_elsewhere(case, self.coordinator, self.soon(), *self.words.row("elsewhere"))

    def _urgent(self, case: PastCase) -> None:
        self.wait(0.1, 1.5)
        deeds.redirect_urgent(case, self.coordinator, self.now, self.words.one("urgent"))

    def _declined(self, case: PastCase) -> None:
        self._look(case)
        statement = case.row["identification"] == "statement"
        reason = "consent_missing" if statement else self.random.choice(_REFUSALS)
        deeds.decline(case, self.coordinator, self.soon(), reason, self.words.declined(reason))

    def _withdrawn(self, case: PastCase) -> None:
        if self.random.random() < 0.5:
            deeds.accept(case, self.coordinator, self.wait(0.5, 8))
        deeds.withdraw(case, self.plan.asker, self.days(1, 5), self.words.one("withdrawals"))

    def _transfer(self, case: PastCase) -> None:
        self._look(case)
        others = [yta for yta in self.cast.coordinators if yta != self.plan.yta]
        yta = self.random.choice(others)
        there = self.cast.coordinators[yta][0]
        deeds.transfer(case, self.coordinator, self.soon(), yta, there, self.words.one("transfers"))
        self.coordinator = there
