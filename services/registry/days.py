"""Days are Finland's: a role that ends on the 30th works until midnight in Helsinki."""

from datetime import date

from services.shared.clock import HELSINKI
from services.shared.database import ReadSession


def today(session: ReadSession) -> date:
    return session.clock.now().astimezone(HELSINKI).date()
