"""Complementary hiding, with a proof for every small count.

For each small count and each end of what it could be (1 and threshold - 1) we look for a *witness*: other counts
that agree with everything published in which the cell has that value. Where there is none, the cheapest further
cells are hidden until there is one (a small integer program, solved exactly by SCIP). Hiding more never spoils a
witness, so when both ends have one, nobody can bound the count more tightly than "1–4". Two kinds of reader are
thought of: one who knows what is published, and each centre, which also knows its own cells exactly.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.reporting.disclosure.rules import THRESHOLD, Cell, Mark, Sum, Table, first_marks, is_small

Counts = Mapping[Cell, int]
WITHHOLDING_COST = 1_000.0  # a cell: far more than hiding any
LARGEST_SEARCH = 20_000  # nodes; a table that needs more is withheld whole rather than guessed at


@dataclass(frozen=True)
class Protected:
    """A table's marks with the witnesses that prove them. Tables that divide it build on these witnesses."""

    table: Table
    marks: Mapping[Cell, Mark]
    witnesses: tuple[Counts, ...] = ()


@dataclass
class _Search:
    """`settings`: by reader, what the parent's cells could be, the truth first; the parent's marks are not ours."""

    table: Table
    threshold: int
    marks: dict[Cell, Mark]
    settled: frozenset[Cell]
    settings: Mapping[str | None, tuple[Counts, ...]]
    witnesses: list[Counts] = field(default_factory=list)

    def prove(self, cell: Cell, value: int, reader: str | None) -> bool:
        """The reader cannot rule out that the cell has this value."""
        if any(witness[cell] == value and self._fits(witness, reader) for witness in self.witnesses):
            return True
        possible = list(self._settings_with_room(cell, value, reader))
        return any(
            self.look(reader, {**setting, cell: value}, withholding=withholding)
            for withholding in (False, True)
            for setting in possible
        )

    def allow(self, setting: Counts, reader: str | None) -> bool:
        """The reader cannot rule out what the parent's cells are here: else dividing would narrow what they hide."""
        return any(self.look(reader, setting, withholding=withholding) for withholding in (False, True))

    def look(self, reader: str | None, fixed: Counts, *, withholding: bool) -> bool:
        """Find a witness with these counts, hiding or as a last resort withholding what stands in its way."""
        found = _solve(self, {**self._known_to(reader), **fixed}, withholding=withholding)
        if found is not None:
            witness, self.marks = found
            self.witnesses.append(witness)
        return found is not None

    def _settings_with_room(self, cell: Cell, value: int, reader: str | None) -> Iterator[Counts]:
        totals = [each.total for each in self.table.sums if cell in each.parts and each.total in self.settled]
        truth, *others = self.settings[reader]
        if all(truth[total] >= value for total in totals):
            yield truth
        else:
            yield from (setting for setting in others if all(setting[total] >= value for total in totals))

    def _known_to(self, reader: str | None) -> dict[Cell, int]:
        return {cell: self.table.counts[cell] for cell, owner in self.table.owners.items() if owner == reader}

    def _fits(self, witness: Counts, reader: str | None) -> bool:
        return all(witness[cell] == count for cell, count in self._known_to(reader).items())


def protect(
    table: Table,
    *,
    threshold: int = THRESHOLD,
    parent: Protected | None = None,
    withheld: Collection[Cell] = (),
) -> Protected:
    """Mark every cell of the table.

    A table that divides a parent repeats those cells of it that it divides, and keeps their marks.
    withheld: cells that are not to be shown whatever they hold.
    """
    known = {cell: mark for cell, mark in parent.marks.items() if cell in table.counts} if parent else {}
    search = _Search(
        table=table,
        threshold=threshold,
        marks=first_marks(table, threshold, known, withheld),
        settled=frozenset(known),
        settings={reader: _settings(table, parent, reader, known) for reader in _readers(table)},
    )
    if not (_keeps_parent(search) and _proves_small_counts(search)):
        return Protected(table, {cell: known.get(cell, Mark.WITHHELD) for cell in table.counts})
    return Protected(table, search.marks, tuple(search.witnesses))


def _settings(
    table: Table, parent: Protected | None, reader: str | None, settled: Collection[Cell]
) -> tuple[Counts, ...]:
    """What the settled cells could be for this reader, each once: the truth, and the parent's witnesses."""
    truth = {cell: table.counts[cell] for cell in settled}
    found = {tuple(truth.values()): truth}
    for witness in parent.witnesses if parent else ():
        if parent and all(
            witness[cell] == parent.table.counts[cell] for cell, owner in parent.table.owners.items() if owner == reader
        ):
            setting = {cell: witness[cell] for cell in settled}
            found.setdefault(tuple(setting.values()), setting)
    return tuple(found.values())


def _readers(table: Table) -> list[str | None]:
    """Centres first: a witness against one who knows more is a witness against one who knows less."""
    return [*sorted(set(table.owners.values())), None]


def _keeps_parent(search: _Search) -> bool:
    return all(
        search.allow(setting, reader) for reader, settings in search.settings.items() for setting in settings[1:]
    )


