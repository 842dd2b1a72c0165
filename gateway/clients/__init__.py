"""The three services as a page handler sees them: `request.state.clients.consultation.cases.accept_case(…)`."""

from collections.abc import Mapping

from gateway.clients.base import ServiceClient
from gateway.clients.consultation import Consultation
from gateway.clients.registry import Registry
from gateway.clients.reporting import Reporting
from services.shared.http import Client
from services.shared.identity import Caller, Tokens

SERVICES = ("registry", "consultation", "reporting")


class Clients:
    """The services, asked for one caller (or for nobody)."""

    def __init__(self, connections: Mapping[str, Client], tokens: Tokens, caller: Caller | None) -> None:
        asked = {name: ServiceClient(name, connections[name], tokens, caller) for name in SERVICES}
        self.registry = Registry(asked["registry"])
        self.consultation = Consultation(asked["consultation"])
        self.reporting = Reporting(asked["reporting"])
