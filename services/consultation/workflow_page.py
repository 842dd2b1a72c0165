"""Makes docs/workflow.md from the tables: `python -m services.consultation.workflow_page > docs/workflow.md`."""

import sys
from collections.abc import Iterator

from services.consultation import clocks
from services.consultation.workflow import DEEDS, MOVES, Act, Group

HEAD = """# The acts on a case

Made from `services/consultation/workflow.py` and `clocks.py` by `python -m services.consultation.workflow_page`.
A test fails when this page and the tables differ: change the tables, then make the page again.
"""

WORDS = {
    Group.ASKER: "asker or partner",
    Group.COORDINATOR: "coordinator of the owning area",
    Group.TEAM: "accepted team member",
    Group.CHAIR: "chair of the team",
    Group.INVITED: "by itself, when the first invited expert accepts",
    Group.SYSTEM: "the retention rule",
}


def page() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    yield from _diagram()
    yield from _table("## Acts that move a case", MOVES)
    yield from _table("## Acts inside a state", DEEDS)
    yield from _clocks()


def _diagram() -> Iterator[str]:
    yield "```mermaid\nstateDiagram-v2"
    yield "    [*] --> draft"
    for act in MOVES:
        # A returned case goes back to any of the states it can be returned from.
        targets = act.after or _returnable()
        for before in act.before:
            for after in targets:
                yield f"    {before} --> {after}: {act.name}"
    yield "    disposed --> [*]\n```\n"


def _returnable() -> tuple[str, ...]:
    return next(act.before for act in MOVES if act.name == "return")


def _table(heading: str, acts: tuple[Act, ...]) -> Iterator[str]:
    yield f"{heading}\n"
    yield "| Act | From | To | Who | Asks for | Event |"
    yield "|---|---|---|---|---|---|"
    for act in acts:
        cells = (
            f"`{act.name}`",
            ", ".join(act.before),
            _target(act),
            "; ".join(WORDS[group] for group in act.who),
            ", ".join(act.needs) or "–",
            f"`{act.event}`" if act.event else "–",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _target(act: Act) -> str:
    if act.back:
        return "the state it left"
    return " or ".join(act.after) or "stays"


def _clocks() -> Iterator[str]:
    yield "## Clocks\n"
    yield "| Clock | Starts | Stops | Length, default | Pauses while |"
    yield "|---|---|---|---|---|"
    for clock in clocks.CLOCKS:
        length = f"{clock.amount} {clock.unit.value.replace('_', ' ')}"
        stops = "any act of a coordinator, any end" if clock.first_act else ", ".join(clock.stops) + ", any end"
        pauses = "returned, or consent withdrawn" if clock.pauses else "–"
        yield f"| {clock.name} | {', '.join(clock.starts)} | {stops} | {length} | {pauses} |"


if __name__ == "__main__":
    sys.stdout.write(page())
