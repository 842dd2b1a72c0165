"""What a case waits for, of whom."""

from services.consultation.workflow import State

ASKER_KINDS = {
    State.RETURNED: "case.complete",
    State.ANSWERED: "reply",
    State.IN_FOLLOW_UP: "follow_up",
}
COORDINATOR_KINDS = {State.SUBMITTED: "case.triage", State.ACCEPTED: "case.team"}
# A case in any other open state waits for its coordinator only when a clock of it is late.
LATE_KIND = "case.late"
MOST = 100
