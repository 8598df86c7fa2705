"""Of a unit that moved, each period's reports are said by who stood above it then, and the later filer outranks."""

from datetime import date

import pytest

from tests.model.test_unit import BEFORE, EAST, JUNE, MAY, MOVED, NEW, OLD, STAYS, WEST, catalogue, units
from tiersync.link.accept import Known, Taken, may_say
from tiersync.link.keyring import Keyring
from tiersync.model.cell import Cells
from tiersync.model.envelope import Envelope, Head
from tiersync.model.finding import Finding
from tiersync.model.period import Period
from tiersync.model.report import Report
from tiersync.model.unit import Tree

TREE = Tree(units(earlier=(BEFORE,)))
KNOWN = Known(Keyring(), TREE, 1)


def head(origin: str, kind: str) -> Head:
    return Head.model_construct(kind=kind, origin=origin, epoch=1, number=1)


@pytest.mark.parametrize(
    ("origin", "period", "may"),
    [
        (OLD, "2014-Q1", True), (WEST, "2014-Q1", True), (NEW, "2014-Q1", False), (EAST, "2014-Q1", False),
        (OLD, "2014-Q2", False), (WEST, "2014-Q2", False), (NEW, "2014-Q2", True), (EAST, "2014", True),
    ],
)  # fmt: skip
def test_a_report_is_said_by_who_stood_above_at_the_end_of_its_period(origin: str, period: str, may: bool) -> None:
    body = Report(
        form="aging-year", unit=MOVED, period=Period(period), part="own", tenure=1, revision=1, catalogue=1,
        cells=Cells(),
    )  # fmt: skip
    assert may_say(head(origin, "report"), body, KNOWN) is may


@pytest.mark.parametrize(("origin", "unit", "may"), [(OLD, MOVED, True), (NEW, MOVED, True), (NEW, STAYS, False)])
def test_anything_else_is_said_by_who_ever_stood_above(origin: str, unit: str, may: bool) -> None:
    finding = Finding(level="cells", reason="altered", node=unit, unit=unit)
    assert may_say(head(origin, "finding"), finding, KNOWN) is may


def test_a_move_raises_the_tenure_from_the_day_on() -> None:
    assert [Keyring().tenure(MOVED, TREE.on(day)) for day in (date(1999, 1, 1), MAY, JUNE)] == [0, 0, 1]


def test_what_a_batch_brings_after_a_catalogue_is_judged_by_its_tree() -> None:
    newer = catalogue(units(earlier=(BEFORE,))).model_copy(update={"number": 2})
    taken = Taken(head(NEW, "catalogue"), newer, Envelope("", b""))
    before = Known(Keyring(), Tree(units()), 1)
    assert before.having(taken)[1:] == (newer.tree, 2)
    assert before._replace(catalogue=2).having(taken).tree is before.tree
