"""What is known of a report: its line in a list, and everything it was made from, down to the number of rows."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from tiersync.errors import ReportsDamaged, UnknownName
from tiersync.flow.figures.arrivals import Arrivals, HeldReports, arrivals_of, held_of
from tiersync.flow.figures.asked import check_form, form_for
from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.period import Period
from tiersync.model.report import PartNamed, Report, ReportKey
from tiersync.model.text import Text
from tiersync.rules.agreement.difference import say_rank
from tiersync.rules.totals.lacking import lacking
from tiersync.store.database import Connection, Row
from tiersync.store.files.snapshots import current_snapshots
from tiersync.store.reports.reports import current_reports, key_of, rank_of, revisions_of
from tiersync.store.reports.sealed import sealed_reports
from tiersync.views.table import Table, moment, table
from tiersync.views.words import codes, n_of_m, word

Sealed = tuple[Row[Any], Report]
FEW = 3  # codes in a row of the list


class ReportLine(NamedTuple):
    """A report in one line; `present` of `expected` base reports stand behind its least complete cell.

    So many of the base reports expected are in it, whatever they say; `lacking` are the indicators whose figure for the
    whole unit is missing or partial. A total is `stale` when what is held here has gone beyond what it adds. What was
    made by other definitions than those of its period is set `aside`: nothing adds it.
    """

    form: str
    period: str
    unit: str
    name: str
    part: str
    rank: str
    revision: int
    current: bool
    present: int
    expected: int
    cells: int
    node: str
    catalogue: int
    digest: str
    envelope: str
    received_at: str
    reports_arrived: int
    reports_expected: int
    lacking: tuple[str, ...]
    stale: bool
    aside: bool

    @property
    def state(self) -> str:
        """Whether a report is out of date: `replaced` by a later revision, made by the definitions of another catalogue
        than its period's, or a total that is `stale`; "" for one that is not."""
        if self.aside:
            return "catalogue_differs"
        return "stale" if self.stale else "" if self.current else "replaced"


class PartLine(NamedTuple):
    """A part that a total added."""

    unit: str
    name: str
    part: str
    rank: str
    digest: str


class SnapshotLine(NamedTuple):
    """A snapshot behind an own report; stream, rows and run are known for those that are current at this node."""

    digest: str
    stream: str = ""
    record: str = ""
    rows: int | None = None
    run: str = ""
    made_at: str = ""


class Trace(NamedTuple):
    """A report with all that it names, and the catalogue that its period pins."""

    catalogue: Catalogue
    line: ReportLine
    report: Report
    parts: list[PartLine]
    snapshots: list[SnapshotLine]


class ReportsWanted(NamedTuple):
    """Which reports to list; what is None is not asked about."""

    form: str | None = None
    unit: str | None = None
    period: Period | None = None
    part: str | None = None
    all_revisions: bool = False


def report_lines(node: Node, wanted: ReportsWanted) -> list[ReportLine]:
    """The reports held here that are wanted; raises UnknownName or UnknownUnit for a name that nobody has."""
    with node.store.read() as db:
        form = check_form(db, node, wanted.form) if wanted.form else None
        unit = node.tree(db)[wanted.unit].code if wanted.unit else None
        held = current_reports(db, form, str(wanted.period) if wanted.period else None, wanted.part)
        rows = [row for row in held if unit in (None, row.unit)]
        sealed = sealed_reports(db, every_revision(db, rows) if wanted.all_revisions else rows)
        known = dict[tuple[str, str], HeldReports]()
        return [line_of(db, node, one, known) for one in sealed]


