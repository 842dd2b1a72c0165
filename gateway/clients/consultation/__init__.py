from gateway.clients.base import ServiceClient
from gateway.clients.consultation.answers import Answers
from gateway.clients.consultation.cases import Cases
from gateway.clients.consultation.follow_ups import FollowUps
from gateway.clients.consultation.lines import Lines
from gateway.clients.consultation.meetings import Meetings
from gateway.clients.consultation.messages import Messages
from gateway.clients.consultation.notifications import Notifications
from gateway.clients.consultation.teams import Teams
from gateway.clients.waiting import Waiting


class Consultation:
    """One case, from asking to outcome."""

    def __init__(self, service: ServiceClient) -> None:
        self.answers = Answers(service)
        self.cases = Cases(service)
        self.follow_ups = FollowUps(service)
        self.lines = Lines(service)
        self.meetings = Meetings(service)
        self.messages = Messages(service)
        self.notifications = Notifications(service)
        self.teams = Teams(service)
        self.waiting = Waiting(service)
