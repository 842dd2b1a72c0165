"""What the loop after an answer refuses."""

from services.shared.errors import Conflict, Invalid, NotFound


class ReplyNotFound(NotFound):
    code = "reply_not_found"


class FollowUpNotFound(NotFound):
    code = "follow_up_not_found"


class RowsMissing(Invalid):
    """Every recommendation gets its row, every goal its level; `fields` names those without."""

    code = "rows_missing"


class RowsUnknown(Invalid):
    """A row is about something that isn't in this answer, or twice about the same."""

    code = "rows_unknown"


class NoReplyYet(Conflict):
    """The asker still has time: `due` says until when."""

    code = "reply_not_due"
