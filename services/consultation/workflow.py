"""When: every act on a case, from which state, to which, by which kind of person.

`docs/workflow.md`, the `allowed` list in answers and the tests are made from this table.
Who somebody is to a case is the other question: `access.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    IN_CONSULTATION = "in_consultation"
    ANSWERED = "answered"
    IN_FOLLOW_UP = "in_follow_up"
    CLOSED = "closed"
    ADVISED_ELSEWHERE = "advised_elsewhere"
    URGENT_REDIRECTED = "urgent_redirected"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    DISPOSED = "disposed"


class Group(StrEnum):
    """The kinds of people an act is open to. A person may be of several at once."""

    ASKER = "asker"
    COORDINATOR = "coordinator"
    TEAM = "team"
    CHAIR = "chair"
    INVITED = "invited"
    SYSTEM = "system"


DRAFT, SUBMITTED, RETURNED, ACCEPTED = State.DRAFT, State.SUBMITTED, State.RETURNED, State.ACCEPTED
IN_CONSULTATION, ANSWERED, IN_FOLLOW_UP, CLOSED = (
    State.IN_CONSULTATION,
    State.ANSWERED,
    State.IN_FOLLOW_UP,
    State.CLOSED,
)
ASKER, COORDINATOR, TEAM, CHAIR = Group.ASKER, Group.COORDINATOR, Group.TEAM, Group.CHAIR

OPEN = (SUBMITTED, RETURNED, ACCEPTED, IN_CONSULTATION, ANSWERED, IN_FOLLOW_UP)
WORKING = (ACCEPTED, IN_CONSULTATION)
EXITS = (State.ADVISED_ELSEWHERE, State.URGENT_REDIRECTED, State.DECLINED, State.WITHDRAWN, State.MERGED)
ENDS = (CLOSED, *EXITS)
# The order of the track a person sees; the exits stand beside it.
ROAD = (SUBMITTED, ACCEPTED, IN_CONSULTATION, ANSWERED, IN_FOLLOW_UP, CLOSED)


@dataclass(frozen=True)
class Act:
    """One row. `after` empty: the state stays. `back`: to the state the case was returned from.

    Several states in `after`: the operation chooses. `offered` False: happens by itself or inside
    another act, so it is never in anybody's `allowed`. `apart`: the team's own business, so not for who asks, whatever
    else they are to the case.
    """

    name: str
    before: tuple[State, ...]
    who: tuple[Group, ...]
    after: tuple[State, ...] = ()
    back: bool = False
    needs: tuple[str, ...] = ()
    event: str | None = None
    offered: bool = True
    apart: bool = False

    @property
    def moves(self) -> bool:
        return bool(self.after) or self.back

    def is_for(self, groups: Iterable[Group]) -> bool:
        present = frozenset(groups)
        return bool(present & set(self.who)) and not (self.apart and Group.ASKER in present)


MOVES = (
    Act("submit", (DRAFT,), (ASKER,), (SUBMITTED,), needs=("findings_confirmed",), event="case.submitted"),
    Act("return", (SUBMITTED, ACCEPTED, IN_CONSULTATION), (COORDINATOR,), (RETURNED,), needs=("text", "due"),
        event="case.returned"),
    Act("complete", (RETURNED,), (ASKER,), back=True, needs=("text",), event="case.completed"),
    Act("accept", (SUBMITTED,), (COORDINATOR,), (ACCEPTED,), needs=("line", "area"), event="case.accepted"),
    Act("advise_elsewhere", (SUBMITTED, ACCEPTED, IN_CONSULTATION), (COORDINATOR,), (State.ADVISED_ELSEWHERE,),
        needs=("place", "contact", "text", "hand_on_line"), event="case.advised_elsewhere"),
    Act("redirect_urgent", (SUBMITTED, ACCEPTED), (COORDINATOR,), (State.URGENT_REDIRECTED,), needs=("text",),
        event="case.urgent_redirected"),
    Act("decline", (SUBMITTED,), (COORDINATOR,), (State.DECLINED,), needs=("reason_code", "text"),
        event="case.declined"),
    Act("answer_directly", (SUBMITTED, ACCEPTED), (COORDINATOR,), (ANSWERED,), needs=("text",),
        event="case.answered_directly"),
    Act("team_ready", (ACCEPTED,), (Group.INVITED,), (IN_CONSULTATION,), event="case.team_ready", offered=False),
    Act("publish", (IN_CONSULTATION,), (CHAIR, COORDINATOR), (ANSWERED,), event="answer.published"),
    Act("reply", (ANSWERED,), (ASKER,), (IN_FOLLOW_UP, CLOSED),
        needs=("rows", "usefulness", "plan_changed", "without_advice", "text"), event="case.replied"),
    Act("follow_up", (IN_FOLLOW_UP,), (ASKER,), (CLOSED,), needs=("rows", "goals", "wanted_change", "text"),
        event="case.followed_up"),
    Act("close", (ANSWERED, IN_FOLLOW_UP), (COORDINATOR,), (CLOSED,), needs=("text",), event="case.closed"),
    Act("withdraw", (DRAFT, SUBMITTED, RETURNED, ACCEPTED, IN_CONSULTATION), (ASKER,), (State.WITHDRAWN,),
        needs=("reason",), event="case.withdrawn"),
    Act("reopen", (ANSWERED, IN_FOLLOW_UP, CLOSED), (ASKER, COORDINATOR), (ACCEPTED,), needs=("reason",),
        event="case.reopened"),
    Act("transfer", (SUBMITTED, RETURNED, ACCEPTED, IN_CONSULTATION), (COORDINATOR,), (SUBMITTED,),
        needs=("yta", "line", "reason"), event="case.transferred"),
    Act("merge", (SUBMITTED, ACCEPTED), (COORDINATOR,), (State.MERGED,), needs=("into", "reason"),
        event="case.merged"),
    Act("dispose", ENDS, (Group.SYSTEM,), (State.DISPOSED,), event="case.disposed", offered=False),
)  # fmt: skip

# What is done inside a state. The state stays; the version grows where `acts.move` is used.
DEEDS = (
    Act("save_draft", (DRAFT,), (ASKER,)),
    Act("record_consent", (DRAFT, SUBMITTED, RETURNED, ACCEPTED, IN_CONSULTATION), (ASKER,),
        needs=("client_reference", "given_by", "to_what", "given_on", "written"), event="case.consent_recorded"),
    Act("withdraw_consent", OPEN, (ASKER,), needs=("choice",), event="case.consent_withdrawn"),
    Act("invite_team", WORKING, (COORDINATOR,), needs=("members", "override_reason"), apart=True),
    Act("record_gap", WORKING, (COORDINATOR,), needs=("discipline", "theme"), apart=True),
    Act("accept_invitation", WORKING, (Group.INVITED,), event="invitation.accepted", offered=False),
    Act("decline_invitation", OPEN, (Group.INVITED,), event="invitation.declined", offered=False),
    Act("recuse_invitation", OPEN, (TEAM, Group.INVITED), needs=("reason_code", "reason"),
        event="invitation.recused"),
    Act("remove_member", OPEN, (COORDINATOR,), needs=("reason",), event="invitation.removed", apart=True),
    Act("send_message", OPEN, (ASKER, COORDINATOR, TEAM), needs=("text",)),
    Act("write_team_note", (*WORKING, RETURNED, ANSWERED, IN_FOLLOW_UP), (COORDINATOR, TEAM),
        needs=("text",), apart=True),
    Act("propose_meeting", WORKING, (COORDINATOR, TEAM),
        needs=("starts_at", "ends_at", "place", "remote_link", "agenda", "participants")),
    Act("hold_meeting", (*WORKING, ANSWERED), (COORDINATOR, TEAM),
        needs=("attended", "minutes_text", "decisions")),
    Act("record_minutes", (*WORKING, RETURNED, ANSWERED, IN_FOLLOW_UP), (COORDINATOR, TEAM),
        needs=("minutes", "for"), apart=True),
    Act("set_goals", (*WORKING, ANSWERED), (ASKER, COORDINATOR, TEAM), needs=("goals",)),
    Act("start_answer", (IN_CONSULTATION,), (COORDINATOR, TEAM)),
    Act("save_answer", (IN_CONSULTATION,), (COORDINATOR, TEAM)),
    Act("ask_signatures", (IN_CONSULTATION,), (CHAIR, COORDINATOR), needs=("due",)),
    Act("sign_answer", (IN_CONSULTATION,), (TEAM,), needs=("opinion", "text", "recommendation")),
    Act("correct_answer", (ANSWERED, IN_FOLLOW_UP, CLOSED), (CHAIR, COORDINATOR), needs=("reason",)),
)  # fmt: skip

ACTS = {act.name: act for act in (*MOVES, *DEEDS)}


@dataclass(frozen=True)
class Turn:
    """Whose turn it is in a state, and the act that is awaited of them."""

    who: Group
    act: str


TURNS = {
    DRAFT: Turn(ASKER, "submit"),
    SUBMITTED: Turn(COORDINATOR, "accept"),
    RETURNED: Turn(ASKER, "complete"),
    ACCEPTED: Turn(COORDINATOR, "invite_team"),
    IN_CONSULTATION: Turn(TEAM, "save_answer"),
    ANSWERED: Turn(ASKER, "reply"),
    IN_FOLLOW_UP: Turn(ASKER, "follow_up"),
}


def acts_in(state: State, groups: Iterable[Group]) -> tuple[Act, ...]:
    """The acts offered to these kinds of people in this state, in the table's order."""
    present = frozenset(groups)
    return tuple(act for act in ACTS.values() if act.offered and state in act.before and act.is_for(present))


def permits(act: Act, state: State) -> bool:
    return state in act.before
