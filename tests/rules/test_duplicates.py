"""Persons who stand in several units of one node: each unit shows them, a total counts them once and says so."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.rules.made_payments import (
    BELOW,
    CATALOGUE,
    CITY,
    DISTRICT,
    FORM,
    FOUR,
    NORTH,
    ONE,
    SOUTH,
    THREE,
    TREE,
    TWO,
    counted,
    payment,
    persons,
    rolled,
    totals_of,
)  # fmt: skip
from tests.rules.made_snapshots import YEAR, rows, seniors
from tiersync.model.adjustment import Adjustment, Adjustments
from tiersync.model.cell import Cell, CellKey, Cells
from tiersync.model.report import Report
from tiersync.rules.totals.roll_up import PartCells, roll_up


def test_who_is_paid_by_two_communities_is_one_person_from_their_lowest_total_up() -> None:
    paid = [payment("a", ONE), payment("a", TWO), payment("b", ONE), payment("a", TWO, paid_on=date(2013, 9, 5))]
    own, adjustments = counted({"benefit": rows("benefit", *paid)}, BELOW)
    total = CellKey("B01", "", "value")
    shown = {unit: next(c.value for c in own[unit].rows() if c.key == total) for unit in (ONE, TWO)}
    assert shown == {ONE: 2, TWO: 1}
    assert set(adjustments) == {NORTH}
    assert next(row for row in adjustments[NORTH].rows() if row.key == total) == Adjustment(
        "B01", "", "value", "duplicate_person", -1, 0
    )
    totals = totals_of(own, adjustments)
    assert persons(totals, "B01") == {NORTH: 2, SOUTH: 0, DISTRICT: 2, CITY: 2}
    assert persons(totals, "B03") == {NORTH: 120000, SOUTH: 0, DISTRICT: 120000, CITY: 120000}


def test_one_person_in_three_communities_of_two_streets_is_taken_off_once_at_each_total_where_two_meet() -> None:
    paid = [payment("a", unit) for unit in (ONE, TWO, THREE)]
    own, adjustments = counted({"benefit": rows("benefit", *paid)}, BELOW)
    taken = {unit: dict(zip(of.indicator, of.value, strict=True))["B01"] for unit, of in adjustments.items()}
    assert taken == {NORTH: -1, DISTRICT: -1}
    assert persons(totals_of(own, adjustments), "B01") == {NORTH: 1, SOUTH: 1, DISTRICT: 1, CITY: 1}


def test_who_is_paid_by_the_district_itself_and_by_a_community_is_one_person_of_the_district() -> None:
    totals = rolled(payment("a", DISTRICT), payment("a", FOUR))
    assert persons(totals, "B01") == {NORTH: 0, SOUTH: 1, DISTRICT: 1, CITY: 1}


def test_each_group_subtracts_those_who_stand_twice_in_it() -> None:
    totals = rolled(payment("a", ONE), payment("a", TWO, scheme="care_subsidy"), payment("b", ONE), payment("b", TWO))
    assert persons(totals, "B01")[NORTH] == 2
    assert persons(totals, "B01", "scheme=allow_90")[NORTH] == 2
    assert persons(totals, "B01", "scheme=care_subsidy")[NORTH] == 1
    assert persons(totals, "B01", "age_band=90-94")[NORTH] == 2


def test_a_ratio_of_two_indicators_keeps_its_own_pair() -> None:
    totals = rolled(payment("a", ONE), payment("a", TWO))
    assert persons(totals, "B01")[NORTH] == 1
    assert persons(totals, "B04", measure="denominator")[NORTH] == 2


def test_a_pair_that_counts_persons_itself_is_adjusted_as_a_count_is() -> None:
    roll = [payment("a", unit, kind="entitlement") for unit in (ONE, TWO)]
    register = seniors({"person_key": "a", "hukou_unit": ONE, "birth_date": date(1920, 1, 1)})
    totals = rolled(*roll, senior=register)
    assert persons(totals, "B02")[NORTH] == 1
    assert persons(totals, "B05", measure="numerator")[NORTH] == 1
    assert persons(totals, "B05", measure="denominator")[NORTH] == 1


def test_what_is_declared_is_not_adjusted_for_nobody_knows_whom_it_counts() -> None:
    said = rows("figure", {"indicator": "B01", "unit": TWO, "value": Decimal(50), "value_role": "actual"})
    totals = rolled(payment("a", ONE), payment("a", TWO), payment("a", THREE), figure=said, silent=[TWO])
    assert persons(totals, "B01") == {NORTH: 51, SOUTH: 1, DISTRICT: 51, CITY: 51}


def test_a_child_with_a_node_of_its_own_is_not_looked_into() -> None:
    """Its persons have other keys; the units answered for here are adjusted beside its total."""
    here = [unit for unit in BELOW if not TREE.is_within(unit, SOUTH)]
    own, adjustments = counted({"benefit": rows("benefit", payment("a", ONE), payment("a", TWO))}, here)
    of_child, none = counted({"benefit": rows("benefit", payment("of another key", THREE))}, (SOUTH, THREE, FOUR))
    assert none == {}
    assert persons(totals_of({**own, **of_child}, adjustments), "B01") == {NORTH: 1, SOUTH: 1, DISTRICT: 2, CITY: 2}


@pytest.mark.parametrize(
    "paid",
    [
        [payment("a", ONE), payment("b", TWO)],
        [payment("a", ONE), payment("a", TWO, pay_result="returned")],
        [payment("a", ONE), payment("a", TWO, paid_on=date(2012, 12, 31))],
        [payment("a", ONE), payment("a", NORTH)],
        [payment("a", ONE), payment("a", "379902001001")],
        [payment(None, ONE), payment(None, TWO)],  # type: ignore[arg-type]
    ],
    ids=["two persons", "returned", "another year", "a unit not asked", "outside", "nobody's number"],
)
def test_nobody_is_taken_off_who_is_counted_once(paid: list[dict[str, object]]) -> None:
    assert counted({"benefit": rows("benefit", *paid)}, BELOW)[1] == {}


def test_bounds_move_with_the_value_and_the_status_stays() -> None:
    about = Cell("B01", "", "value", 10, 0, "estimated", "declared", 1, 1, "8..12")
    parts = [PartCells(ONE, "own", Cells.of([about])), PartCells(TWO, "own", Cells.of([about._replace(bounds="10..")]))]
    taken = Adjustments.of([Adjustment("B01", "", "value", "duplicate_person", -3, 0)])
    total = roll_up(CATALOGUE, FORM, NORTH, TREE, parts, taken)
    cell = next(cell for cell in total.rows() if cell.key == about.key)
    assert (cell.value, cell.bounds, cell.status, cell.present, cell.expected) == (17, "15..", "estimated", 2, 2)


def test_what_has_no_value_has_nothing_to_adjust() -> None:
    taken = Adjustments.of([Adjustment("B01", "", "value", "duplicate_person", -3, 0)])
    total = roll_up(CATALOGUE, FORM, NORTH, TREE, [], taken)
    assert total == roll_up(CATALOGUE, FORM, NORTH, TREE, [])


def test_the_digest_of_a_revision_covers_its_adjustments() -> None:
    total = report(part="total")
    taken = [Adjustment("B01", "", "value", "duplicate_person", by, 0) for by in (-1, -2)]
    digests = {report(part="total", adjustments=Adjustments.of([one])).digest for one in taken}
    assert len({total.digest, *digests}) == 3


TAKEN = {
    "indicator": ["B01"], "breakdown": [""], "measure": ["value"], "reason": ["duplicate_person"], "value": [-1],
    "scale": [0],
}  # fmt: skip
UNSOUND: list[tuple[str, dict[str, object]]] = [
    ("own", TAKEN),
    ("total", TAKEN | {"value": [1]}),
    ("total", TAKEN | {"value": [0]}),
    ("total", TAKEN | {"value": [-(2**53) - 1]}),
    ("total", TAKEN | {"value": []}),
    ("total", TAKEN | {"reason": ["because"]}),
    ("total", {name: column * 2 for name, column in TAKEN.items()}),
]


@pytest.mark.parametrize(("part", "adjustments"), UNSOUND)
def test_what_is_no_adjustment_is_refused(part: str, adjustments: dict[str, object]) -> None:
    report(part="total", adjustments=TAKEN)
    with pytest.raises(ValidationError):
        report(part=part, adjustments=adjustments)


def report(**told: object) -> Report:
    shape = {"form": FORM.code, "unit": NORTH, "period": YEAR, "tenure": 1, "revision": 1, "catalogue": 1}
    return Report.model_validate(shape | {"cells": Cells(), "part": "own"} | told)


PLACES = (DISTRICT, ONE, TWO, THREE, FOUR)  # B01 is asked of districts and communities.
A_PAYMENT = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from(PLACES),
    st.sampled_from(["allow_80", "allow_90"]),
    st.sampled_from(["80-84", "90-94"]),
)
BORN = {"80-84": date(1930, 1, 1), "90-94": date(1920, 1, 1)}
SHAPES = ("", "scheme=allow_80", "scheme=allow_90", *(f"age_band={band}" for band in BORN))


@settings(max_examples=50, deadline=None)
@given(st.lists(A_PAYMENT, max_size=14), st.sets(st.sampled_from((ONE, THREE))))
def test_totals_are_those_of_a_slow_count_of_sets(paid: list[tuple[str, ...]], declared: set[str]) -> None:
    benefit = rows("benefit", *(payment(who, at, scheme=for_, birth_date=BORN[band]) for who, at, for_, band in paid))
    said = [{"indicator": "B01", "unit": unit, "value": Decimal(7), "value_role": "actual"} for unit in declared]
    frames = {"benefit": benefit} | ({"figure": rows("figure", *said)} if said else {})
    totals = totals_of(*counted(frames, BELOW, silent=declared))
    for shape in SHAPES:
        assert persons(totals, "B01", shape) == {unit: slowly(unit, shape, paid, declared) for unit in totals}


def slowly(unit: str, shape: str, paid: Iterable[tuple[str, ...]], declared: Collection[str]) -> int:
    """Persons paid within a unit, one by one: the declared number where there is one, else whoever is named."""
    said = sum(7 for one in declared if one.startswith(unit.rstrip("0"))) if not shape else 0
    seen = set()
    for who, at, scheme, band in paid:
        fits = shape in ("", f"scheme={scheme}", f"age_band={band}")
        if fits and at not in declared and at.startswith(unit.rstrip("0")):
            seen.add(who)
    return said + len(seen)
