"""What a total says, played by five offices: a city, a district, and three towns that answer for their communities."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.held import held_cells
from tests.stories.network import CITY, DISTRICT, Network
from tiersync.config.packaged import packaged_catalogue
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.counting.counting import count_and_file
from tiersync.flow.reading.ingest import read_sources
from tiersync.flow.up import Pushed, push, push_by_itself
from tiersync.model.cell import Cell
from tiersync.model.finding import Finding
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.model.unit import Unit
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.rules.totals.unallocated import with_unallocated
from tiersync.store.findings import open_findings
from tiersync.store.reports.reports import current_report
from tiersync.views.node_status import status
from tiersync.views.reports.figures import figures
from tiersync.views.reports.report import ReportLine, ReportsWanted, report_lines

YEAR = Period("2013")
TOWNS = ("371402001000", "371402002000", "371402003000")
COMMUNITIES = {town: [f"{town[:9]}001", f"{town[:9]}002"] for town in TOWNS}
BEDS = {TOWNS[0]: 15, TOWNS[1]: 3, TOWNS[2]: 12}
PERSONS = {TOWNS[0]: (300, 200), TOWNS[1]: (150, 50), TOWNS[2]: (180, 120)}
PLUGIN = """
[plugin]
id = "figures"
name = "申报数据"
version = "1.0.0"
api = 1
unit = "{unit}"

