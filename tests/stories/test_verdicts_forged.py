"""No one judges what is not theirs: a verdict or request that its origin may not say is refused where it arrives."""

from pathlib import Path

import pytest

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network, line_of_units
from tests.stories.test_reviewed import states
from tiersync.flow.exchange.sealing import seal
from tiersync.model.finding import ReportNamed, Request, Said, Verdict
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.model.unit import Unit
from tiersync.store.links.outbox import queue
from tiersync.store.reports.reports import current_report
from tiersync.views.node_status import status

SISTER = "371402001002"
UNITS = (*line_of_units(), Unit(code=SISTER, name="sister", parent=STREET, tier="community"))


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """Two communities under one street; both have reported."""
    network = Network(tmp_path, UNITS)
    for unit in (COMMUNITY, SISTER):
        network.file(unit, 100)
    network.exchange_all()
    return network


def named(network: Network, unit: str, at: str) -> ReportNamed:
    """A unit's report as a node holds it."""
    with network.nodes[at].store.read() as db:
        row = current_report(db, ReportKey("aging-year", unit, "2013", "own"))
    return ReportNamed(
        form="aging-year", unit=unit, period=Period("2013"), part="own", revision=row.digest if row else None,
        tenure=row.tenure if row else 0, number=row.revision if row else 0,
    )  # fmt: skip


def forge(network: Network, origin: str, peer: str, body: Verdict | Request) -> None:
    """A node seals what it may not say, and sends it to a neighbour."""
    with network.nodes[origin].store.write() as db:
        stored = seal(db, network.nodes[origin], body, network.now)
        queue(db, peer, [(stored.head.id, body.kind)])
    network.exchange_all()


def refused(network: Network, unit: str) -> list[str]:
    return [line.reason for line in status(network.nodes[unit], network.now).refused]


@pytest.mark.parametrize("said", ["accepted", "locked", "exempted"])
def test_a_community_judges_neither_itself_nor_its_sister(network: Network, said: Said) -> None:
    own = Verdict(to=COMMUNITY, envelope="", verdict=said, reports=(named(network, COMMUNITY, COMMUNITY),))
    sister = Verdict(to=SISTER, envelope="", verdict=said, reports=(named(network, SISTER, STREET),))
    for verdict in (own, sister):
        forge(network, COMMUNITY, STREET, verdict)
    assert refused(network, STREET) == ["not_yours", "not_yours"]
    assert states(network)[1:] == ["received"] * 3


def test_the_district_does_not_accept_over_the_streets_head(network: Network) -> None:
    verdict = Verdict(to=COMMUNITY, envelope="", verdict="accepted", reports=(named(network, COMMUNITY, DISTRICT),))
    forge(network, DISTRICT, STREET, verdict)
    assert refused(network, STREET) == ["not_yours"]
    assert states(network)[:2] == ["received"] * 2


def test_a_verdict_names_nobodys_report_but_those_of_the_node_that_it_goes_to(network: Network) -> None:
    verdict = Verdict(to=COMMUNITY, envelope="", verdict="accepted", reports=(named(network, SISTER, STREET),))
    forge(network, STREET, DISTRICT, verdict)
    assert refused(network, DISTRICT) == ["not_yours"]


def test_the_district_judges_no_community_that_has_a_node_under_whatever_name(network: Network) -> None:
    for to in (DISTRICT, STREET):
        verdict = Verdict(to=to, envelope="", verdict="accepted", reports=(named(network, COMMUNITY, DISTRICT),))
        forge(network, DISTRICT, CITY, verdict)
    assert refused(network, CITY) == ["not_yours", "not_yours"]


def test_nobody_says_of_what_it_filed_itself_when_it_came(tmp_path: Path) -> None:
    network = Network(tmp_path, nodes_of=(CITY, DISTRICT))
    network.file(DISTRICT, 100, for_unit=COMMUNITY)
    network.exchange(DISTRICT)
    verdict = Verdict(to=DISTRICT, envelope="", verdict="received", reports=(named(network, COMMUNITY, DISTRICT),))
    with network.nodes[DISTRICT].store.write() as db:
        stored = seal(db, network.nodes[DISTRICT], verdict, network.now)
        queue(db, CITY, [(stored.head.id, "verdict")])
    network.exchange(DISTRICT)
    assert refused(network, CITY) == ["not_yours"]


def test_nobody_asks_for_a_correction_of_a_sisters_report(network: Network) -> None:
    request = Request(to=STREET, asks="correct", text="改", reports=(named(network, SISTER, STREET),))
    forge(network, COMMUNITY, STREET, request)
    assert refused(network, STREET) == ["not_yours"]


def test_a_street_passes_for_the_city_in_no_lock(network: Network) -> None:
    """A lock is a word from above: that of a street about the district is none."""
    network.file(DISTRICT, 7)
    network.exchange_all()
    verdict = Verdict(to=DISTRICT, envelope="", verdict="locked", reports=(named(network, DISTRICT, DISTRICT),))
    forge(network, STREET, DISTRICT, verdict)
    assert refused(network, DISTRICT) == ["not_yours"]