def every_revision(db: Connection, rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Every revision held of the reports that these rows are current of, in order of rank."""
    held = revisions_of(db, [key_of(row) for row in rows])
    return [row for key in sorted(held) for row in sorted(held[key], key=rank_of)]


def line_of(db: Connection, node: Node, sealed: Sealed, known: dict[tuple[str, str], HeldReports]) -> ReportLine:
    """One report; `known` keeps what is held of each form and period for the next one."""
    row, report = sealed
    counts = [pair for pair in zip(report.cells.present, report.cells.expected, strict=True) if pair[1]]
    present, expected = min(counts, key=lambda pair: pair[0] / pair[1], default=(0, 0))
    came = came_of(db, node, sealed, known)
    return ReportLine(
        form=row.form, period=row.period, unit=row.unit, name=name_of(db, node, row.unit),
        part=row.part, rank=say_rank(rank_of(row)), revision=row.revision, current=bool(row.is_current),
        present=present, expected=expected, cells=len(report.cells), node=row.origin, catalogue=row.catalogue,
        digest=row.digest, envelope=row.envelope, received_at=row.received_at, reports_arrived=came.arrived,
        reports_expected=came.expected, lacking=tuple(lacking(report.cells)), stale=came.is_stale,
        aside=row.is_current and (row.form, row.period) in known and key_of(row) in known[row.form, row.period].aside,
    )  # fmt: skip


def came_of(db: Connection, node: Node, sealed: Sealed, known: dict[tuple[str, str], HeldReports]) -> Arrivals:
    """How many base reports are in a report; of a form that the catalogue does not have only itself is known."""
    row, report = sealed
    form = form_for(db, node, row.form, report.period)
    if form is None:
        return Arrivals(1, 1)
    name = (row.form, row.period)
    if name not in known:
        known[name] = held_of(db, node, form, report.period)
    return arrivals_of(db, known[name], row, report)


def name_of(db: Connection, node: Node, unit: str) -> str:
    tree = node.tree(db)
    return tree[unit].name if unit in tree else ""


class ReportWanted(NamedTuple):
    """Which report to show: of no named part the total, if there is one; of no named revision the current one."""

    form: str
    unit: str
    period: Period
    part: str | None = None
    revision: str | None = None


def trace(node: Node, wanted: ReportWanted) -> Trace:
    """The report that is wanted; raises UnknownName, UnknownUnit or ReportsDamaged."""
    with node.store.read() as db:
        catalogue = node.catalogue_for(db, wanted.period)
        form, unit = catalogue.form(wanted.form).code, node.tree(db)[wanted.unit].code
        parts = [wanted.part] if wanted.part else ["total", "own"]
        keys = [ReportKey(form, unit, str(wanted.period), part) for part in parts]
        row, report = find(db, keys, wanted.revision or "")
        return Trace(
            catalogue, line_of(db, node, (row, report), {}), report,
            [part_line(db, node, part) for part in report.parts], snapshot_lines(db, report),
        )  # fmt: skip


def find(db: Connection, keys: Sequence[ReportKey], revision: str) -> Sealed:
    """The newest of `keys` that is current, or in the revision asked for; raises UnknownName, and ReportsDamaged for
    one whose bytes say nothing that could be believed."""
    held = revisions_of(db, keys)
    for row in (row for key in keys for row in sorted(held.get(key, ()), key=rank_of, reverse=True)):
        if row.is_current if not revision else revision in (str(row.revision), say_rank(rank_of(row))):
            sealed = next(sealed_reports(db, [row]), None)
            if sealed is None:
                raise ReportsDamaged(count=1)
            return sealed
    key = keys[0]
    name = f"{key.form} {key.period} {key.unit} {revision}".rstrip()
    raise UnknownName(what="report", name=name, hint="See: tiersync report list --all-revisions")


def part_line(db: Connection, node: Node, part: PartNamed) -> PartLine:
    rank = f"{part.tenure}.{part.epoch}.{part.revision}"
    return PartLine(part.unit, name_of(db, node, part.unit), part.part, rank, part.digest)


def snapshot_lines(db: Connection, report: Report) -> list[SnapshotLine]:
    here = {row.digest: row for row in current_snapshots(db)}
    return [
        SnapshotLine(digest, one.stream, one.record, one.rows, one.run, one.made_at)
        if (one := here.get(digest))
        else SnapshotLine(digest)
        for digest in report.snapshots
    ]


def reports_table(lines: Iterable[ReportLine]) -> Table:
    return table(
        Text("报告", "Reports"),
        Text(
            "报表,统计期,单位,名称,部分,版本,状态,报告数,缺数指标,签发单位,保存时间",
            "form,period,unit,name,part,revision,state,reports,lacks,filed by,stored",
        ),
        (
            (
                line.form, line.period, line.unit, line.name, word(line.part), line.rank, word(line.state),
                n_of_m(line.reports_arrived, line.reports_expected), codes(line.lacking, FEW), line.node,
                moment(line.received_at),
            )
            for line in lines
        ),
    )  # fmt: skip
