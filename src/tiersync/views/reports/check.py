"""What the rules find in reports, in the words of the office: a line each, and which stop a report."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tiersync.flow.node import Node
from tiersync.flow.review.checking import Checks, FoundByRule, said_in
from tiersync.flow.review.judging import Meant
from tiersync.model.report import ReportKey
from tiersync.model.text import EMPTY, Text
from tiersync.rules.agreement.difference import decimal_text
from tiersync.rules.totals.gathered import gather
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.sealed import sealed_reports
from tiersync.views.table import Table, table
from tiersync.views.words import word

SEVERITIES = {
    "hard": Text("强制性", "hard"),
    "soft": Text("核实性", "soft"),
    "info": Text("提示", "info"),
}


class CheckLine(NamedTuple):
    """What one rule found in one report; `explained` is why it is right all the same, `open` what that leaves open."""

    unit: str
    part: str
    rule: str
    severity: str
    indicator: str
    breakdown: str
    left: str
    op: str
    right: str
    difference: str
    words: Text
    stops: bool
    explained: str
    open: str

    def as_object(self) -> dict[str, Any]:
        return self._asdict() | {"words": self.words._asdict()}


class ReportCheck(NamedTuple):
    """All that was found, what stops a report first."""

    lines: list[CheckLine]

    @property
    def is_stopped(self) -> bool:
        return any(line.stops for line in self.lines)

    def summary(self) -> Text:
        hard = sum(line.severity == "hard" for line in self.lines)
        asked = sum(line.severity == "soft" and not line.explained for line in self.lines)
        if not hard and not asked:
            return Text("审核通过。", "The rules find nothing to correct or to explain.")
        return Text(
            f"强制性问题 {hard} 处（须更正），核实性问题 {asked} 处待说明。",
            f"Hard findings, to be corrected: {hard}; soft ones without an explanation: {asked}.",
        )

    def table(self) -> Table:
        return table(
            Text("审核结果", "What the rules found"),
            Text(
                "单位,部分,规则,性质,审核结果,说明,未说明的差额",
                "unit,part,rule,severity,finding,explanation,left open",
            ),
            (
                (
                    line.unit, word(line.part), line.rule, SEVERITIES.get(line.severity, EMPTY), line.words,
                    line.explained, line.open,
                )
                for line in self.lines
            ),
        )  # fmt: skip


def check_of(found: Mapping[ReportKey, Iterable[FoundByRule]]) -> ReportCheck:
    """The lines of what was found."""
    lines = [_line(one) for some in found.values() for one in some]
    return ReportCheck(sorted(lines, key=lambda line: (not line.stops, line.severity, line.unit, line.rule)))


def _line(one: FoundByRule) -> CheckLine:
    left_open = "" if not one.explanation or not one.open else _text(one)
    return CheckLine(
        one.key.unit, one.key.part, one.rule, one.severity, one.indicator, one.breakdown, one.left, one.op, one.right,
        one.difference, one.words, one.stops, one.explanation, left_open,
    )  # fmt: skip


def _text(one: FoundByRule) -> str:
    value = one.open or 0
    scaled = value * 10_000
    return decimal_text(int(scaled), 4).rstrip("0").rstrip(".") if scaled == int(scaled) else f"{float(value):.4f}"


def held_check(node: Node, meant: Meant, now: Any) -> ReportCheck:
    """What the rules find in the reports that are held here, own parts and totals, by what they explain themselves."""
    with node.store.read() as db:
        form = node.catalogue_for(db, meant.period).form(meant.form)
        units = {node.tree(db)[unit].code for unit in meant.units}
        rows = [
            row
            for row in current_reports(db, form=form.code, period=str(meant.period), part=meant.part)
            if not units or row.unit in units
        ]
        sealed = list(sealed_reports(db, rows))
        cells = gather((row.id, report) for row, report in sealed)
        said = said_in(report for _, report in sealed)
        return check_of(Checks(db, node, form, meant.period, now).found(cells.drop("report"), said))
