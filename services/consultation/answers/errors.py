"""What an answer refuses."""

from services.shared.errors import Conflict, Invalid, NotFound, StaleVersion


class AnswerNotFound(NotFound):
    """There is none, or it isn't published and isn't the caller's to see: the two look alike."""

    code = "answer_not_found"


class AnswerAlreadyStarted(Conflict):
    code = "answer_already_started"


class AnswerAlreadyPublished(Conflict):
    """A published answer is never changed. A correction is a new version."""

    code = "answer_already_published"


class AnswerNotPublished(Conflict):
    code = "answer_not_published"


class StatementNotPossible(Conflict):
    """A statement is given on a county's 14 § line only, where one was asked for."""

    code = "statement_not_possible"


class AnswerIncomplete(Invalid):
    """`fields` says what is still empty."""

    code = "answer_incomplete"


class BlockChanged(StaleVersion):
    """Somebody saved the block since the caller opened it. `text` is theirs, so that the caller can join the two."""

    code = "block_changed"


class RecommendationChanged(StaleVersion):
    code = "recommendation_changed"


class TooManyRecommendations(Conflict):
    code = "too_many_recommendations"


class RecommendationNotFound(NotFound):
    code = "recommendation_not_found"


class UnknownRecommendation(Invalid):
    code = "unknown_recommendation"


class DeadlinePassed(Invalid):
    """A deadline lies in the future, or it isn't one."""

    code = "deadline_in_past"


class DeadlineTooFar(Invalid):
    """An answer that nobody need sign this season is not being signed. `days` says how far it may lie."""

    code = "deadline_too_far"


class SignaturesNotAsked(Conflict):
    code = "signatures_not_asked"


class SignaturesOpen(Conflict):
    """`waiting` says how many members have not signed, `due` until when they may."""

    code = "signatures_open"


class OpinionNeedsText(Invalid):
    """A remark or a dissent without its reason helps nobody."""

    code = "opinion_needs_text"


class NobodyToSign(Conflict):
    """The team has no member left: invite one first."""

    code = "nobody_to_sign"