[[stream]]
record = "figure"
key = ["indicator", "unit", "period", "dims"]
[stream.source]
kind = "csv"
path = "figures.csv"
[stream.map]
indicator = "指标"
unit = "单位"
period = "统计期"
dims = "分组"
value = {{ from = "数值", parse = "number" }}
"""
Line = tuple[str, str, str, int]  # indicator, unit, breakdown, value


def units() -> tuple[Unit, ...]:
    """The offices with a node first, then the communities."""
    offices = [(CITY, None, "city"), (DISTRICT, CITY, "district"), *((town, DISTRICT, "street") for town in TOWNS)]
    below = [(code, town, "community") for town, codes in COMMUNITIES.items() for code in codes]
    return tuple(Unit(code=code, name=code, parent=upper, tier=tier) for code, upper, tier in (*offices, *below))


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(tmp_path, units=units()[:5], catalogue=packaged_catalogue(CITY, units()))


def declare(network: Network, unit: str, lines: Iterable[Line]) -> None:
    """An office writes figures into its sheet."""
    folder = network.root / unit / "figures"
    folder.mkdir(exist_ok=True)
    (folder / "plugin.toml").write_text(PLUGIN.format(unit=unit), encoding="utf-8")
    told = [f"{indicator},{of},2013,{dims},{value}" for indicator, of, dims, value in lines]
    (folder / "figures.csv").write_text("\n".join(["指标,单位,统计期,分组,数值", *told, ""]), encoding="utf-8")
    network.nodes[unit] = replace(network.nodes[unit], plugins=(load_plugin(folder),))


def push_all(network: Network) -> dict[str, Pushed]:
    done = {}
    for unit in (*TOWNS, DISTRICT, CITY):
        network.later()
        ask = network.ask(unit) if network.above(unit) else None
        done[unit] = push(network.nodes[unit], ask, network.now, YEAR)
    return done


def cells(network: Network, at: str, unit: str, part: str = "total") -> list[Cell]:
    """A report of `unit` as the node `at` holds it."""
    with network.nodes[at].store.read() as db:
        row = current_report(db, ReportKey("aging-year", unit, "2013", part))
        return [] if row is None else held_cells(db, row)


def shown(network: Network, unit: str, indicator: str, at: str = CITY, part: str = "total") -> dict[str, str]:
    """The values of one indicator by group, as people read them."""
    catalogue = packaged_catalogue(CITY, units())
    held = with_unallocated(catalogue, [cell for cell in cells(network, at, unit, part) if cell.indicator == indicator])
    return {figure.breakdown.en: figure.value for figure in figures(catalogue, held) if figure.value != "—"}


def open_at(network: Network, unit: str) -> list[Finding]:
    with network.nodes[unit].store.read() as db:
        return open_findings(db)


def beds_and_persons(town: str) -> Iterable[Line]:
    """A town has beds, its communities have persons and no beds of their own."""
    yield "F02", town, "", BEDS[town]
    for community, persons in zip(COMMUNITIES[town], PERSONS[town], strict=True):
        yield "F02", community, "", 0
        yield "P02", community, "", persons


def test_beds_per_1000_seniors_are_made_anew_at_town_district_and_city(network: Network) -> None:
    for town in TOWNS:
        declare(network, town, beds_and_persons(town))
    declare(network, DISTRICT, [("F02", DISTRICT, "", 0)])
    declare(network, CITY, [("W03", CITY, "", 1)])
    push_all(network)
    assert shown(network, TOWNS[0], "F03") == {"": "30.00 (15 / 500)"}
    assert shown(network, TOWNS[1], "F03") == {"": "15.00 (3 / 200)"}
    assert shown(network, TOWNS[2], "F03") == {"": "40.00 (12 / 300)"}
    assert shown(network, DISTRICT, "F03") == shown(network, CITY, "F03") == {"": "30.00 (30 / 1000)"}
    assert {cell.status for cell in cells(network, CITY, CITY) if cell.indicator == "F03"} == {"ok"}
    assert not any(cell.indicator == "F03" for cell in cells(network, CITY, COMMUNITIES[TOWNS[0]][0], "own"))
    assert reconcile(network.nodes[CITY], Wanted(YEAR), network.now) == []


MEDIA = [("M01", DISTRICT, "", 331), ("M01", DISTRICT, "outlet_level=city", 200)]
SHORT = [*MEDIA, ("M01", DISTRICT, "outlet_level=county", 79)]
WHOLE = [*MEDIA, ("M01", DISTRICT, "outlet_level=county", 131)]
TOO_MANY = [*MEDIA, ("M01", DISTRICT, "outlet_level=county", 132), ("F02", DISTRICT, "", 7)]


def test_what_nobody_allocated_is_a_row_in_every_total_and_a_finding_where_it_was_filed(network: Network) -> None:
    declare(network, DISTRICT, SHORT)
    push_all(network)
    for at, unit, part in ((DISTRICT, DISTRICT, "own"), (CITY, DISTRICT, "total"), (CITY, CITY, "total")):
        assert shown(network, unit, "M01", at, part) == {
            "": "331" if unit == DISTRICT else "≥ 331", "city": "200" if unit == DISTRICT else "≥ 200",
            "county": "79" if unit == DISTRICT else "≥ 79",
            "level of outlet: unallocated": "52" if unit == DISTRICT else "≥ 52",
        }  # fmt: skip
    [finding] = open_at(network, DISTRICT)
    assert (finding.reason, finding.indicator, finding.sent, finding.held) == ("unallocated", "M01", "331", "279")
    assert open_at(network, CITY) == []
    push_all(network)
    assert open_at(network, DISTRICT) == [finding]


def test_the_finding_is_closed_when_everything_is_allocated(network: Network) -> None:
    declare(network, DISTRICT, SHORT)
    push_all(network)
    declare(network, DISTRICT, WHOLE)
    push_all(network)
    assert open_at(network, DISTRICT) == []
    assert shown(network, DISTRICT, "M01", DISTRICT, "own") == {
        "": "331", "city": "200", "county": "131", "central": "0", "province": "0", "street": "0", "community": "0",
        "level of outlet: unknown": "0",
    }  # fmt: skip


def test_parts_that_exceed_their_total_are_refused_at_every_push_until_somebody_corrects_them(network: Network) -> None:
    declare(network, TOWNS[0], beds_and_persons(TOWNS[0]))
    declare(network, DISTRICT, TOO_MANY)
    for _ in range(2):
        done = push_all(network)
        [refused] = done[DISTRICT].failed
        for lang, words in (("en", "M01 by level of outlet come to 332, more than its total of 331"), ("zh", "332")):
            assert words in refused.say(lang)
            assert DISTRICT in refused.say(lang)
    assert cells(network, DISTRICT, DISTRICT, "own") == []
    assert shown(network, TOWNS[0], "F02") == {"": "15"}
    declare(network, DISTRICT, WHOLE)
    assert push_all(network)[DISTRICT].failed == []
    assert shown(network, DISTRICT, "M01", DISTRICT, "own")["county"] == "131"


BEFORE_DUE = datetime(2014, 1, 19, 8, tzinfo=UTC)
ON_DUE_DAY = datetime(2014, 1, 20, 8, tzinfo=UTC)


def runs(network: Network, *offices: str) -> None:
    """The nodes of these offices do by themselves what a running node does."""
    for unit in offices:
        network.later()
        push_by_itself(network.nodes[unit], network.ask(unit) if network.above(unit) else None, network.now)


def file_own(network: Network, unit: str) -> None:
    """A push that is broken off before it makes the totals."""
    read_sources(network.nodes[unit], network.now)
    due = [(packaged_catalogue(CITY, units()).form("aging-year"), YEAR)]
    assert count_and_file(network.nodes[unit], due, network.now).reports


def revision(network: Network, unit: str) -> int:
    """The number of the total that stands at the unit's own node; 0 before the first."""
    with network.nodes[unit].store.read() as db:
        row = current_report(db, ReportKey("aging-year", unit, "2013", "total"))
        return 0 if row is None else row.revision


