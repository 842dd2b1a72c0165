"""What a case waits for, of whom."""

from services.consultation.workflow import State

ASKER_KINDS = {
    State.RETURNED: "case.complete",
    State.ANSWERED: "case.reply",
    State.IN_FOLLOW_UP: "case.follow_up",
}
COORDINATOR_KINDS = {State.SUBMITTED: "case.triage", State.ACCEPTED: "case.invite"}
# A case in any other open state waits for its coordinator only when a clock of it is late.
LATE_KIND = "case.late"
MOST = 100
