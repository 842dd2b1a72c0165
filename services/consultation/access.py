"""Who: what somebody is to a case, and who may call which operation at all.

When an act is possible is the other question: `workflow.py`. What isn't listed here is denied.
"""

from collections.abc import Iterable
from enum import StrEnum

from services.consultation.workflow import Group
from services.shared.identity import Who


class Relation(StrEnum):
    """What a person is to one case. All but `coordinator` and `invited` are rows of case_access."""

    COORDINATOR = "coordinator"
    ASKER = "asker"
    PARTNER = "partner"
    MEMBER = "member"
    CHAIR = "chair"
    SECRETARY = "secretary"
    INVITED = "invited"


ASKING = frozenset({Relation.ASKER, Relation.PARTNER})
ON_TEAM = frozenset({Relation.MEMBER, Relation.CHAIR, Relation.SECRETARY})

_GROUPS = {
    Relation.COORDINATOR: (Group.COORDINATOR,),
    Relation.ASKER: (Group.ASKER,),
    Relation.PARTNER: (Group.ASKER,),
    Relation.MEMBER: (Group.TEAM,),
    Relation.SECRETARY: (Group.TEAM,),
    Relation.CHAIR: (Group.TEAM, Group.CHAIR),
    Relation.INVITED: (Group.INVITED,),
}

GROUNDS = {
    Relation.COORDINATOR: "coordinator of the owning area",
    Relation.ASKER: "asker of the case",
    Relation.PARTNER: "work partner of the asker",
    Relation.MEMBER: "member of the team",
    Relation.CHAIR: "chair of the team",
    Relation.SECRETARY: "secretary of the team",
    Relation.INVITED: "invited to the team",
}


def groups_of(relations: Iterable[Relation]) -> frozenset[Group]:
    return frozenset(group for relation in relations for group in _GROUPS[relation])


_WRITES_AS = (
    Relation.ASKER,
    Relation.PARTNER,
    Relation.CHAIR,
    Relation.SECRETARY,
    Relation.MEMBER,
    Relation.COORDINATOR,
)


def writes_as(relations: Iterable[Relation]) -> str:
    """The one relation a text is signed with: the nearest to the case first."""
    have = frozenset(relations)
    return next((relation.value for relation in _WRITES_AS if relation in have), "")


def may_read_team_notes(relations: Iterable[Relation]) -> bool:
    """The team's own notes never reach whoever asked, not even one who coordinates the area."""
    have = frozenset(relations)
    return bool(have & (ON_TEAM | {Relation.COORDINATOR})) and not have & ASKING


def ground_of(relations: Iterable[Relation]) -> str:
    """Why this person may look, for the access log; the closest relation first."""
    have = frozenset(relations)
    return "; ".join(GROUNDS[relation] for relation in Relation if relation in have)


# Systems act on behalf of a named person: one scope to follow what is theirs, another to ask and to reply.
READ = frozenset({"cases:read"})
WRITE = frozenset({"cases:write"})

COORDINATORS = Who(roles=frozenset({"coordinator"}))
ASKERS = Who(roles=frozenset({"professional", "coordinator", "expert"}), scopes=WRITE)
# Row-level security and the relation to the case decide; the role alone opens nothing.
READERS = Who(roles=frozenset({"professional", "coordinator", "expert"}), scopes=READ)
PEOPLE_OF_A_CASE = Who(roles=frozenset({"professional", "coordinator", "expert"}), scopes=WRITE)
# An answer is written and signed by people themselves, never through another system.
WRITERS = Who(roles=frozenset({"professional", "coordinator", "expert"}))
SIGNED_IN = Who(everyone=True, scopes=READ | WRITE)

ACCESS: dict[str, Who] = {
    # lines
    "list_lines": Who(everyone=True, scopes=READ | WRITE, services=frozenset({"reporting"})),  # names for its figures
    "read_line": SIGNED_IN,
    # cases
    "create_case": ASKERS,
    "save_draft": ASKERS,
    "read_case": READERS,
    "list_cases": READERS,
    "count_cases": SIGNED_IN,
    "submit_case": ASKERS,
    "complete_case": ASKERS,
    "withdraw_case": ASKERS,
    "record_consent": ASKERS,
    "list_consents": READERS,
    "withdraw_consent": ASKERS,
    "reopen_case": ASKERS,
    "return_case": COORDINATORS,
    "accept_case": COORDINATORS,
    "advise_elsewhere": COORDINATORS,
    "redirect_urgent": COORDINATORS,
    "decline_case": COORDINATORS,
    "answer_directly": COORDINATORS,
    "transfer_case": COORDINATORS,
    "merge_case": COORDINATORS,
    "close_case": COORDINATORS,
    "check_privacy": SIGNED_IN,
    # what waits
    "list_waiting": SIGNED_IN,
    # teams
    "propose_team": COORDINATORS,
    "invite_team": COORDINATORS,
    "remove_member": COORDINATORS,
    "record_gap": COORDINATORS,
    "list_gaps": READERS,
    "list_team": READERS,
    "read_invitation": READERS,
    "accept_invitation": PEOPLE_OF_A_CASE,
    "decline_invitation": PEOPLE_OF_A_CASE,
    "recuse_invitation": PEOPLE_OF_A_CASE,
    # notifications: a person's own, never through another system
    "list_notifications": Who(everyone=True),
    "count_notifications": Who(everyone=True),
    "mark_notifications_seen": Who(everyone=True),
    # messages, notes
    "list_messages": READERS,
    "send_message": PEOPLE_OF_A_CASE,
    "list_team_notes": READERS,
    "write_team_note": PEOPLE_OF_A_CASE,
    # meetings and work
    "list_meetings": READERS,
    "propose_meeting": PEOPLE_OF_A_CASE,
    "read_meeting": READERS,
    "read_meeting_calendar": READERS,
    "hold_meeting": PEOPLE_OF_A_CASE,
    "list_minutes": READERS,
    "record_minutes": PEOPLE_OF_A_CASE,
    # answers, follow-ups, goals
    "read_answer": READERS,
    "read_answer_pdf": READERS,
    "start_answer": WRITERS,
    "save_block": WRITERS,
    "add_recommendation": WRITERS,
    "change_recommendation": WRITERS,
    "remove_recommendation": WRITERS,
    "ask_signatures": WRITERS,
    "sign_answer": WRITERS,
    "publish_answer": WRITERS,
    "correct_answer": WRITERS,
    "read_reply": READERS,
    "reply_to_answer": ASKERS,
    "read_follow_up": READERS,
    "follow_up_case": ASKERS,
    "list_goals": READERS,
    "set_goals": PEOPLE_OF_A_CASE,
}