@pytest.fixture
def slow(network: Network) -> Network:
    """All offices know something; the third town has not sent it yet."""
    for town in TOWNS:
        own = [("W03", unit, "", 1) for unit in (town, *COMMUNITIES[town])]
        declare(network, town, [*beds_and_persons(town), *own])
    declare(network, DISTRICT, [("F02", DISTRICT, "", 0)])
    declare(network, CITY, [("W03", CITY, "", 1)])
    return network


def test_a_running_node_seals_an_incomplete_total_at_the_due_date_and_not_before(slow: Network) -> None:
    slow.now = BEFORE_DUE
    runs(slow, *TOWNS[:2], DISTRICT)
    assert (revision(slow, TOWNS[0]), revision(slow, DISTRICT)) == (1, 0)
    slow.now = ON_DUE_DAY
    runs(slow, *TOWNS[:2], DISTRICT)
    assert revision(slow, DISTRICT) == 1
    persons = next(cell for cell in cells(slow, DISTRICT, DISTRICT) if cell.key == ("P02", "", "value"))
    assert persons[3:9] == (700, 0, "partial", "summed", 6, 4)


def test_a_total_that_becomes_complete_is_sealed_at_once_and_then_once_a_day(slow: Network) -> None:
    slow.now = ON_DUE_DAY
    runs(slow, *TOWNS[:2], DISTRICT, TOWNS[2], DISTRICT)
    assert revision(slow, DISTRICT) == 2
    assert shown(slow, DISTRICT, "P02", DISTRICT)[""] == "1000"
    declare(slow, TOWNS[2], [*beds_and_persons(TOWNS[2]), ("W03", TOWNS[2], "", 7)])
    slow.now += timedelta(days=1)
    runs(slow, TOWNS[2])
    slow.now -= timedelta(hours=2)
    runs(slow, DISTRICT)
    assert revision(slow, DISTRICT) == 2  # Not a day has gone by.
    slow.now += timedelta(hours=2)
    runs(slow, DISTRICT, DISTRICT)
    assert revision(slow, DISTRICT) == 3


def test_what_a_person_pushed_before_the_due_date_is_sealed_again_on_it_though_not_a_day_has_gone_by(
    slow: Network,
) -> None:
    slow.now = BEFORE_DUE + timedelta(hours=6)
    runs(slow, TOWNS[0])
    push(slow.nodes[DISTRICT], slow.ask(DISTRICT), slow.now, YEAR)
    runs(slow, TOWNS[1], DISTRICT)
    assert revision(slow, DISTRICT) == 1
    slow.now = ON_DUE_DAY
    runs(slow, DISTRICT)
    assert revision(slow, DISTRICT) == 2


