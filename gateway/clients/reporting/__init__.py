from gateway.clients.base import ServiceClient
from gateway.clients.waiting import Waiting


class Reporting:
    """What it amounts to."""

    def __init__(self, service: ServiceClient) -> None:
        self.waiting = Waiting(service)
