from dataclasses import replace

from gateway.clients.base import ServiceClient
from gateway.clients.reporting.figures import Figures
from gateway.clients.reporting.intake import Intake
from gateway.clients.waiting import Waiting

PATIENCE = 40.0
"""Protecting a year's tables for the first time takes seconds, and on a busy machine many."""


class Reporting:
    """What it amounts to."""

    def __init__(self, service: ServiceClient) -> None:
        self.figures = Figures(replace(service, patience=PATIENCE))
        self.intake = Intake(service)
        self.waiting = Waiting(service)