def test_a_total_is_not_complete_while_a_total_below_still_lacks_a_report(slow: Network) -> None:
    slow.now = BEFORE_DUE
    runs(slow, *TOWNS[:2])
    file_own(slow, TOWNS[2])
    slow.exchange(TOWNS[2])  # Every base report is at the district now; the town has not added its own yet.
    runs(slow, DISTRICT)
    assert revision(slow, DISTRICT) == 0
    runs(slow, TOWNS[2], DISTRICT)
    assert revision(slow, DISTRICT) == 1


def said(network: Network, at: str, unit: str) -> ReportLine:
    """The line of a unit's total in the list of reports at a node."""
    [line] = report_lines(network.nodes[at], ReportsWanted("aging-year", unit, Period("2013"), "total"))
    return line


def reports(line: ReportLine) -> tuple[int, int, bool]:
    return line.reports_arrived, line.reports_expected, line.stale


def test_a_total_says_how_many_reports_are_in_it_and_separately_which_indicators_lack(slow: Network) -> None:
    slow.now = ON_DUE_DAY
    runs(slow, *TOWNS[:2], DISTRICT)
    assert reports(said(slow, DISTRICT, DISTRICT)) == (7, 10, False)
    assert {"P02", "F02", "F03"} <= set(said(slow, DISTRICT, DISTRICT).lacking)
    runs(slow, TOWNS[2], DISTRICT)
    line = said(slow, DISTRICT, DISTRICT)
    assert reports(line) == (10, 10, False)
    assert {"P02", "F02", "F03", "W03"} & set(line.lacking) == {"W03"}  # The district has not said its own staff.
    assert "P08" in line.lacking  # Everybody reported, and nobody knows.
    of_year = next(total for total in status(slow.nodes[DISTRICT], slow.now).totals if total.form == "aging-year")
    assert (of_year.arrived, of_year.expected, of_year.lacking, of_year.stale) == (10, 10, list(line.lacking), False)


def test_a_total_is_stale_from_the_moment_that_something_newer_is_held_until_it_is_made_again(slow: Network) -> None:
    push_all(slow)
    assert reports(said(slow, CITY, CITY)) == (11, 11, False)
    declare(slow, TOWNS[2], [*beds_and_persons(TOWNS[2]), ("W03", TOWNS[2], "", 7)])
    push(slow.nodes[TOWNS[2]], slow.ask(TOWNS[2]), slow.now, YEAR)
    assert [reports(said(slow, DISTRICT, unit))[2] for unit in (TOWNS[2], DISTRICT)] == [False, True]
    slow.exchange(DISTRICT)  # The district passes the town's report on before it adds it.
    assert [reports(said(slow, CITY, unit))[2] for unit in (TOWNS[2], DISTRICT, CITY)] == [False, True, True]
    assert [total.stale for total in status(slow.nodes[CITY], slow.now).totals] == [True]
    push_all(slow)
    assert reports(said(slow, CITY, CITY)) == (11, 11, False)


def test_a_total_is_stale_too_when_only_its_own_part_is_newer(slow: Network) -> None:
    push_all(slow)
    declare(slow, DISTRICT, [("F02", DISTRICT, "", 5)])
    file_own(slow, DISTRICT)
    assert reports(said(slow, DISTRICT, DISTRICT)) == (10, 10, True)


def test_a_total_that_was_replaced_still_says_what_was_in_it(slow: Network) -> None:
    slow.now = ON_DUE_DAY
    runs(slow, *TOWNS[:2], DISTRICT, TOWNS[2], DISTRICT)
    every = ReportsWanted("aging-year", DISTRICT, Period("2013"), "total", all_revisions=True)
    lines = report_lines(slow.nodes[DISTRICT], every)
    assert [(line.current, *reports(line)) for line in lines] == [(False, 7, 10, False), (True, 10, 10, False)]
