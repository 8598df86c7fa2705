"""Declared figures that nobody asked for, that contradict each other, or that were counted too: each is said."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tests.held import held_cells
from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network, line_catalogue
from tests.stories.office import MANIFEST, UNIT, found, register, tiersync
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.notices.notice import new_notice_id, publish
from tiersync.flow.reading.ingest import ingest
from tiersync.flow.up import push
from tiersync.model.cell import Cell
from tiersync.model.finding import Finding
from tiersync.model.notice import Audience, Notice
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.plugins.folder.trust import enable_all
from tiersync.rules.rows.returned import FIELD, PLACE, REASON, sheet_of
from tiersync.store.files.locked import unlock
from tiersync.store.findings import open_findings
from tiersync.store.reports.reports import current_report
from tiersync.store.runs.quarantine import refused_row, refused_rows
from tiersync.store.tables import envelopes

YEAR = Period("2013")
HEADS = "指标,单位,统计期,分组,数值,性质"
PLUGIN = """
[plugin]
id = "{id}"
name = "申报数"
version = "1.0.0"
api = 1
unit = "{unit}"

[[stream]]
record = "figure"
key = ["indicator", "unit", "period", "dims", "value_role"]
[stream.source]
kind = "csv"
path = "*.csv"
[stream.map]
indicator = "指标"
unit = "单位"
period = "统计期"
dims = "分组"
value = {{ from = "数值", parse = "number" }}
qualifier = {{ from = "数值", parse = "qualifier" }}
value_role = "性质"
"""
STAFF = [f"W03,{COMMUNITY},201{year},,4,actual" for year in range(10)]  # Sound rows, so that a run is believed.


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(tmp_path, catalogue=line_catalogue())


def declare(network: Network, *rows: str, unit: str = COMMUNITY, plugins: tuple[str, ...] = ("figures",)) -> None:
    """An office writes figures into a sheet, the same sheet for each of these plugins."""
    loaded = []
    for name in plugins:
        folder = network.root / unit / name
        folder.mkdir(exist_ok=True)
        (folder / "plugin.toml").write_text(PLUGIN.format(id=name, unit=unit), encoding="utf-8")
        (folder / "figures.csv").write_text("\n".join([HEADS, *rows, *STAFF, ""]), encoding="utf-8")
        loaded.append(load_plugin(folder))
    others = [plugin for plugin in network.nodes[unit].plugins if plugin.id not in plugins]
    network.nodes[unit] = replace(network.nodes[unit], plugins=(*others, *loaded))


def read(network: Network, unit: str = COMMUNITY) -> list[tuple[str, str]]:
    """Which field of which refused row is wrong, and why."""
    network.later()
    ingest(network.nodes[unit], network.now)
    with network.nodes[unit].store.read() as db:
        return [(row.field, row.reason) for row in refused_rows(db)]


def push_from(network: Network, unit: str = COMMUNITY, period: Period = YEAR) -> None:
    network.later()
    push(network.nodes[unit], network.ask(unit) if network.above(unit) else None, network.now, period)


def cell(network: Network, indicator: str, breakdown: str = "", unit: str = COMMUNITY, part: str = "own") -> Cell:
    with network.nodes[unit].store.read() as db:
        row = current_report(db, ReportKey("aging-year", unit, "2013", part))
        assert row is not None
        return next(c for c in held_cells(db, row) if (c.indicator, c.breakdown) == (indicator, breakdown))


def findings(network: Network, unit: str = COMMUNITY) -> list[Finding]:
    with network.nodes[unit].store.read() as db:
        return open_findings(db)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (f"P02,{CITY},2013,,890000,actual", "unit"),  # A city's own total: communities enter P02.
        (f"P01,{CITY},2013,,5562500,", "unit"),
        (f"M01,{CITY},2013,outlet=1;level=1,279,actual", "dims"),  # Outlets are told, their lines are not.
        (f"P01,{CITY},2013-Q4,,5,actual", "unit"),
        (f"F06,{CITY},2013-Q4,,5,actual", "period"),
        (f"P13,{CITY},2013,target_year=2020,5,actual", "value_role"),
        (f"P02,{COMMUNITY},2013,planet=mars,5,actual", "dims"),
        (f"G03,{CITY},2013,,95,actual", "dims"),  # A ratio is declared as its two numbers.
        (f"P03,{COMMUNITY},2013,measure=numerator,5,actual", "dims"),  # Which are indicators of their own here.
        (f"F06,{STREET},2013,,5,estimate", "unit"),
        (f"P02,{CITY},2013-W07,,890000,published", "period"),
        (f"P02,{CITY},2013,planet=mars,890000,published", "dims"),
    ],
)
def test_a_figure_that_no_form_asks_for_is_refused_and_its_wrong_field_is_named(
    network: Network, row: str, field: str
) -> None:
    declare(network, row, unit=CITY)
    assert read(network, CITY) == [(field, "no_such_cell")]


@pytest.mark.parametrize(
    "row",
    [
        f"F06,{CITY},2013,,5.25,actual", f"P01,{COMMUNITY},2013,sex=1,3000,", f"P02,{COMMUNITY},2013-Q4,,3000,estimate",
        f"P02,{COMMUNITY},2013, sex=2 ; age_band=60-64,30,actual", f"G03,{CITY},2013,measure=denominator,40,actual",
        f"P13,{CITY},2013,target_year=2020,1000000,projection", f"P02,{CITY},2020,,1000000.5,plan",
        f"L04,{CITY},2013-06,,94.96,target", f"P02,{CITY},2013,,890000,published", f"P03,{CITY},2013,,16.00,published",
    ],
)  # fmt: skip
def test_a_figure_that_some_form_asks_for_and_a_plan_for_later_are_kept(network: Network, row: str) -> None:
    declare(network, row, unit=CITY)
    assert read(network, CITY) == []


@pytest.mark.parametrize(
    ("row", "is_refused"),
    [
        (f"L05,{COMMUNITY},2013,,94.96,actual", True),
        (f"L04,{COMMUNITY},2013-Q4,channel=letter,94.96,actual", True),
        (f"L04,{COMMUNITY},2013-Q4,channel=letter,94.0,actual", False),
        (f"L05,{COMMUNITY},2013,,95.00,actual", False),
        (f"F06,{CITY},2013,,1.234,actual", True),
        (f"F06,{CITY},2013,,1.2300,actual", False),
        (f"G03,{CITY},2013,measure=numerator,94.5,actual", True),
        (f"P03,{CITY},2013,,16.001,published", True),
        (f"A03,{CITY},2013,,0.3万,actual", False),
        (f"A03,{CITY},2013,,0.30005万,actual", True),
    ],
)
def test_a_figure_with_more_places_than_its_indicator_is_refused(network: Network, row: str, is_refused: bool) -> None:
    declare(network, row, unit=CITY)
    assert read(network, CITY) == [("value", "too_many_places")] * is_refused


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (("A03,{},2013,,3000,actual", "A03,{},2013,,4000,actual"), 2),
        (("A03,{},2013,,3000,actual", "A03,{},2013,,3000,"), 0),
        (("A03,{},2013,,3000,actual", "A03,{},2013,,4000,estimate"), 2),
        (("A03,{},2013,,3000,actual", "A03,{},2013,,近3000,actual"), 2),
        (("A03,{},2013,,3000,actual", "A03,{},2013,,3000,actual", "A03,{},2013,,3500,actual"), 3),
        (("P01,{},2013,sex=1;hukou_kind=1,3,", "P01,{},2013,hukou_kind=1 ; sex=1,4,"), 0),
        (("P02,{},2013,sex=1;age_band=60-64,3,", "P02,{},2013,age_band=60-64 ; sex=1,4,"), 2),
        (("A03,{},2013,,3000,actual", "A03,{},2013,,4000,target", "A03,{},2013,,5000,published"), 0),
        (("A03,{},2013,,3000,published", "A03,{},2013,,4000,published"), 2),
        (("A03,{},2013,,3000,target", "A03,{},2013,,4000,target"), 0),
        (("A03,{},2013,,3000,actual", "A03,{},2014,,4000,actual"), 0),
    ],
)
def test_figures_of_one_stream_that_contradict_each_other_are_all_refused(
    network: Network, rows: tuple[str, ...], refused: int
) -> None:
    declare(network, *(row.format(COMMUNITY) for row in rows))
    counted = Counter(reason for _, reason in read(network))
    assert counted["contradicts"] == refused


def test_figures_that_contradict_each_other_in_files_far_apart_are_refused_with_their_own_words(
    network: Network,
) -> None:
    declare(network, f"A03,{COMMUNITY},2013,,3000,actual")
    folder = network.root / COMMUNITY / "figures"
    more = [HEADS, *(f"W03,{COMMUNITY},19{year},,4,actual" for year in range(40, 99)), f"A03,{COMMUNITY},2013,,0.4万,"]
    (folder / "later.csv").write_text("\n".join(more), encoding="utf-8")
    read(network)
    node = network.nodes[COMMUNITY]
    with node.store.read() as db:
        rows = [refused_row(db, row.id) for row in refused_rows(db)]
    raw = [json.loads(unlock(node.keys.quarantine, row.raw, "figures/figure")) for row in rows]
    assert [(row.file, row.row, values["数值"]) for row, values in zip(rows, raw, strict=True)] == [
        ("figures.csv", 2, "3000"), ("later.csv", 61, "0.4万"),
    ]  # fmt: skip


def test_a_later_file_takes_the_place_of_an_earlier_one_where_files_are_read_once(network: Network) -> None:
    declare(network, f"A03,{COMMUNITY},2013,,3000,actual")
    folder = network.root / COMMUNITY / "figures"
    once = PLUGIN.replace(', "dims"', "").replace("[stream.map]", '[stream.cursor]\nkind = "file"\n[stream.map]')
    (folder / "plugin.toml").write_text(once.format(id="figures", unit=COMMUNITY), encoding="utf-8")
    network.nodes[COMMUNITY] = replace(network.nodes[COMMUNITY], plugins=(load_plugin(folder),))
    for name, values, refused, counts in (("g", ("4000",), 0, 4000), ("h", ("5000", "6000"), 2, 4000)):
        rows = [HEADS, *(f"A03,{COMMUNITY},2013,,{said},actual" for said in values), *STAFF, ""]
        (folder / f"{name}.csv").write_text("\n".join(rows), encoding="utf-8")
        assert read(network) == [("value", "contradicts")] * refused
        push_from(network)
        assert cell(network, "A03").value == counts


def test_a_contradiction_leaves_its_cell_missing_until_the_sheet_is_corrected(network: Network) -> None:
    for rows, value in (
        (("3000", "4000"), None),
        (("4000", "4000"), 4000),
        (("4000",), 4000),
        (("4000", "4001"), None),
    ):
        declare(network, *(f"A03,{COMMUNITY},2013,,{said},actual" for said in rows))
        push_from(network)
        assert cell(network, "A03").value == value


def test_two_streams_that_state_one_cell_differently_are_a_finding_and_the_cell_is_missing(network: Network) -> None:
    declare(network, f"P01,{COMMUNITY},2013,,5000,actual", f"A03,{COMMUNITY},2013,,30,actual", plugins=("police",))
    declare(network, f"P01,{COMMUNITY},2013,,5100,actual", f"A03,{COMMUNITY},2013,,30,estimate", plugins=("census",))
    push_from(network)
    assert cell(network, "P01")[3:7] == (None, 0, "missing", "none")
    assert cell(network, "A03")[3:7] == (30, 0, "ok", "declared")
    assert [(f.reason, f.unit, f.form, f.indicator, f.sent, f.held) for f in findings(network)] == [
        ("contradicts", COMMUNITY, "aging-year", "P01", "5000", "5100")
    ]
    push_from(network)  # Nothing changed, nothing is counted, and the finding stays.
    assert len(findings(network)) == 1
    declare(network, f"P01,{COMMUNITY},2013,,5000,actual", plugins=("census",))
    push_from(network)
    assert (cell(network, "P01").value, findings(network)) == (5000, [])


@pytest.mark.parametrize(
    ("figure", "one", "other", "said"),
    [
        (f"A03,{COMMUNITY},2013,", "3000", "4000", ("3000", "4000")),
        (f"B03,{COMMUNITY},2013,scheme=allow_80", "100.00", "100.01", ("100.00", "100.01")),
        (f"P01,{COMMUNITY},2013,sex=2", "2400", "约2300", ("2300 (2250..2350)", "2400")),
        (f"P01,{COMMUNITY},2013,sex=2", "2400", "近2500", ("2400", "2500 (0..2500)")),
    ],
)
def test_whatever_two_streams_state_differently_is_said_and_counts_nowhere(
    network: Network, figure: str, one: str, other: str, said: tuple[str, str]
) -> None:
    for plugin, value in (("police", one), ("census", other)):
        declare(network, f"{figure},{value},actual", plugins=(plugin,))
    push_from(network)
    assert [(f.reason, f.sent, f.held) for f in findings(network)] == [("contradicts", *said)]
    indicator, _, _, breakdown = figure.split(",")
    assert cell(network, indicator, breakdown).value is None


def test_figures_of_one_quarter_alone_do_not_stop_the_forms_of_other_periods(network: Network) -> None:
    declare(network)
    sheet = network.root / COMMUNITY / "figures" / "figures.csv"
    sheet.write_text(f"{HEADS}\nP02,{COMMUNITY},2013-Q4,,21,actual\n", encoding="utf-8")
    done = push(network.nodes[COMMUNITY], network.ask(COMMUNITY), network.now)
    assert (done.failed, done.filed > 0) == ([], True)


def test_a_figure_beside_a_counted_cell_is_a_finding_where_it_differs(network: Network) -> None:
    seniors(network, 3)
    said = (f"P02,{COMMUNITY},2013,,890,actual", f"P02,{COMMUNITY},2013,sex=1,3,actual")
    declare(network, *said, f"P04,{COMMUNITY},2013,,近5,actual")
    push_from(network)
    assert cell(network, "P02")[3:7] == (3, 0, "ok", "records")
    assert cell(network, "P02", "sex=2").basis == "records"
    assert [(f.reason, f.indicator, f.breakdown, f.sent, f.held) for f in findings(network)] == [
        ("differs_from_declared", "P02", "", "890", "3"), ("differs_from_declared", "P02", "sex=1", "3", "2"),
    ]  # fmt: skip
    seniors(network, 5)
    declare(network, f"P02,{COMMUNITY},2013,,5,actual")
    push_from(network)
    assert (cell(network, "P02").value, findings(network)) == (5, [])


def test_an_office_that_has_no_records_of_a_kind_declares_what_it_knows(network: Network) -> None:
    network.nodes[COMMUNITY] = replace(network.nodes[COMMUNITY], nil=frozenset({"senior", "benefit"}))
    figures = ("B03,{},2013,,2100600.05,actual", "B09,{},2013,,2100600.05,actual")
    declare(network, *(figure.format(COMMUNITY) for figure in figures))
    push_from(network)
    assert cell(network, "B03")[3:7] == (210060005, 2, "ok", "declared")
    assert cell(network, "B01")[3:7] == (0, 0, "ok", "nil")
    assert findings(network) == []


def test_documents_are_declared_until_the_node_issues_them(network: Network) -> None:
    declare(network, f"G01,{CITY},2013,,7,actual", unit=CITY)
    push_from(network, CITY)
    assert cell(network, "G01", unit=CITY)[3:7] == (7, 0, "ok", "declared")
    issue(network, date(2014, 1, 4))  # In another year.
    push_from(network, CITY)
    assert cell(network, "G01", unit=CITY).value == 7
    issue(network, date(2013, 11, 4))
    push_from(network, CITY)
    assert cell(network, "G01", unit=CITY)[3:7] == (1, 0, "ok", "records")
    assert [(f.reason, f.sent, f.held) for f in findings(network, CITY)] == [("differs_from_declared", "7", "1")]


def test_a_corrected_row_that_agrees_frees_the_one_it_contradicted(network: Network, tmp_path: Path) -> None:
    """Both rows are refused; one comes back."""
    declare(network, f"A03,{COMMUNITY},2013,,3000,actual", f"A03,{COMMUNITY},2013,,4000,actual")
    assert read(network) == [("value", "contradicts")] * 2
    for said, left, value in (("3500", 3, None), ("4000", 0, 4000)):
        give_back(network, "3000", said)
        assert read(network) == [("value", "contradicts")] * left
        push_from(network)
        assert cell(network, "A03").value == value


def give_back(network: Network, wrong: str, right: str) -> None:
    """The row with the wrong value comes back in a workbook, at its place, and the other one stays as it is."""
    node = network.nodes[COMMUNITY]
    with node.store.read() as db:
        rows = [refused_row(db, row.id) for row in refused_rows(db)]
    for row in rows:
        values = json.loads(unlock(node.keys.quarantine, row.raw, "figures/figure"))
        if values["数值"] == wrong:
            folder = network.root / COMMUNITY / "figures" / "corrected"
            folder.mkdir(exist_ok=True)
            with Workbook(folder / "更正.xlsx") as book:
                page = book.add_worksheet(sheet_of(1, "figures", "figure"))
                page.write_row(0, 0, [*values, FIELD, REASON, PLACE])
                changed = [right if value == wrong else value for value in values.values()]
                page.write_row(1, 0, [value or "" for value in changed] + ["数值", "矛盾", row.place])
    node = network.nodes[COMMUNITY]


def seniors(network: Network, count: int) -> None:
    """The community's register, one man and one woman by turns."""
    folder = network.root / COMMUNITY / "register"
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    manifest = MANIFEST.format(unit=COMMUNITY, kind="csv", file="register.csv")
    manifest += 'file_verified_on = { constant = "2013-06-01" }'
    (folder / "plugin.toml").write_text(manifest, encoding="utf-8")
    (folder / "inbox" / "register.csv").write_bytes(register(count))
    node = network.nodes[COMMUNITY]
    others = [plugin for plugin in node.plugins if plugin.id != "register"]
    network.nodes[COMMUNITY] = replace(node, plugins=(*others, load_plugin(folder)))


