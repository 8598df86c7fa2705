"""The tree lives: in June a community moves to a street of another district, others merge, and every sum is right."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.held import held_cells
from tests.stories.network import CITY, Network
from tests.stories.test_totals import PLUGIN
from tiersync.config.drafts import read_draft, write_draft
from tiersync.config.packaged import packaged_catalogue
from tiersync.errors import BadCatalogue, TreeInUse
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.new_catalogue import Publication, compare_draft, publish_catalogue
from tiersync.flow.up import push
from tiersync.model.finding import Finding
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.model.unit import Unit
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.rules.agreement.next_step import is_explained, next_step
from tiersync.store.reports.reports import current_report
from tiersync.views.figures.asked import FiguresWanted
from tiersync.views.figures.compared import compared
from tiersync.views.figures.line import as_object

WEST, EAST = "371402000000", "371403000000"
OLD, NEW, SISTER = "371402001000", "371403001000", "371402002000"
MOVED, STAYS, HERE = "371402001001", "371402001002", "371403001001"
OFFICES = (CITY, WEST, EAST, OLD, NEW, SISTER)
PARENT = {WEST: CITY, EAST: CITY, OLD: WEST, NEW: EAST, SISTER: WEST, MOVED: OLD, STAYS: OLD, HERE: NEW}
TIER = {CITY: "city", WEST: "district", EAST: "district", OLD: "street", NEW: "street", SISTER: "street"}
LATER = PARENT | {MOVED: NEW}
NEXT = Period("2014-Q2")
# What each community has at the end of a period, and is paid in it: seniors, yuan.
HAS = {
    ("2013", MOVED): (100, 1000), ("2013", STAYS): (20, 200), ("2013", HERE): (3, 30),
    ("2014-Q1", MOVED): (110, 400), ("2014-Q1", STAYS): (21, 50), ("2014-Q1", HERE): (4, 9),
    ("2014-Q2", MOVED): (120, 500), ("2014-Q2", STAYS): (22, 60), ("2014-Q2", HERE): (5, 8),
    ("2014", MOVED): (140, 1900), ("2014", STAYS): (24, 230), ("2014", HERE): (7, 33),
}  # fmt: skip
PUSHED = {"2013": (2014, 1, 6), "2014-Q1": (2014, 4, 6), "2014-Q2": (2014, 7, 6), "2014": (2015, 1, 6)}


@pytest.fixture
def network(tmp_path: Path) -> Network:
    units = tuple(
        Unit(code=code, name=code, parent=PARENT.get(code), tier=TIER.get(code, "community"))
        for code in (*OFFICES, MOVED, STAYS, HERE)
    )
    catalogue = packaged_catalogue(CITY, units)
    return Network(tmp_path, units=units[: len(OFFICES)], catalogue=catalogue)


def at(network: Network, year: int, month: int, day: int) -> None:
    network.now = datetime(year, month, day, 2, tzinfo=UTC)


Has = dict[tuple[str, str], tuple[int, int]]


def declare(network: Network, street: str, told: Iterable[tuple[str, str]], has: Has = HAS) -> None:
    """A street office writes the figures of these communities in these periods into its sheet."""
    folder = network.root / street / "figures"
    folder.mkdir(exist_ok=True)
    (folder / "plugin.toml").write_text(PLUGIN.format(unit=street), encoding="utf-8")
    lines = [
        f"{code},{unit},{period},,{value}" for period, unit in told for code, value in figures_of(has, period, unit)
    ]
    (folder / "figures.csv").write_text("\n".join(["指标,单位,统计期,分组,数值", *lines, ""]), encoding="utf-8")
    network.nodes[street] = replace(network.nodes[street], plugins=(load_plugin(folder),))


def figures_of(has: Has, period: str, unit: str) -> Iterator[tuple[str, int]]:
    yield from zip(("P02", "B03"), has.get((period, unit), (0, 0)), strict=True)


def push_all(network: Network, period: str, offices: Iterable[str] = (OLD, NEW, SISTER, WEST, EAST, CITY)) -> None:
    for unit in offices:
        network.later()
        push(network.nodes[unit], network.ask(unit) if network.above(unit) else None, network.now, Period(period))


def rewrite(folder: Path, changed: dict[str, dict[str, str]]) -> None:
    """Somebody edits the list of units of a draft; a code that is not in it is a new unit."""
    path = folder / "units.csv"
    rows = {row["code"]: row for row in csv.DictReader(path.read_text("utf-8-sig").splitlines())}
    for code, columns in changed.items():
        rows[code] = rows.get(code, dict.fromkeys(rows[CITY], "")) | {"code": code} | columns
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[CITY].keys())
        writer.writeheader()
        writer.writerows(row for row in rows.values() if not row.get("gone"))


MOVES = {MOVED: {"parent": NEW, "earlier": f"2014-05-31 {OLD}"}}


def publish(network: Network, changed: dict[str, dict[str, str]], begins: Period = NEXT) -> Publication:
    """The city publishes the next catalogue with these units, and everybody hears of it."""
    done = prepare(network, changed, begins)
    for _ in range(3):
        network.exchange_all()
    return done


def prepare(network: Network, changed: dict[str, dict[str, str]], begins: Period = NEXT) -> Publication:
    """The city publishes it, and nobody has heard of it yet."""
    city = network.nodes[CITY]
    with city.store.read() as db:
        newest = city.catalogue(db)
    folder = network.root / f"draft-{network.now:%Y%m%d%H%M}"
    write_draft(folder, newest)
    rewrite(folder, changed)
    network.later()
    return publish_catalogue(city, read_draft(folder, newest), begins, network.now)


def recounted(period: str, parent: dict[str, str], has: Has) -> dict[str, list[int]]:
    """Plain sums: for every unit what the communities at and below it have, by these parents."""
    sums: dict[str, Counter[str]] = {}
    for (of, unit), values in has.items():
        upper: str | None = unit if of == period else None
        while upper:
            sums.setdefault(upper, Counter()).update(dict(zip("pb", values, strict=True)))
            upper = parent.get(upper)
    return {unit: [told["p"], told["b"]] for unit, told in sums.items()}


def value(network: Network, node: str, unit: str, period: str, code: str) -> int | None:
    part = "own" if unit in (MOVED, STAYS, HERE) else "total"
    with network.nodes[node].store.read() as db:
        row = current_report(db, ReportKey("aging-quarter" if "Q" in period else "aging-year", unit, period, part))
        cells = held_cells(db, row) if row else []
    found = [one for one in cells if (one.indicator, one.breakdown, one.measure) == (code, "", "value")]
    return next((one.value // 10**one.scale for one in found if one.value is not None), None)


def held(network: Network, node: str, units: Iterable[str], period: str) -> dict[str, list[int | None]]:
    return {unit: [value(network, node, unit, period, code) for code in ("P02", "B03")] for unit in units}


def told_by(network: Network, node: str, period: str) -> list[Finding]:
    """What a node finds of a period, but for offices that have nothing to say of themselves."""
    found = reconcile(network.nodes[node], Wanted(Period(period)), network.now)
    return [one for one in found if one.reason != "missing_child"]


def two_years(network: Network) -> None:
    """Two years in which each street declares for the communities that are its own."""
    declare(network, OLD, [("2013", MOVED), ("2013", STAYS), *((one, STAYS) for one in PUSHED), ("2014-Q1", MOVED)])
    declare(network, NEW, [(one, HERE) for one in PUSHED])
    for period in ("2013", "2014-Q1"):
        at(network, *PUSHED[period])
        push_all(network, period)
    publish(network, MOVES)
    declare(network, NEW, [*((one, HERE) for one in PUSHED), ("2014-Q2", MOVED), ("2014", MOVED)])
    for period in ("2014-Q2", "2014"):
        at(network, *PUSHED[period])
        push_all(network, period)


def test_each_period_is_added_by_the_tree_of_its_last_day_at_every_tier(network: Network) -> None:
    two_years(network)
    for period in PUSHED:
        right = recounted(period, PARENT if period in ("2013", "2014-Q1") else LATER, HAS)
        assert held(network, CITY, right, period) == right
        for office in (WEST, EAST, OLD, NEW):
            below = [unit for unit in right if held(network, office, [unit], period)[unit] != [None, None]]
            assert held(network, office, below, period) == {unit: right[unit] for unit in below}
    assert held(network, OLD, [MOVED], "2014-Q2") == held(network, NEW, [MOVED], "2014-Q1") == {MOVED: [None, None]}


def test_the_first_unit_above_both_says_who_moved_and_nothing_is_unexplained(network: Network) -> None:
    two_years(network)
    for period in ("2014-Q2", "2014"):
        [finding] = told_by(network, CITY, period)
        assert (finding.reason, finding.unit, finding.sent, finding.held) == ("unit_moved", MOVED, OLD, NEW)
        assert is_explained(finding)
        assert all(OLD in said and NEW in said for said in next_step(finding))
    for office, period in ((CITY, "2013"), (CITY, "2014-Q1"), (WEST, "2014-Q2"), (EAST, "2014"), (NEW, "2014-Q2")):
        assert told_by(network, office, period) == []


def test_a_street_that_has_not_heard_of_it_adds_as_before_and_that_is_unit_moved(network: Network) -> None:
    declare(network, OLD, [("2014-Q2", MOVED), ("2014-Q2", STAYS)])
    declare(network, NEW, [("2014-Q2", HERE)])
    at(network, *PUSHED["2014-Q1"])
    prepare(network, MOVES)
    at(network, *PUSHED["2014-Q2"])
    for street, district in ((OLD, WEST), (NEW, EAST)):  # Both file before they hear of the new catalogue.
        push_all(network, "2014-Q2", [street, district])
    push_all(network, "2014-Q2", [CITY])
    found = told_by(network, CITY, "2014-Q2")
    assert "unexplained" not in {one.reason for one in found}
    told = {(one.node, one.unit, one.reason) for one in found}
    assert {(OLD, MOVED, "unit_moved"), (NEW, MOVED, "unit_moved")} <= told
    declare(network, OLD, [("2014-Q2", STAYS)])
    declare(network, NEW, [("2014-Q2", HERE), ("2014-Q2", MOVED)])
    for _ in range(2):
        push_all(network, "2014-Q2")
    right = recounted("2014-Q2", LATER, HAS)
    assert held(network, CITY, right, "2014-Q2") == right
    assert [(one.reason, one.node) for one in told_by(network, CITY, "2014-Q2")] == [("unit_moved", CITY)]
    for office in (WEST, OLD):  # What they filed for it then stays with them, and the city refused it.
        left = told_by(network, office, "2014-Q2")
        assert {(one.reason, one.unit) for one in left} <= {("unit_moved", MOVED)}


def test_who_files_after_a_move_outranks_who_filed_before_it_heard_of_it(network: Network) -> None:
    declare(network, OLD, [("2014-Q2", MOVED), ("2014-Q2", STAYS)])
    at(network, *PUSHED["2014-Q1"])
    prepare(network, {MOVED: {"parent": SISTER, "earlier": f"2014-05-31 {OLD}"}})
    at(network, *PUSHED["2014-Q2"])
    push_all(network, "2014-Q2", [OLD, WEST, CITY])
    declare(network, OLD, [("2014-Q2", STAYS)])
    for _ in range(2):
        network.exchange_all()
    has = HAS | {("2014-Q2", MOVED): (125, 510)}
    declare(network, SISTER, [("2014-Q2", MOVED)], has)
    for _ in range(2):
        push_all(network, "2014-Q2")
    here = {one: values for one, values in has.items() if HERE not in one}
    right = recounted("2014-Q2", PARENT | {MOVED: SISTER}, here)
    assert held(network, CITY, right, "2014-Q2") == right
    assert [(one.reason, one.node) for one in told_by(network, CITY, "2014-Q2")] == []
    assert [(one.reason, one.sent, one.held) for one in told_by(network, WEST, "2014-Q2")] == [
        ("unit_moved", OLD, SISTER)
    ]


def test_a_change_of_the_tree_is_named_and_one_of_filed_periods_is_refused(network: Network) -> None:
    declare(network, OLD, [("2014-Q1", MOVED), ("2014-Q1", STAYS)])
    at(network, *PUSHED["2014-Q1"])
    push_all(network, "2014-Q1")
    with pytest.raises(BadCatalogue, match=rf"{MOVED}: it would stand otherwise from 1949-10-01 on, before 2014-Q2"):
        publish(network, {MOVED: {"parent": NEW}})
    with pytest.raises(BadCatalogue, match=f"{HERE}: it would stand otherwise from 1949-10-01 on"):
        publish(network, {HERE: {"gone": "yes"}})
    early = {MOVED: {"parent": NEW, "earlier": f"2014-03-31 {OLD}"}}
    with pytest.raises(BadCatalogue, match="from 2014-04-01 on, before 2014-Q3 begins"):
        publish(network, early, Period("2014-Q3"))
    with pytest.raises(TreeInUse, match=r"from 2014-02-01 on, which lies in 2014-Q1 of aging-quarter, and 13 reports"):
        publish(network, {MOVED: {"parent": NEW, "earlier": f"2014-01-31 {OLD}"}}, Period("2014-Q1"))
    done = publish(network, MOVES)
    assert [(one.sort, one.code, one.how, one.fields) for one in done.comparison.changes] == [
        ("unit", MOVED, "changed", ("parent", "earlier"))
    ]
    assert (done.comparison.forms, str(done.comparison.turn.day if done.comparison.turn else "")) == ([], "2014-06-01")


def test_a_change_within_a_closed_period_is_refused_though_nobody_filed_it(network: Network) -> None:
    at(network, 2014, 4, 6)
    with pytest.raises(TreeInUse, match="from 2013-01-01 on, which lies in 2013-Q1 of aging-quarter, and it is closed"):
        publish(network, {MOVED: {"parent": NEW, "earlier": f"2012-12-31 {OLD}"}}, Period("2013"))


def test_a_name_that_is_corrected_changes_no_figure_and_may_be_corrected_any_time(network: Network) -> None:
    declare(network, OLD, [("2014-Q1", MOVED)])
    at(network, *PUSHED["2014-Q1"])
    push_all(network, "2014-Q1")
    done = publish(network, {MOVED: {"name": "新名"}}, Period("2013"))
    assert done.comparison.turn is None
    with network.nodes[OLD].store.read() as db:
        assert network.nodes[OLD].tree(db)[MOVED].name == "新名"


MERGED = "371402001003"


def test_two_communities_merge_into_a_new_one_and_its_street_says_so(network: Network) -> None:
    has = HAS | {("2014-Q2", MERGED): (142, 560)}
    HAS_NOW = {one: values for one, values in has.items() if one not in (("2014-Q2", MOVED), ("2014-Q2", STAYS))}
    declare(network, OLD, [("2014-Q1", MOVED), ("2014-Q1", STAYS)])
    declare(network, NEW, [("2014-Q1", HERE), ("2014-Q2", HERE)])
    at(network, *PUSHED["2014-Q1"])
    push_all(network, "2014-Q1")
    ends = {"valid_to": "2014-05-31", "replaced_by": f"{MERGED} 2014-06-01"}
    new = {"level": "5", "name": "并", "parent": OLD, "valid_from": "2014-06-01"}
    publish(network, {MOVED: ends, STAYS: ends, MERGED: new})
    path = network.root / OLD / "figures" / "figures.csv"
    path.write_text(path.read_text("utf-8") + f"P02,{MERGED},2014-Q2,,142\nB03,{MERGED},2014-Q2,,560\n", "utf-8")
    at(network, *PUSHED["2014-Q2"])
    push_all(network, "2014-Q2")
    right = recounted("2014-Q2", PARENT | {MERGED: OLD}, HAS_NOW)
    del right[MERGED]
    assert held(network, CITY, right, "2014-Q2") == right
    gone = [(one.node, one.unit, one.held) for one in told_by(network, OLD, "2014-Q2") if one.reason == "unit_moved"]
    assert gone == [(OLD, MOVED, MERGED), (OLD, STAYS, MERGED)]
    assert told_by(network, CITY, "2014-Q2") == []


def test_a_draft_says_beforehand_what_it_would_change(network: Network) -> None:
    city = network.nodes[CITY]
    with city.store.read() as db:
        newest = city.catalogue(db)
    write_draft(network.root / "draft", newest)
    rewrite(network.root / "draft", MOVES)
    found = compare_draft(city, lambda of: read_draft(network.root / "draft", of), network.now.date())
    assert (found.turn and found.turn.unit, [one.sort for one in found.changes]) == (MOVED, ["unit"])


Which = Literal["then", "now"]


def beside(network: Network, indicator: str, units: tuple[str, ...], period: str, tree: Which) -> list[Any]:
    """What `tiersync figures --tree` says at the city: unit, value, what it was then, the difference."""
    only = Period(period)
    wanted = FiguresWanted((indicator,), only, only, units, tree=tree, today=network.now.date())
    found = compared(network.nodes[CITY], wanted)
    told = [as_object(found, line) for line in found.each()]
    moved = [one.get("moved", {}) for one in told]
    return [
        (one["unit"], one["value"], was.get("then"), was.get("difference"))
        for one, was in zip(told, moved, strict=True)
    ]


def test_figures_are_asked_for_as_the_tree_was_then_and_as_it_is_now(network: Network) -> None:
    two_years(network)
    units = (CITY, WEST, EAST, OLD, NEW)
    for indicator, which, places in (("P02", 0, 0), ("B03", 1, 2)):
        then, now = ({unit: told[which] for unit, told in recounted("2013", by, HAS).items()} for by in (PARENT, LATER))
        assert beside(network, indicator, units, "2013", "then") == sorted(
            (unit, f"{then[unit]:.{places}f}", None, None) for unit in units
        )
        assert beside(network, indicator, units, "2013", "now") == sorted(
            (unit, f"{now[unit]:.{places}f}", *(
                (None, None) if unit == CITY else (f"{then[unit]:.{places}f}", f"{now[unit] - then[unit]:.{places}f}")
            ))
            for unit in units
        )  # fmt: skip
        assert beside(network, indicator, units, "2014", "then") == beside(network, indicator, units, "2014", "now")


def test_what_merged_has_by_the_tree_of_now_what_both_had_then(network: Network) -> None:
    declare(network, OLD, [("2014-Q1", MOVED), ("2014-Q1", STAYS)])
    at(network, *PUSHED["2014-Q1"])
    push_all(network, "2014-Q1")
    ends = {"valid_to": "2014-05-31", "replaced_by": f"{MERGED} 2014-06-01"}
    publish(network, {
        MOVED: ends, STAYS: ends,
        MERGED: {"level": "5", "name": "并", "parent": SISTER, "valid_from": "2014-06-01"},
    })  # fmt: skip
    at(network, *PUSHED["2014-Q2"])
    sums = recounted("2014-Q1", PARENT, {one: values for one, values in HAS.items() if HERE not in one})
    both = str(sums[OLD][0])
    assert beside(network, "P02", (WEST, SISTER, MERGED), "2014-Q1", "now") == [
        (WEST, both, None, None), (MERGED, both, None, None), (SISTER, both, None, None)
    ]  # fmt: skip
    found = beside(network, "P02", (OLD,), "2014-Q1", "now")
    assert found == [(OLD, None, both, None)]
