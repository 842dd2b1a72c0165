"""What reporting says no to."""

from services.shared.errors import Conflict, Forbidden, NotFound, Refusal


class UnknownIndicator(NotFound):
    code = "unknown_indicator"


class PeriodNotPublished(Refusal):
    """Figures are of years and half-years only: a period moved by a day would give back single cases."""

    status = 422
    code = "period_not_published"


class BreakdownNotPublished(Refusal):
    """This indicator is not divided so. `by` lists how it is."""

    status = 422
    code = "breakdown_not_published"


class LevelNotOpen(Forbidden):
    """The caller sees the country's figures, not those of one area or centre."""

    code = "level_not_open"


class UnknownPlace(Refusal):
    status = 422
    code = "unknown_place"


class IntakeBusy(Conflict):
    """Another process is reading this feed just now."""

    code = "intake_busy"


class FeedBroken(Exception):
    """A feed's answer is not a batch of events in order. Nothing of it is taken in; the alarm is the log's."""
