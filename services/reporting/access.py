"""Who may see which figures: by operation first, then by how near to single cases they come."""

from collections.abc import Mapping
from enum import StrEnum

from services.reporting.errors import LevelNotOpen
from services.shared.identity import Caller, Who

REPORTS = frozenset({"reports"})
READERS = Who(everyone=True, systems=True, scopes=REPORTS)
KEEPERS = Who(roles=frozenset({"admin"}))

ACCESS: Mapping[str, Who] = {
    "list_indicators": READERS,
    "read_indicator": READERS,
    "list_periods": READERS,
    "read_figure": READERS,
    "read_figure_csv": READERS,
    "read_chart": READERS,
    "read_intake": Who(roles=frozenset({"admin", "national", "coordinator"})),
    "pull_now": KEEPERS,
    "replay_source": KEEPERS,
    "list_waiting": READERS,
    "count_waiting": READERS,
}

TRUSTED: Mapping[str, frozenset[str]] = {"gateway": frozenset({"person", "system"})}

BELOW_THE_COUNTRY = frozenset({"yta", "area"})


class Kind(StrEnum):
    """Which figures one looks at; every page, picture and file says it."""

    EXACT = "exact"  # a centre's own counts: its coordinators hold the cases
    PROTECTED = "protected"


def kind_for(caller: Caller, *, yta: str | None, by: str) -> Kind:
    """Raises LevelNotOpen. `yta` is the centre looked at, also when the place is an area of it."""
    if yta is not None and yta in caller.ytas_as("coordinator"):
        return Kind.EXACT
    if not sees_places(caller) and (yta is not None or by in BELOW_THE_COUNTRY):
        raise LevelNotOpen("figures of a centre or an area are for coordination")
    return Kind.PROTECTED


def sees_places(caller: Caller) -> bool:
    """National coordination compares areas; so do centres, to know where nobody asks."""
    return caller.kind == "system" or bool(caller.roles & {"national", "coordinator", "admin"})
