from dataclasses import dataclass

from services.reporting.disclosure.rules import THRESHOLD
from services.shared.settings import Settings


@dataclass(frozen=True)
class Source:
    """One feed. `service` is what its tokens are for; several sources may be of one kind."""

    name: str
    service: str
    address: str


class ReportingSettings(Settings):
    sources: str = "registry,consultation"
    """Feeds to read, comma-separated: a service's name, or `name:service@https://address` for one of several."""
    intake_seconds: float = 2.0
    """How long one question to a feed waits for something new; 0 = this process reads no feeds."""
    small_below: int = THRESHOLD
    """Counts from 1 to this - 1 are hidden. No source prescribes it: our choice."""

    def feeds(self) -> tuple[Source, ...]:
        return tuple(self._feed(entry.strip()) for entry in self.sources.split(",") if entry.strip())

    def _feed(self, entry: str) -> Source:
        who, _, address = entry.partition("@")
        name, _, service = who.partition(":")
        return Source(name, service or name, address or self.address_of(service or name))
