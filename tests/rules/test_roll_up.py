"""Totals: parts added exactly, missing ones counted, ratios from their pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.small_catalogue import (
    COMMUNITY,
    DISTRICT,
    NEIGHBOUR,
    OTHER_STREET,
    STREET,
    cell,
    form_of,
    own_cells,
    small_catalogue,
)
from tiersync.model.cell import Cell, Cells
from tiersync.model.form import Form
from tiersync.model.unit import Tree
from tiersync.rules.totals.roll_up import PartCells, roll_up

CATALOGUE = small_catalogue()
TREE = CATALOGUE.tree
P02 = form_of({"P02": ("community",)})


def street_total(*parts: tuple[str, Cells], form: Form = P02, unit: str = STREET) -> dict[tuple[str, str, str], Cell]:
    """The cells of a total by key, from (unit, own cells) pairs."""
    named = [PartCells(code, "own", cells) for code, cells in parts]
    return {cell.key: cell for cell in roll_up(CATALOGUE, form, unit, TREE, named).rows()}


def both(one: Cell, other: Cell) -> Cell:
    """The only cell of a street's total of two communities that say `one` and `other`."""
    (total,) = street_total((COMMUNITY, Cells.of([one])), (NEIGHBOUR, Cells.of([other]))).values()
    return total


def test_a_total_is_the_sum_of_its_parts_and_counts_the_reports_behind_it() -> None:
    assert both(cell("P02", 120), cell("P02", 80)) == Cell("P02", "", "value", 200, 0, "ok", "summed", 2, 2)


def test_a_child_that_sent_no_part_makes_the_total_a_lower_bound() -> None:
    total = street_total((COMMUNITY, own_cells(P02=120)))["P02", "", "value"]
    assert total == Cell("P02", "", "value", 120, 0, "partial", "summed", 2, 1)


def test_a_missing_value_is_not_zero() -> None:
    total = both(cell("P02", 120), cell("P02", None))
    assert (total.value, total.status, total.present, total.expected) == (120, "partial", 1, 2)
    assert both(cell("P02", 120), cell("P02", 0)).status == "ok"


def test_a_total_of_nothing_has_no_value() -> None:
    total = both(cell("P02", None), cell("P02", None))
    assert total == Cell("P02", "", "value", None, 0, "missing", "none", 2, 0)
    assert street_total() == {("P02", "", "value"): total}


def test_a_part_that_is_not_applicable_leaves_what_is_expected() -> None:
    outside = cell("P02", None, status="not_applicable")
    assert both(cell("P02", 120), outside)[3:9] == (120, 0, "ok", "summed", 1, 1)
    assert both(outside, outside)[3:9] == (None, 0, "not_applicable", "none", 0, 0)


@pytest.mark.parametrize("hidden", ["suppressed", "masked", "missing"])
def test_a_withheld_value_is_never_an_input_of_a_sum(hidden: str) -> None:
    total = both(cell("P02", 120), cell("P02", 3, status=hidden, present=0))
    assert (total.value, total.status) == (120, "partial")


def test_a_total_is_only_as_good_as_its_worst_part() -> None:
    assert both(cell("P02", 1, status="provisional"), cell("P02", 2)).status == "provisional"
    assert both(cell("P02", 1, status="provisional"), cell("P02", 2, status="imputed")).status == "imputed"
    assert both(cell("P02", 1, status="partial"), cell("P02", 2, status="imputed")).status == "partial"


def test_a_cell_that_calls_itself_ok_without_a_value_counts_as_missing() -> None:
    total = both(cell("P02", 1), cell("P02", None, status="ok"))
    assert (total.value, total.status) == (1, "partial")


def test_unlike_scales_are_aligned_exactly() -> None:
    total = both(cell("P02", 10**17 + 1, scale=2), cell("P02", 3, scale=0))
    assert (total.value, total.scale, total.status) == (10**17 + 301, 2, "ok")


