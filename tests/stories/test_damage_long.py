"""Damage among more reports of one form and period than an answer lists: the list goes on until the last one."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import delete

from tests.held import flip_a_byte
from tests.stories.network import BEGAN, DISTRICT, STREET, Network, empty_catalogue, line_of_units
from tiersync.flow.figures.filing import file_reports
from tiersync.link.dialogue.messages import MOST_LISTED
from tiersync.model.cell import Cell, Cells
from tiersync.model.report import Report, ReportKey
from tiersync.model.unit import Unit
from tiersync.store.findings import open_findings
from tiersync.store.links.charters import load_keyring
from tiersync.store.reports.reports import current_report, current_reports
from tiersync.store.tables import envelopes, reports

CODES = [f"{STREET[:8]}{place:04}" for place in range(2000, 2000 + MOST_LISTED + 100)]
FIRST, LAST = CODES[0], CODES[-1]


def network_of(root: Path, codes: Iterable[str]) -> Network:
    """A street that files for all its communities itself, and the nodes above it."""
    communities = tuple(Unit(code=code, name=code, parent=STREET, tier="community") for code in codes)
    return Network(root, catalogue=empty_catalogue((*line_of_units(), *communities)))


def file_for(network: Network, codes: Iterable[str]) -> None:
    street = network.nodes[STREET]
    cells = Cells.of([Cell("P02", "", "value", 3, 0, "ok", "records", 1, 1)])
    with street.store.write() as db:
        tree, keyring = street.tree(db), load_keyring(db)
        filed = [
            Report(
                form="aging-year", unit=code, period="2013", part="own", tenure=keyring.tenure(code, tree), revision=1,
                catalogue=1, cells=cells, replaces=None,
            )
            for code in codes
        ]  # fmt: skip
        file_reports(db, street, filed, BEGAN)


def lose(network: Network, unit: str, code: str) -> None:
    """Nothing is left of the report."""
    with network.nodes[unit].store.write() as db:
        row = current_report(db, ReportKey("aging-year", code, "2013", "own"))
        assert row
        db.execute(delete(reports).where(reports.c.id == row.id))
        db.execute(delete(envelopes).where(envelopes.c.id == row.envelope))


def damage(network: Network, unit: str, code: str) -> None:
    with network.nodes[unit].store.write() as db:
        row = current_report(db, ReportKey("aging-year", code, "2013", "own"))
        assert row
        flip_a_byte(db, row)


def held_at(network: Network, unit: str) -> int:
    with network.nodes[unit].store.read() as db:
        return sum(row.state == "held" for row in current_reports(db))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Two nodes that hold more reports of one form and period than one answer lists."""
    network = network_of(tmp_path_factory.mktemp("whole"), CODES)
    file_for(network, CODES)
    network.exchange(STREET)
    network.close()
    return network


@pytest.fixture
def network(whole: Network, tmp_path: Path) -> Network:
    return whole.copied(tmp_path)


def test_what_more_than_one_list_names_comes_back_at_both_sides(network: Network) -> None:
    lose(network, DISTRICT, FIRST)
    damage(network, DISTRICT, LAST)
    damage(network, STREET, CODES[1])
    lose(network, STREET, CODES[-2])
    network.exchange(STREET)
    assert held_at(network, STREET) == held_at(network, DISTRICT) == len(CODES)
    for unit in (STREET, DISTRICT):
        with network.nodes[unit].store.read() as db:
            assert open_findings(db) == []


def test_what_nobody_holds_hides_nothing_that_stands_behind_it_in_the_list(network: Network) -> None:
    damage(network, STREET, FIRST)
    lose(network, DISTRICT, FIRST)
    lose(network, DISTRICT, LAST)
    damage(network, STREET, CODES[-2])
    for _ in range(2):
        network.exchange(STREET)
    assert held_at(network, STREET) == held_at(network, DISTRICT) == len(CODES) - 1
