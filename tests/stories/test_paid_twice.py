"""Paid by one community until summer and by another after: each shows the person, the district counts one, all see why.

A district's node reads one payroll for communities that have no node; the city's node gets what it seals.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.stories.network import CITY, DISTRICT, Network
from tests.stories.office import identity
from tiersync.config.packaged import packaged_catalogue
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.figures.filing import file_reports, next_revisions
from tiersync.flow.joining.welcome import revoke
from tiersync.flow.node import Keys
from tiersync.flow.up import plan, push, push_by_itself
from tiersync.model.adjustment import Adjustments
from tiersync.model.cell import CellKey
from tiersync.model.finding import Finding
from tiersync.model.period import Period
from tiersync.model.report import Report, ReportKey
from tiersync.model.unit import Unit
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.store.reports.reports import current_report
from tiersync.store.reports.sealed import sealed_reports

NORTH, SOUTH, WEST = "371402001000", "371402002000", "371402003000"
ONE, TWO, THREE, FOUR = "371402001001", "371402001002", "371402002001", "371402003001"
NODES = (
    Unit(code=CITY, name="市", parent=None, tier="city"),
    Unit(code=DISTRICT, name="区", parent=CITY, tier="district"),
    Unit(code=WEST, name="西街道", parent=DISTRICT, tier="street"),
)
UNITS = (
    *NODES,
    *(Unit(code=code, name=name, parent=DISTRICT, tier="street") for code, name in ((NORTH, "北"), (SOUTH, "南"))),
    *(
        Unit(code=code, name=code, parent=upper, tier="community", kind="residents_committee")
        for code, upper in ((ONE, NORTH), (TWO, NORTH), (THREE, SOUTH), (FOUR, WEST))
    ),
)
YEAR, SPRING, QUARTERS = Period("2013"), Period("2013-Q1"), [Period(f"2013-Q{number}") for number in range(1, 5)]
PLUGIN = """
[plugin]
id = "payroll"
name = "高龄津贴发放"
version = "1.0.0"
api = 1
unit = "{unit}"

