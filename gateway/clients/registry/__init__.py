from gateway.clients.base import ServiceClient
from gateway.clients.registry.areas import Areas
from gateway.clients.registry.experts import Experts
from gateway.clients.registry.groups import Groups
from gateway.clients.registry.imports import Imports
from gateway.clients.registry.invitations import MembershipInvitations
from gateway.clients.registry.members import Members
from gateway.clients.registry.offerings import Offerings
from gateway.clients.registry.organisations import Organisations
from gateway.clients.registry.search import Search
from gateway.clients.registry.setup import Setup
from gateway.clients.registry.terms import Terms
from gateway.clients.registry.vocabulary import Vocabulary
from gateway.clients.waiting import Waiting


class Registry:
    """Who knows what."""

    def __init__(self, service: ServiceClient) -> None:
        self.areas = Areas(service)
        self.experts = Experts(service)
        self.groups = Groups(service)
        self.imports = Imports(service)
        self.invitations = MembershipInvitations(service)
        self.members = Members(service)
        self.offerings = Offerings(service)
        self.organisations = Organisations(service)
        self.search = Search(service)
        self.terms = Terms(service)
        self.setup = Setup(service)
        self.vocabulary = Vocabulary(service)
        self.waiting = Waiting(service)