def issue(network: Network, day: date) -> None:
    notice = Notice(
        notice_id=new_notice_id(), title="关于高龄津贴的通知", text="请遵照执行。", issued_by=CITY, issuer=CITY,
        audience=Audience(tiers=("community",)), genre="circular", issued_on=day,
    )  # fmt: skip
    publish(network.nodes[CITY], notice, (), network.now)


@pytest.mark.parametrize(
    ("row", "unexplained"),
    [
        (f"P02,{CITY},2013,,5,published", []),
        (f"P02,{CITY},2013,,6,published", [("unexplained", "total", "6", "5")]),
        (f"P02,{COMMUNITY},2013,sex=2,3,published", [("unexplained", "own", "3", "2")]),
        (f"P02,{CITY},2013-Q4,,6,published", [("missing_child", "total", "6", "missing")]),  # Of it nobody reported.
        (f"P01,{CITY},2013,,60,published", [("missing_child", "total", "60", "missing")]),
        (f"P02,{CITY},2013,,近6,published", []),
        (f"P02,{CITY},2013,,近4,published", [("unexplained", "total", "4 (0..4)", "5")]),
        (f"P02,{CITY},2013,,,published", []),
        (f"P03,{CITY},2013,,16.00,published", [("missing_child", "total", "16.00", "missing")]),
        (f"P14,{CITY},2013,,100.00,published", []),
        (f"P14,{CITY},2013,,99.99,published", [("unexplained", "total", "99.99", "100.00")]),
        (f"P02,{CITY},2013,,6,target", []),
    ],
)
def test_what_was_published_is_held_against_what_was_counted(
    network: Network, row: str, unexplained: list[tuple[str, str, str, str]]
) -> None:
    seniors(network, 5)
    declare(network, row, unit=CITY)
    for unit in (COMMUNITY, STREET, DISTRICT, CITY):
        push_from(network, unit)
    assert cell(network, "P02", unit=CITY, part="total").value == 5  # It is in no cell, and in no total.
    seen = reconcile(network.nodes[CITY], Wanted(), network.now)
    assert [(f.reason, f.part, f.sent, f.held) for f in seen if f.level == "published"] == unexplained
    assert {f.level for f in seen} <= {"published"}
    with network.nodes[CITY].store.read() as db:
        assert [row.kind for row in db.execute(select(envelopes)) if row.kind == "finding"] == []