def test_a_breakdown_that_one_part_lacks_is_partial_while_the_total_is_not() -> None:
    one, other = Cells.of([cell("P02", 5), cell("P02", 2, "sex=1")]), own_cells(P02=7)
    total = street_total((COMMUNITY, one), (NEIGHBOUR, other))
    assert total["P02", "", "value"].status == "ok"
    assert total["P02", "sex=1", "value"][3:9] == (2, 0, "partial", "summed", 2, 1)


def test_every_tier_adds_what_it_holds_itself() -> None:
    form = form_of({"A01": ("street", "community")})
    total = street_total((STREET, own_cells(A01=3)), (COMMUNITY, own_cells(A01=1)), form=form)
    assert total["A01", "", "value"][3:9] == (4, 0, "partial", "summed", 3, 2)


def test_a_child_without_a_total_adds_all_that_is_expected_below_it() -> None:
    total = roll_up(CATALOGUE, P02, STREET, TREE, [PartCells(COMMUNITY, "own", own_cells(P02=4))])
    (cell_above,) = roll_up(CATALOGUE, P02, DISTRICT, TREE, [PartCells(STREET, "total", total)]).rows()
    assert cell_above == Cell("P02", "", "value", 4, 0, "partial", "summed", 4, 1)


def test_nine_of_ten_and_ten_of_a_hundred_is_nineteen_of_a_hundred_and_ten() -> None:
    form = form_of({"I01": ("community",), "P02": ("community",), "I02": ("community",)})
    total = street_total((COMMUNITY, pair(9, 10)), (NEIGHBOUR, pair(10, 100)), form=form)
    assert total["I02", "", "numerator"].value == 19
    assert total["I02", "", "denominator"][3:9] == (110, 0, "ok", "summed", 2, 2)
    assert ("I02", "", "value") not in total


def test_a_pair_that_no_own_part_made_is_made_from_the_two_totals() -> None:
    form = form_of({"I01": ("street",), "P02": ("community",), "I02": ()})
    counted = [cell("P02", 40), cell("P02", 15, "sex=1"), cell("P02", 9, "age_band=100+")]
    insured = [cell("I01", 12), cell("I01", 5, "sex=1"), cell("I01", 1, "age_band=100+")]
    total = street_total((STREET, Cells.of(insured)), (COMMUNITY, Cells.of(counted)), form=form)
    assert total["I02", "", "numerator"][3:9] == (12, 0, "partial", "summed", 2, 1)
    assert total["I02", "", "denominator"][3:9] == (40, 0, "partial", "summed", 2, 1)
    assert total["I02", "sex=1", "numerator"].value == 5
    assert ("I02", "age_band=100+", "numerator") not in total


def test_every_total_makes_a_pair_of_two_tiers_anew_from_its_own_two_numbers() -> None:
    form = form_of({"I01": ("district", "street"), "P02": ("community",), "I02": ()})
    totals = [PartCells(code, "total", with_pair(code, form)) for code in (STREET, OTHER_STREET)]
    own = PartCells(DISTRICT, "own", own_cells(I01=6))
    above = {cell.key: cell for cell in roll_up(CATALOGUE, form, DISTRICT, TREE, [own, *totals]).rows()}
    assert above["I02", "", "numerator"][3:9] == (6 + 24, 0, "ok", "summed", 4, 3)
    assert above["I02", "", "denominator"][3:9] == (160, 0, "ok", "summed", 4, 3)


def test_a_pair_below_is_no_input_where_the_total_makes_its_own() -> None:
    form = form_of({"I01": ("street",), "P02": ("community",), "I02": ()})
    stray = Cells.of([cell("I02", 7, "sex=1", measure="numerator"), *own_cells(P02=40).rows()])
    total = street_total((COMMUNITY, stray), (NEIGHBOUR, own_cells(P02=40)), (STREET, own_cells(I01=12)), form=form)
    assert {key: cell.value for key, cell in total.items() if key[0] == "I02"} == {
        ("I02", "", "numerator"): 12, ("I02", "", "denominator"): 80,
    }  # fmt: skip


