"""What the consultation service says no to. Codes are stable; the gateway has their words."""

from services.shared.errors import Conflict, Forbidden, Invalid


class ActNotPossible(Conflict):
    """The act doesn't belong to the state the case is in. Carries `act` and `state`."""

    code = "act_not_possible"


class NotYourAct(Forbidden):
    """The caller sees the case, but the act is for others. Carries `act`."""

    code = "not_your_act"


class ActBlocked(Conflict):
    """State and person are right, yet something is missing; `reason` says what."""

    code = "act_blocked"


class FindingsNotConfirmed(Conflict):
    """The text holds something that may point at a person; the asker hasn't said that it may stay."""

    code = "findings_not_confirmed"


class LineNotOpen(Invalid):
    code = "line_not_open"


class NoCoordinator(Conflict):
    """Nobody coordinates the area: there is no one to name on the receipt."""

    code = "no_coordinator"


class NotGroup14Line(Invalid):
    """A statement is given only on a line that is a county's group under section 14 of the Child Welfare Act."""

    code = "not_group_14_line"


class NoConsent(Conflict):
    """There is no consent that could be withdrawn, or none that covers what is asked."""

    code = "no_consent"


class NotSameAsker(Conflict):
    """Cases are merged only into a case of the same asker."""

    code = "not_same_asker"


class ExpertUnknown(Invalid):
    """The registry has no such expert to invite."""

    code = "expert_unknown"


class ExpertHasConflict(Conflict):
    """A known conflict of interest, or already part of the case: never invited, whatever the reason."""

    code = "expert_has_conflict"


class AlreadyInTeam(Conflict):
    """The person is invited already, or in the team."""

    code = "already_in_team"


class ChairRequired(Invalid):
    """A team has exactly one chair."""

    code = "chair_required"


class OverrideReasonRequired(Invalid):
    """Somebody who wasn't proposed is invited: the reason goes into the case's log."""

    code = "override_reason_required"


class ExceptionReasonRequired(Invalid):
    """No agreement lets the case's area use somebody's experts: why they are invited all the same is recorded."""

    code = "exception_reason_required"


class ConflictNotDenied(Invalid):
    """Nobody joins a team without declaring that there is no conflict of interest."""

    code = "no_conflict_required"


class InvitationAnswered(Conflict):
    """The invitation was answered, taken back or has lapsed. Carries its `state`."""

    code = "invitation_answered"


class NotAParticipant(Invalid):
    """Only people of the case can take part in its meetings."""

    code = "not_a_participant"


class MeetingHeld(Conflict):
    """The meeting was held and its minutes written."""

    code = "meeting_held"


class NotPreauthorised(Conflict):
    """The asker has not said that the case may be handed on."""

    code = "not_preauthorised"