def test_two_streams_that_published_different_things_are_said(network: Network) -> None:
    declare(network, f"P02,{CITY},2013,,890000,published", unit=CITY, plugins=("yearbook",))
    declare(network, f"P02,{CITY},2013,,889000,published", unit=CITY, plugins=("website",))
    push_from(network, CITY)
    seen = reconcile(network.nodes[CITY], Wanted(levels=("published",)), network.now)
    assert [(f.reason, f.sent, f.held) for f in seen] == [("contradicts", "889000", "890000")]


def test_the_command_reconcile_says_in_words_what_was_published_otherwise(tmp_path: Path) -> None:
    office = found(tmp_path / "node")
    office.source(register(3), file="register2013.csv")
    folder = office.folder / "plugins" / "figures"
    folder.mkdir()
    more = f"P02,{UNIT},2013,,30,actual\n"
    words = '{ from = "性质", values = { 对外公布 = "published", actual = "actual" } }'
    written = PLUGIN.format(id="figures", unit=UNIT).replace('value_role = "性质"', f"value_role = {words}")
    (folder / "plugin.toml").write_text(written, encoding="utf-8")
    for published, code in (("4", 1), ("3", 0)):
        (folder / "figures.csv").write_text(f"{HEADS}\nP02,{UNIT},2013,,{published},对外公布\n{more}", encoding="utf-8")
        enable_all(office.folder / "plugins")
        assert "有 1 个申报数与统计数不符或相互矛盾" in office.push("zh").err
        said = tiersync("reconcile", "--dir", office.folder, "--level", "published", lang="zh")
        assert said.code == code, said.out + said.err
        listed = tiersync("finding", "list", "--dir", office.folder, lang="zh").out
        assert "与申报不符" in listed.replace("\n", "")
        assert ("对外公布 4" in said.out.replace("\n", "")) == bool(code)
