"""Who went where within a period, who says so, and where figures of then stand by the tree of now."""

from datetime import date

import pytest

from tests.rules.small_catalogue import TIERS
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.unit import StoodBefore, Successor, Unit
from tiersync.rules.agreement.moved import moves_found
from tiersync.rules.agreement.residual import Scope
from tiersync.rules.totals.by_tree import Regrouped, stands_at

CITY, WEST, EAST = "371400000000", "371402000000", "371403000000"
OLD, NEW = "371402001000", "371403001000"
FIRST, SECOND, THIRD = "371402001001", "371402001002", "371403001001"
MAY, JUNE = date(2014, 5, 31), date(2014, 6, 1)
UPPER = {WEST: (CITY, "district"), EAST: (CITY, "district"), OLD: (WEST, "street"), NEW: (EAST, "street")}
NEXT = Period("2014-Q2")


def scope(first: dict[str, object], period: Period = NEXT) -> Scope:
    """The tree of a city of two districts, in which more is said of the first community."""
    units = [Unit(code=CITY, name="", parent=None, tier="city")]
    units += [Unit(code=code, name="", parent=upper, tier=tier) for code, (upper, tier) in UPPER.items()]
    units += [Unit(code=code, name="", parent=upper, tier="community") for code, upper in ((SECOND, OLD), (THIRD, NEW))]
    units += [Unit.model_validate({"code": FIRST, "name": "", "parent": OLD, "tier": "community"} | first)]
    catalogue = Catalogue(
        number=1, top=CITY, tiers=TIERS, units=tuple(units), codes={}, dimensions=(), indicators=(), forms=(FORM,),
        rules=(),
    )  # fmt: skip
    before = date(period.first_day.year, 3, 31)
    return Scope(catalogue, FORM, catalogue.tree.on(period.last_day), catalogue.tree.on(before))


FORM = Form.model_validate({"code": "quarter", "zh": "季", "en": "quarter", "period": "Q", "entries": {}})
MOVED = {"parent": NEW, "earlier": (StoodBefore(until=MAY, parent=OLD, name=""),)}


def ends(*replaced_by: Successor) -> dict[str, object]:
    return {"valid_to": MAY, "replaced_by": replaced_by}


@pytest.mark.parametrize(
    ("first", "said_by", "told"),
    [
        (MOVED, CITY, [(FIRST, OLD, NEW)]),
        (MOVED, WEST, []),
        (MOVED, EAST, []),
        (ends(Successor(code=SECOND, on=JUNE)), OLD, [(FIRST, FIRST, SECOND)]),
        (ends(Successor(code=SECOND, on=JUNE)), CITY, []),
        (ends(Successor(code=SECOND, on=JUNE, share="0.4"), Successor(code=THIRD, on=JUNE, share="0.6")), OLD,
         [(FIRST, FIRST, f"{SECOND} × 0.4")]),
        (ends(Successor(code=SECOND, on=JUNE, share="0.4"), Successor(code=THIRD, on=JUNE, share="0.6")), CITY,
         [(FIRST, FIRST, f"{THIRD} × 0.6")]),
        ({"earlier": (StoodBefore(until=MAY, parent=OLD, name="旧名"),)}, CITY, []),
        ({}, CITY, []),
    ],
)  # fmt: skip
def test_the_first_unit_above_both_says_who_went_where(
    first: dict[str, object], said_by: str, told: list[tuple[str, str, str]]
) -> None:
    found = list(moves_found(scope(first), NEXT, said_by, [said_by]))
    assert [(one.unit, one.sent, one.held) for one in found] == told
    assert {(one.reason, one.node, one.period) for one in found} <= {("unit_moved", said_by, "2014-Q2")}


@pytest.mark.parametrize(
    ("first", "place", "unlike"),
    [
        (MOVED, FIRST, {OLD, WEST, NEW, EAST}),
        (ends(Successor(code=THIRD, on=JUNE)), THIRD, {OLD, WEST, NEW, EAST, THIRD}),
        (ends(Successor(code=SECOND, on=JUNE)), SECOND, {SECOND}),
        (ends(Successor(code=SECOND, on=JUNE, share="0.5")), OLD, set()),
        (ends(), OLD, set()),
        ({}, FIRST, set()),
    ],
)  # fmt: skip
def test_figures_of_then_stand_now_where_the_unit_went_or_with_who_was_above(
    first: dict[str, object], place: str, unlike: set[str]
) -> None:
    catalogue, _, now, then = scope(first)
    assert then is not None
    assert stands_at(catalogue.tree, now, FIRST) == place
    assert Regrouped(catalogue, FORM, then, now).unlike == unlike


def test_two_units_that_name_each_other_stand_nowhere() -> None:
    round_about = scope(ends(Successor(code=FIRST, on=JUNE)))
    assert stands_at(round_about.catalogue.tree, round_about.tree, FIRST) is None
