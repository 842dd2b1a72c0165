"""Nobody can work out a count of 1–4 from what is published: tried by attacking, not by reading the code."""

from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.reporting.disclosure.protection import protect
from services.reporting.disclosure.rules import Cell, Mark, Sum, Table, first_marks, loss
from tests.reporting.attack import possible_values

ENDS = (1, 4)
TREE = {"ita": ("12", "13", "14"), "etela": ("10", "11"), "pohjoinen": ("21",)}
GEO = ("all", *TREE, *(area for areas in TREE.values() for area in areas))
OWNER = {place: yta for yta, areas in TREE.items() for place in (yta, *areas)}


def a_row(*counts: int) -> Table:
    parts = tuple((f"part{index}",) for index in range(len(counts)))
    total: Cell = ("total",)
    return Table(
        counts={total: sum(counts), **dict(zip(parts, counts, strict=True))},
        sums=(Sum(total, parts),),
        costs={total: 50.0},
    )


def a_place_table(leaves: dict[tuple[str, str], int]) -> Table:
    """Areas in centres in the country, by half-year and year."""
    counts: dict[Cell, int] = {
        (place, time): sum(
            count for (area, half), count in leaves.items() if _within(area, place) and time in (half, "year")
        )
        for place, time in product(GEO, ("year", "h1", "h2"))
    }
    sums = [Sum((place, "year"), ((place, "h1"), (place, "h2"))) for place in GEO]
    for time in ("year", "h1", "h2"):
        sums.append(Sum(("all", time), tuple((yta, time) for yta in TREE)))
        sums += [Sum((yta, time), tuple((area, time) for area in areas)) for yta, areas in TREE.items()]
    return Table(
        counts=counts,
        sums=tuple(sums),
        owners={cell: OWNER[cell[0]] for cell in counts if cell[0] in OWNER},
        blocks={cell: (OWNER.get(cell[0]), cell[1]) for cell in counts},
        costs={cell: 20.0 if cell[0] == "all" else 4.0 if cell[0] in TREE else 1.0 for cell in counts},
    )


def _within(area: str, place: str) -> bool:
    return place in ("all", area, OWNER[area])


def a_division(parent: Table, shares: dict[str, list[int]], *, overlapping: bool) -> Table:
    """The country's and the centres' half-years divided by theme; `shares` gives each area's themes by half-year."""
    times, kinds = ("year", "h1", "h2"), ("theme0", "theme1", "theme2")
    places = ("all", *TREE)
    counts: dict[Cell, int] = {cell: parent.counts[cell] for cell in product(places, times)}
    for place, time, kind in product(places, times, kinds):
        counts[(place, time, kind)] = sum(
            values[int(kind[-1])]
            for key, values in shares.items()
            if _within(key.split()[0], place) and time in (key.split()[1], "year")
        )
    sums = [
        Sum((place, time), tuple((place, time, kind) for kind in kinds), overlapping)
        for place, time in product(places, times)
    ]
    for kind in kinds:
        sums += [Sum((place, "year", kind), ((place, "h1", kind), (place, "h2", kind))) for place in places]
        sums += [Sum(("all", time, kind), tuple((yta, time, kind) for yta in TREE)) for time in times]
    return Table(
        counts=counts,
        sums=tuple(sums),
        owners={cell: OWNER[cell[0]] for cell in counts if cell[0] in OWNER},
        blocks={cell: cell[:2] for cell in counts},
    )


def bounds(*args: Any, **kwargs: Any) -> tuple[int, int]:
    possible = possible_values(*args, **kwargs)
    return min(possible), max(possible)


def test_counts_from_one_to_four_are_hidden_and_zero_is_shown() -> None:
    marks = protect(a_row(0, 1, 4, 5, 30, 12)).marks
    assert marks[("part0",)] is Mark.SHOWN
    assert marks[("part1",)] is Mark.SMALL
    assert marks[("part2",)] is Mark.SMALL
    assert marks[("part4",)] is Mark.SHOWN


def test_a_lone_small_count_hides_another_so_that_the_total_does_not_give_it_back() -> None:
    table = a_row(2, 40, 9, 25)
    marks = protect(table).marks
    assert marks[("total",)] is Mark.SHOWN
    assert loss(marks.values()) == 2
    assert marks[("part2",)] is Mark.HIDDEN
    assert bounds([table], marks, ("part0",)) == ENDS


def test_hiding_a_neighbour_that_would_leave_only_some_values_is_not_enough() -> None:
    """With 2 and 5 hidden under a known total the small one could only be 1 or 2: more has to go."""
    table = a_row(2, 5, 6, 40)
    marks = protect(table).marks
    assert bounds([table], marks, ("part0",)) == ENDS
    naive = first_marks(table, 5, {}) | {("part1",): Mark.HIDDEN}
    assert possible_values([table], naive, ("part0",)) == {1, 2}


def test_two_small_counts_whose_sum_is_known_are_not_a_protection_of_each_other() -> None:
    table = a_row(1, 1, 30, 10)
    assert bounds([table], protect(table).marks, ("part0",)) == ENDS


