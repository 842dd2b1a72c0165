from services.reporting.errors import UnknownIndicator
from services.reporting.indicators.definitions import BY_SLUG
from services.reporting.indicators.rules import Indicator


def indicator_of(slug: str) -> Indicator:
    if slug not in BY_SLUG:
        raise UnknownIndicator("no such indicator")
    return BY_SLUG[slug]