def _proves_small_counts(search: _Search) -> bool:
    """A centre is tried against the cells of other centres: of a sum it is part of, it knows its own share anyway."""
    counts = search.table.counts
    small = sorted(cell for cell, count in counts.items() if is_small(count, search.threshold))
    return all(
        search.prove(cell, value, reader)
        for reader in _readers(search.table)
        for cell in small
        if cell not in search.settled
        if reader is None or search.table.owners.get(cell, reader) != reader
        for value in (search.threshold - 1, 1)
        if value != counts[cell]
    )


def _solve(search: _Search, fixed: Counts, *, withholding: bool) -> tuple[Counts, dict[Cell, Mark]] | None:
    """One witness at the least loss, with the marks it needs; None when there is none."""
    from ortools.linear_solver import pywraplp  # 50 ms and 30 MB: only where figures are protected

    solver = pywraplp.Solver.CreateSolver("SCIP")
    solver.SetSolverSpecificParametersAsString(f"limits/totalnodes = {LARGEST_SEARCH}")
    program = _Program(solver, search, fixed, withholding=withholding)
    for each in search.table.sums:
        program.add_sum(each)
    solver.Minimize(solver.Sum(program.losses))
    if solver.Solve() not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return None
    return program.witness(), program.new_marks()


class _Program:
    """The integer program of one witness: a variable a cell that is not known, a switch a cell that could be hidden."""

    def __init__(self, solver: Any, search: _Search, fixed: Counts, *, withholding: bool) -> None:
        self.solver, self.search, self.fixed = solver, search, fixed
        self.top = 2 * max(search.table.counts.values(), default=0) + 10 * search.threshold
        self.losses: list[Any] = []
        self.values: dict[Cell, Any] = {}
        self.switches: dict[Cell, Any] = {}
        self.block_switches: dict[Any, Any] = {}
        self.block_sizes = Counter(search.table.blocks.get(cell, cell) for cell in search.table.counts)
        for cell, count in search.table.counts.items():
            self.values[cell] = fixed[cell] if cell in fixed else self._value(cell, count, withholding)

    def _value(self, cell: Cell, count: int, withholding: bool) -> Any:
        mark, threshold = self.search.marks[cell], self.search.threshold
        if mark is Mark.WITHHELD:
            return self.solver.IntVar(0, self.top, "")
        block = self._block_switch(cell) if withholding and cell not in self.search.settled else 0
        if mark is Mark.HIDDEN:
            low, high, hide = threshold, self.top, 0
        elif mark is Mark.SMALL:
            low, high, hide = 1, threshold - 1, 0
        else:
            low, high = count, count
            hide = self._switch(cell, count) if count and cell not in self.search.settled else 0
        if isinstance(block, int) and isinstance(hide, int):
            return low if low == high else self.solver.IntVar(low, high, "")
        value = self.solver.IntVar(0, self.top, "")
        self.solver.Add(value >= low - max(low - threshold, 0) * hide - low * block)
        self.solver.Add(value <= high + self.top * hide + self.top * block)
        return value

    def _switch(self, cell: Cell, count: int) -> Any:
        switch = self.switches[cell] = self.solver.BoolVar("")
        self.losses.append(switch * (self.search.table.costs.get(cell, 1.0) + count / (100.0 + count)))
        return switch

    def _block_switch(self, cell: Cell) -> Any:
        block = self.search.table.blocks.get(cell, cell)
        if block not in self.block_switches:
            switch = self.block_switches[block] = self.solver.BoolVar("")
            self.losses.append(switch * WITHHOLDING_COST * self.block_sizes[block])
        return self.block_switches[block]

    def add_sum(self, each: Sum) -> None:
        total, parts = self.values[each.total], [self.values[part] for part in each.parts]
        if all(isinstance(value, int) for value in (total, *parts)):
            self._refuse_if_broken(each, total, parts)
        elif each.overlapping:
            self.solver.Add(self.solver.Sum(parts) >= total)
            for part in parts:
                if not (isinstance(part, int) and isinstance(total, int)):
                    self.solver.Add(part <= total)
        else:
            self.solver.Add(self.solver.Sum(parts) == total)

    def _refuse_if_broken(self, each: Sum, total: int, parts: list[int]) -> None:
        """Known counts alone can contradict a tried value: then no witness exists, said as an impossible row."""
        kept = sum(parts) == total if not each.overlapping else sum(parts) >= total >= max(parts, default=0)
        if not kept:
            impossible = self.solver.IntVar(0, 0, "")
            self.solver.Add(impossible >= 1)

    def witness(self) -> Counts:
        return {
            cell: value if isinstance(value, int) else round(value.solution_value())
            for cell, value in self.values.items()
        }

    def new_marks(self) -> dict[Cell, Mark]:
        marks = dict(self.search.marks)
        for cell, switch in self.switches.items():
            if switch.solution_value() > 0.5:
                marks[cell] = Mark.HIDDEN
        withheld = {block for block, switch in self.block_switches.items() if switch.solution_value() > 0.5}
        for cell in marks:
            if cell not in self.search.settled and self.search.table.blocks.get(cell, cell) in withheld:
                marks[cell] = Mark.WITHHELD
        return marks
