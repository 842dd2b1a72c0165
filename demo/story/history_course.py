"""How one case goes, from the asking to its end, as its plan and chance say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from demo.story import history_answers as answers
from demo.story import history_deeds as deeds
from demo.story.history_answers import Advice, PastAnswer
from demo.story.history_asking import ENDS_AT_ONCE, Asking, Cast, Enough, Plan
from demo.story.history_calendar import at_time
from demo.story.history_case import Knower, PastCase, Seat
from demo.story.history_lines import line_for
from services.consultation.answers.rules import Block
from services.consultation.follow_ups.rules import Change, Promise, Result, WithoutAdvice
from services.consultation.matching.rules import MOST_PEOPLE
from services.consultation.workflow import State
from services.shared.clock import HELSINKI

__all__ = ["Cast", "Course", "Plan"]


class Course(Asking):
    """Tells one plan to its end."""

    def tell(self) -> bool:
        """True where everything came to its end; False where the present came first."""
        try:
            self._tell()
            return True
        except Enough:
            return False
        finally:
            for draft in self.drafts:
                answers.put_answer(draft)
            for case in self.cases:
                case.watch(self.world.until)
                case.put()

    def _tell(self) -> None:
        plan = self.plan
        case = self._ask(plan.codes, self.questions)
        if plan.returned:
            self._return(case)
        if plan.way in ENDS_AT_ONCE:
            getattr(self, f"_{plan.way}")(case)
        elif plan.way == "direct":
            self._after(case, self._directly(case))
        elif plan.way == "merged":
            self._merged(case)
        else:
            if plan.way == "transferred":
                self._transfer(case)
            self._together(case)

    # ---- two cases at once ------------------------------------------------------------------------------------

    def _handed_on(self, case: PastCase) -> None:
        self._look(case)
        at = self.soon()
        deeds.advise_elsewhere(case, self.coordinator, at, *self.words.row("elsewhere"), handed_on=True)
        theme, language = self.plan.codes["themes"][0], self.plan.language
        fitting = line_for(theme, language, no_follow_up=False, random=self.random)
        codes = {**self.plan.codes, "line": fitting.slug}
        key = self.cast.new_key(made := self.world.ids.at(at), at)
        assert key.record == made
        request = deeds.Request(codes, self.texts, self.questions)
        fresh = deeds.hand_on(case, key, request, self.coordinator, at, self.cast.new_code(self.plan.yta))
        self.cases.append(fresh)
        self._together(fresh)

    def _merged(self, case: PastCase) -> None:
        """Somebody asked twice: the second goes into the first, where the work goes on."""
        deeds.accept(case, self.coordinator, self.wait(0.5, 7))
        self.days(1, 2)
        second = self._ask(self.plan.codes, self.questions)
        deeds.merge(second, self.coordinator, self.wait(0.5, 5), case, self.words.one("merges"))
        self._together(case)

    # ---- the team ---------------------------------------------------------------------------------------------

    def _together(self, case: PastCase) -> None:
        if case.state is State.SUBMITTED:
            self._look(case)
            deeds.accept(case, self.coordinator, self.soon())
        team = self._team(case)
        if not team:
            return self._after(case, self._directly(case))
        self._work(case)
        if self.plan.way == "consent_withdrawn":
            return deeds.withdraw_consent(case, self.plan.asker, self.wait(2, 12), "withdraw")
        if self.plan.way == "anonymised":
            deeds.withdraw_consent(case, self.plan.asker, self.wait(2, 12), "anonymised")
        answer = self._answer(case)
        self._after(case, answer)
        return None

    def _team(self, case: PastCase) -> list[Seat]:
        """Invites, and waits for what they say. Whoever leads is somebody who comes."""
        chosen = self._choose(case)
        if not chosen:
            return []
        self.wait(1, 14)
        roles = ["chair", "secretary" if len(chosen) > 2 else "member", *["member"] * len(chosen)]
        reason, needed = self.words.one("overrides"), self._needed(case)
        seats = deeds.invite(
            case, self.coordinator, self.soon(), list(zip(chosen, roles, strict=False)), needed, reason, self.questions
        )
        if self.random.random() < 0.06:
            self._gap(case, needed)
        self._answers_of(case, seats)
        return case.members()

    def _answers_of(self, case: PastCase, seats: Sequence[Seat]) -> None:
        for place, seat in enumerate(seats):
            self.wait(0.4, 5)
            chance = self.random.random()
            if place == 0 or chance < 0.86:
                deeds.accept_invitation(case, seat, self.now)
            elif chance < 0.94:
                code = self.random.choice(("workload", "workload", "away", "not_my_competence"))
                deeds.decline_invitation(case, seat, self.now, code, self.words.one("declines"))
            elif chance < 0.97:
                deeds.recuse_invitation(case, seat, self.now, "knows_the_family", self.words.one("recusals"))
            else:
                deeds.remove_member(case, seat, self.coordinator, self.wait(14, 20), self.words.one("removals"))

    def _gap(self, case: PastCase, needed: Sequence[str]) -> None:
        brought = {slug for seat in case.seats for slug in seat.row["disciplines"]}
        missing = [slug for slug in needed if slug not in brought]
        if missing:
            deeds.record_gap(case, self.coordinator, self.soon(), missing[0], case.row["themes"][0])

    def _needed(self, case: PastCase) -> tuple[str, ...]:
        return self.cast.needed(tuple(case.row["themes"]), tuple(case.row["age_groups"]))

    def _choose(self, case: PastCase) -> list[Knower]:
        """One for each discipline that is asked for first, somebody who serves the area and speaks the language."""
        row = case.row
        taken = {row["asker"], row["partner"], row["coordinator"]}
        chosen: list[Knower] = []
        covered: set[str] = set()
        for slug in self._needed(case):
            if slug in covered or len(chosen) >= MOST_PEOPLE[row["form"]]:
                continue
            fitting = self._fitting(self.cast.knowers.get((row["area"], slug), ()))
            if fitting is not None and fitting.who.id not in taken:
                chosen.append(fitting)
                covered |= fitting.disciplines
                taken.add(fitting.who.id)
        return chosen

    def _fitting(self, knowers: Sequence[Knower]) -> Knower | None:
        """Somebody who speaks the language of the work, if a few who are asked do."""
        if not knowers:
            return None
        asked = [self.random.choice(knowers) for _ in range(8)]
        return next((one for one in asked if self.plan.language in one.speaks), asked[0])

    # ---- the work ---------------------------------------------------------------------------------------------

    def _work(self, case: PastCase) -> None:
        random = self.random
        self._talk(case, (self.plan.messages + 1) // 2)
        if case.row["form"] != "written" or random.random() < 0.3:
            self._meet(case)
        if random.random() < 0.45 and not self.goals:
            self._set_goals(case)
        if random.random() < 0.2:
            deeds.write_team_note(case, random.choice(case.members()).knower.who, self.soon(), self.words.one("notes"))
        self._talk(case, self.plan.messages // 2)

    def _talk(self, case: PastCase, count: int) -> None:
        for place in range(count):
            self.wait(0.5, 6)
            who, name = self.plan.asker, "messages_asker"
            if place % 2 == 0 and (members := case.members()):
                who, name = self.random.choice(members).knower.who, "messages_team"
            elif self.random.random() < 0.2:
                who, name = self.coordinator, "messages_coordinator"
            deeds.send_message(case, who, self.now, self.words.one(name))

    def _meet(self, case: PastCase) -> None:
        proposed = self.wait(0.5, 6)
        day = self.world.calendar.later(proposed.astimezone(HELSINKI).date(), self.random.randint(1, 5))
        starts = at_time(day, self.random.choice((9, 10, 11, 13, 14)) * 3600)
        ends = starts + timedelta(minutes=self.random.choice((45, 60, 60, 90)))
        chair = case.members()[0].knower.who
        held = self._until(ends + timedelta(minutes=self.random.randint(4, 50)))
        others = [seat.knower.who.id for seat in case.members()[1:]]
        absent = frozenset(one for one in others if self.random.random() < 0.12)
        texts = {name: self.words.one(name) for name in ("agendas", "minutes", "decisions", "places")}
        named = dict(zip(("agenda", "minutes_text", "decisions", "place"), texts.values(), strict=True))
        self.now = proposed
        deeds.hold_meeting(case, chair, proposed, starts, ends, held, named, absent)
        self.now = held
        for seat in case.members():
            if seat.knower.who.id not in absent:
                minutes = int((ends - starts).total_seconds() // 60) + self.random.choice((0, 15, 30))
                deeds.record_minutes(case, seat, self.soon(), minutes, "meeting")

    def _set_goals(self, case: PastCase) -> None:
        told = self.words.some("goals", self.random.choice((1, 1, 2)))
        goals = [
            (title, dict(zip(("-2", "-1", "0", "1", "2"), levels, strict=True)), self.random.choice((1, 1, 2)), level)
            for title, levels in told
            for level in (self.random.choice((-2, -2, -1)),)
        ]
        self.goals = deeds.set_goals(case, self.plan.asker, self.soon(), goals)

    # ---- the answer -------------------------------------------------------------------------------------------

    def _advice(self, count: int) -> list[Advice]:
        return [Advice(*one) for one in self.words.some("recommendations", count)]

    def _directly(self, case: PastCase) -> PastAnswer:
        self.wait(1, 10)
        texts = {Block.background: "", Block.considerations: self.words.one("direct")}
        advice = self._advice(self.random.choice((0, 1, 1, 2)))
        return answers.answer_directly(case, self.coordinator, self.now, texts, advice, self.questions)

    def _answer(self, case: PastCase) -> PastAnswer:
        team, random = case.members(), self.random
        statement = case.row["identification"] == "statement"
        self.wait(4, 40)
        answer = answers.start_answer(case, team[0].knower.who, self.soon(), "statement" if statement else "note")
        self.drafts.append(answer)
        texts = ((Block.background, "backgrounds"), (Block.considerations, "considerations"))
        for place, (block, name) in enumerate(texts):
            answers.save_block(answer, team[place % len(team)].knower.who, self.soon(), block, self.words.one(name))
        for place, advice in enumerate(self._advice(random.choice((1, 2, 2, 3, 3, 4)))):
            answers.add_recommendation(answer, team[place % len(team)].knower.who, self.soon(), advice)
        deeds.record_minutes(case, team[0], self.soon(), random.choice((30, 45, 60, 90, 120)), "writing")
        self._sign_and_publish(case, answer)
        if self.plan.corrected:
            answer = self._correct(case, answer)
        return answer

    def _sign_and_publish(self, case: PastCase, answer: PastAnswer) -> None:
        team = case.members()
        leads = team[0].knower.who
        asked = self.wait(1, 12)
        day = self.world.calendar.later(asked.astimezone(HELSINKI).date(), 2)
        due = at_time(day, 16 * 3600)
        answers.ask_signatures(answer, leads, asked, due)
        silent = False
        for seat in team:
            if len(team) > 1 and self.random.random() < 0.03:
                silent = True
                continue
            at = self.wait(0.2, 3)
            self._sign(answer, seat, at)
        if silent:
            self._until(self._moment_on((due + timedelta(days=1)).astimezone(HELSINKI).date()))
        publisher = leads if self.random.random() < 0.7 else self.coordinator
        answers.publish_answer(answer, publisher, self.soon(), self.questions)
        self.drafts.remove(answer)

    def _sign(self, answer: PastAnswer, seat: Seat, at: datetime) -> None:
        chance = self.random.random()
        if chance < 0.93 or not answer.advice:
            answers.sign_answer(answer, seat, at, "agree")
        elif chance < 0.975:
            answers.sign_answer(answer, seat, at, "remark", self.words.one("remarks"))
        else:
            which = self.random.choice(answer.recommendations)
            answers.sign_answer(answer, seat, at, "dissent", self.words.one("dissents"), which)

    def _correct(self, case: PastCase, published: PastAnswer) -> PastAnswer:
        leads = case.members()[0].knower.who
        self.wait(2, 10)
        answer = answers.correct_answer(published, leads, self.now, self.words.one("corrections"))
        self.drafts.append(answer)
        answers.save_block_again(answer, leads, self.soon(), Block.background, self.words.one("backgrounds"))
        self._sign_and_publish(case, answer)
        return answer

    # ---- after the answer -------------------------------------------------------------------------------------

    def _after(self, case: PastCase, answer: PastAnswer) -> None:
        plan = self.plan
        if plan.silent and self.random.random() < 0.6:
            return self._close(case)
        self._reply(case, answer)
        if plan.reopened:
            answer = self._again(case)
            self._reply(case, answer)
        if case.state is State.IN_FOLLOW_UP:
            if plan.silent:
                return self._close(case)
            self._follow_up(case, answer)
        return None

    def _close(self, case: PastCase) -> None:
        clock = next(one for one in reversed(case.clocks) if one.stopped_at is None)
        self._until(max(self.now, clock.due_at))
        deeds.close(case, self.coordinator, self.days(4, 20), self.words.one("closings"))

    def _again(self, case: PastCase) -> PastAnswer:
        who = self.plan.asker
        deeds.reopen(case, who, self.days(5, 30), self.words.one("reopenings"))
        return self._answer_anew(case) if case.state is State.IN_CONSULTATION else self._directly(case)

    def _answer_anew(self, case: PastCase) -> PastAnswer:
        self._talk(case, 1)
        return self._answer(case)

    def _reply(self, case: PastCase, answer: PastAnswer) -> None:
        random, good = self.random, self.plan.good
        self.days(*random.choice(((1, 3), (2, 7), (4, 13), (9, 24))))
        case.look(self.plan.asker, self.now, "answer")
        usefulness = min(5, max(1, round(random.gauss(2.7 + 1.9 * good, 0.85))))
        rows = [(one, *self._promise(usefulness)) for one in answer.recommendations]
        months = self.world.lines[case.row["line"]].times.follow_up_months
        deeds.reply(
            case,
            self.plan.asker,
            self.soon(),
            answer.id,
            rows,
            usefulness=usefulness,
            plan_changed=_weighed(random, Change, (usefulness, 2, 6 - usefulness)),
            without_advice=_weighed(random, WithoutAdvice, (4, 2, 3, 3, 2, 3)),
            text=self.words.one("replies"),
            to=State.IN_FOLLOW_UP if months else State.CLOSED,
        )

    def _promise(self, usefulness: int) -> tuple[Promise, str]:
        promise = _weighed(self.random, Promise, (2 + usefulness * 2, 3, 1))
        return promise, "" if promise is Promise.will_do else self.words.one("whys")

    def _follow_up(self, case: PastCase, answer: PastAnswer) -> None:
        random, good = self.random, self.plan.good
        clock = next(one for one in reversed(case.clocks) if one.name == "follow_up")
        self._until(max(self.now, clock.opens_at))
        self.days(*random.choice(((0, 4), (2, 12), (8, 24))))
        rows = [
            (one, result, "" if result is Result.done else self.words.one("results"))
            for one in answer.recommendations
            for result in (_weighed(random, Result, (3 + 3 * good, 3, 1, 1)),)
        ]
        levels = [
            (goal, max(-2, min(2, goal.baseline + round(random.gauss(0.5 + 1.3 * good, 0.9))))) for goal in self.goals
        ]
        change = _weighed(random, Change, (2 + 3 * good, 3, 1.5 - good))
        at = self.now
        deeds.follow_up(case, self.plan.asker, at, answer.id, rows, levels, change, self.words.one("follow_ups"))


def _weighed(random: Random, kinds: Any, weights: Sequence[float]) -> Any:
    return random.choices(list(kinds), weights=weights)[0]
