"""A figure that somebody changes on its way up is named: where, which, and both values."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network, line_catalogue
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.figures.filing import file_reports, next_revisions
from tiersync.flow.up import push
from tiersync.model.cell import Cells
from tiersync.model.period import Period
from tiersync.model.report import PartNamed, Report, ReportKey
from tiersync.store.reports.reports import current_report
from tiersync.store.reports.sealed import sealed_reports

YEAR = Period("2013")
NOTHING = frozenset({"senior", "association", "activity", "benefit", "service", "facility", "figure"})
UPWARDS = (COMMUNITY, STREET, DISTRICT, CITY)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """Four offices that have nothing of anything, so that every figure is a known 0."""
    network = Network(tmp_path, catalogue=line_catalogue())
    network.nodes = {unit: replace(node, nil=NOTHING) for unit, node in network.nodes.items()}
    push_all(network, UPWARDS)
    return network


def push_all(network: Network, units: tuple[str, ...]) -> None:
    for unit in units:
        ask = network.ask(unit) if network.above(unit) else None
        push(network.nodes[unit], ask, network.now, YEAR)


def sealed(network: Network, unit: str, part: str) -> Report:
    with network.nodes[unit].store.read() as db:
        row = current_report(db, ReportKey("aging-year", unit, "2013", part))
        assert row is not None
        return next(report for _, report in sealed_reports(db, [row]))


def raised(cells: Cells, by: int) -> Cells:
    """The same cells with P02 raised."""
    return Cells.of([
        cell._replace(value=(cell.value or 0) + by) if (cell.indicator, cell.breakdown) == ("P02", "") else cell
        for cell in cells.rows()
    ])  # fmt: skip


def seal_as_next(network: Network, unit: str, report: Report) -> None:
    node = network.nodes[unit]
    with node.store.write() as db:
        revision = next_revisions(db, [report.key])[report.key]
        forged = report.model_copy(update={"revision": revision.number, "replaces": revision.replaces})
        file_reports(db, node, [forged], network.now)


def test_all_agree_before_anybody_forges(network: Network) -> None:
    assert reconcile(network.nodes[CITY], Wanted(), network.now) == []


def test_a_total_that_a_street_seals_too_high_is_named_at_the_city_and_nobody_else_is(network: Network) -> None:
    total = sealed(network, STREET, "total")
    seal_as_next(network, STREET, total.model_copy(update={"cells": raised(total.cells, 10)}))
    network.exchange(STREET)
    push_all(network, (DISTRICT, CITY))
    found = reconcile(network.nodes[CITY], Wanted(), network.now)
    assert {(f.node, f.unit, f.indicator) for f in found if f.indicator == "P02"} == {(STREET, STREET, "P02")}
    assert {f.node for f in found} == {STREET}
    assert [{f.sent, f.held} for f in found if f.indicator == "P02"] == [{"10", "0"}]


def test_a_part_named_by_another_digest_than_is_held_is_a_finding(network: Network) -> None:
    total = sealed(network, STREET, "total")
    first, *rest = total.parts
    invented = PartNamed(**{**first.model_dump(), "digest": "0" * 64})
    seal_as_next(network, STREET, total.model_copy(update={"parts": (invented, *rest)}))
    network.exchange(STREET)
    push_all(network, (DISTRICT, CITY))
    assert {f.node for f in reconcile(network.nodes[CITY], Wanted(), network.now)} == {STREET}


def test_a_corrected_total_closes_the_finding(network: Network) -> None:
    total = sealed(network, STREET, "total")
    seal_as_next(network, STREET, total.model_copy(update={"cells": raised(total.cells, 10)}))
    network.exchange(STREET)
    seal_as_next(network, STREET, total)
    network.exchange(STREET)
    push_all(network, (DISTRICT, CITY))
    assert reconcile(network.nodes[CITY], Wanted(), network.now) == []
