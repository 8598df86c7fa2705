"""Notices that a node issued and reports that were due to it are counted without any source."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.held import held_cells
from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network, line_catalogue, line_of_units
from tiersync.config.packaged import packaged_catalogue
from tiersync.flow.notices.notice import new_notice_id, publish
from tiersync.flow.up import push
from tiersync.model.notice import Audience, Notice
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.model.unit import Unit
from tiersync.store.reports.reports import current_report
from tiersync.views.reports.figures import figures

NOTHING = frozenset({"senior", "association", "activity", "benefit", "service", "facility", "figure"})
IN_TIME, LATE = datetime(2013, 10, 5, tzinfo=UTC), datetime(2013, 10, 20, tzinfo=UTC)
AFTER = datetime(2014, 1, 5, tzinfo=UTC)
SECOND = "371403000000"
JOINED = datetime(2013, 8, 1, tzinfo=UTC)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """Four offices that have nothing of anything, linked since the summer."""
    network = Network(tmp_path, catalogue=line_catalogue(), now=JOINED)
    network.nodes = {unit: replace(node, nil=NOTHING) for unit, node in network.nodes.items()}
    return network


def push_from(network: Network, unit: str, moment: datetime, period: str) -> None:
    network.now = moment
    push(network.nodes[unit], network.ask(unit) if network.above(unit) else None, moment, Period(period))


def cell(
    network: Network, unit: str, key: tuple[str, str], indicator: str, breakdown: str = "", at: str = ""
) -> dict[str, int | None]:
    """The values of one cell of a unit's report of (period, part), or of one that the node files for the unit `at`, by
    measure."""
    form = "aging-year" if len(key[0]) == 4 else "aging-quarter"
    with network.nodes[unit].store.read() as db:
        row = current_report(db, ReportKey(form, at or unit, *key))
        assert row is not None
        held = held_cells(db, row)
    return {c.measure: c.value for c in held if (c.indicator, c.breakdown) == (indicator, breakdown)}


def test_reports_from_below_are_counted_as_in_time_by_this_nodes_clock(network: Network) -> None:
    for unit, moment in ((COMMUNITY, IN_TIME), (STREET, IN_TIME), (DISTRICT, LATE)):
        push_from(network, unit, moment, "2013-Q3")
    for unit in (COMMUNITY, STREET, DISTRICT, CITY):
        push_from(network, unit, AFTER, "2013-Q4")
    received = {unit: cell(network, unit, ("2013-Q4", "own"), "G04") for unit in (STREET, DISTRICT, CITY)}
    assert received == {
        STREET: {"numerator": 1, "denominator": 1},
        DISTRICT: {"numerator": 1, "denominator": 1},
        CITY: {"numerator": 0, "denominator": 1},
    }
    assert cell(network, CITY, ("2013-Q4", "total"), "G04") == {"numerator": 2, "denominator": 3}


def test_a_report_that_never_came_is_due_and_not_in_time(network: Network) -> None:
    push_from(network, COMMUNITY, IN_TIME, "2013-Q3")
    push_from(network, STREET, IN_TIME, "2013-Q3")
    push_from(network, CITY, AFTER, "2013-Q4")
    assert cell(network, CITY, ("2013-Q4", "own"), "G04") == {"numerator": 0, "denominator": 1}
    push_from(network, DISTRICT, AFTER, "2013-Q4")
    push_from(network, CITY, AFTER.replace(month=2), "2014-Q1")  # The year's report was due then, too.
    assert cell(network, CITY, ("2014-Q1", "own"), "G04") == {"numerator": 1, "denominator": 2}


def test_a_report_counts_from_the_day_after_it_is_due(network: Network) -> None:
    push_from(network, COMMUNITY, IN_TIME, "2013-Q3")
    for moment, counted in ((IN_TIME, None), (LATE, 1)):
        push_from(network, STREET, moment, "2013-Q4")
        assert cell(network, STREET, ("2013-Q4", "own"), "G04") == {"numerator": counted, "denominator": counted}


def test_where_nothing_came_nothing_of_what_was_due_was_in_time(tmp_path: Path) -> None:
    """Of two districts no report of the third quarter came; the year's fourth is not due before the next year."""
    units = (*line_of_units(), Unit(code=SECOND, name="district", parent=CITY, tier="district"))
    network = Network(tmp_path, units=units, catalogue=packaged_catalogue(CITY, units), now=JOINED)
    push_from(network, CITY, AFTER, "2013-Q4")
    assert cell(network, CITY, ("2013-Q4", "own"), "G04") == {"numerator": 0, "denominator": 2}
    assert rate(network, "2013-Q4") == "0.00 (0 / 2)"
    push_from(network, CITY, AFTER, "2013")
    assert cell(network, CITY, ("2013", "own"), "G04") == {"numerator": 0, "denominator": 2}