def test_half_a_pair_is_no_pair() -> None:
    form = form_of({"I01": ("street",), "P02": ("community",), "I02": ()})
    total = street_total((COMMUNITY, own_cells(P02=40)), (NEIGHBOUR, own_cells(P02=40)), form=form)
    assert total["I02", "", "denominator"][3:9] == (None, 0, "missing", "none", 2, 0)


def pair(numerator: int, denominator: int) -> Cells:
    """An own part that holds insured, seniors and their pair."""
    rows = [cell("I01", numerator), cell("P02", denominator)]
    rows += [cell("I02", numerator, measure="numerator"), cell("I02", denominator, measure="denominator")]
    return Cells.of(rows)


def with_pair(street: str, form: Form) -> Cells:
    """A street's total of 12 insured it knows itself and 80 seniors that its two communities count."""
    own = [PartCells(street, "own", own_cells(I01=12))]
    return roll_up(
        CATALOGUE, form, street, TREE, own + [PartCells(c, "own", own_cells(P02=40)) for c in TREE.children(street)]
    )


STATUS_AND_VALUE = st.one_of(
    st.tuples(st.sampled_from(["ok", "provisional", "imputed"]), st.integers(0, 10**14)),
    st.tuples(st.sampled_from(["missing", "not_applicable", "suppressed"]), st.none()),
)


@st.composite
def an_own_part(draw: st.DrawFn) -> Cells:
    """Own cells of unlike scale, status and breakdowns."""
    rows = []
    for breakdown in {"", *draw(st.sets(st.sampled_from(["sex=1", "sex=2"])))}:
        status, value = draw(STATUS_AND_VALUE)
        known = value is not None
        rows.append(cell("P02", value, breakdown, status=status, present=int(known), scale=draw(st.integers(0, 2))))
    return Cells.of(rows)


def stepwise(unit: str, tree: Tree, own: dict[str, Cells]) -> PartCells:
    """`unit`'s part, each total made from the totals below it."""
    if not tree.children(unit):
        return PartCells(unit, "own", own.get(unit, Cells()))
    parts = [stepwise(child, tree, own) for child in tree.children(unit) if tree.children(child) or child in own]
    return PartCells(unit, "total", roll_up(CATALOGUE, P02, unit, tree, parts))


@given(st.dictionaries(st.sampled_from(sorted(c for c in TREE.below(DISTRICT) if not TREE.children(c))), an_own_part()))
def test_adding_step_by_step_is_adding_at_once(own: dict[str, Cells]) -> None:
    at_once = roll_up(CATALOGUE, P02, DISTRICT, TREE, [PartCells(code, "own", cells) for code, cells in own.items()])
    by_steps = stepwise(DISTRICT, TREE, own).cells
    assert list(map(exact, by_steps.rows())) == list(map(exact, at_once.rows()))


def exact(cell: Cell) -> tuple[object, ...]:
    """What must not depend on the way: the value in its smallest units, and the counts."""
    value = None if cell.value is None else cell.value * 10 ** (2 - cell.scale)
    return (cell.key, value, cell.status, cell.expected, cell.present)


@given(st.permutations([own_cells(P02=1), own_cells(P02=20, A01=3), own_cells(P02=None)]))
def test_a_total_does_not_depend_on_the_order_of_its_parts(cells: list[Cells]) -> None:
    units = sorted(code for code in TREE.below(DISTRICT) if not TREE.children(code))
    parts = [PartCells(code, "own", part) for code, part in zip(units, cells, strict=False)]
    total = roll_up(CATALOGUE, P02, DISTRICT, TREE, parts)
    assert {c.key: c.value for c in total.rows()} == {("A01", "", "value"): 3, ("P02", "", "value"): 21}