[[stream]]
record = "benefit"
key = ["benefit_id"]
[stream.source]
kind = "csv"
path = "2013年发放.csv"
[stream.map]
benefit_id = "编号"
id_number = "身份证号"
kind = {{ constant = "payment" }}
scheme = {{ constant = "allow_90" }}
pay_result = {{ constant = "paid" }}
unit = "发放单位"
amount = {{ from = "金额", parse = "number" }}
paid_on = {{ from = "发放日期", parse = "date" }}
"""
TOTAL = CellKey("B01", "", "value")
Paid = tuple[int, str, str]  # whom, by which community, on which day


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(tmp_path, units=NODES, catalogue=packaged_catalogue(CITY, UNITS))


def pay(network: Network, *paid: Paid, node: str = DISTRICT) -> None:
    """An office writes its payroll of the year."""
    folder = network.root / node / "payroll"
    folder.mkdir(exist_ok=True)
    (folder / "plugin.toml").write_text(PLUGIN.format(unit=node), encoding="utf-8")
    rows = [f"{number},{identity(who)},{unit},300.00,{day}" for number, (who, unit, day) in enumerate(paid)]
    text = "\n".join(["编号,身份证号,发放单位,金额,发放日期", *rows, ""])
    (folder / "2013年发放.csv").write_text(text, encoding="utf-8")
    network.nodes[node] = replace(network.nodes[node], plugins=(load_plugin(folder),))


def push_all(network: Network, *periods: Period) -> None:
    for period in periods or (YEAR,):
        for unit in (WEST, DISTRICT, CITY):
            network.later()
            push(network.nodes[unit], network.ask(unit) if network.above(unit) else None, network.now, period)


def each_quarter(who: int, *units: str) -> list[Paid]:
    return [(who, unit, f"2013-{3 * number:02}-05") for number, unit in enumerate(units, start=1)]


def report(network: Network, node: str, unit: str, part: str = "total", period: Period = YEAR) -> Report:
    form = {"Y": "aging-year", "Q": "aging-quarter"}[period.kind]
    with network.nodes[node].store.read() as db:
        row = current_report(db, ReportKey(form, unit, str(period), part))
        assert row is not None
        return next(sealed for _, sealed in sealed_reports(db, [row]))


def persons(report: Report, key: CellKey = TOTAL) -> int | None:
    return next(cell.value for cell in report.cells.rows() if cell.key == key)


def taken(report: Report) -> int:
    """What a total takes off its B01."""
    return sum(row.value for row in report.adjustments.rows() if row.key == TOTAL)


def unexplained(network: Network, node: str) -> list[Finding]:
    return [one for one in reconcile(network.nodes[node], Wanted(), network.now) if one.reason == "unexplained"]


def test_who_is_paid_by_two_communities_in_one_year_is_two_persons_there_and_one_above(network: Network) -> None:
    pay(network, *each_quarter(1, ONE, ONE, TWO, TWO), *each_quarter(2, ONE, ONE, ONE, ONE))
    push_all(network, YEAR, *QUARTERS)
    for node in (DISTRICT, CITY):
        assert [persons(report(network, node, unit, "own")) for unit in (ONE, TWO)] == [2, 1]
        totals = {unit: report(network, node, unit) for unit in (NORTH, SOUTH, DISTRICT)}
        assert {unit: persons(one) for unit, one in totals.items()} == {NORTH: 2, SOUTH: 0, DISTRICT: 2}
        assert {unit: taken(one) for unit, one in totals.items()} == {NORTH: -1, SOUTH: 0, DISTRICT: 0}
        assert [persons(report(network, node, NORTH, period=quarter)) for quarter in QUARTERS] == [2, 2, 2, 2]
        assert [len(report(network, node, NORTH, period=quarter).adjustments) for quarter in QUARTERS] == [0, 0, 0, 0]
        assert persons(totals[DISTRICT], CellKey("B03", "", "value")) == 8 * 30000
        assert unexplained(network, node) == []
    assert persons(report(network, CITY, CITY)) == 2


def test_one_person_in_three_communities_of_two_streets_is_taken_off_once_in_each_total_where_two_meet(
    network: Network,
) -> None:
    pay(network, *each_quarter(1, ONE, TWO, THREE))
    push_all(network)
    totals = {unit: report(network, CITY, unit) for unit in (NORTH, SOUTH, DISTRICT, CITY)}
    assert [persons(one) for one in totals.values()] == [1, 1, 1, 1]
    assert [taken(one) for one in totals.values()] == [-1, 0, -1, 0]
    assert unexplained(network, CITY) == []


def test_a_street_with_a_node_of_its_own_is_added_whole_beside_those_answered_for_here(network: Network) -> None:
    """Each node keeps its persons under a key of its own; so whoever is paid at two nodes counts at both."""
    pay(network, *each_quarter(1, FOUR), node=WEST)
    pay(network, *each_quarter(1, ONE, THREE))
    push_all(network)
    totals = {unit: report(network, CITY, unit) for unit in (NORTH, SOUTH, WEST, DISTRICT)}
    assert [persons(one) for one in totals.values()] == [1, 1, 1, 2]
    assert [taken(one) for one in totals.values()] == [0, 0, 0, -1]
    assert unexplained(network, CITY) == []


def test_a_total_is_filed_again_when_only_what_it_subtracts_has_changed(network: Network) -> None:
    """Two persons, each paid by one community; then one of them by both: every community shows what it showed."""
    pay(network, *each_quarter(1, ONE), *each_quarter(2, TWO))
    push_all(network)
    before = {unit: report(network, CITY, unit, "own").digest for unit in (ONE, TWO)}
    assert persons(report(network, CITY, DISTRICT)) == 2
    pay(network, *each_quarter(1, ONE), *each_quarter(1, TWO))
    network.later()
    planned = plan(network.nodes[DISTRICT], network.now, YEAR).keys
    assert {(key.unit, key.part) for key in planned} == {(NORTH, "total"), (DISTRICT, "total")}
    push_all(network)
    assert {unit: report(network, CITY, unit, "own").digest for unit in (ONE, TWO)} == before
    assert persons(report(network, CITY, DISTRICT)) == 1
    assert report(network, CITY, NORTH).reason == "changed"
    assert unexplained(network, CITY) == []
    pay(network, *each_quarter(1, ONE), *each_quarter(2, TWO))
    push_all(network)
    assert (persons(report(network, CITY, DISTRICT)), taken(report(network, CITY, NORTH))) == (2, 0)


def test_a_total_that_is_filed_by_itself_when_a_child_reports_keeps_what_it_subtracts(network: Network) -> None:
    pay(network, *each_quarter(1, ONE, THREE))
    push_all(network)
    pay(network, *each_quarter(2, FOUR), node=WEST)
    network.later()
    push(network.nodes[WEST], network.ask(WEST), network.now, YEAR)
    network.later(20 * 24 * 60 * 60)  # The report is due, and not complete.
    push_by_itself(network.nodes[DISTRICT], network.ask(DISTRICT), network.now)
    total = report(network, CITY, DISTRICT)
    assert (persons(total), taken(total)) == (2, -1)


def test_what_a_unit_subtracted_ends_when_everybody_below_has_filed_from_a_node_of_their_own(tmp_path: Path) -> None:
    """Nothing is asked of the district itself, so that it has nothing to count any more."""
    asked = packaged_catalogue(CITY, UNITS)
    forms = tuple(form.model_copy(update={"entries": {"B01": ("community",)}}) for form in asked.forms)
    network = Network(tmp_path, units=NODES, catalogue=asked.model_copy(update={"forms": forms}))
    pay(network, *each_quarter(1, ONE, THREE))
    push_all(network)
    assert taken(report(network, DISTRICT, DISTRICT)) == -1
    for street in (NORTH, SOUTH):
        network.parent[street] = DISTRICT
        (network.root / street).mkdir()
        network.join(street, Keys(os.urandom(32), os.urandom(32), os.urandom(32)))
    push_all(network)
    total = report(network, DISTRICT, DISTRICT)  # It adds what the district filed of both, until their nodes file.
    assert (persons(total), taken(total)) == (1, -1)
    for street, unit in ((NORTH, ONE), (SOUTH, THREE)):
        pay(network, (1, unit, "2013-03-05"), node=street)
        push(network.nodes[street], network.ask(street), network.now, YEAR)
    push_all(network)
    total = report(network, DISTRICT, DISTRICT)  # Nobody knows who stands behind figures of two nodes.
    assert (persons(total), taken(total)) == (2, 0)


def test_a_street_that_gets_a_node_files_anew_for_its_communities_and_gives_them_back(network: Network) -> None:
    pay(network, *each_quarter(1, ONE), *each_quarter(2, ONE), *each_quarter(3, THREE))
    push_all(network)
    network.parent[NORTH] = DISTRICT
    (network.root / NORTH).mkdir()
    network.join(NORTH, Keys(os.urandom(32), os.urandom(32), os.urandom(32)))
    pay(network, *each_quarter(1, ONE), node=NORTH)
    push(network.nodes[NORTH], network.ask(NORTH), network.now, YEAR)
    push_all(network)
    for node in (DISTRICT, CITY):
        assert persons(report(network, node, ONE, "own")) == 1
        assert persons(report(network, node, DISTRICT)) == 2
    network.later()
    revoke(network.nodes[DISTRICT], NORTH, network.now)
    push_all(network)
    for node in (DISTRICT, CITY):
        assert persons(report(network, node, ONE, "own")) == 2
        assert persons(report(network, node, DISTRICT)) == 3
        assert unexplained(network, node) == []


def test_a_filer_who_changes_what_a_sealed_total_subtracts_is_named(network: Network) -> None:
    pay(network, *each_quarter(1, ONE, TWO), *each_quarter(2, ONE, TWO))
    push_all(network)
    total = report(network, DISTRICT, NORTH)
    rows = [row._replace(value=-1) if row.key == TOTAL else row for row in total.adjustments.rows()]
    seal_as_next(network, total.model_copy(update={"adjustments": Adjustments.of(rows)}))
    network.exchange(DISTRICT)
    found = unexplained(network, CITY)
    assert {(one.node, one.unit, one.indicator, one.sent, one.held) for one in found} == {
        (DISTRICT, NORTH, "B01", "2", "3")
    }


def seal_as_next(network: Network, report: Report) -> None:
    node = network.nodes[DISTRICT]
    with node.store.write() as db:
        revision = next_revisions(db, [report.key])[report.key]
        forged = report.model_copy(update={"revision": revision.number, "replaces": revision.replaces})
        file_reports(db, node, [forged], network.now)
