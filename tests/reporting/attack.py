"""An attacker who knows everything published, the rule's words and perhaps one centre's own counts.

Written from the published side only and with another solver than the product's: it shares no code with the protection.
"""

from collections.abc import Mapping

from ortools.sat.python import cp_model

from services.reporting.disclosure.rules import Cell, Mark, Sum, Table


def possible_values(
    tables: list[Table], marks: Mapping[Cell, Mark], cell: Cell, *, threshold: int = 5, reader: str | None = None
) -> set[int]:
    """Which of 1…threshold-1 the attacker cannot rule out for the cell, having all the tables at once."""
    return {value for value in range(1, threshold) if _is_possible(tables, marks, {cell: value}, threshold, reader)}


def _is_possible(
    tables: list[Table], marks: Mapping[Cell, Mark], tried: Mapping[Cell, int], threshold: int, reader: str | None
) -> bool:
    model = cp_model.CpModel()
    variables: dict[Cell, cp_model.IntVar] = {}
    for table in tables:
        for cell, count in table.counts.items():
            known = marks[cell] is Mark.SHOWN or (reader is not None and table.owners.get(cell) == reader)
            low, high = _bounds(marks[cell], threshold)
            variables.setdefault(cell, model.new_int_var(*((count, count) if known else (low, high)), ""))
    for cell, value in tried.items():
        model.add(variables[cell] == value)
    for table in tables:
        for each in table.sums:
            _add(model, each, variables)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)


def _bounds(mark: Mark, threshold: int) -> tuple[int, int]:
    return {
        Mark.SMALL: (1, threshold - 1),
        Mark.HIDDEN: (threshold, 100_000),
        Mark.WITHHELD: (0, 100_000),
        Mark.SHOWN: (0, 100_000),
    }[mark]


def _add(model: cp_model.CpModel, each: Sum, variables: Mapping[Cell, cp_model.IntVar]) -> None:
    parts = sum(variables[part] for part in each.parts)
    if not each.overlapping:
        model.add(parts == variables[each.total])
        return
    model.add(parts >= variables[each.total])
    for part in each.parts:
        model.add(variables[part] <= variables[each.total])