def rate(network: Network, period: str) -> str:
    """G04 of the city as it is shown."""
    with network.nodes[CITY].store.read() as db:
        row = current_report(db, ReportKey("aging-quarter", CITY, period, "own"))
        assert row is not None
        cells = held_cells(db, row)
        shown = figures(network.nodes[CITY].catalogue(db), [c for c in cells if c.indicator == "G04"])
        return next(figure.value for figure in shown)


def test_a_child_that_joined_after_the_day_was_not_expected(tmp_path: Path) -> None:
    joined = datetime(
        2013, 10, 11, 15, tzinfo=UTC
    )  # Late in the evening of the 11th; the third quarter was due on the 10th.
    network = Network(tmp_path, catalogue=line_catalogue(), now=joined)
    push_from(network, DISTRICT, LATE, "2013-Q3")
    push_from(network, CITY, AFTER, "2013-Q4")
    assert cell(network, CITY, ("2013-Q4", "own"), "G04") == {"numerator": None, "denominator": None}
    push_from(network, CITY, AFTER.replace(month=2), "2014-Q1")  # The fourth quarter and the year were due in January.
    assert cell(network, CITY, ("2014-Q1", "own"), "G04") == {"numerator": 0, "denominator": 2}


def test_a_unit_that_nobody_reports_to_has_no_rate(tmp_path: Path) -> None:
    """The district's node answers for its street, which has no child of its own."""
    units = line_of_units()[:3]
    network = Network(tmp_path, units=units[:2], catalogue=packaged_catalogue(CITY, units), now=JOINED)
    push_from(network, DISTRICT, AFTER, "2013-Q4")
    nothing = {"numerator": None, "denominator": None}
    assert cell(network, DISTRICT, ("2013-Q4", "own"), "G04") == nothing
    push_from(network, CITY, AFTER, "2013-Q4")
    assert cell(network, CITY, ("2013-Q4", "total"), "G04") == {"numerator": 0, "denominator": 1}


def issue(network: Network, unit: str, genre: str, **dates: date) -> None:
    notice = Notice(
        notice_id=new_notice_id(), title="关于高龄津贴的规定", text="请遵照执行。", issued_by=unit, issuer=unit,
        audience=Audience(tiers=("community",)), genre=genre, **dates,  # type: ignore[arg-type]
    )  # fmt: skip
    publish(network.nodes[unit], notice, (), network.now)


def test_notices_are_counted_where_they_were_issued(network: Network) -> None:
    for genre in ("circular", "circular", "plan", "letter"):
        issue(network, CITY, genre, issued_on=date(2013, 11, 4))
    issue(network, CITY, "circular", issued_on=date(2014, 1, 4))
    issue(network, DISTRICT, "scheme_rule", issued_on=date(2012, 5, 1), effective_from=date(2012, 6, 1))
    issue(network, DISTRICT, "scheme_rule", issued_on=date(2013, 5, 1))
    for unit in (COMMUNITY, STREET, DISTRICT, CITY):
        push_from(network, unit, AFTER, "2013")
    assert cell(network, CITY, ("2013", "own"), "G01") == {"value": 3}
    assert cell(network, CITY, ("2013", "own"), "G01", "genre=plan") == {"value": 1}
    assert cell(network, DISTRICT, ("2013", "own"), "B07") == {"value": 1}
    assert cell(network, CITY, ("2013", "total"), "B07") == {"value": 1}


def test_a_rule_that_is_not_in_force_at_the_end_does_not_count(network: Network) -> None:
    issue(network, DISTRICT, "scheme_rule", issued_on=date(2012, 5, 1), effective_to=date(2013, 11, 30))
    issue(network, DISTRICT, "scheme_rule", issued_on=date(2013, 12, 1), effective_from=date(2014, 1, 1))
    push_from(network, DISTRICT, AFTER, "2013")
    assert cell(network, DISTRICT, ("2013", "own"), "B07") == {"value": 0}


def test_a_notice_issued_afterwards_files_the_report_anew(network: Network) -> None:
    push_from(network, CITY, AFTER, "2013")
    issue(network, CITY, "law", issued_on=date(2013, 12, 30))
    push_from(network, CITY, AFTER, "2013")
    assert cell(network, CITY, ("2013", "own"), "G01") == {"value": 1}
