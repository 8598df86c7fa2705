"""One report as it is shown: what it is, its figures, what a total adjusts, and what the figures were made from."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tiersync.model.cell import Cell
from tiersync.model.text import EMPTY, Text, plain
from tiersync.rules.agreement.difference import decimal_text
from tiersync.rules.totals.unallocated import is_rest, with_unallocated
from tiersync.views.reports.adjusted import adjusted, unadjusted
from tiersync.views.reports.figures import figures
from tiersync.views.reports.report import Trace
from tiersync.views.table import Detail, Table, moment, table
from tiersync.views.words import arrived, codes, n_of_m, set_aside, word

SHORT = 16  # characters of a digest that tell it from others


class ShownReport(NamedTuple):
    """A report, or what it says of one `indicator`."""

    trace: Trace
    indicator: str | None = None

    @property
    def cells(self) -> list[Cell]:
        """The cells of the report, and a row for whatever a partition leaves unallocated."""
        return with_unallocated(self.trace.catalogue, self._sealed)

    @property
    def _sealed(self) -> list[Cell]:
        return [cell for cell in self.trace.report.cells.rows() if self.indicator in (None, cell.indicator)]

    def as_object(self) -> dict[str, object]:
        """For programs: cells and adjustments exactly as they were sealed, what the cells' partitions leave, and what
        they were made from."""
        found = self.trace
        adjustments = [row for row in found.report.adjustments.rows() if self.indicator in (None, row.indicator)]
        return found.line._asdict() | {
            "waiting": found.report.waiting, "reason": found.report.reason, "replaces": found.report.replaces,
            "nil": found.report.nil,
            "parts": [part._asdict() for part in found.parts],
            "snapshots": [snapshot._asdict() for snapshot in found.snapshots],
            "adjustments": [row._asdict() for row in adjustments],
            "cells": [cell._asdict() for cell in self._sealed],
            "unallocated": [cell._asdict() for cell in self.cells if is_rest(cell)],
        }  # fmt: skip

    def details(self) -> Iterator[Detail]:
        """What the report is, and how it stands."""
        line, rows = self.trace.line, self.trace.report.waiting
        replaced = EMPTY if line.current else Text("（已被替换）", " (replaced since)")
        part = word(line.part)
        named = f"{line.form} {line.period} {line.unit} {line.name}"
        yield Detail(Text("报告", "report"), Text(f"{named} {part.zh}", f"{named} {part.en}"))
        yield Detail(Text("版本", "revision"), Text(line.rank + replaced.zh, line.rank + replaced.en))
        yield Detail(Text("报告数", "reports"), arrived(line.reports_arrived, line.reports_expected))
        yield Detail(Text("缺数指标", "lacks"), codes(line.lacking) if line.lacking else Text("无", "nothing"))
        yield Detail(Text("待核", "waiting"), waiting_rows(rows) if rows else None)
        yield Detail(Text("状态", "state"), stale(line.node) if line.stale else None)
        yield Detail(Text("状态", "state"), set_aside() if line.aside else None)
        yield Detail(Text("签发单位", "filed by"), line.node)
        yield Detail(Text("保存时间", "stored"), moment(line.received_at))
        yield Detail(Text("目录", "catalogue"), line.catalogue)
        yield Detail(Text("摘要", "digest"), line.digest)
        yield Detail(Text("报文", "envelope"), line.envelope)

    def figures(self) -> Table:
        return table(
            Text("数据", "Figures"),
            Text("代码,指标,分组,数值,计量单位,状态,报送数", "code,indicator,group,value,in,status,reports"),
            (
                (
                    one.indicator, one.name, one.breakdown, one.value, one.measured_in, word(one.status),
                    n_of_m(one.present, one.expected),
                )
                for one in figures(self.trace.catalogue, self.cells)
            ),
        )  # fmt: skip

    def adjustments(self) -> Table:
        """What the total adds beside its parts or takes off, and why; by group where one indicator is shown."""
        rows = [
            row
            for row in self.trace.report.adjustments.rows()
            if row.indicator == self.indicator or not (self.indicator or row.breakdown)
        ]
        return table(
            Text("调整项（已计入以上数据）", "Adjustments, included in the figures"),
            Text("代码,指标,分组,数值,计量单位,原因", "code,indicator,group,value,in,reason"),
            adjusted(self.trace.catalogue, rows),
        )

    def corrections(self) -> Table:
        """What the office of the total corrected in its own name, and because of which report below."""
        return table(
            Text("本级调整的依据", "What was adjusted by hand, and why"),
            Text("单位,部分,代码,分组,数值,原因", "unit,part,code,group,value,why"),
            (
                (one.unit, word(one.part), one.indicator, one.breakdown, decimal_text(one.value, one.scale), one.text)
                for one in self.trace.report.corrections
            ),
        )

    def unadjusted(self) -> Text:
        """Which ratios go without those adjustments."""
        ratios = unadjusted(self.trace.catalogue, self.trace.report)
        shown = [code for code in ratios if self.indicator in (None, code)]
        if not shown:
            return EMPTY
        return Text(
            f"{'、'.join(shown)} 按下级各自的分子、分母相加计算，未计入上述调整",
            f"{', '.join(shown)}: added from the parts, and so without these adjustments",
        )

    def parts(self) -> Table:
        """The reports that a total added."""
        return table(
            Text("由以下报告汇总", "Made from these reports"),
            Text("单位,名称,部分,版本,摘要", "unit,name,part,revision,digest"),
            ((part.unit, part.name, word(part.part), part.rank, part.digest[:SHORT]) for part in self.trace.parts),
        )

    def snapshots(self) -> Table:
        """The snapshots that an own report was counted from."""
        node = self.trace.line.node
        return table(
            Text(f"由 {node} 的以下快照统计", f"Counted from these snapshots of {node}"),
            Text("快照,数据流,行数,读取批次,时间", "snapshot,stream,rows,run,made"),
            (
                (one.digest[:SHORT], plain(one.stream), one.rows, one.run, moment(one.made_at))
                for one in self.trace.snapshots
            ),
        )


def waiting_rows(rows: Mapping[str, int]) -> Text:
    """How many rows wait in quarantine, in no figure of the report."""
    words = [(word(record), count) for record, count in sorted(rows.items())]
    zh = "；".join(f"{record.zh} {count:,}" for record, count in words)
    en = "; ".join(f"{record.en} {count:,}" for record, count in words)
    total = sum(rows.values())
    return Text(f"{total:,} 行待核，未计入任何数（{zh}）", f"{total:,} rows wait, and are in no figure ({en})")


def stale(node: str) -> Text:
    """What it means that a total is stale, and whose turn it is."""
    return Text(
        f"待重新汇总：现存报告比所汇总的新，请 {node} 运行 tiersync push",
        f"stale: newer reports are held than it adds; {node} totals again with tiersync push",
    )
