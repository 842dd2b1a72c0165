from gateway.clients.base import ServiceClient
from gateway.clients.reporting.figures import Figures
from gateway.clients.reporting.intake import Intake
from gateway.clients.waiting import Waiting


class Reporting:
    """What it amounts to."""

    def __init__(self, service: ServiceClient) -> None:
        self.figures = Figures(service)
        self.intake = Intake(service)
        self.waiting = Waiting(service)
