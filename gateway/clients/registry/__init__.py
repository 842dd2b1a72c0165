from gateway.clients.base import ServiceClient
from gateway.clients.registry.areas import Areas
from gateway.clients.registry.experts import Experts
from gateway.clients.registry.members import Members
from gateway.clients.registry.organisations import Organisations
from gateway.clients.registry.terms import Terms
from gateway.clients.registry.vocabulary import Vocabulary
from gateway.clients.waiting import Waiting


class Registry:
    """Who knows what."""

    def __init__(self, service: ServiceClient) -> None:
        self.areas = Areas(service)
        self.experts = Experts(service)
        self.members = Members(service)
        self.organisations = Organisations(service)
        self.terms = Terms(service)
        self.vocabulary = Vocabulary(service)
        self.waiting = Waiting(service)