def test_when_only_small_counts_make_up_the_total_the_total_is_hidden_too() -> None:
    table = a_row(1, 1, 1, 1, 1)
    marks = protect(table).marks
    assert marks[("total",)] is Mark.HIDDEN
    assert bounds([table], marks, ("part0",)) == ENDS


def test_a_total_of_one_to_four_is_not_divided_at_all_not_even_into_its_zeros() -> None:
    marks = protect(a_row(1, 0, 1, 1)).marks
    assert marks[("total",)] is Mark.SMALL
    assert {marks[(f"part{index}",)] for index in range(4)} == {Mark.WITHHELD}


def test_the_attack_breaks_a_table_where_only_the_small_counts_are_hidden() -> None:
    table = a_row(3, 40, 9)
    assert possible_values([table], first_marks(table, 5, {}), ("part0",)) == {3}


def test_a_table_without_small_counts_is_shown_whole() -> None:
    assert loss(protect(a_row(0, 5, 90)).marks.values()) == 0


def test_the_same_table_is_protected_the_same_way_every_time() -> None:
    table = a_place_table({("12", "h1"): 3, ("13", "h1"): 8, ("14", "h2"): 6, ("10", "h1"): 2, ("21", "h2"): 12})
    assert len({tuple(sorted(protect(table).marks.items())) for _ in range(3)}) == 1


@pytest.mark.parametrize("threshold", [3, 5, 10])
def test_the_threshold_is_a_setting(threshold: int) -> None:
    table = a_row(2, 12, 30, 50)
    marks = protect(table, threshold=threshold).marks
    assert possible_values([table], marks, ("part0",), threshold=threshold) == set(range(1, threshold))


counts = st.one_of(st.just(0), st.integers(1, 6), st.integers(0, 40))
leaves = st.fixed_dictionaries({(area, half): counts for area in OWNER if area not in TREE for half in ("h1", "h2")})
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(st.lists(counts, min_size=1, max_size=8))
def test_no_row_with_its_total_gives_back_a_small_count(row: list[int]) -> None:
    table = a_row(*row)
    _attack([table], dict(protect(table).marks), table, readers=[None])


@few
@given(leaves)
def test_no_area_can_be_worked_out_from_country_centre_and_half_years(cells: dict[tuple[str, str], int]) -> None:
    table = a_place_table(cells)
    _attack([table], dict(protect(table).marks), table, readers=[None])


@settings(few, max_examples=12)
@given(leaves)
def test_no_centre_can_work_out_another_with_its_own_counts(cells: dict[tuple[str, str], int]) -> None:
    table = a_place_table(cells)
    _attack([table], dict(protect(table).marks), table, readers=list(TREE))


divided = given(leaves, st.randoms(use_true_random=False), st.booleans())


def two_divisions(cells: dict[tuple[str, str], int], random: object, overlapping: bool) -> None:
    parent = a_place_table(cells)
    protected = protect(parent)
    divisions = [a_division(parent, _shares(cells, random, overlapping), overlapping=overlapping) for _ in range(2)]
    renamed = [divisions[0], _renamed(divisions[1], parent)]
    marks = dict(protected.marks)
    for each in renamed:
        marks |= protect(each, parent=protected).marks
    for each in renamed:
        _attack([parent, *renamed], marks, each, readers=[None])


@settings(few, max_examples=4)
@divided
def test_two_divisions_of_one_table_do_not_give_back_together_what_each_hides(
    cells: dict[tuple[str, str], int], random: object, overlapping: bool
) -> None:
    """A few; many are tried in the long tests."""
    two_divisions(cells, random, overlapping)


def _shares(cells: dict[tuple[str, str], int], random: object, overlapping: bool) -> dict[str, list[int]]:
    shares = {}
    for (area, half), count in cells.items():
        values = [0, 0, 0]
        for _ in range(count):
            for kind in random.sample(range(3), random.choice((1, 2)) if overlapping else 1):  # type: ignore[attr-defined]
                values[kind] += 1
        shares[f"{area} {half}"] = values
    return shares


def _renamed(table: Table, parent: Table) -> Table:
    def name(cell: Cell) -> Cell:
        return cell if cell in parent.counts else (*cell[:2], f"other {cell[2]}")

    return Table(
        counts={name(cell): count for cell, count in table.counts.items()},
        sums=tuple(Sum(name(s.total), tuple(map(name, s.parts)), s.overlapping) for s in table.sums),
        owners={name(cell): owner for cell, owner in table.owners.items()},
        blocks={name(cell): block for cell, block in table.blocks.items()},
    )


def _attack(tables: list[Table], marks: dict[Cell, Mark], target: Table, *, readers: list[str | None]) -> None:
    for cell, count in target.counts.items():
        if marks[cell] is Mark.SHOWN:
            assert count == 0 or count >= 5
        if marks[cell] is Mark.SMALL:
            assert 1 <= count <= 4
        for reader in readers if 1 <= count <= 4 else []:
            if reader is None or target.owners.get(cell, reader) != reader:
                assert bounds(tables, marks, cell, reader=reader) == ENDS, (cell, count, reader)
